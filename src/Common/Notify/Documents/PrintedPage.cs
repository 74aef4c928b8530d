using System.Net;

namespace Athena.Common.Notify.Documents;

/// <summary>A page to print and to file: complete in itself, no script, nothing loaded from anywhere.</summary>
public sealed class PrintedPage(Brand brand)
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
        .mark { border-radius: 2px; font-weight: 600; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        .good { background: {{TonePalette.Accent(Tone.Good)}}; color: {{TonePalette.Ink}}; }
        .calm { background: {{TonePalette.Accent(Tone.Calm)}}; color: {{TonePalette.Ink}}; }
        .warning { background: {{TonePalette.Accent(Tone.Warning)}}; color: {{TonePalette.Ink}}; }
        .critical { background: {{TonePalette.Accent(Tone.Critical)}}; color: {{TonePalette.Ink}}; }
        .quiet { background: {{TonePalette.Quiet}}; color: {{TonePalette.QuietInk}}; }
        dl { margin: 0; font-size: 13px; }
        dt { color: #5c6b7a; }
        dd { margin: 0 0 8px; word-break: break-word; }
        footer { margin-top: 20px; padding-top: 10px; border-top: 1px solid #d8dee5; font-size: 12px; color: #5c6b7a; }
        @media (max-width: 480px) { body { padding: 18px 10px; } }
        @media screen and (prefers-color-scheme: dark) {
          body { background: #1b222b; color: #e8edf2; }
          header, footer { border-color: #313b47; }
          header p, dt, footer { color: #a9b6c3; }
          header .brand { color: {{brand.DarkAccent}}; }
          .quiet { background: {{TonePalette.DarkQuiet}}; color: {{TonePalette.DarkQuietInk}}; }
        }
        @media print {
          @page { size: A4; margin: 15mm; }
          body { padding: 0; max-width: none; font-size: 10.5pt; }
          thead { display: table-header-group; }
          tr, dl, footer { break-inside: avoid; }
          h2 { break-after: avoid; }
        }
        """;

    /// <param name="kind">What it is, in a word: <c>Compliance</c>.</param>
    /// <param name="heading">Which one.</param>
    /// <param name="style">Of this kind of page alone.</param>
    /// <param name="main">What it says, as HTML.</param>
    /// <param name="maker">Who made it, and of what: a sentence or two.</param>
    public string ToHtml(string kind, string heading, string style, string main, string maker) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
        <title>{Encode(brand.Name)} {Encode(char.ToLowerInvariant(kind[0]) + kind[1..])}, {Encode(heading)}</title>
        <style>
        {Style}
        {style}
        </style>
        </head>
        <body>
        <header>{Head(kind)}<h1>{Encode(heading)}</h1></header>
        <main>
        {main}</main>
        <footer>{Encode($"{brand.Name} · {brand.Footer}")}{Line(brand.Site)}<br>{Encode(maker)}{Line(brand.LegalNote)}</footer>
        </body>
        </html>

        """;

    /// <summary>Names and values as the rows of a list.</summary>
    public static string Facts(IEnumerable<(string Name, Phrase Value)> facts) =>
        string.Concat(facts.Select(fact => $"<dt>{Encode(fact.Name)}</dt><dd>{fact.Value.Html}</dd>\n"));

    /// <summary>The class of a mark.</summary>
    public static string Class(Tone? tone) => tone switch
    {
        Tone.Good => "good",
        Tone.Calm => "calm",
        Tone.Warning => "warning",
        Tone.Critical => "critical",
        null => "quiet",
    };

    public static string Encode(string value) => WebUtility.HtmlEncode(value);

    /// <summary>The name set in type or the logo, and whose Grafana it is.</summary>
    private string Head(string kind)
    {
        var name = brand.Logo is { } logo
            ? $"""<p class="plate"><img src="{logo.DataUri}" width="{logo.Shown.Width}" height="{logo.Shown.Height}" alt="{Encode(brand.Name)}"></p>"""
            : $"""<p class="brand">{Encode(brand.Name)}</p>""";
        return $"{name}<p>{Encode(kind)}{(brand.Site is { } site ? $" · {Encode(site)}" : "")}</p>";
    }

    private static string Line(string? value) => value is null ? "" : "<br>" + Encode(value);
}
