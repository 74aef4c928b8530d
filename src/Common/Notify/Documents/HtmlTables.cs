using System.Text;

namespace Athena.Common.Notify.Documents;

/// <summary>
/// What is made of table cells. Fonts and colours stand on the table and are inherited, because the same words in a thousand cells would
/// make a mail that Gmail cuts off (at 102 KB).
/// </summary>
internal static class HtmlTables
{
    /// <summary>
    /// On a telephone the heading row goes, each cell becomes a line, and each line but the first gets its column's name.
    /// </summary>
    public static void Append(StringBuilder html, MailBlock.Table table)
    {
        html.Append(
            $"""<table class="ink" width="100%" cellpadding="0" cellspacing="0" style="{HtmlRenderer.Font}margin:0 0 20px 0;border-collapse:collapse;font-size:13px;line-height:19px;color:#1f2933;word-break:break-word;"><tr>""");
        foreach (var column in table.Columns)
            html.Append(
                $"""<th class="head soft line" scope="col" align="left" style="padding:7px 10px 7px 0;border-bottom:2px solid #d8dee5;font-size:12px;line-height:18px;font-weight:600;color:#5c6b7a;word-break:normal;">{HtmlRenderer.Encode(column)}</th>""");
        html.Append("</tr>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                var tag = i > 0 && table.Columns[i].Length > 0
                    ? $"""<span class="tag" style="display:none">{HtmlRenderer.Encode(table.Columns[i])}: </span>"""
                    : "";
                html.Append(
                    $"""<td class="cell line" valign="top" style="padding:7px 10px 7px 0;border-bottom:1px solid #e3e8ed;">{tag}{row[i].Html}</td>""");
            }

            html.Append("</tr>\n");
        }

        html.Append("</table>");
    }

    /// <summary>
    /// The signs in the cells tell the same to those who see no colours, and in print; who hears the mail hears the words below.
    /// </summary>
    public static void Append(StringBuilder html, MailBlock.Strip strip)
    {
        html.Append(
            $"""<table role="presentation" aria-hidden="true" width="100%" cellpadding="0" cellspacing="2" style="{HtmlRenderer.Font}margin:0;table-layout:fixed;font-size:11px;line-height:22px;"><tr align="center">""");
        foreach (var cell in strip.Cells)
        {
            html.Append(cell switch
            {
                StripMark.Active => Cell("&#9632;", TonePalette.Accent(Tone.Calm)),
                StripMark.Unseen => Cell("?", TonePalette.Accent(Tone.Warning)),
                StripMark.Quiet => Cell("&#183;", null),
            });
        }

        html.Append(
            $"""</tr></table><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 6px 0;"><tr><td class="soft" align="left" style="{HtmlRenderer.Font}font-size:12px;line-height:18px;color:#5c6b7a;">{HtmlRenderer.Encode(strip.From)}</td><td class="soft" align="right" style="{HtmlRenderer.Font}font-size:12px;line-height:18px;color:#5c6b7a;">{HtmlRenderer.Encode(strip.To)}</td></tr></table>""");
        html.Append(
            $"""<p class="ink" style="{HtmlRenderer.Font}margin:0 0 20px 0;font-size:13px;line-height:20px;color:#323f4b;">{strip.Words.Html}</p>""");
    }

    public static void Append(StringBuilder html, MailBlock.Grid grid)
    {
        html.Append(
            $"""<table class="grid" width="100%" cellpadding="0" cellspacing="1" style="{HtmlRenderer.Font}margin:0 0 10px 0;table-layout:fixed;font-size:11px;line-height:20px;color:#5c6b7a;"><tr align="center"><th width="46"></th>""");
        foreach (var column in grid.Columns)
            html.Append($"""<th scope="col">{HtmlRenderer.Encode(column).Replace("–", "–<wbr>", StringComparison.Ordinal)}</th>""");
        html.Append("</tr>\n");
        foreach (var row in grid.Rows)
        {
            html.Append($"""<tr align="center"><th scope="row" align="left">{HtmlRenderer.Encode(row.Name)}</th>""");
            foreach (var mark in row.Cells)
                html.Append(mark is null
                    ? "<td></td>"
                    : Cell(HtmlRenderer.Encode(mark.Sign), mark.Tone is { } tone ? TonePalette.Accent(tone) : null));
            html.Append("</tr>\n");
        }

        html.Append("</table>");
        if (grid.Legend.Count == 0)
            return;
        html.Append(
            $"""<table role="presentation" cellpadding="0" cellspacing="1" style="{HtmlRenderer.Font}margin:0 0 20px 0;font-size:12px;line-height:20px;">""");
        foreach (var mark in grid.Legend)
            html.Append(
                $"""<tr>{Cell(HtmlRenderer.Encode(mark.Sign), mark.Tone is { } tone ? TonePalette.Accent(tone) : null, " width=\"24\" align=\"center\"")}<td class="ink" style="padding-left:8px;color:#323f4b;">{HtmlRenderer.Encode(mark.Words)}</td></tr>""");
        html.Append("</table>");
    }

    private static string Cell(string sign, string? colour, string attributes = "") => sign.Length == 0
        ? $"<td{attributes}></td>"
        : colour is null
        ? $"""<td class="quiet" bgcolor="{TonePalette.Quiet}"{attributes} style="background:{TonePalette.Quiet};color:{TonePalette.QuietInk}">{sign}</td>"""
        : $"""<td class="mark" bgcolor="{colour}"{attributes} style="background:{colour};color:{TonePalette.Ink}">{sign}</td>""";
}
