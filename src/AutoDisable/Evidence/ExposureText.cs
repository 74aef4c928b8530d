using System.Globalization;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Evidence;

/// <summary>An exposure in words. Whatever a stranger chose is in them as a <see cref="Stranger"/>.</summary>
internal static class ExposureText
{
    public const int DashboardsNamed = 5;
    private const int AddressesNamed = 3;
    private const int DeedsNamed = 5;

    private const string SeenAllTheSame =
        "dashboards and most changes stay hidden, while new service accounts (201), refusals and open pages are seen";

    private static readonly (CoverageLimits Limit, string Why)[] Reasons =
    [
        (CoverageLimits.Gap, "the log has a gap in that time"),
        (CoverageLimits.LogUnreadable, "the log could not be read in that time"),
        (
            CoverageLimits.RouterLoggingOff,
            "router_logging is off in grafana.ini, so that requests answered with 200 are not logged: " + SeenAllTheSame),
        (
            CoverageLimits.RouterLoggingUnknown,
            "no request answered with 200 was logged in that time, so router_logging is probably off in grafana.ini: " + SeenAllTheSame),
        (CoverageLimits.NoEcho,
            "not even our own requests of the time of the lock are in the log; has it stopped, or is it another server's?"),
        (CoverageLimits.BeganLate, "the daemon was started after they came"),
        (CoverageLimits.LinesMissing,
            "Grafana says that they were active, but the log has no line of theirs; is there another Grafana server?"),
        (CoverageLimits.Cut, "they did more than is kept one by one"),
        (CoverageLimits.Crowded, "so many strangers acted at once that not all of it was kept"),
    ];

    /// <summary>
    /// <c>Inside for 2 min 10 s: 48 requests, dashboards Ward Occupancy (2 times) and hl7-errors, from 203.0.113.9 (claimed).</c>
    /// </summary>
    public static Phrase Summary(Exposure exposure)
    {
        if (exposure.IsNeverInside)
            return Phrase.Of("Never inside: the account was disabled as it was made, and no request was made under its id.");
        if (exposure is { BornLockedAt: not null, Requests: 0 })
            return Phrase.Of("The account was disabled as it was made. Whether a request was made under its id could not be seen.");
        var howLong = exposure switch
        {
            { Inside: not { } } => "Not locked yet",
            { IsUntilLatest: true, Inside: { } most } =>
                $"Inside for at most {Time(most)} (the account was found locked then; when it was locked is not known)",
            { Inside: { } inside } => $"Inside for {Time(inside)}",
        };
        if (exposure is { Requests: 0, IsSightWhole: true }) return $"{howLong}: no request.";
        if (exposure.Requests == 0) return $"{howLong}. What they did could not be seen.";
        var atLeast = exposure.IsSightWhole || exposure.Limits == CoverageLimits.Cut ? "" : "at least ";
        var dashboards = Dashboards(exposure);
        return $"{howLong}: {atLeast}{Count(exposure.Requests, "request")}, "
            + $"{dashboards}{(exposure.Queries > 0 ? $", {Queried(exposure)}" : "")}{Organisations(exposure)}{From(exposure)}.";
    }

    /// <summary>Why something may have happened unseen, with what can be seen all the same; null when everything could be seen.</summary>
    public static Phrase? Blindness(Exposure exposure)
    {
        if (exposure.IsSightWhole) return null;
        var reasons = Reasons.Where(reason => exposure.Limits.HasFlag(reason.Limit)).Select(reason => reason.Why);
        return $"Not everything could be seen: {string.Join("; ", reasons)}.";
    }

    /// <summary>
    /// What is worth saying besides, a sentence each: what they changed that is not critical, what they tried, an open page.
    /// </summary>
    public static IReadOnlyList<Phrase> Details(Exposure exposure)
    {
        var details = new List<Phrase>();
        if (exposure.WentOn) details.Add(Phrase.Of("They went on making requests after the lock: they were still inside then."));
        if (exposure.LivePages > 0)
            details.Add(
                $"A page of theirs opened a live connection ({Times(exposure.LivePages)}). One that is still open stays open until it "
                + $"reconnects; a restart of Grafana ends it.");
        AddActions(details, "They changed their own profile: ", exposure.Made.Where(observedAction =>
            observedAction.Kind == ObservedActionKind.OwnProfile));
        AddActions(details, "They saved or deleted dashboards: ", exposure.Made.Where(observedAction =>
            observedAction.Kind == ObservedActionKind.Dashboard));
        AddActions(details, "They also did: ", exposure.Made.Where(observedAction => observedAction.Kind == ObservedActionKind.Other));
        AddActions(details, "They tried, and were refused: ", exposure.Deeds.Where(observedAction =>
            observedAction.Outcome == ObservedActionOutcome.Refused));
        return details;
    }

    /// <summary><c>0.41 s</c>, <c>2 min 10 s</c>, <c>3 h 5 min</c>.</summary>
    public static string Time(TimeSpan span) => span switch
    {
        { TotalSeconds: < 59.995 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F2} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
    };

    /// <summary><c>queried data 30 times</c>.</summary>
    public static string Queried(Exposure exposure) => $"queried data {Times(exposure.Queries)}";

    /// <summary>For a terminal, the journal and the audit: without the breaks that keep a mail program from making links.</summary>
    public static string Plain(Phrase words) => words.Text.Replace("\u200B", "", StringComparison.Ordinal);

    /// <summary><c>PUT /api/user</c>.</summary>
    public static Phrase Request(ObservedAction observedAction) =>
        $"{new Stranger(observedAction.Method)} {new Stranger(observedAction.Path, 100)}";

    private static Phrase Dashboards(Exposure exposure)
    {
        if (exposure.Dashboards.Count == 0)
            return Phrase.Of(exposure.IsSightWhole || exposure.Limits == CoverageLimits.Cut
                ? "no dashboard"
                : "no dashboard that could be seen");
        var named = exposure.Dashboards.Take(DashboardsNamed).Select(view =>
        {
            var called = Phrase.Of(new Stranger(view.Title ?? view.Uid));
            return view switch
            {
                { Opens: 0 } => Phrase.Format($"{called} (on screen)"),
                { Opens: > 1 } => Phrase.Format($"{called} ({Times(view.Opens)})"),
                _ => called,
            };
        });
        var many = exposure.Dashboards.Count > 1 ? "dashboards" : "dashboard";
        return $"{many} {List(named, exposure.Dashboards.Count - DashboardsNamed)}";
    }

    private static Phrase Organisations(Exposure exposure) =>
        exposure.Organisations.Where(id => id > 0).Order().ToList() is { Count: > 1 } several
            ? $", in the organisations {List(several.Select(id => Phrase.Format($"{id}")), 0)}"
            : Phrase.Of("");

    private static Phrase From(Exposure exposure)
    {
        if (exposure.Addresses.Count == 0) return Phrase.Of("");
        var named = exposure.Addresses.Take(AddressesNamed).Select(address => Phrase.Of(new Stranger(address)));
        return $", from {List(named, exposure.Addresses.Count - AddressesNamed)} (claimed)";
    }

    private static void AddActions(List<Phrase> details, string begin, IEnumerable<ObservedAction> actions)
    {
        var all = actions.ToList();
        if (all.Count == 0) return;
        var named = all.Take(DeedsNamed)
            .Select(observedAction =>
                observedAction.Count > 1
                    ? Phrase.Format($"{Request(observedAction)} ({Times(observedAction.Count)})")
                    : Request(observedAction));
        details.Add($"{begin}{List(named, all.Count - DeedsNamed)}.");
    }

    /// <summary><c>a</c>, <c>a and b</c>, <c>a, b and 7 more</c>.</summary>
    private static Phrase List(IEnumerable<Phrase> items, int more)
    {
        var all = items.ToList();
        if (more > 0) all.Add($"{more} more");
        var list = all[0];
        for (var i = 1; i < all.Count; i++) list = $"{list}{(i == all.Count - 1 ? " and " : ", ")}{all[i]}";
        return list;
    }

    private static string Count(int number, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {thing}{(number == 1 ? "" : "s")}");

    private static string Times(int number) => number == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{number} times");
}
