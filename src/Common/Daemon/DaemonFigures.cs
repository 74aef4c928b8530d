using Athena.Common.Grafana.Annotations;
using Athena.Common.Grafana.Api.SignIn;
using Athena.Common.Grafana.Probes;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.State.AuditCopies;
using Athena.Common.Telemetry;
using Athena.Common.Telemetry.Metrics;

namespace Athena.Common.Daemon;

/// <summary>What each daemon tells of itself in its metrics. For one thread.</summary>
/// <param name="stateFolder">Its state directory.</param>
/// <param name="copier">Copies the audit to a database; null where none is set.</param>
/// <param name="annotator">Writes onto Grafana's dashboards; null where nothing is written there.</param>
/// <param name="signIn">How far it is with its account in Grafana; null where it has none.</param>
/// <param name="outbox">What waits to be sent, and what was.</param>
public sealed class DaemonFigures(
    string stateFolder, AuditLog audit, AuditCopier? copier, Annotator? annotator, Func<SignInPhase>? signIn, Outbox outbox,
    Heartbeat heartbeat, TimeProvider time)
{
    /// <summary>Files are counted this often: there may be thousands of them, and the sum moves slowly.</summary>
    private static readonly TimeSpan SizeKept = TimeSpan.FromMinutes(1);

    private long? sizedAt;

    /// <summary>Puts it down as it is now.</summary>
    /// <param name="isWell">As the daemon's command <c>status</c> judges.</param>
    /// <param name="isUnwritten">The disk refuses the state or the audit.</param>
    /// <exception cref="IOException">The state directory cannot be looked into.</exception>
    public void Take(MetricBook book, bool isWell, bool isUnwritten)
    {
        var now = time.GetUtcNow();
        ProcessFigures.Take(book);
        book.Set(MetricTable.BuildInfo, 1, WorkerIdentity.ShortVersion);
        book.Set(MetricTable.Heartbeat, Unix(now - heartbeat.Age));
        book.Set(MetricTable.Well, isWell ? 1 : 0);
        book.Set(MetricTable.StateUnwritten, isUnwritten ? 1 : 0);
        book.Set(MetricTable.AuditLines, audit.Head.Seq);
        if (copier?.Lag is { } lag)
        {
            book.Set(MetricTable.AuditCopyWaiting, lag.Waiting);
            book.Set(MetricTable.AuditCopyBehind, lag.Since is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0);
        }

        if (annotator?.Tally is { } annotations)
        {
            book.Set(MetricTable.AnnotationsWritten, annotations.Written);
            book.Set(MetricTable.AnnotationsDropped, annotations.Dropped);
            book.Set(MetricTable.AnnotationsWaiting, annotations.Waiting);
        }

        if (signIn is not null) book.Set(MetricTable.GrafanaSignedIn, signIn() == SignInPhase.SignedIn ? 1 : 0);
        TakeSize(book);
        foreach (var queue in outbox.Queues)
        {
            var (channel, waiting, tally) = (queue.Channel.Name.ToLowerInvariant(), queue.Summary, outbox.TallyOf(queue.Channel));
            book.Set(MetricTable.Sent, tally.Sent, channel);
            book.Set(MetricTable.Refused, tally.Refused, channel);
            book.Set(MetricTable.Waiting, waiting.Waiting, channel);
            book.Set(MetricTable.OldestWaiting, waiting.OldestSince is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0, channel);
        }
    }

    /// <summary>Puts down what the log tells of Grafana's clock, as far as that is known.</summary>
    public static void Take(MetricBook book, LogClockReading clock, DateTimeOffset now)
    {
        if (clock.Ahead is { } ahead) book.Set(MetricTable.GrafanaClockOffset, ahead.TotalSeconds);
        if (clock.LastLine is { } line) book.Set(MetricTable.LogLag, Math.Max(0, (now - line).TotalSeconds));
    }

    /// <summary>A time as Prometheus has it.</summary>
    public static double Unix(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;

    private void TakeSize(MetricBook book)
    {
        if (sizedAt is { } at && time.GetElapsedTime(at) < SizeKept) return;
        sizedAt = time.GetTimestamp();
        book.Set(
            MetricTable.StateSize,
            new DirectoryInfo(stateFolder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Exists ? file.Length : 0));
    }
}
