using System.Text;
using Athena.Common.Notify.Documents;
using Athena.Compliance.Notify.Mails;

namespace Athena.Compliance.Summaries;

/// <summary>Hours and days as a page to print and to file.</summary>
internal sealed class ReportPage(ReportOptions options)
{
    private const string Style = """
        table.hours { width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 2px; font-size: 12px; line-height: 20px; text-align: center; }
        table.hours th { font-weight: 600; color: #5c6b7a; padding: 0; }
        table.hours th:first-child { width: 56px; text-align: left; }
        .legend { list-style: none; margin: 16px 0; padding: 0; font-size: 12px; }
        .legend li { display: flex; margin: 0 0 3px; line-height: 20px; }
        .legend b { flex: none; width: 24px; margin-right: 8px; text-align: center; }
        @media print, (min-width: 481px) { .legend { columns: 2; } .legend li { break-inside: avoid; } }
        @media (max-width: 480px) { table.hours { border-spacing: 1px; font-size: 11px; } table.hours th:first-child { width: 44px; } }
        @media screen and (prefers-color-scheme: dark) { table.hours th { color: #a9b6c3; } }
        @media print { .legend { break-inside: avoid; } }
        """;

    private readonly SummaryText text = new(options.Brand, options.Zone, options.ReportsNobody);

    public string ToHtml(Summary summary)
    {
        var months = new StringBuilder();
        foreach (var month in summary.Days.GroupBy(day => (day.Day.Year, day.Day.Month)))
            Append(months, [.. summary.Hours.Select(hour => SummaryText.Hour(hour, summary.Length))], [.. month]);
        return new PrintedPage(options.Brand).ToHtml("Compliance", SummaryText.Range(summary), Style, $"""
            <p class="lead">{Encode(text.Totals(summary))}</p>
            <p>{Encode(text.Statement(summary))}</p>
            {(SummaryText.Missing(summary) is { } missing ? $"<p><strong>{Encode(missing)}</strong></p>" : "")}<p>{Encode(text.Check(summary))}</p>
            <p>{Encode(options.Prepared)}</p>
            {months}<ul class="legend">
            {string.Concat(SummaryMarks.Legend.Select(Legend))}</ul>
            {Reports(summary)}            <h2>How this was made</h2>
            <dl>
            {PrintedPage.Facts(text.HowMade(summary))}</dl>

            """, "Made by grafana-compliance. It holds no names.");
    }

    private static void Append(StringBuilder html, IReadOnlyList<string> hours, List<SummaryDay> days)
    {
        html.Append("<h2>").Append(Encode(SummaryText.Month(days[0].Day))).Append("</h2>\n<table class=\"hours\">\n<thead><tr><th></th>");
        foreach (var hour in hours)
            html.Append("<th scope=\"col\">").Append(Encode(hour).Replace("–", "–<wbr>", StringComparison.Ordinal)).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var day in days)
        {
            html.Append("<tr><th scope=\"row\">").Append(Encode(SummaryText.Day(day.Day))).Append("</th>");
            foreach (var mark in day.Hours.Select(SummaryMarks.Of))
                html.Append(mark is null
                    ? "<td></td>"
                    : $"""<td class="mark {PrintedPage.Class(mark.Tone)}" title="{Encode(mark.Words)}">{Encode(mark.Sign)}</td>""");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n");
    }

    private static string Reports(Summary summary) => SummaryText.Reports(summary) is { Count: > 0 } reports
        ? $"<h2>{Encode(SummaryText.ReportsHeading)}</h2>\n<p>{Encode(SummaryText.ReportsNote)}</p>\n<dl>\n{PrintedPage.Facts(reports)}</dl>\n"
        : "";

    private static string Legend(GridMark mark) =>
        $"""<li><b class="mark {(mark.Sign.Length > 0 ? PrintedPage.Class(mark.Tone) : "")}">{Encode(mark.Sign)}</b><span>{Encode(mark.Words)}</span></li>"""
        + "\n";

    private static string Encode(string value) => PrintedPage.Encode(value);
}
