using System.Text;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

/// <summary>
/// Reads Telegram's HTML as strictly as the tests want it: the tags b, code and pre, not inside each other, three named entities, and no
/// other <c>&lt; &gt; &amp;</c>. Anything else is what the server answers with 400.
/// </summary>
internal sealed record Markup(string Text, IReadOnlyList<(string Tag, string Content)> Entities)
{
    public static Markup Read(string html)
    {
        StringBuilder text = new();
        List<(string, string)> entities = [];
        string? open = null;
        int openedAt = 0;
        for (int i = 0; i < html.Length;)
        {
            char c = html[i];
            if (c is '<' or '&')
            {
                int end = html.IndexOf(c == '<' ? '>' : ';', i);
                string sign = end < 0 ? "" : html[i..(end + 1)];
                switch (sign)
                {
                    case "&lt;": text.Append('<'); break;
                    case "&gt;": text.Append('>'); break;
                    case "&amp;": text.Append('&'); break;
                    case "<b>" or "<code>" or "<pre>" when open is null:
                        (open, openedAt) = (sign[1..^1], text.Length);
                        break;
                    case "</b>" or "</code>" or "</pre>" when open == sign[2..^1]:
                        entities.Add((open, text.ToString(openedAt, text.Length - openedAt)));
                        open = null;
                        break;
                    default: throw new FormatException($"can't parse entities at {i}: {html[i..Math.Min(i + 12, html.Length)]}");
                }

                i = end + 1;
                continue;
            }

            if (c == '>')
                throw new FormatException($"a bare > at {i}");
            text.Append(c);
            i++;
        }

        return open is null ? new(text.ToString(), entities) : throw new FormatException($"<{open}> is never closed");
    }
}
