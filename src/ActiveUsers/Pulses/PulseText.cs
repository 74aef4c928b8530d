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
    private const int TitleWidth = 40;

    /// <summary>A reason ends with its remedy: room for all of it, but not for four of them.</summary>
    private const int FirstReasonWidth = 700;
    private const int ReasonWidth = 120;

    /// <param name="unsent">The span of windows before this one of which nobody was told; null when there is none.</param>
    /// <param name="unsure">The span of which it is not known whether somebody was told.</param>
    /// <param name="silence">While alerts are silenced.</param>
    /// <param name="early">The span of windows of which somebody was told before they were over, by a clock that was ahead.</param>
    public static TelegramText Of(Pulse pulse, Window? unsent, Window? unsure, Silence? silence, PulseWording wording, Window? early = null)
    {
        var window = pulse.Coverage.Window;
        var title = new TelegramSpan($"{UntrustedText.SingleLine(wording.Brand)} · {wording.Clock.Span(window)}", TelegramStyle.Bold);
        var rows = new List<TelegramRow>();
        if (pulse.Rows.Count == 0 && IsQuiet(pulse))
            rows.Add(new TelegramRow(
            [
                title,
                new TelegramSpan((pulse.VisitorViews > 0 ? " · nobody signed in" : " · nobody active") + Since(pulse, wording)),
            ]));
        else
            rows.AddRange([new TelegramRow([title]), Plain(Headline(pulse, wording))]);

        rows.AddRange(Table(pulse, wording.Names));
        Add(Organisations(pulse));
        Add(Dashboards(pulse));
        Add(OpenTabs(pulse, wording.Names));
        Add(Grafana(pulse));
        Add(Database(pulse, wording));
        Add(Security(pulse));
        foreach (var line in NotSeen(pulse.Coverage, wording)) Add(line);
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

    /// <summary>Seen whole, so that "nobody" may be said.</summary>
    private static bool IsQuiet(Pulse pulse) => pulse.Coverage.IsComplete;

    private static string Since(Pulse pulse, PulseWording wording) =>
        pulse.Before is { Users: > 0 } before ? $" ({wording.Before}: {Count(before.Users, "user")})" : "";

    private static string Headline(Pulse pulse, PulseWording wording)
    {
        if (pulse.Rows.Count == 0)
            return pulse.Coverage.LinesRead == 0
                ? "Could not see whether anybody was active"
                : "Could not see all; nobody was active in what was seen";
        var before = pulse.Before is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"   ({wording.Before}: {Count(known.Users, "user")} · {known.Requests})")
            : "";
        return $"{Count(pulse.Figures.Users, "user")} · {Count(pulse.Figures.Requests, "request")}{before}";
    }

    private static IEnumerable<TelegramRow> Table(Pulse pulse, NameStyle style)
    {
        var shown = pulse.Rows.Take(MostRows).Select((row, index) => (
            Rank: (index + 1).ToString(CultureInfo.InvariantCulture),
            Name: PersonName.Of(row.Login, row.Id, style),
            Where: string.Create(CultureInfo.InvariantCulture, $"id {row.Id} · org {row.OrgId}"),
            Requests: Pulse.RequestsOf(row).ToString(CultureInfo.InvariantCulture))).ToList();
        if (shown.Count == 0) yield break;

        var rank = shown.Max(row => row.Rank.Length);
        var name = shown.Max(row => DisplayWidth.Of(UntrustedText.Visible(row.Name, NameWidth)));
        var where = shown.Max(row => row.Where.Length);
        var requests = shown.Max(row => row.Requests.Length);
        foreach (var row in shown)
        {
            yield return new TelegramRow(
                [
                    new TelegramSpan(
                        $"{row.Rank.PadLeft(rank)}  {Cell.Left(row.Name, Math.Clamp(name, 1, NameWidth))}  {row.Where.PadRight(where)}  "
                        + $"{row.Requests.PadLeft(requests)}"),
                ], IsTable: true);
        }

        var rest = pulse.Rows.Skip(MostRows).ToList();
        if (rest.Count > 0) yield return Plain($"and {rest.Count} more with {Count(rest.Sum(Pulse.RequestsOf), "request")}");
    }

    private static string? Organisations(Pulse pulse)
    {
        if (pulse.Organisations.Count == 0) return null;
        var named = pulse.Organisations.Take(MostShares).Select((share, index) => Share(share, index));
        var rest = pulse.Organisations.Count - MostShares;
        return "By organisation: " + string.Join(", ", named) + (rest > 0 ? $" and {rest} more" : "");
    }

    private static string? Dashboards(Pulse pulse)
    {
        if (pulse.Dashboards.Count == 0) return null;
        var named = pulse.Dashboards.Take(MostDashboards).Select((share, index) => Share(share, index));
        return "Dashboards: " + string.Join(", ", named);
    }

    private static string? OpenTabs(Pulse pulse, NameStyle style)
    {
        var working = pulse.People.AtWork.Select(row => row.Id).ToHashSet();
        var idle = pulse.People.TabsOnly.Where(row => !working.Contains(row.Id)).DistinctBy(row => row.Id).ToList();
        if (idle.Count == 0) return null;
        var names = idle.Take(MostNames).Select(row => UntrustedText.Visible(PersonName.Of(row.Login, row.Id, style), NameWidth));
        return $"Only a tab left open: {string.Join(", ", names)}{(idle.Count > MostNames ? $" and {idle.Count - MostNames} more" : "")}";
    }

    private static string? Grafana(Pulse pulse)
    {
        var parts = new List<string>();
        if (pulse.Look is { } look)
        {
            var version = look.Version is { } text ? " " + UntrustedText.Visible(text, 30) : "";
            parts.Add($"Grafana{version} {(look.Verdict == HealthVerdict.NotAnswering ? "DOES NOT ANSWER" : "up")}");
            if (look.Verdict != HealthVerdict.NotAnswering)
                parts.Add(look.Verdict == HealthVerdict.Up ? "database ok" : "database DOES NOT ANSWER");
        }

        if (pulse.Pages.P95 is { } p95) parts.Add($"pages p95 {Milliseconds(p95)}");
        if (pulse.Pages.Requests > 0) parts.Add($"errors {Percent(pulse.Pages.ServerErrors, pulse.Pages.Requests)} %");
        return parts.Count == 0 ? null : string.Join(" · ", parts);
    }

    private static string? Database(Pulse pulse, PulseWording wording)
    {
        if (pulse.DatabaseFailures is not { } failures) return null;
        var (first, last) = (wording.Clock.Clock(failures.First), wording.Clock.Clock(failures.Last));
        return $"Grafana's database FAILED {(first == last ? first : $"{first}–{last}")}: {Count(failures.Requests, "request")} without "
            + "an answer";
    }

    private static string? Security(Pulse pulse)
    {
        var parts = new List<string>();
        var renderer = pulse.People.AtWork.Concat(pulse.People.RenderedOnly).Sum(row => row.RendererRequests);
        var (failed, locked, disabled, denied, signUps, _) = pulse.Security;
        if (failed > 0 || locked > 0) parts.Add($"{Count(failed, "failed login")}{(locked > 0 ? $", {Number(locked)} locked" : "")}");
        if (disabled > 0) parts.Add(disabled == 1 ? "1 disabled user tried" : $"disabled users tried {Number(disabled)} times");
        if (denied > 0) parts.Add($"access denied {Number(denied)} times");
        if (signUps > 0) parts.Add(Count(signUps, "sign-up"));
        if (pulse.VisitorViews > 0) parts.Add($"visitors who are not signed in {Count(pulse.VisitorViews, "request")} for dashboards");
        if (pulse.People.ServiceAccountRequests > 0)
            parts.Add(
                $"service accounts {Count(pulse.People.ServiceAccountRequests, "request")}"
                + $"{(pulse.People.ProbablyServiceAccounts.Count > 0 ? " (by their logins alone)" : "")}");
        if (pulse.People.ServiceAccounts.Where(row => row.IsInBrowser).Select(row => row.Id).Distinct().Count() is > 0 and var browsed)
            parts.Add($"{Count(browsed, "service account")} in a browser");
        if (renderer > 0) parts.Add($"image renderer {Count(renderer, "request")}");
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

    /// <summary>The first says what is counted. "Ward 12 3" would be no ward of this house.</summary>
    private static string Share(PulseShare share, int index)
    {
        var name = Title(share.Name);
        return $"{name}{(name.Length > 0 && char.IsDigit(name[^1]) ? ":" : "")} "
            + $"{(index == 0 ? Count(share.Users, "user") : Number(share.Users))}";
    }

    private static string Title(string name) => UntrustedText.Visible(name, TitleWidth);

    private static string Count(long number, string of) => $"{Number(number)} {of}{(number == 1 ? "" : "s")}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(long span) => span < 10_000 ? $"{Number(span)} ms" : $"{Number(span / 1000)} s";

    /// <summary>One decimal; anything at all is never shown as 0.0.</summary>
    private static string Percent(long part, long whole)
    {
        var percent = 100.0 * part / whole;
        return part > 0 && percent < 0.1 ? "< 0.1" : percent.ToString("0.#", CultureInfo.InvariantCulture);
    }
}
