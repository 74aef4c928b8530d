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
