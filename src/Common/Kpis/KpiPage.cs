using Athena.Common.Notify.Documents;

namespace Athena.Common.Kpis;

/// <summary>A report as one page to print. Pure.</summary>
public static class KpiPage
{
    private const string Style = """
        table.kpis { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 19px; }
        table.kpis th, table.kpis td { padding: 5px 8px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid #d8dee5; }
        table.kpis thead th { color: #5c6b7a; font-weight: 600; }
        table.kpis td:first-child { width: 84px; }
        table.kpis .mark { display: inline-block; width: 74px; text-align: center; font-size: 12px; }
        table.kpis .number { font-weight: 600; white-space: nowrap; }
        @media screen and (prefers-color-scheme: dark) { table.kpis th, table.kpis td { border-color: #313b47; } table.kpis thead th { color: #a9b6c3; } }
        @media print { body { font-size: 9.5pt; line-height: 13pt; } dl { font-size: 8.5pt; line-height: 11.5pt; } dd { margin: 0 0 4px; } }
        """;

    public static string ToHtml(KpiReport report, Brand brand) => new PrintedPage(brand).ToHtml(
        "Key figures", KpiWords.Range(report), Style, $"""
        <p class="lead">{PrintedPage.Encode(KpiWords.Lead(report))}</p>
        <table class="kpis">
        <thead><tr><th></th><th scope="col">Figure</th><th scope="col">Number</th><th scope="col">Target</th><th scope="col">Known</th></tr></thead>
        <tbody>
        {string.Concat(report.Rows.Select(Row))}</tbody>
        </table>
        {string.Concat(report.Rows.Where(row => row.Kpi.Parts.Count > 0).Select(Parts))}<h2>{KpiWords.HowMade}</h2>
        <dl>
        {PrintedPage.Facts(report.Rows.Select(row => (KpiWords.Name(row), Phrase.Of(row.Kpi.How))))}</dl>

        """, KpiWords.SmallPrint);

    private static string Row(KpiReportRow row) =>
        $"""<tr><td><span class="mark {PrintedPage.Class(ToneOf(row.Kpi))}">{row.Kpi.Verdict}</span></td>"""
        + $"""<th scope="row">{PrintedPage.Encode(KpiWords.Name(row))}</th><td class="number">{PrintedPage.Encode(row.Kpi.ValueWords())}</td>"""
        + $"<td>{PrintedPage.Encode(row.Kpi.Target)}</td><td>{PrintedPage.Encode(row.Kpi.KnownWords())}</td></tr>\n";

    private static string Parts(KpiReportRow row) =>
        $"<h2>{PrintedPage.Encode(row.Kpi.Name)}</h2>\n<dl>\n{PrintedPage.Facts(KpiWords.Parts(row.Kpi))}</dl>\n";

    private static Tone? ToneOf(Kpi kpi) => kpi.IsMet switch { true => Tone.Good, false => Tone.Critical, null => null };
}
