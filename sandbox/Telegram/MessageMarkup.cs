using System.Text;

namespace Athena.Sandbox.Telegram;

/// <summary>
/// Reads the part of Telegram's HTML that the daemons write: b, code and pre, not inside each other, and the named entities that Telegram
/// knows. The result is text and the name of a tag, never markup, so that a page can show it without trusting it. Pure.
/// </summary>
internal static class MessageMarkup
{
    /// <summary>Null, with the server's words, when it cannot be read.</summary>
    public static IReadOnlyList<MessagePiece>? Read(string html, out string problem)
    {
        problem = "";
        List<MessagePiece> pieces = [];
        var text = new StringBuilder();
        string? open = null;
        for (var i = 0; i < html.Length; i++)
        {
            if (html[i] is not ('<' or '&'))
            {
                text.Append(html[i]);
                continue;
            }

            var end = html.IndexOf(html[i] == '<' ? '>' : ';', i);
            var sign = end < 0 ? html[i..] : html[i..(end + 1)];
            if (Entity(sign) is { } letter) text.Append(letter);
            else if (sign is "<b>" or "<code>" or "<pre>" && open is null) Change(sign[1..^1]);
            else if (open is not null && sign == $"</{open}>") Change(null);
            else
            {
                problem =
                    $"can't parse entities: unsupported \"{(sign.Length > 20 ? sign[..20] : sign)}\" at byte offset "
                    + $"{Encoding.UTF8.GetByteCount(html.AsSpan(0, i))}";
                return null;
            }

            i = end;
        }

        if (open is not null)
        {
            problem = $"can't parse entities: can't find end tag corresponding to start tag \"{open}\"";
            return null;
        }

        Change(null);
        return pieces;

        void Change(string? tag)
        {
            if (text.Length > 0) pieces.Add(new MessagePiece(text.ToString(), open));
            text.Clear();
            open = tag;
        }
    }

    private static char? Entity(string sign) => sign switch
    {
        "&lt;" => '<',
        "&gt;" => '>',
        "&amp;" => '&',
        "&quot;" => '"',
        _ => null,
    };
}
