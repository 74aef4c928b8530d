using System.Text;

namespace Athena.Common.Notifications.Smtp;

/// <summary>
/// Header fields: any text becomes one field that cannot end early, folded at 78 characters (RFC 5322 §2.1.1), in encoded words where it
/// is not plain ASCII (RFC 2047).
/// </summary>
internal static class HeaderText
{
    private const int LongestLine = 78;
    private const int LongestEncodedLine = 76;      // RFC 2047 §2
    private const int LongestEncodedWord = 75;
    private const int LongestPlainWord = 60;
    private const string WordStart = "=?utf-8?Q?";
    private const string WordEnd = "?=";

    /// <summary>A field of free text, such as Subject, with its line end.</summary>
    public static string Unstructured(string name, string text)
    {
        text = HostileText.SingleLine(text);
        IEnumerable<string> words = IsPlain(text) ? text.Split(' ') : EncodedWords(text, name.Length + 2);
        return Fold(name, words);
    }

    /// <summary>A field with one mailbox and its display name, which may be empty.</summary>
    public static string Mailbox(string name, string displayName, EmailAddress address)
    {
        displayName = HostileText.SingleLine(displayName).Trim();
        if (displayName.Length == 0)
            return Fold(name, [address.ToString()]);
        IEnumerable<string> phrase = IsPlain(displayName) ? Quoted(displayName).Split(' ') : EncodedWords(displayName, name.Length + 2);
        return Fold(name, phrase.Append($"<{address}>"));
    }

    /// <summary>A field with addresses.</summary>
    public static string Addresses(string name, IReadOnlyList<EmailAddress> addresses) =>
        Fold(name, addresses.Select((address, i) => i < addresses.Count - 1 ? $"{address}," : address.ToString()));

    // Anything that folding or unfolding could change, or a reader could take for an encoded word, is encoded.
    private static bool IsPlain(string text) =>
        text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?") && !text.Contains("  ") && text.Trim() == text
        && text.Split(' ').All(word => word.Length <= LongestPlainWord);

    private static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_') ? text : $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    // Each word stands alone: it never ends within a character (RFC 2047 §5).
    private static List<string> EncodedWords(string text, int usedInFirstLine)
    {
        List<string> words = [];
        StringBuilder word = new(WordStart);
        int room = LongestEncodedLine - usedInFirstLine;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            int length = rune.EncodeToUtf8(utf8);
            StringBuilder encoded = new();
            foreach (byte b in utf8[..length])
                encoded.Append(IsSafe(b) ? ((char)b).ToString() : b == ' ' ? "_" : $"={b:X2}");
            if (word.Length + encoded.Length + WordEnd.Length > room)
            {
                words.Add(word.Append(WordEnd).ToString());
                word.Clear().Append(WordStart);
                room = LongestEncodedWord;
            }

            word.Append(encoded);
        }

        words.Add(word.Append(WordEnd).ToString());
        return words;
    }

    // The narrowest set, which is good in a phrase too (RFC 2047 §5 (3)).
    private static bool IsSafe(byte b) => char.IsAsciiLetterOrDigit((char)b) || (char)b is '!' or '*' or '+' or '-' or '/';

    private static string Fold(string name, IEnumerable<string> words)
    {
        StringBuilder field = new($"{name}:");
        int lineLength = field.Length;
        bool isFirst = true;
        foreach (string word in words)
        {
            if (!isFirst && lineLength + 1 + word.Length > LimitFor(word))
            {
                field.Append("\r\n");
                lineLength = 0;
            }

            field.Append(' ').Append(word);
            lineLength += 1 + word.Length;
            isFirst = false;
        }

        return field.Append("\r\n").ToString();
    }

    private static int LimitFor(string word) => word.StartsWith(WordStart, StringComparison.Ordinal) ? LongestEncodedLine : LongestLine;
}
