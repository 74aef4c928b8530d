using Athena.Common.Settings;
using Microsoft.Extensions.Hosting;

namespace Athena.Common.Telemetry;

/// <summary>
/// Pings systemd's watchdog (sd_watchdog_enabled(3)) at half the interval, but only while the <see cref="Heartbeat"/> is young.
/// Does nothing when no watchdog is set up.
/// </summary>
public sealed class Watchdog(SdNotify notify, Heartbeat heartbeat, TimeProvider time, WatchdogSetting setting) : BackgroundService
{
    /// <summary>A main loop that has not beaten for so long counts as hung; longer than any call to Grafana may take.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (setting.Interval is not { } interval || !notify.IsEnabled)
            return;

        using var timer = new PeriodicTimer(interval / 2, time);
        do
        {
            if (heartbeat.Age < Patience)
                notify.Alive();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }
}
