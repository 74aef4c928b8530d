using System.Globalization;
using Athena.Common.Grafana.Health;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Pulses;

/// <summary>
/// The pulse as the message that people read on a telephone: the fewest lines that say who was there and how it is. Pure. Nothing that
/// was not seen is called absent: "nobody was active" is said only of a window that was seen whole.
/// </summary>
internal static class PulseText
{
    public const int MostRows = 10;
    private const int MostShares = 5;
    private const int MostDashboards = 3;
    private const int MostNames = 3;
    private const int MostGaps = 4;
    private const int NameWidth = 24;
    private const int WhereWidth = 16;
    private const int TitleWidth = 40;

    /// <summary>A reason ends with its remedy: room for all of it, but not for four of them.</summary>
    private const int FirstReasonWidth = 700;
    private const int ReasonWidth = 120;

    /// <param name="unsent">The span of windows before this one of which nobody was told; null when there is none.</param>
    /// <param name="unsure">The span of which it is not known whether somebody was told.</param>
    /// <param name="silence">While alerts are silenced.</param>
    /// <param name="early">The span of windows of which somebody was told before they were over, by a clock that was ahead.</param>
    /// <param name="alerts">What else is wrong now, in a few words each.</param>
    public static TelegramText Of(
        Pulse pulse, Window? unsent, Window? unsure, Silence? silence, PulseWording wording, Window? early = null,
        IReadOnlyList<string>? alerts = null)
    {
        var rows = new List<TelegramRow>
        {
            new([new TelegramSpan(string.Join(" · ", State(pulse, wording, alerts ?? [])), TelegramStyle.Bold)]),
            Plain($"{wording.Name}, {wording.Clock.Span(pulse.Coverage.Window)}"),
        };
        if (pulse.Rows.Count == 0 && !pulse.Coverage.IsComplete)
            Add(pulse.Coverage.LinesRead == 0
                ? "Could not see whether anybody was active"
                : "Could not see all; nobody was active in what was seen");
        foreach (var line in NotSeen(pulse.Coverage, wording)) Add(line);
        rows.AddRange(Table(pulse, wording.Names));
        Add(Shares("Dashboards", pulse.Dashboards, MostDashboards));
        Add(Shares("Organisations", pulse.Organisations, MostShares));
        Add(OpenTabs(pulse, wording.Names));
        Add(Strangers(pulse));
        Add(Database(pulse, wording));
        Add(Pages(pulse));
        Add(Security(pulse));
        if (unsent is { } missed) Add($"None sent {wording.Span(missed)}");
        if (unsure is { } doubtful) Add($"Perhaps not sent: {wording.Span(doubtful)}");
        if (early is { } before) Add($"Sent before its time, by a clock that was ahead: {wording.Span(before)}");
        if (silence is not null)
            Add($"Alerts are silenced until {wording.Clock.Clock(silence.Until)}: {UntrustedText.Visible(silence.Reason, 80)}");
        return new TelegramText(rows);

        void Add(string? line)
        {
            if (line is not null) rows.Add(Plain(line));
        }
    }

    private static TelegramRow Plain(string line) => new([new TelegramSpan(line)]);

    /// <summary>The first line, which a locked telephone shows: what is wrong, or that all is well; how many were there; Grafana.</summary>
    private static IEnumerable<string> State(Pulse pulse, PulseWording wording, IReadOnlyList<string> alerts)
    {
        var wrong = Wrong(pulse, alerts).ToList();
        foreach (var words in wrong) yield return words;
        if (wrong.Count == 0 && pulse.Look is not null) yield return "OK";
        if (People(pulse) is { } people) yield return people + Before(pulse, wording);
        if (pulse.Look is { Verdict: HealthVerdict.Up } look)
            yield return look.Version is { } version ? $"Grafana {UntrustedText.Visible(version, 30)} up" : "Grafana up";
    }

    private static IEnumerable<string> Wrong(Pulse pulse, IReadOnlyList<string> alerts)
    {
        if (pulse.Look is { Verdict: HealthVerdict.NotAnswering }) yield return "Grafana DOES NOT ANSWER";
        else if (pulse.Look is { Verdict: not HealthVerdict.Up }) yield return "Grafana's database DOES NOT ANSWER";
        else if (pulse.DatabaseFailures is not null) yield return "Grafana's database FAILED";
        if (!pulse.Coverage.IsComplete) yield return pulse.Coverage.LinesRead == 0 ? "LOG NOT SEEN" : "LOG SEEN IN PART";
        foreach (var alert in alerts) yield return alert;
    }

    /// <summary>"Nobody" only of a window that was seen whole.</summary>
    private static string? People(Pulse pulse) =>
        pulse.Rows.Count > 0 ? Count(pulse.Figures.Users, "user")
        : !pulse.Coverage.IsComplete ? null
        : pulse.VisitorViews > 0 ? "nobody signed in"
        : "nobody active";

    private static string Before(Pulse pulse, PulseWording wording) =>
        pulse.Before is { } before && (before.Users > 0 || pulse.Rows.Count > 0) ? $" ({wording.Before}: {Number(before.Users)})" : "";

    /// <summary>One row for each person. The first says what is counted.</summary>
    private static IEnumerable<TelegramRow> Table(Pulse pulse, NameStyle style)
    {
        var people = pulse.Rows.GroupBy(row => row.Id).Select(rows => (
            Name: PersonName.Of(rows.First().Login, rows.Key, style),
            Where: string.Join(", ", rows.Select(row => pulse.OrganisationOf(row))),
            Requests: rows.Sum(Pulse.RequestsOf))).OrderByDescending(person => person.Requests).ToList();
        var shown = people.Take(MostRows).ToList();
        if (shown.Count == 0) yield break;

        var name = Math.Clamp(shown.Max(row => DisplayWidth.Of(UntrustedText.Visible(row.Name, NameWidth))), 1, NameWidth);
        var where = pulse.Organisations.Count == 0
            ? 0
            : Math.Clamp(shown.Max(row => DisplayWidth.Of(UntrustedText.Visible(row.Where, WhereWidth))), 1, WhereWidth);
        var requests = shown.Max(row => Number(row.Requests).Length);
        foreach (var (index, row) in shown.Index())
        {
            var organisation = where == 0 ? "" : Cell.Left(row.Where, where) + "  ";
            var unit = index > 0 ? "" : row.Requests == 1 ? " request" : " requests";
            yield return new TelegramRow(
                [new TelegramSpan($"{Cell.Left(row.Name, name)}  {organisation}{Number(row.Requests).PadLeft(requests)}{unit}")],
                IsTable: true);
        }

        var rest = people.Skip(MostRows).ToList();
        if (rest.Count > 0) yield return Plain($"and {rest.Count} more with {Number(rest.Sum(person => person.Requests))}");
    }

    /// <summary>By users, and says so: "Ward 12 3" would be no ward of this house.</summary>
    private static string? Shares(string what, IReadOnlyList<PulseShare> shares, int most)
    {
        if (shares.Count == 0) return null;
        var rest = shares.Count - most;
        return $"{what} by users: {string.Join(", ", shares.Take(most).Select(Share))}{(rest > 0 ? $" and {rest} more" : "")}";
    }

    private static string? OpenTabs(Pulse pulse, NameStyle style)
    {
        var working = pulse.People.AtWork.Select(row => row.Id).ToHashSet();
        var idle = pulse.People.TabsOnly.Where(row => !working.Contains(row.Id)).DistinctBy(row => row.Id).ToList();
        if (idle.Count == 0) return null;
        var names = idle.Take(MostNames).Select(row => UntrustedText.Visible(PersonName.Of(row.Login, row.Id, style), NameWidth));
        return $"Only a tab left open: {string.Join(", ", names)}{(idle.Count > MostNames ? $" and {idle.Count - MostNames} more" : "")}";
    }

    /// <summary>Whoever signs up and is locked is nobody's user, however many they are.</summary>
    private static string? Strangers(Pulse pulse)
    {
        if (pulse.Strangers.Count == 0) return null;
        var strayed = pulse.Strangers.Where(row => row.Dashboards.Count > 0).Select(row => row.Id).Distinct().Count();
        return $"New and locked, no users: {Count(pulse.Strangers.Select(row => row.Id).Distinct().Count(), "account")}"
            + (strayed > 0 ? $", {Number(strayed)} of them had a dashboard on screen" : "");
    }

    private static string? Pages(Pulse pulse)
    {
        var parts = new List<string>();
        if (pulse.Pages.P95 is { } p95) parts.Add($"95 of 100 pages within {Milliseconds(p95)}");
        if (pulse.Pages.Requests > 0) parts.Add($"errors {Percent(pulse.Pages.ServerErrors, pulse.Pages.Requests)} %");
        return parts.Count == 0 ? null : string.Join(" · ", parts);
    }

    private static string? Database(Pulse pulse, PulseWording wording)
    {
        if (pulse.DatabaseFailures is not { } failures) return null;
        var (first, last) = (wording.Clock.Clock(failures.First), wording.Clock.Clock(failures.Last));
        return $"Database failed {(first == last ? first : $"{first}–{last}")}: asked {Times(failures.Requests)} without an answer";
    }

    private static string? Security(Pulse pulse)
    {
        var parts = new List<string>();
        var renderer = pulse.People.AtWork.Concat(pulse.People.RenderedOnly).Sum(row => row.RendererRequests);
        var (failed, locked, disabled, denied, signUps, _) = pulse.Security;
        if (failed > 0 || locked > 0) parts.Add(
                $"{Count(failed, "failed login")}{(locked > 0 ? $", {Number(locked)} at a login locked for wrong passwords" : "")}");
        if (disabled > 0) parts.Add($"disabled accounts tried {Times(disabled)}");
        if (denied > 0) parts.Add($"access denied {Times(denied)}");
        if (signUps > 0) parts.Add(Count(signUps, "sign-up"));
        if (pulse.VisitorViews > 0) parts.Add($"visitors who are not signed in asked for dashboards {Times(pulse.VisitorViews)}");
        if (pulse.People.ServiceAccountRequests > 0)
            parts.Add(
                $"service accounts asked {Times(pulse.People.ServiceAccountRequests)}"
                + $"{(pulse.People.ProbablyServiceAccounts.Count > 0 ? " (by their logins alone)" : "")}");
        if (pulse.People.ServiceAccounts.Where(row => row.IsInBrowser).Select(row => row.Id).Distinct().Count() is > 0 and var browsed)
            parts.Add($"{Count(browsed, "service account")} in a browser");
        if (renderer > 0) parts.Add($"image renderer asked {Times(renderer)}");
        return parts.Count == 0 ? null : string.Join(" · ", parts);
    }

    private static IEnumerable<string> NotSeen(Coverage coverage, PulseWording wording)
    {
        foreach (var (index, gap) in coverage.Gaps.Take(MostGaps).Index())
        {
            var span = gap.From <= coverage.Window.From && gap.To >= coverage.Window.To
                ? ""
                : $"{wording.Span(new Window(gap.From, gap.To))}, ";
            yield return $"Not seen: {span}{UntrustedText.Visible(gap.Why, index == 0 ? FirstReasonWidth : ReasonWidth)}";
        }

        var rest = coverage.Gaps.Count - MostGaps;
        if (rest > 0) yield return $"Not seen: {Count(rest, "further gap")}";
    }

    private static string Share(PulseShare share)
    {
        var name = Title(share.Name);
        return $"{name}{(name.Length > 0 && char.IsDigit(name[^1]) ? ":" : "")} {Number(share.Users)}";
    }

    private static string Title(string name) => UntrustedText.Visible(name, TitleWidth);

    private static string Count(long number, string of) => $"{Number(number)} {of}{(number == 1 ? "" : "s")}";

    private static string Times(long number) => number == 1 ? "once" : $"{Number(number)} times";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(long span) => span < 10_000 ? $"{Number(span)} ms" : $"{Number(span / 1000)} s";

    /// <summary>One decimal; anything at all is never shown as 0.0.</summary>
    private static string Percent(long part, long whole)
    {
        var percent = 100.0 * part / whole;
        return part > 0 && percent < 0.1 ? "< 0.1" : percent.ToString("0.#", CultureInfo.InvariantCulture);
    }
}

/// <summary>What of the settings the messages depend on.</summary>
/// <param name="Brand">The name in front of every message.</param>
/// <param name="Every">How long a window is.</param>
internal sealed record PulseWording(string Brand, TimeZoneInfo Zone, TimeSpan Every, NameStyle Names)
{
    /// <summary><c>SITE_NAME</c>: which Grafana it is, where there are several; null where it is not told.</summary>
    public string? Site { get; init; }

    /// <summary>Who speaks, and of which Grafana where that is told: <c>Athena</c>, <c>Athena (North Wing)</c>.</summary>
    public string Name => UntrustedText.SingleLine(Site is null ? Brand : $"{Brand} ({Site})");

    /// <summary>Times as people of that zone write them.</summary>
    public ZoneText Clock { get; } = new(Zone);

    /// <summary>A span without the zone's name, for a message that has named it already; a day or more with its dates.</summary>
    public string Span(Window span) =>
        span.Length < TimeSpan.FromDays(1) ? $"{Clock.Clock(span.From)}–{Clock.Clock(span.To)}" : Clock.Span(span);

    /// <summary>What the window before is called.</summary>
    public string Before =>
        Every == TimeSpan.FromMinutes(15) ? "quarter before" : Every == TimeSpan.FromHours(1) ? "hour before" : "window before";
}

/// <summary>During maintenance no alert is sent; what is still wrong when it ends is told then.</summary>
/// <param name="By">Who asked for it.</param>
internal sealed record Silence(DateTimeOffset Since, DateTimeOffset Until, string By, string Reason);
