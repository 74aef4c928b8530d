using System.Globalization;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Compliance.Policy;

/// <summary>
/// The rule: First2Lead is told when only administrators were active. It is better to say nothing to them than something that was not
/// seen, and better to say "in use" too seldom than to accuse an hour of being empty. Pure; the first row that fits decides.
/// </summary>
internal static class CompliancePolicy
{
    public static Finding Decide(WindowFacts facts)
    {
        var users = facts.AtWork(Role.User).ToList();
        var hidden = Hidden(facts);
        if (users.Count > 0)
            return InUse(users) with { Cause = hidden?.Cause };
        if (hidden is not null)
            return hidden;
        return Seen(facts);
    }

    /// <summary>
    /// What makes it impossible to claim anything of the whole hour, however little is hidden by it; null when nothing does.
    /// </summary>
    private static Finding? Hidden(WindowFacts facts)
    {
        if (facts.Actors.Any(actor => actor.Role == Role.Ours))
            return NotSeen("somebody uses the daemons' account: requests stand under it that no daemon makes", "own-account");
        if (facts.Actors.FirstOrDefault(actor => actor.Doubt is not null) is { } doubtful)
            return NotSeen(Doubted(doubtful), string.Create(CultureInfo.InvariantCulture, $"service-account-{doubtful.Id}"));

        // A tab left open by somebody unknown is a request by somebody unknown all the same.
        var unknown = facts.Actors.Count(actor => actor.Role == Role.Unknown);
        if (unknown > 0)
            return NotSeen($"{Counted(unknown, "account")} in the log could not be told: in {NoList(facts)}", "unknown-accounts");
        if (!facts.KnowsPeople)
            return NotSeen("Grafana's list of users could not be read, so that nobody can be told from a service account", "no-lists");
        if (Whole(facts, GapCause.SeesNotAll) is { } notAll)
            return NotSeen(notAll, nameof(GapCause.SeesNotAll));
        if (Whole(facts, GapCause.TooMany) is { } tooMany)
            return NotSeen(tooMany, nameof(GapCause.TooMany));
        return Whole(facts, GapCause.RouterLoggingOff) is { } off ? NotSeen(off, nameof(GapCause.RouterLoggingOff)) : null;
    }

    private static Finding Seen(WindowFacts facts)
    {
        var admins = facts.AtWork(Role.Admin).Count();
        var said = facts.Visitors.WereThere
            ? $"{Counted(admins, "administrator")} at work and no user who had signed in; {facts.Visitors.Said}"
            : $"{Counted(admins, "administrator")} at work and nobody else";
        return (admins > 0, facts.Coverage.IsComplete) switch
        {
            (true, true) => new Finding(Outcome.OnlyAdmins, $"{said}, everything could be seen"),
            (true, false) => new Finding(Outcome.OnlyAdminsInPart, $"{said} in what could be seen; {Blind(facts)}"),
            (false, true) when facts.Visitors.WereThere =>
                new Finding(Outcome.VisitorsOnly, $"nobody who had signed in was at work; {facts.Visitors.Said}, everything could be seen"),
            (false, true) => new Finding(Outcome.Nobody, "nobody at work, everything could be seen"),
            (false, false) => NotSeen(
                $"nobody at work in what could be seen; {Blind(facts)}",
                string.Join('+', facts.Coverage.Gaps.Select(gap => gap.Cause.ToString()).Distinct().Order(StringComparer.Ordinal))),
        };
    }

    private static string Doubted(Actor actor)
    {
        var who = string.Create(CultureInfo.InvariantCulture, $"service account {actor.Id}");
        return actor.Doubt switch
        {
            Doubt.InBrowser => $"{who} was used in a browser, by a person of whom nothing more is known",
            Doubt.MadeOfLate => $"{who} was made less than a day before it acted, and may be a person's",
            Doubt.AgeNotKnown or null => $"{who} acted, and Grafana did not tell when it was made",
        };
    }

    private static Finding InUse(List<Actor> users)
    {
        var strongest = users.Max(user => user.Proof);
        var doing = strongest switch
        {
            ActivityProof.OpenedDashboard => "opened a dashboard",
            ActivityProof.Queried => "queried data",
            ActivityProof.TabOnly or ActivityProof.RendererOnly or ActivityProof.Other => "made other requests",
        };
        return new Finding(
            Outcome.InUse,
            $"{Counted(users.Count, "user")} who {(users.Count == 1 ? "is" : "are")} no administrator "
            + $"{(users.Count == 1 ? "was" : "were")} at work: {doing}",
            strongest);
    }

    private static string NoList(WindowFacts facts) => facts.Unread.Count == 0
        ? "neither list of Grafana's, probably deleted since"
        : $"no list of Grafana's that could be read. {string.Join(" ", facts.Unread)}";

    private static Finding NotSeen(string why, string cause) => new(Outcome.NotSeen, why) { Cause = cause };

    /// <summary>A defect that spoils the whole window, not a part of it.</summary>
    private static string? Whole(WindowFacts facts, GapCause cause) => facts.Coverage.Gaps.FirstOrDefault(gap => gap.Cause == cause)?.Why;

    private static string Blind(WindowFacts facts) =>
        "not seen: " + string.Join("; ", facts.Coverage.Gaps.Select(gap => gap.Why).Distinct(StringComparer.Ordinal));

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}

/// <summary>All that a decision rests on.</summary>
/// <param name="Actors">Everybody who is in the log of the window, our own requests and the sight probe apart; by role, then
/// requests.</param>
/// <param name="Coverage">What of the window could be seen.</param>
/// <param name="KnowsPeople">Whether Grafana's list of users could be read.</param>
internal sealed record WindowFacts(IReadOnlyList<Actor> Actors, Coverage Coverage, bool KnowsPeople)
{
    public Visitors Visitors { get; init; } = Visitors.None;

    /// <summary>Why lists of service accounts could not be read; of weight only where somebody acted whom no list has.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    public IEnumerable<Actor> AtWork(Role role) => Actors.Where(actor => actor.Role == role && actor.WasAtWork);
}

/// <summary>What people were given who had not signed in: by anonymous access, of a public dashboard, of a snapshot.</summary>
/// <param name="Views">Dashboards that were opened.</param>
/// <param name="Queries">Requests for data beside that.</param>
internal sealed record Visitors(long Views, long Queries)
{
    public static Visitors None { get; } = new(0, 0);

    public bool WereThere => Views + Queries > 0;

    /// <summary><c>3 dashboard views by visitors without a login</c></summary>
    public string Said => (Views, Queries) switch
    {
        ( > 0, _) => $"{Counted(Views, "dashboard view")} by visitors without a login",
        _ => $"{Counted(Queries, "query", "queries")} of data by visitors without a login, on dashboards that were opened before",
    };

    private static string Counted(long count, string one, string? many = null) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}

/// <summary>A decision with its reason.</summary>
/// <param name="Reason">A sentence without names, which can be kept for years.</param>
/// <param name="Proof">For <see cref="Outcome.InUse"/> the strongest proof of use; null elsewhere.</param>
internal sealed record Finding(Outcome Outcome, string Reason, ActivityProof? Proof = null)
{
    /// <summary>For <see cref="Outcome.NotSeen"/>: what the reason comes down to, the same for each hour of the same trouble; for
    /// <see cref="Outcome.InUse"/> what it would have come down to. Null elsewhere.</summary>
    public string? Cause { get; init; }

    /// <summary>Whether First2Lead gets a report.</summary>
    public bool IsReported => Outcome is Outcome.OnlyAdmins or Outcome.OnlyAdminsInPart;
}

/// <summary>What a window of the log comes to. Exactly one for each window.</summary>
internal enum Outcome
{
    /// <summary>A person who is no administrator was at work: nothing is sent.</summary>
    InUse,

    /// <summary>Only administrators were at work, and everything could be seen: the report.</summary>
    OnlyAdmins,

    /// <summary>Only administrators in what could be seen, and a part could not be: the report, saying just that.</summary>
    OnlyAdminsInPart,

    /// <summary>Nobody was at work, and everything could be seen.</summary>
    Nobody,

    /// <summary>
    /// Nobody who had signed in was at work, visitors without a login were given dashboards, and everything could be seen. Nothing is sent;
    /// the summary says it.
    /// </summary>
    VisitorsOnly,

    /// <summary>It cannot be said. First2Lead is told nothing, our own people are.</summary>
    NotSeen,
}
