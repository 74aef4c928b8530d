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

/// <summary>
/// Proof of life of the daemon's main loop: it beats on each round. The watchdog passes the proof on to systemd, so a loop that hangs
/// gets the daemon restarted although the rest of the process still runs. Thread-safe.
/// </summary>
public sealed class Heartbeat(TimeProvider time)
{
    private long last = time.GetTimestamp();

    /// <summary>To be called on each round of the main loop, at least every <see cref="Watchdog.Patience"/>.</summary>
    public void Beat() => Volatile.Write(ref last, time.GetTimestamp());

    /// <summary>How long ago the last beat was (or the start, before the first).</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref last));
}
