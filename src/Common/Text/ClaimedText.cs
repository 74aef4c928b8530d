using System.Buffers;
using System.Globalization;
using System.Text;

namespace Athena.Common.Text;

/// <summary>
/// What somebody typed about themselves, cut where it comes in: whoever may sign up chooses it, and nothing that they multiply may grow
/// with its length. It is never an identity (uid and id are). Pure.
/// </summary>
public static class ClaimedText
{
    /// <summary>Signs as a reader counts them: text elements, the mark of a cut included.</summary>
    public const int MostSigns = 100;

    /// <summary>UTF-16 units, because one sign may be made of any number of combining marks.</summary>
    public const int MostUnits = 200;

    /// <summary>Ends a text that was cut. No e-mail address ends so: nothing is ever sent to half of one.</summary>
    public const char Mark = '…';

    private static readonly SearchValues<char> Joining = SearchValues.Create("\r");

    /// <summary>The same, or its beginning up to the end of a sign, and the mark. What was cut once is not cut again.</summary>
    public static string Cut(string text)
    {
        var kept = Kept(text);
        return kept == text.Length ? text : string.Concat(text.AsSpan(0, kept), [Mark]);
    }

    /// <inheritdoc cref="Cut(string)"/>
    /// <param name="text">The text.</param>
    /// <param name="before">What the same was before; given back, and no new one made, when it has not changed.</param>
    public static string Cut(ReadOnlySpan<char> text, string? before)
    {
        var kept = Kept(text);
        if (kept == text.Length) return before is not null && text.SequenceEqual(before) ? before : text.ToString();
        return before?.Length == kept + 1 && before[^1] == Mark && text[..kept].SequenceEqual(before.AsSpan(0, kept))
            ? before
            : string.Concat(text[..kept], [Mark]);
    }

    /// <summary>True for a text that may have been cut, so that the rest of it is not known.</summary>
    public static bool IsCut(string text) => text.Length > 0 && text[^1] == Mark;

    /// <summary>Whether two are the same as far as they are kept; letters in either case.</summary>
    public static bool Same(string one, string other) => string.Equals(Cut(one), Cut(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>How many units stay; all of them when nothing has to be cut.</summary>
    private static int Kept(ReadOnlySpan<char> text)
    {
        if (text.Length <= MostSigns) return text.Length;

        // Each is one sign: most that is typed to be long is of that kind.
        if (Ascii.IsValid(text) && !text.ContainsAny(Joining)) return MostSigns - 1;

        int at = 0, kept = 0, signs = 0;
        while (at < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text[at..]);
            if (++signs > MostSigns || at + length > MostUnits) return kept > 0 ? kept : InsideOneSign(text);
            at += length;
            if (signs < MostSigns && at < MostUnits) kept = at;
        }

        return text.Length;
    }

    private static int InsideOneSign(ReadOnlySpan<char> text) => char.IsHighSurrogate(text[MostUnits - 2]) ? MostUnits - 2 : MostUnits - 1;
}
