using System.Net;
using System.Text;

namespace Athena.Common.Notify.Documents;

/// <summary>
/// The HTML part of a mail: tables and inline styles, because Outlook renders with Word and Gmail drops style sheets; classes carry the
/// dark colours for the clients that ask for them; one column that fits a telephone. Nothing is loaded from anywhere.
/// </summary>
internal static class HtmlRenderer
{
    public const string Font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
    private const string Mono = "font-family:Consolas,'SF Mono',Menlo,'Liberation Mono',monospace;";

    public static string Render(MailDocument document, Brand brand)
    {
        // What is calm is in the colour of the house; the others mean something.
        var accent = document.Tone == Tone.Calm ? brand.Accent : TonePalette.Accent(document.Tone);
        var body = new StringBuilder();
        foreach (var block in document.Blocks) Append(body, block, accent);

        var preview = document.Blocks.OfType<MailBlock.Lead>().FirstOrDefault()?.Words.Html ?? "";
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
            <title>{{Encode(document.Title)}}</title>
            <style>
            :root { color-scheme: light dark; supported-color-schemes: light dark; }
            table, td, th { font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif; }
            .tag { mso-hide:all; }
            @media (prefers-color-scheme: dark) {
              .page { background:#12171d !important; }
              .card { background:{{TonePalette.DarkCard}} !important; border-color:#313b47 !important; border-top-color:{{brand.DarkAccent}} !important; }
              .ink, .ink td { color:#e8edf2 !important; }
              .soft, .soft td { color:#a9b6c3 !important; }
              .grid th { color:#a9b6c3 !important; }
              .line { border-color:#313b47 !important; }
              .code { background:#0f141a !important; color:#e8edf2 !important; border-color:#313b47 !important; }
              .quiet { background:{{TonePalette.DarkQuiet}} !important; color:{{TonePalette.DarkQuietInk}} !important; }
              .brand { color:{{brand.DarkAccent}} !important; }
              .other a { color:{{Colour.Lightened(accent, TonePalette.DarkCard)}} !important; }
            }
            @media (max-width: 480px) {
              .pad { padding-left:18px !important; padding-right:18px !important; }
              .stack { display:block !important; width:auto !important; padding-bottom:0 !important; }
              .stack + .stack { border-top:0 !important; padding:1px 0 8px 0 !important; }
              .head { display:none !important; }
              .tag { display:inline !important; }
              .cell { display:block !important; padding:1px 0 !important; }
              .cell:not(:last-child) { border-bottom:0 !important; }
              .cell:first-child { padding-top:9px !important; font-weight:600 !important; }
              .cell:last-child { padding-bottom:9px !important; }
            }
            {{Watermark(document)}}</style>
            </head>
            <body class="page" style="margin:0;padding:0;background:#eef1f4;">
            <div style="display:none;max-height:0;overflow:hidden;">{{preview}}</div>
            <table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#eef1f4;"><tr><td align="center" style="padding:24px 8px;">
            <table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border:1px solid #d8dee5;border-top:4px solid {{brand.Accent}};border-radius:6px;">
            <tr><td class="pad line" style="padding:14px 32px;border-bottom:1px solid #e3e8ed;"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>
            {{Head(brand)}}
            </tr></table></td></tr>
            <tr><td class="pad" style="padding:20px 32px 8px 32px;">
            <p style="margin:0 0 10px 0;"><span style="{{Font}}font-size:12px;font-weight:600;letter-spacing:.4px;color:#ffffff;background:{{accent}};border-radius:3px;padding:3px 8px;">{{Encode(document.Label)}}</span></p>
            <h1 class="ink" style="{{Font}}margin:0 0 14px 0;font-size:22px;line-height:29px;font-weight:600;color:#1f2933;">{{(document.Headline ?? Phrase.Of(document.Title)).Html}}</h1>
            {{body}}</td></tr>
            <tr><td class="pad soft line" style="{{Font}}padding:16px 32px 22px 32px;border-top:1px solid #e3e8ed;font-size:12px;line-height:18px;color:#5c6b7a;">
            {{Footer(brand)}}{{Encode(document.SmallPrint)}}{{Legal(brand)}}
            </td></tr>
            </table>
            </td></tr></table>
            </body>
            </html>

            """;
    }

    /// <summary>What is fixed stands on every page that is printed.</summary>
    private static string Watermark(MailDocument document) => document.IsTest
        ? $$"""
            @media print {
              body::after { content:"TEST"; position:fixed; top:36%; left:0; right:0; text-align:center; transform:rotate(-32deg); {{Font}}font-size:190px; line-height:200px; font-weight:700; letter-spacing:12px; color:rgba(160,84,0,.20); }
            }

            """
        : "";

    private static void Append(StringBuilder html, MailBlock block, string accent)
    {
        switch (block)
        {
            case MailBlock.Lead lead:
                html.Append(
                    $"""<p class="ink" style="{Font}margin:0 0 18px 0;font-size:16px;line-height:24px;color:#1f2933;">{lead.Words.Html}</p>""");
                break;
            case MailBlock.Banner banner:
                html.Append(
                    $"""<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 18px 0;"><tr><td bgcolor="{TonePalette.Accent(banner.Tone)}" style="{Font}padding:12px 16px;background:{TonePalette.Accent(banner.Tone)};border-radius:4px;font-size:16px;line-height:22px;font-weight:700;color:{TonePalette.Ink};">{banner.Words.Html}</td></tr></table>""");
                break;
            case MailBlock.Paragraph paragraph:
                html.Append(
                    $"""<p class="ink" style="{Font}margin:0 0 16px 0;font-size:14px;line-height:21px;color:#323f4b;">{paragraph.Words.Html}</p>""");
                break;
            case MailBlock.Heading heading:
                html.Append(
                    $"""<h2 class="ink" style="{Font}margin:22px 0 8px 0;font-size:15px;line-height:21px;font-weight:600;color:#1f2933;">{Encode(heading.Words)}</h2>""");
                break;
            case MailBlock.Facts facts:
                html.Append("""<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 20px 0;">""");
                foreach (var (name, value) in facts.Rows)
                    html.Append(
                        $"""<tr><td class="stack soft line" valign="top" style="{Font}width:128px;padding:8px 12px 8px 0;border-top:1px solid #e3e8ed;font-size:13px;line-height:20px;color:#5c6b7a;">{Encode(name)}</td><td class="stack ink line" valign="top" style="{Font}padding:8px 0;border-top:1px solid #e3e8ed;font-size:14px;line-height:20px;color:#1f2933;word-break:break-word;">{value.Html}</td></tr>""");
                html.Append("</table>");
                break;
            case MailBlock.Table table:
                HtmlTables.Append(html, table);
                break;
            case MailBlock.Strip strip:
                HtmlTables.Append(html, strip);
                break;
            case MailBlock.Grid grid:
                HtmlTables.Append(html, grid);
                break;
            case MailBlock.Buttons buttons:
                html.Append("""<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 14px 0;"><tr>""");
                foreach (var (i, button) in buttons.All.Index())
                {
                    if (i > 0) html.Append("""<td width="10" style="font-size:1px;">&nbsp;</td>""");
                    Append(html, button, accent, isFirst: i == 0);
                }

                html.Append("</tr></table>");
                break;
            case MailBlock.Command command:
                html.Append(
                    $"""<p class="ink" style="{Font}margin:0 0 6px 0;font-size:14px;line-height:21px;color:#323f4b;">{Encode(command.What)}:</p><p class="code" style="{Mono}margin:0 0 16px 0;padding:9px 12px;background:#f4f6f8;border:1px solid #e3e8ed;border-radius:4px;font-size:13px;line-height:19px;color:#1f2933;word-break:break-word;">{Unbroken(command.Line)}</p>""");
                break;
        }

        html.Append('\n');
    }

    /// <summary>One button is filled; those beside it have its colour round them.</summary>
    private static void Append(StringBuilder html, MailButton button, string accent, bool isFirst)
    {
        var (cell, ink) = isFirst
            ? ($"""<td class="button" bgcolor="{accent}" style="border:1px solid {accent};border-radius:4px;background:{accent};">""", TonePalette.Ink)
            : ($"""<td class="button other" style="border:1px solid {accent};border-radius:4px;">""", accent);
        html.Append(cell).Append(
            $"""<a href="{Encode(button.Target.AbsoluteUri)}" style="{Font}display:inline-block;padding:11px 20px;font-size:15px;line-height:20px;font-weight:600;color:{ink};text-decoration:none;">{Encode(button.Label)}</a></td>""");
    }

    /// <summary>An option is not parted at its hyphens: half of it would be another command.</summary>
    private static string Unbroken(string line) => string.Join(' ', line.Split(' ').Select(word =>
        word.StartsWith("--", StringComparison.Ordinal) ? $"""<span style="white-space:nowrap">{Encode(word)}</span>""" : Encode(word)));

    /// <summary>The name set in type or the logo, which has a plate of its own in the dark, and which Grafana it is.</summary>
    private static string Head(Brand brand)
    {
        var name = brand.Logo is { } logo
            ? $"""<td class="plate" bgcolor="#ffffff" style="padding:4px 6px;background:#ffffff;border-radius:4px;" width="{logo.Shown.Width}"><img src="cid:logo" width="{logo.Shown.Width}" height="{logo.Shown.Height}" alt="{Encode(brand.Name)}" style="display:block;border:0;"></td>"""
            : $"""<td class="brand" style="{Font}font-size:18px;line-height:24px;font-weight:700;letter-spacing:.2px;color:{brand.Accent};">{Encode(brand.Name)}</td>""";
        return (brand.SiteName ?? brand.SiteOwner) is { } site
            ? name + $"""<td class="soft" align="right" style="{Font}padding-left:12px;font-size:13px;line-height:18px;color:#5c6b7a;">{Encode(site)}</td>"""
            : name;
    }

    private static string Footer(Brand brand)
    {
        var footer = new StringBuilder(Encode($"{brand.Name} · {brand.Footer}"));
        if (brand.SupportContact is { } contact) footer.Append(" · ").Append(Encode($"Help: {contact}"));
        if (brand.SupportUrl is { } url)
            footer.Append($""" · <a href="{Encode(url.AbsoluteUri)}" class="soft" style="color:#5c6b7a;">{Encode(url.Host)}</a>""");
        if (brand.Site is { } site) footer.Append("<br>").Append(Encode(site));
        return footer.Append("<br>").ToString();
    }

    private static string Legal(Brand brand) => brand.LegalNote is { } note ? "<br>" + Encode(note) : "";

    public static string Encode(string text) => WebUtility.HtmlEncode(text);
}
