using System.Globalization;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;
using Athena.Compliance.Notify.Mails;

namespace Athena.Compliance.Summaries;

/// <summary>The summary of a day, a week or a month: one row a day, because silence alone proves nothing.</summary>
internal sealed class SummaryMail(ReportOptions options)
{
    private readonly SummaryText text = new(options.Brand, options.Zone, options.ReportsNobody);

    public Notification Write(Summary summary)
    {
        var document = Document(summary);
        return new Notification(
            string.Create(CultureInfo.InvariantCulture, $"summary/{summary.From:yyyy-MM-dd}/{summary.To:yyyy-MM-dd}"), options.SummaryTo,
            $"{options.Brand.Name} compliance: summary, {SummaryText.Range(summary)}",
            document, options.Brand)
        { Thread = "summary" };
    }

    /// <summary>The same as a text for a terminal or a file.</summary>
    public string ToText(Summary summary) => Document(summary).ToText(options.Brand);

    private MailDocument Document(Summary summary)
    {
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(text.Totals(summary))),
            new MailBlock.Paragraph(Phrase.Of(text.Statement(summary))),
            new MailBlock.Paragraph(Phrase.Of(text.Check(summary))),
            new MailBlock.Paragraph(Phrase.Of(options.Prepared)),
        ];
        var hours = summary.Hours.Select(hour => SummaryText.Hour(hour, summary.Length)).ToList();
        var months = summary.Days.GroupBy(day => (day.Day.Year, day.Day.Month)).ToList();
        foreach (var month in months)
        {
            blocks.Add(new MailBlock.Heading(SummaryText.Month(month.First().Day)));
            blocks.Add(new MailBlock.Grid(hours, [.. month.Select(Row)], month == months[^1] ? SummaryMarks.Legend : []));
        }

        blocks.Add(new MailBlock.Heading("How this was made"));
        blocks.Add(new MailBlock.Facts(text.HowMade(summary)));
        return new MailDocument(
            SummaryText.Title(summary), Tone.Calm, "COMPLIANCE SUMMARY", blocks, "Made by grafana-compliance. It holds no names.");
    }

    private static GridRow Row(SummaryDay day) => new(SummaryText.Day(day.Day), [.. day.Hours.Select(SummaryMarks.Of)]);
}
