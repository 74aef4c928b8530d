using System.Text;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// Free text of a header field, such as Subject. MimeKit encodes what is not ASCII, but lets stand what a reader would take for an encoded
/// word (RFC 2047) and loses spaces at folds; in a text with a stranger's name the one is an attack and the other a lie. Pure.
/// </summary>
internal static class HeaderText
{
    private const int LongestPlainWord = 60;
    private const int MostOctets = 39;          // of an encoded word: in base64, with its frame, 64 of the 75 that RFC 2047 §2 allows
    private const string WordStart = "=?utf-8?B?";
    private const string WordEnd = "?=";

    /// <summary>True for a text that folding and unfolding cannot change, and that no reader takes for something else.</summary>
    public static bool IsPlain(string text) =>
        text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?") && !text.Contains("  ") && text.Trim() == text
        && text.Split(' ').All(word => word.Length <= LongestPlainWord);

    /// <summary>The same of a name before an address: where it must be quoted it is one word, which nothing folds.</summary>
    public static bool IsPlainName(string text) => IsPlain(text) && text.Length + text.Count(c => c is '"' or '\\') <= LongestPlainWord;

    /// <summary>The text as encoded words, each on a line of its own; none ends within a character (RFC 2047 §5).</summary>
    public static string Encoded(string text)
    {
        List<string> words = [];
        List<byte> word = [];
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            int length = rune.EncodeToUtf8(utf8);
            if (word.Count + length > MostOctets)
                Close();
            word.AddRange(utf8[..length]);
        }

        Close();
        return string.Join("\r\n ", words);

        void Close()
        {
            words.Add($"{WordStart}{Convert.ToBase64String([.. word])}{WordEnd}");
            word.Clear();
        }
    }
}
