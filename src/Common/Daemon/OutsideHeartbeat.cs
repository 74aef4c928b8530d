using Athena.Common.Network;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon;

/// <summary>
/// A sign of life once a minute to somebody outside, for the case that this host tells nobody anything any more. Beside the daemon's loop
/// and never in its way. Of a loop that hangs there is none, and the silence raises the alarm.
/// </summary>
public sealed class OutsideHeartbeat(
    Uri url, ServiceStatus status, Heartbeat loop, ILogger<OutsideHeartbeat> journal, TimeProvider time) : BackgroundService
{
    private readonly HeartbeatAddress address = new(url, time);
    private bool wasFailing;
    private string? problem;

    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override void Dispose()
    {
        address.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) await BeatAsync(stoppingToken).ConfigureAwait(false);
    }

    /// <summary>One of them, if there is something to say: what fails for a moment is no failure yet.</summary>
    internal async Task BeatAsync(CancellationToken cancel)
    {
        if (loop.Age >= Watchdog.Patience) return;
        var failure = status.Failure;
        var isNew = failure is not null && !wasFailing;
        wasFailing = failure is not null;
        if (isNew) return;
        var before = problem;
        problem = await address.SendAsync(failure, cancel).ConfigureAwait(false);
        if (problem is null == before is null) return;
        if (problem is null) journal.Event(HostEvents.HeartbeatTaken, $"{address.Place} takes the sign of life again.");
        else journal.Event(HostEvents.HeartbeatNotTaken, $"The sign of life was not taken: {problem}.");
    }
}
