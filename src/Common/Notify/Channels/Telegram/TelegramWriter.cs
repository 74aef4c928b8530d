using System.Globalization;
using System.Text;
using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// Writes a message as the markup that Telegram calls HTML (https://core.telegram.org/bots/api#html-style), and as plain text. Both show
/// the same. Nothing in it acts: no markup of strangers, no link, mention or command, no text that changes direction. Pure.
/// </summary>
public static class TelegramWriter
{
    /// <summary>In UTF-16 code units, after the markup is taken away (https://core.telegram.org/bots/api#sendmessage).</summary>
    public const int MaxLength = 4096;

    /// <summary>Telegram takes no more pieces of markup in one message; further ones are written plainly.</summary>
    internal const int MaxEntities = 100;

    // Disarming makes a text at most three times as long and one longer: a row of this length always fits, with the tail.
    private const int MaxRowLength = 1024;

    public static string Html(TelegramText text)
    {
        StringBuilder html = new();
        int entities = 0;
        bool isFirst = true, isInTable = false;
        foreach (TelegramRow row in Fit(text))
        {
            if (isInTable && !row.IsTable)
                html.Append("</pre>");
            if (!isFirst)
                html.Append('\n');
            isFirst = false;
            if (!isInTable && row.IsTable && entities++ < MaxEntities)
                html.Append("<pre>");
            isInTable = row.IsTable && (isInTable || entities <= MaxEntities);

            foreach (TelegramSpan span in row.Spans.Where(span => span.Text.Length > 0))
            {
                // Nothing can stand inside <pre> but text.
                string? tag = row.IsTable || span.Style == TelegramStyle.Plain || entities++ >= MaxEntities ? null
                    : span.Style == TelegramStyle.Bold ? "b" : "code";
                AppendOpen(html, tag);
                AppendEscaped(html, span.Text);
                AppendClose(html, tag);
            }
        }

        return html.Append(isInTable ? "</pre>" : "").ToString();
    }

    /// <summary>For a server that does not take our markup, and for terminals.</summary>
    public static string Plain(TelegramText text) =>
        string.Join('\n', Fit(text).Select(row => string.Concat(row.Spans.Select(span => span.Text))));

    /// <summary>The rows as they are shown, disarmed, and as many of them as fit; a last one says how many did not.</summary>
    private static List<TelegramRow> Fit(TelegramText text)
    {
        List<TelegramRow> rows = [.. text.Rows.Select(row => Disarming.Row(Shorten(row)))];
        int total = rows.Sum(Length) + Math.Max(rows.Count - 1, 0);
        if (total <= MaxLength)
            return rows;

        int kept = rows.Count;
        while (kept > 1 && total + Tail(rows.Count - kept).Length > MaxLength)
            total -= Length(rows[--kept]) + (kept == rows.Count - 1 ? 0 : 1);
        return [.. rows[..kept], new TelegramRow([new TelegramSpan(Tail(rows.Count - kept))])];
    }

    private static string Tail(int left) => left == 1 ? "… and 1 more line" : $"… and {left} more lines";

    private static int Length(TelegramRow row) => row.Spans.Sum(span => span.Text.Length);

    private static TelegramRow Shorten(TelegramRow row)
    {
        List<TelegramSpan> spans = [.. row.Spans.Select(span => span with { Text = UntrustedText.Inert(span.Text) })];
        if (spans.Sum(span => span.Text.Length) <= MaxRowLength)
            return row with { Spans = spans };

        List<TelegramSpan> kept = [];
        int room = MaxRowLength - 1;
        foreach (TelegramSpan span in spans)
        {
            int fits = FittingLength(span.Text, room);
            room -= fits;
            kept.Add(span with { Text = fits == span.Text.Length ? span.Text : span.Text[..fits] + "…" });
            if (fits < span.Text.Length)
                break;
        }

        return row with { Spans = kept };
    }

    private static int FittingLength(string text, int room)
    {
        if (text.Length <= room)
            return text.Length;
        int taken = 0;
        while (taken < text.Length && StringInfo.GetNextTextElementLength(text, taken) is var length && taken + length <= room)
            taken += length;
        return taken;
    }

    private static void AppendOpen(StringBuilder html, string? tag)
    {
        if (tag is not null)
            html.Append('<').Append(tag).Append('>');
    }

    private static void AppendClose(StringBuilder html, string? tag)
    {
        if (tag is not null)
            html.Append("</").Append(tag).Append('>');
    }

    // "All <, > and & symbols that are not a part of a tag or an HTML entity must be replaced"; quotes need not be.
    private static void AppendEscaped(StringBuilder html, string text)
    {
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                _ => html.Append(c),
            };
        }
    }
}
