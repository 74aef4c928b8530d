using Athena.Common.Checks;
using Athena.Common.Grafana.Copies;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.Settings;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Api.Listener;

/// <summary>
/// The parts of <c>check</c> about who listens at Grafana's address on this machine, and about another copy of the daemon.
/// </summary>
public static class ListenerCheck
{
    /// <summary>So long that one of each is in it between two of the other: they ask at least every ten minutes.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(25);

    /// <summary>To be called after the first request that was answered.</summary>
    public static void Report(CheckReport report, ListenerState listener)
    {
        switch (listener.Kind)
        {
            case ListenerKind.Proved or ListenerKind.UnixSocket:
                report.Ok($"Listener: {listener.Sentence}");
                break;
            case ListenerKind.Trusted or ListenerKind.Believed:
                report.Warn($"Listener: {listener.Sentence}");
                break;
        }
    }

    /// <summary>Whether another copy of the daemon has worked within the last minutes.</summary>
    /// <param name="ownId">The id under which our requests are in the log.</param>
    /// <param name="clock">In which it is said when.</param>
    public static void ReportCopy(
        CheckReport report, GrafanaClientOptions options, WorkerIdentity identity, long ownId, DateTimeOffset now, ZoneText clock)
    {
        if (options.Log is not { } log || options.Installation is not { } own || own.Id == State.Installation.CommandId || ownId <= 0)
            return;
        var watch = new CopyWatch(identity.Component, own.Id);
        log.ReadSince(now - Recent, bytes =>
        {
            var line = LogLine.Parse(bytes);
            if (line.Kind == LineKind.Request && line.UserId == ownId) watch.Take(line);
        });
        if (watch.Found is not { } copy) return;
        report.Warn(
            copy.Sentence(identity.Daemon, clock),
            $"Was a state put back on this host within the last {Recent.TotalMinutes:0} minutes? Then it is what this host did before, and "
            + "nothing is to be stopped: check again when they are over.");
    }
}
