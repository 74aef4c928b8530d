using System.Globalization;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.Kpis;

/// <summary>A report as a mail, and as text for a terminal. Pure.</summary>
public static class KpiDocument
{
    /// <summary>The same in a terminal.</summary>
    public static string ToText(KpiReport report, Brand brand) => Of(report).ToText(brand);

    public static MailDocument Of(KpiReport report)
    {
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(KpiWords.Lead(report))),
            new MailBlock.Table(["", "Number", "Target", "Known"], [.. report.Rows.Select(Row)]),
        ];
        foreach (var (_, kpi) in report.Rows.Where(row => row.Kpi.Parts.Count > 0))
        {
            blocks.Add(new MailBlock.Heading(kpi.Name));
            blocks.Add(new MailBlock.Facts([.. KpiWords.Parts(kpi)]));
        }

        blocks.Add(new MailBlock.Heading(KpiWords.HowMade));
        blocks.Add(new MailBlock.Facts([.. report.Rows.Select(row => (KpiWords.Name(row), Phrase.Of(row.Kpi.How)))]));
        return new MailDocument(
            KpiWords.Title(report), report.Counts.Missed > 0 ? Tone.Warning : Tone.Calm, "KEY FIGURES", blocks, KpiWords.SmallPrint);
    }

    private static IReadOnlyList<Phrase> Row(KpiReportRow row) =>
    [
        Phrase.Of($"{KpiWords.Name(row)}: {row.Kpi.Verdict}"), Phrase.Of(row.Kpi.ValueWords()), Phrase.Of(row.Kpi.Target),
        Phrase.Of(row.Kpi.KnownWords()),
    ];
}

/// <summary>What all forms of a report say in the same words.</summary>
internal static class KpiWords
{
    public const string HowMade = "How each was made";

    public const string SmallPrint =
        "Made by Athena Workers of what the daemons have kept. It names nobody. What is not known is never counted as well.";

    public static string Title(KpiReport report) => $"Key figures, {Range(report)}";

    /// <summary><c>1 November 2026 to 30 November 2026</c>.</summary>
    public static string Range(KpiReport report)
    {
        var clock = new ZoneText(report.Zone);
        return $"{clock.Date(report.From)} to {clock.Date(report.To.AddTicks(-1))}";
    }

    /// <summary>Names of dashboards are whatever somebody gave them.</summary>
    public static IEnumerable<(string Name, Phrase Value)> Parts(Kpi kpi) =>
        kpi.Parts.Select(part => (UntrustedText.Visible(part.Name, 60), Phrase.Of(part.Value)));

    public static string Lead(KpiReport report)
    {
        var (met, missed, unknown) = report.Counts;
        var early = report.Rows.Count(row => row.Kpi.TooEarly is not null);
        unknown -= early;
        var said = string.Create(CultureInfo.InvariantCulture, $"{met} of {report.Rows.Count} targets are met");
        if (missed > 0) said += string.Create(CultureInfo.InvariantCulture, $", {missed} {(missed == 1 ? "is" : "are")} not");
        if (early > 0) said += string.Create(CultureInfo.InvariantCulture, $"; of {early} it is too early to tell");
        return unknown == 0
            ? said + "."
            : said + string.Create(CultureInfo.InvariantCulture, $"; of {unknown} it depends on what is not known.");
    }

    /// <summary>What each daemon has of its own is told with its name.</summary>
    public static string Name(KpiReportRow row) =>
        row.Kpi.Key == KpiKinds.DataLoss.Key ? $"{row.Kpi.Name}, {row.Daemon}" : row.Kpi.Name;
}
