using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Probes;

/// <summary>
/// Tells whether a log that was read whole also tells the whole: is <c>router_logging</c> on, and does the log know everybody whom
/// Grafana knows to have been active? Pure.
/// </summary>
public static class CoverageJudgement
{
    /// <summary>
    /// A user whose last sign of life lies this near to an end of the window is left in doubt: their time is written when a request begins,
    /// its line when it ends, and nodes differ a little in their clocks. A query ends after 30 s by default.
    /// </summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The longest that Grafana lets <c>lastSeenAt</c> lag behind [src: <c>[users] last_seen_update_interval</c>, 15 min by default].
    /// </summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromHours(1);

    private const int MostIdsNamed = 10;

    public static CoverageFindings Of(CoverageFacts facts)
    {
        var window = facts.Coverage.Window;
        var gaps = new List<Gap>();
        var notes = new List<string>();
        var logging = RouterLoggingOf(facts);
        if (logging == RouterLogging.Off)
            gaps.Add(new Gap(window.From, window.To, GapCause.RouterLoggingOff, OffBecause(facts)));

        // With router_logging off people who merely work on an open page leave no line: that is said already, and proves no second defect.
        var unseen = logging == RouterLogging.Off ? [] : Unseen(facts);
        if (unseen.Count > 0 && ClockTrouble(facts) is { } trouble)
        {
            notes.Add(trouble);
            unseen = [];
        }

        if (unseen.Count > 0)
            gaps.Add(new Gap(window.From, window.To, GapCause.SeesNotAll, Sentence(unseen)));
        return new CoverageFindings(logging, gaps, notes, unseen);
    }

    /// <summary>
    /// The server's own word where we may read it, also against routine lines: if it is off now, nobody knows how much of the window was
    /// written before it was. Without its word: routine lines prove that it is on; lines of people without a single routine one among
    /// them show that it is off, and so does a login page that Grafana showed to a sight probe without a line of it. Service accounts prove
    /// nothing here: one that is always refused leaves 403 and never a 200.
    /// </summary>
    public static RouterLogging RouterLoggingOf(CoverageFacts facts)
    {
        if (facts.Settings?.Flag("server", "router_logging") is { } flag)
            return flag ? RouterLogging.On : RouterLogging.Off;
        if (facts.Activity.HasRoutineLines)
            return RouterLogging.On;
        return HasPeople(facts) || LacksLoginPage(facts) ? RouterLogging.Off : RouterLogging.Unknown;
    }

    private static bool HasPeople(CoverageFacts facts) =>
        facts.Activity.Users.Any(row => facts.UserDirectory.KindOf(row.Id, row.Login) is IdentityKind.Person or IdentityKind.Unknown);

    // The page was asked for at once after the probe: where the probe's line is, well inside of the window, the page's must be.
    private static bool LacksLoginPage(CoverageFacts facts)
    {
        var shown = facts.Probes.Probes.Where(probe => probe.IsLoginShown).Select(probe => probe.Nonce).ToHashSet(StringComparer.Ordinal);
        return facts.Activity.ProbeEchoes.Any(echo => shown.Contains(echo.Nonce) && echo.At + Slack <= facts.Coverage.Window.To);
    }

    private static string OffBecause(CoverageFacts facts) => facts.Settings?.Flag("server", "router_logging") is not null
        ? "router_logging is off, so dashboards and most requests are not written"
        : HasPeople(facts)
            ? "people were there, but no request with status 200 was written: router_logging seems to be off"
            : "a page that Grafana showed us with status 200 was not written: router_logging seems to be off, and who works on an open "
                + "page is not seen";

    // lastSeenAt is moved by authenticated requests only, never by a sign-up or a login in themselves (recorded: who only signed up has
    // it at ten years before their creation), and each of these leaves a line with their id. So a time inside the window without a line of
    // theirs means that the request went to another node, or that its line was lost. What lies in a gap that is known already proves
    // nothing new. The reverse does not hold: it stands still for 15 minutes, so its silence proves nobody's absence.
    private static List<GrafanaUser> Unseen(CoverageFacts facts)
    {
        var window = facts.Coverage.Window;
        var known = facts.Activity.Users.Select(row => row.Id).ToHashSet();
        return [.. (facts.UserDirectory.Users?.Values ?? []).Where(user =>
            user.LastSeenAt is { } at
            && at >= window.From + Slack && at < window.To - Slack
            && !known.Contains(user.Id) && !facts.LeftOut.Contains(user.Id)
            && facts.UserDirectory.ServiceAccounts?.ContainsKey(user.Id) != true
            && !facts.Coverage.Gaps.Any(gap => gap.From <= at + Slack && gap.To >= at - Slack)).OrderBy(user => user.Id)];
    }

    // The column has no zone: a node in another zone, or a server whose zone was changed, shows times that are hours off (docs/grafana.md
    // §5). Then a user of this morning seems to have been active now. Two things show it: a time in the future, and a user who is in the
    // log, but whose own time is older than Grafana ever lets it get. Who only left a tab open is no witness, nor is the renderer.
    private static string? ClockTrouble(CoverageFacts facts)
    {
        if (facts.UserDirectory.ReadAt is not { } read || facts.UserDirectory.Users is not { } users)
            return null;
        var ahead = users.Values.Any(user => user.LastSeenAt > read + Slack);
        var behind = facts.Activity.Users.Any(row =>
            row.Proof >= Usage.ActivityProof.Other && row.LastSeen <= read
            && users.TryGetValue(row.Id, out var user) && user.LastSeenAt < row.LastSeen - Lag(facts.Settings) - Slack);
        return ahead || behind
            ? $"Grafana's lastSeenAt runs {(ahead ? "ahead" : "behind")}, as if its nodes were in different time zones: it was not used "
                + "to check the log"
            : null;
    }

    private static TimeSpan Lag(ServerSettings? settings) =>
        settings?["users", "last_seen_update_interval"] is { } text && Duration.TryParse(text, out var lag, out _) && lag < LongestLag
            ? lag
            : LongestLag;

    private static string Sentence(List<GrafanaUser> unseen)
    {
        var ids = string.Join(", ", unseen.Take(MostIdsNamed).Select(user => user.Id.ToString(CultureInfo.InvariantCulture)));
        var more = unseen.Count > MostIdsNamed ? $" and {unseen.Count - MostIdsNamed} more" : "";
        return unseen.Count == 1
            ? $"a user (id {ids}) was active without a line in this log: another node, or lost lines"
            : $"{unseen.Count} users (ids {ids}{more}) were active without a line in this log: another node, or lost lines";
    }
}

/// <summary>All that is known when it is judged whether a window was seen.</summary>
/// <param name="Coverage">What the reader of the log and the probes say.</param>
/// <param name="Settings">Null when they may not be read.</param>
/// <param name="LeftOut">Ids that <paramref name="Activity"/> does not hold although they may be active: our own, and ignored ones.</param>
public sealed record CoverageFacts(
    Coverage Coverage, Activity Activity, UserDirectory UserDirectory, ServerSettings? Settings, IReadOnlySet<long> LeftOut)
{
    /// <summary>The sight probes that were sent; empty when none were.</summary>
    public ProbeBook Probes { get; init; } = ProbeBook.Empty;
}

/// <summary>What spoils the sight of a window although its log was read.</summary>
/// <param name="Gaps">Name ids, never logins: some must not put logins into a chat.</param>
/// <param name="Unseen">Who was active by Grafana's own record, but has no line; by id. Their logins are hostile text.</param>
public sealed record CoverageFindings(
    RouterLogging RouterLogging, IReadOnlyList<Gap> Gaps, IReadOnlyList<string> Notes, IReadOnlyList<GrafanaUser> Unseen);

/// <summary>Whether Grafana writes the requests that went well (<c>[server] router_logging</c>, docs/grafana.md §1).</summary>
public enum RouterLogging
{
    /// <summary>The settings may not be read, and nothing in the log tells.</summary>
    Unknown,

    On,

    /// <summary>Status 200 and 304 are hidden: dashboards invisible, users roughly countable.</summary>
    Off,
}
