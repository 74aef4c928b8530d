using System.Net;
using System.Text;
using Athena.Common.Notify.Documents;
using Athena.Compliance.Notify.Mails;

namespace Athena.Compliance.Summaries;

/// <summary>Hours and days as a page to print and to file: complete in itself, no script, nothing loaded from anywhere.</summary>
internal sealed class ReportPage(ReportOptions options)
{
    private string Style => $$"""
        :root { color-scheme: light dark; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 32px 24px; max-width: 800px; background: #ffffff; color: #1f2933; font: 14px/21px -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
        header { border-bottom: 3px solid {{brand.Accent}}; margin-bottom: 16px; }
        header p { margin: 0; color: #5c6b7a; font-size: 13px; }
        header .brand { color: {{brand.Accent}}; font-size: 18px; font-weight: 700; }
        header .plate { display: inline-block; padding: 4px 6px; background: #ffffff; border-radius: 4px; line-height: 0; }
        h1 { margin: 2px 0 12px; font-size: 24px; line-height: 30px; font-weight: 600; }
        h2 { margin: 22px 0 6px; font-size: 15px; font-weight: 600; }
        .lead { font-size: 16px; line-height: 24px; }
        table.hours { width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 2px; font-size: 12px; line-height: 20px; text-align: center; }
        table.hours th { font-weight: 600; color: #5c6b7a; padding: 0; }
        table.hours th:first-child { width: 56px; text-align: left; }
        td.mark, .legend b { border-radius: 2px; font-weight: 600; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        .good { background: {{TonePalette.Accent(Tone.Good)}}; color: {{TonePalette.Ink}}; }
        .calm { background: {{TonePalette.Accent(Tone.Calm)}}; color: {{TonePalette.Ink}}; }
        .warning { background: {{TonePalette.Accent(Tone.Warning)}}; color: {{TonePalette.Ink}}; }
        .critical { background: {{TonePalette.Accent(Tone.Critical)}}; color: {{TonePalette.Ink}}; }
        .quiet { background: {{TonePalette.Quiet}}; color: {{TonePalette.QuietInk}}; }
        .legend { list-style: none; margin: 16px 0; padding: 0; font-size: 12px; }
        .legend li { display: flex; margin: 0 0 3px; line-height: 20px; }
        .legend b { flex: none; width: 24px; margin-right: 8px; text-align: center; }
        dl { margin: 0; font-size: 13px; }
        dt { color: #5c6b7a; }
        dd { margin: 0 0 8px; word-break: break-word; }
        footer { margin-top: 20px; padding-top: 10px; border-top: 1px solid #d8dee5; font-size: 12px; color: #5c6b7a; }
        @media print, (min-width: 481px) { .legend { columns: 2; } .legend li { break-inside: avoid; } }
        @media (max-width: 480px) { body { padding: 18px 10px; } table.hours { border-spacing: 1px; font-size: 11px; } table.hours th:first-child { width: 44px; } }
        @media screen and (prefers-color-scheme: dark) {
          body { background: #1b222b; color: #e8edf2; }
          header, footer { border-color: #313b47; }
          header p, table.hours th, dt, footer { color: #a9b6c3; }
          header .brand { color: {{brand.DarkAccent}}; }
          .quiet { background: {{TonePalette.DarkQuiet}}; color: {{TonePalette.DarkQuietInk}}; }
        }
        @media print {
          @page { size: A4; margin: 15mm; }
          body { padding: 0; max-width: none; font-size: 10.5pt; }
          thead { display: table-header-group; }
          tr, .legend, dl, footer { break-inside: avoid; }
          h2 { break-after: avoid; }
        }
        """;

    private readonly Brand brand = options.Brand;
    private readonly SummaryText text = new(options.Brand, options.Zone, options.ReportsNobody);

    public string ToHtml(Summary summary)
    {
        var range = Encode(SummaryText.Range(summary));
        var months = new StringBuilder();
        foreach (var month in summary.Days.GroupBy(day => (day.Day.Year, day.Day.Month)))
            Append(months, [.. summary.Hours.Select(hour => SummaryText.Hour(hour, summary.Length))], [.. month]);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
            <title>{Encode(brand.Name)} compliance, {range}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <header>{Head()}<h1>{range}</h1></header>
            <main>
            <p class="lead">{Encode(text.Totals(summary))}</p>
            <p>{Encode(text.Statement(summary))}</p>
            {(SummaryText.Missing(summary) is { } missing ? $"<p><strong>{Encode(missing)}</strong></p>" : "")}<p>{Encode(text.Check(summary))}</p>
            <p>{Encode(options.Prepared)}</p>
            {months}<ul class="legend">
            {string.Concat(SummaryMarks.Legend.Select(Legend))}</ul>
            {Reports(summary)}            <h2>How this was made</h2>
            <dl>
            {Facts(text.HowMade(summary))}</dl>
            </main>
            <footer>{Encode($"{brand.Name} · {brand.Footer}")}{Line(brand.Site)}<br>Made by grafana-compliance. It holds no names.{Line(brand.LegalNote)}</footer>
            </body>
            </html>

            """;
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
                    : $"""<td class="mark {Class(mark)}" title="{Encode(mark.Words)}">{Encode(mark.Sign)}</td>""");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n");
    }

    private static string Reports(Summary summary) => SummaryText.Reports(summary) is { Count: > 0 } reports
        ? $"<h2>{Encode(SummaryText.ReportsHeading)}</h2>\n<p>{Encode(SummaryText.ReportsNote)}</p>\n<dl>\n{Facts(reports)}</dl>\n"
        : "";

    private static string Facts(List<(string Name, Phrase Value)> facts) =>
        string.Concat(facts.Select(fact => $"<dt>{Encode(fact.Name)}</dt><dd>{fact.Value.Html}</dd>\n"));

    private static string Legend(GridMark mark) =>
        $"""<li><b class="{(mark.Sign.Length > 0 ? Class(mark) : "")}">{Encode(mark.Sign)}</b><span>{Encode(mark.Words)}</span></li>"""
        + "\n";

    private static string Class(GridMark mark) => mark.Tone switch
    {
        Tone.Good => "good",
        Tone.Calm => "calm",
        Tone.Warning => "warning",
        Tone.Critical => "critical",
        null => "quiet",
    };

    /// <summary>The name set in type or the logo, and whose Grafana it is.</summary>
    private string Head()
    {
        var name = brand.Logo is { } logo
            ? $"""<p class="plate"><img src="{logo.DataUri}" width="{logo.Shown.Width}" height="{logo.Shown.Height}" alt="{Encode(brand.Name)}"></p>"""
            : $"""<p class="brand">{Encode(brand.Name)}</p>""";
        return $"{name}<p>Compliance{(brand.Site is { } site ? $" · {Encode(site)}" : "")}</p>";
    }

    private static string Line(string? value) => value is null ? "" : "<br>" + Encode(value);

    private static string Encode(string value) => WebUtility.HtmlEncode(value);
}
