using System.Text;

namespace Athena.Common.Text;

/// <summary>Makes text that a server sent fit for a sentence of ours: no control or bidi characters, capped, our secrets masked.</summary>
internal sealed class ServerText(params string?[] secrets)
{
    private const int Cap = 200;

    // A server that echoes what it was sent must not carry the secret into a log. Shorter "secrets" would only garble ordinary words.
    private readonly string[] hidden = [.. secrets.OfType<string>().Where(secret => secret.Length >= 4)];

    public string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        foreach (var secret in hidden)
            text = text.Replace(secret, "***", StringComparison.Ordinal);

        var clean = new StringBuilder(Math.Min(text.Length, Cap + 1));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= Cap)
            {
                clean.Append('…');
                break;
            }

            clean.Append(IsUnseen(rune) ? "\uFFFD" : rune.ToString());
        }

        return clean.ToString();
    }

    private static bool IsUnseen(Rune rune) =>
        Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
