using Athena.Common.Grafana.Health;

namespace Athena.Common.Grafana.Monitoring;

/// <summary>
/// Turns looks at Grafana's health into changes, each told once. Pure. A trouble is believed when two looks at least
/// <see cref="Patience"/> apart, and all between them, saw the same: a restart for an update takes seconds and is nobody's alarm.
/// </summary>
public static class GrafanaWatch
{
    /// <summary>
    /// A look a minute ends when its answer comes: a time-out now and a refusal then are less than a minute apart, and must not make it
    /// three looks.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public static (GrafanaCondition After, IReadOnlyList<GrafanaChange> Changes) Next(GrafanaCondition before, HealthLook look)
    {
        var changes = new List<GrafanaChange>();
        var version = look.Version ?? before.Version;
        if (before.Version is { } old && version != old)
            changes.Add(new GrafanaChange(GrafanaChangeKind.VersionChanged, look.At, look.At, version, old, ""));

        if (look.Verdict == HealthVerdict.Up)
        {
            if (before.Announced != HealthVerdict.Up)
                changes.Insert(0, new GrafanaChange(GrafanaChangeKind.BackUp, look.At, before.TroubleSince ?? look.At, version, null, ""));
            return (GrafanaCondition.Unknown with { Version = version }, changes);
        }

        // Set back, the clock must not make a trouble wait for the time it came from.
        var trouble = Earlier(before.TroubleSince, look.At);
        var pending = look.Verdict == before.Pending ? Earlier(before.PendingSince, look.At) : look.At;
        var announced = before.Announced;
        if (look.Verdict != announced && look.At - pending >= Patience)
        {
            announced = look.Verdict;
            var kind = announced == HealthVerdict.NotAnswering ? GrafanaChangeKind.WentDown : GrafanaChangeKind.DatabaseFails;
            changes.Add(new GrafanaChange(kind, look.At, pending, version, null, look.Detail));
        }

        return (new GrafanaCondition(announced, trouble, look.Verdict, pending, version), changes);
    }

    private static DateTimeOffset Earlier(DateTimeOffset? since, DateTimeOffset now) => since is { } known && known < now ? known : now;
}

/// <summary>A change that is worth telling, once.</summary>
/// <param name="At">The look that showed it.</param>
/// <param name="Since">Begin of the trouble, as far as it was seen; of <see cref="GrafanaChangeKind.VersionChanged"/>, the look
/// itself.</param>
/// <param name="Before">Version before; null unless it changed.</param>
/// <param name="Detail">A sentence for the sysadmin; empty when all is well.</param>
public sealed record GrafanaChange(
    GrafanaChangeKind Kind, DateTimeOffset At, DateTimeOffset Since, string? Version, string? Before, string Detail)
{
    /// <summary>How long the trouble lasted; never negative, also when the clock was set back.</summary>
    public TimeSpan Duration => At > Since ? At - Since : TimeSpan.Zero;
}

/// <summary>What changed about Grafana.</summary>
public enum GrafanaChangeKind
{
    WentDown,
    DatabaseFails,
    BackUp,
    VersionChanged,
}

/// <summary>What is known of Grafana after looking at it for a while.</summary>
/// <param name="Announced">What was last announced; up when nothing was.</param>
/// <param name="TroubleSince">The first look of the present trouble, announced or not, of whatever kind; null while all is well.</param>
/// <param name="Pending">What the last look saw.</param>
/// <param name="PendingSince">The first look of an unbroken row that saw <paramref name="Pending"/>.</param>
/// <param name="Version">As last told; null before it was.</param>
public sealed record GrafanaCondition(
    HealthVerdict Announced, DateTimeOffset? TroubleSince, HealthVerdict Pending, DateTimeOffset? PendingSince, string? Version)
{
    /// <summary>Before the first look.</summary>
    public static GrafanaCondition Unknown { get; } = new(HealthVerdict.Up, null, HealthVerdict.Up, null, null);
}
