using Athena.Common.Network;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Notify.Alertmanager;

/// <summary>
/// Tells Alertmanager what is wrong now, again and again while it is so. Not under the outbox: that holds messages, each to be said once
/// and never lost, and Alertmanager wants a state. What is not said again it takes for over, so one that waited in a queue would be a lie
/// when it arrives, and one that was delivered would be forgotten; while what is wrong lies in the daemon's own state already, and is there
/// again after a restart of either. Beside the daemon's loop and never in its way.
/// </summary>
public sealed class AlertRelay(
    AlertBoard board, AlertmanagerSettings settings, string daemon, ILogger<AlertRelay> journal, TimeProvider time) : BackgroundService
{
    private readonly AlertmanagerApi api = new(settings.Address, time);
    private readonly Dictionary<string, StandingAlert> ringing = [];
    private readonly Dictionary<string, (StandingAlert Alert, DateTimeOffset At)> over = [];

    /// <summary>By how much its clock is ahead of ours: an end by ours would have passed for it.</summary>
    private TimeSpan ahead;

    /// <summary>How often it is said; often enough that one attempt or two may fail within <see cref="Lasting"/>.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(30);

    /// <summary>When what is not said again is over: whatever becomes of us, nothing rings for ever.</summary>
    public static TimeSpan Lasting { get; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public override void Dispose()
    {
        api.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await board.WaitAsync(Interval, stoppingToken).ConfigureAwait(false);
            await TellAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Says once what is so; nothing before the loop has looked. An empty list is said as well: that finds out whether any is taken.
    /// </summary>
    internal async Task TellAsync(CancellationToken cancel)
    {
        if (board.Shown is not { } shown) return;
        var now = time.GetUtcNow();
        foreach (var gone in ringing.Values.Where(alert => shown.All(other => other.Name != alert.Name)).ToList())
        {
            ringing.Remove(gone.Name);
            over[gone.Name] = (gone, now);
        }

        foreach (var alert in shown)
        {
            // Offered is as good as taken: of a lost answer nobody knows, and its end must be told all the same.
            ringing[alert.Name] = alert;
            over.Remove(alert.Name);
        }

        List<AlertJson.Row> rows =
        [
            .. shown.Select(alert => new AlertJson.Row(alert, now + ahead + Lasting)),
            .. over.Values.Select(gone => new AlertJson.Row(
                gone.Alert, gone.At > gone.Alert.Since ? gone.At : gone.Alert.Since.AddSeconds(1))),
        ];
        var reply = await api.PostAsync(AlertJson.Write(rows, daemon, settings), cancel).ConfigureAwait(false);
        if (reply.Problem is null) over.Clear();
        if (reply.At is { } theirs) ahead = theirs > now ? theirs - now : TimeSpan.Zero;
        if (!board.Note(reply.Problem)) return;
        if (reply.Problem is null) journal.Event(HostEvents.AlertmanagerTaken, $"Alertmanager at {settings.Address} takes alerts again.");
        else journal.Event(HostEvents.AlertmanagerNotTaken, $"Alertmanager did not take the alerts: {reply.Problem}.");
    }
}
