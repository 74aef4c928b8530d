using System.Globalization;
using Athena.Common.Notify.Documents;
using Athena.Common.Time;
using Athena.Compliance.Notify.Mails;

namespace Athena.Compliance.Summaries;

/// <summary>The sentences of a summary. Pure.</summary>
/// <param name="reportsNobody"><c>REPORT_NOBODY</c>.</param>
internal sealed class SummaryText(Brand brand, ZoneText zone, bool reportsNobody)
{
    public const string ReportsHeading = "The reports, by day";

    public const string ReportsNote =
        "Before each its number in the month: reports are numbered in the order in which they were made, and each names the one before it.";

    private readonly Wording wording = new(zone);

    /// <summary><c>13–19 November 2026</c></summary>
    public static string Range(Summary summary)
    {
        var (from, to) = (summary.From, summary.To);
        if (from == to)
            return Local(to, "d MMMM yyyy");
        if (from.Year != to.Year)
            return $"{Local(from, "d MMMM yyyy")} – {Local(to, "d MMMM yyyy")}";
        return from.Month == to.Month ? $"{from.Day}–{Local(to, "d MMMM yyyy")}" : $"{Local(from, "d MMMM")} – {Local(to, "d MMMM yyyy")}";
    }

    public static string Day(DateOnly day) => Local(day, "ddd d");

    public static string Month(DateOnly day) => Local(day, "MMMM yyyy");

    /// <summary><c>06–07</c>, <c>06:30–07</c>: from when to when.</summary>
    public static string Hour(int end, TimeSpan length)
    {
        var from = TimeSpan.FromHours(end) - length;
        if (from < TimeSpan.Zero)
            from += TimeSpan.FromDays(1);
        return $"{from.ToString(from.Minutes == 0 ? "hh" : @"hh\:mm", CultureInfo.InvariantCulture)}–"
            + end.ToString("00", CultureInfo.InvariantCulture);
    }

    /// <summary><c>Weekly compliance summary, 13–19 November 2026</c></summary>
    public static string Title(Summary summary)
    {
        var days = summary.Days.Count;
        var isMonth = summary.From.Day == 1 && summary.To == summary.From.AddMonths(1).AddDays(-1);
        var period = days == 1 ? "Daily compliance" : days == 7 ? "Weekly compliance" : isMonth ? "Monthly compliance" : "Compliance";
        return $"{period} summary, {Range(summary)}";
    }

    /// <summary>All hours in a sentence.</summary>
    public string Totals(Summary summary)
    {
        if (summary.Due == 0)
            return $"{Range(summary)}: no hour was due.";
        List<(int Count, string One, string Many)> parts =
        [
            (summary.Count(HourState.InUse), "was in use", "were in use"),
            (summary.Count(HourState.OnlyAdmins), "had only administrators", "had only administrators"),
            (
                summary.Count(HourState.OnlyAdminsInPart),
                "had only administrators in the part that is in the log",
                "had only administrators in the part that is in the log"),
            (summary.Count(HourState.Nobody), "had nobody", "had nobody"),
            (
                summary.Count(HourState.VisitorsOnly),
                "had visitors without a login and nobody signed in",
                "had visitors without a login and nobody signed in"),
            (summary.Count(HourState.NotSeen), "was not seen", "were not seen"),
            (summary.Count(HourState.NotLookedAt), "was not looked at", "were not looked at"),
            (summary.Count(HourState.NoRecord), "has no record", "have no record"),
        ];
        var said = parts.Where(part => part.Count > 0)
            .Select(part => $"{Wording.Number(part.Count)} {(part.Count == 1 ? part.One : part.Many)}").ToList();
        var all = said.Count == 1 ? said[0] : $"{string.Join(", ", said[..^1])} and {said[^1]}";
        var late = summary.Late > 0 ? $" {Wording.Number(summary.Late)} {(summary.Late == 1 ? "was" : "were")} decided late." : "";
        return $"{Range(summary)}, {Wording.Counted(summary.Due, "hour")} of {brand.Name}: {all}.{late}";
    }

    /// <summary><c>13 × 30 hours due: 17 reported, 360 in use, 3 not seen, 10 with nobody.</c></summary>
    public string Statement(Summary summary)
    {
        var due = summary.Due == summary.Hours.Count * summary.Days.Count
            ? $"{Wording.Number(summary.Hours.Count)} × {Wording.Number(summary.Days.Count)} hours due"
            : $"{Wording.Counted(summary.Due, "hour")} due";
        var quiet = summary.Count(HourState.VisitorsOnly) + (reportsNobody ? 0 : summary.Count(HourState.Nobody));
        var unseen = summary.Count(HourState.NotSeen) + summary.Count(HourState.NotLookedAt) + summary.Count(HourState.NoRecord);
        return $"{due}: {Wording.Number(Reported(summary))} reported, {Wording.Number(summary.Count(HourState.InUse))} in use, "
            + $"{Wording.Number(unseen)} not seen{(quiet > 0 ? $", {Wording.Number(quiet)} with nobody signed in" : "")}.";
    }

    private int Reported(Summary summary) =>
        summary.Count(HourState.OnlyAdmins) + summary.Count(HourState.OnlyAdminsInPart)
            + (reportsNobody ? summary.Count(HourState.Nobody) : 0);

    /// <summary>So that who keeps the reports can hold them against this.</summary>
    public string Check(Summary summary)
    {
        return $"A report was due for each hour marked {(reportsNobody ? "A, P or N" : "A or P")}, small letters too: "
            + $"{Wording.Number(Reported(summary))} in all, and for no other. Columns say from when to when "
            + $"({Hour(summary.Hours[0], summary.Length)}), in {zone.Zone.Id} time.";
    }

    /// <summary>Each report with its number, a row a day.</summary>
    public static List<(string Name, Phrase Value)> Reports(Summary summary) =>
    [
        .. summary.Reports.GroupBy(report => report.Day)
            .Select(day => (Local(day.Key, "ddd d MMM"), Phrase.Of(string.Join(", ", day.Select(Report))))),
    ];

    /// <summary>What nobody must overlook; null when nothing is missing.</summary>
    public static string? Missing(Summary summary) => summary.Missing.Count == 0
        ? null
        : $"Missing from the audit: {string.Join(", ", summary.Missing.Select(place => place.Said))}. Younger reports have a higher "
            + "number, so it was made. Ask what became of it.";

    private static string Report(SummaryReport report) =>
        (report.Place is { } place ? $"{Wording.Number(place)}:\u00A0" : "") + report.Number + (report.IsVoid ? " (void)" : "");

    public List<(string Name, Phrase Value)> HowMade(Summary summary)
    {
        List<(string, Phrase)> facts = [("Made", Phrase.Of($"{wording.Time(summary.MadeAt)}, from the decisions in the audit"))];
        if (summary.AuditHead is { } head)
            facts.Add(
                ("Audit", Phrase.Of(
                    $"line {Wording.Number(head.Seq)}. Whoever keeps this can prove with the line's hash that the audit up to there was "
                    + $"not changed: {head.Hash}")));
        return facts;
    }

    private static string Local(DateOnly day, string pattern) => day.ToString(pattern, CultureInfo.InvariantCulture);
}
