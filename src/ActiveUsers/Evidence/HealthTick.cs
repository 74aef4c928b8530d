using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.State;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Evidence;

/// <summary>The look between two pulses, once a minute: Grafana's health, and the last five minutes of its log.</summary>
internal sealed class HealthTick(
    GrafanaDirectory grafanaDirectory, WindowReader reader, ActiveUsersMemory memory, ActiveUsersOptions options, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>The last look at Grafana's health; null before the first.</summary>
    public HealthLook? Look { get; private set; }

    /// <summary>What the last five minutes of the log showed at the last look; null before the first. Safe from any thread.</summary>
    public Activity? Recent { get; private set; }

    /// <summary>Whether the last probe that Grafana answered was in its log then; null where that cannot be told.</summary>
    public bool? IsEchoSeen { get; private set; }

    /// <summary>What the log tells of Grafana's clock. Safe from any thread.</summary>
    public LogClockReading Clock { get; private set; } = LogClockReading.None;

    /// <summary>Looks since the last <see cref="TakeChecks"/>, and how many of them found all well.</summary>
    private (int All, int Up) checks;

    /// <summary>The looks of the window that has ended; counts anew from here.</summary>
    public (int All, int Up) TakeChecks()
    {
        var taken = checks;
        checks = (0, 0);
        return taken;
    }

    /// <summary>Sends a probe if one is due.</summary>
    /// <returns>Whether the state was changed.</returns>
    public async Task<bool> ProbeIfDueAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!options.Probe || CoverageProbe.NextAt(memory.State.Probes, now) > now) return false;
        memory.State.Probes = memory.State.Probes.With(await grafanaDirectory.ProbeAsync(cancel).ConfigureAwait(false));
        return true;
    }

    /// <summary>
    /// Looks at Grafana's health and at nothing else, for a pulse that says how it is: the last look may be a minute old.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancel) => Look = await grafanaDirectory.LookAsync(cancel).ConfigureAwait(false);

    public async Task<AlertFacts> LookAsync(CancellationToken cancel)
    {
        Look = await grafanaDirectory.LookAsync(cancel).ConfigureAwait(false);
        checks = (checks.All + 1, checks.Up + (Look.Verdict == HealthVerdict.Up ? 1 : 0));
        var now = time.GetUtcNow();
        var recent = reader.Read(new Window(now - AlertPolicy.CountedOver, now), memory.State.Probes, cancel);
        var (isSeen, detail) = JudgeSight(recent);
        (Recent, IsEchoSeen) = (recent.Activity, options.Probe ? isSeen : null);
        Clock = Clock.With(memory.State.Probes.Probes, recent.Activity);
        var isWhole = recent.Coverage.IsComplete && isSeen != false;
        return new AlertFacts(
            now, Look, isSeen, detail, Counted(recent.Activity.Security.FailedLogins, options.Limits.FailedLogins),
            Counted(recent.Activity.Security.SignUps, options.Limits.SignUps))
        {
            Database = new DatabaseSight(isWhole, recent.Activity.DatabaseFailures),
        };

        // Of a log that is not seen few lines prove nothing, and must not end an alert; many are many all the same.
        long? Counted(long count, int limit) => isWhole || count > limit ? count : null;
    }

    /// <summary>
    /// Not seen is a log that is not there, or that lacks the last probe which Grafana answered. Without a probe to judge by, nothing is
    /// said.
    /// </summary>
    private (bool? IsSeen, string Detail) JudgeSight(WindowReading recent)
    {
        if (recent.Coverage.Gaps.FirstOrDefault(gap =>
            gap.Cause is GapCause.NoLog or GapCause.Unreadable && gap.To == recent.Coverage.Window.To) is { } gone)
            return (false, gone.Why);
        if (!options.Probe) return (recent.Coverage.LinesRead > 0 ? true : null, "");
        var facts = new CoverageFacts(
            recent.Coverage, recent.Activity, UserDirectory.Unread, grafanaDirectory.Settings,
            new HashSet<long>())
        { Probes = memory.State.Probes };
        var found = ProbeJudgement.Of(
            recent.Coverage.Window, memory.State.Probes, recent.Activity.ProbeEchoes, CoverageJudgement.RouterLoggingOf(facts));
        if (found.Gaps.FirstOrDefault(gap => gap.To == recent.Coverage.Window.To) is { } lost) return (false, lost.Why);
        return (found.Judged > 0 ? true : null, "");
    }
}
