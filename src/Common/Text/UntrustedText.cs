using System.Globalization;
using System.Net;
using System.Text;

namespace Athena.Common.Text;

/// <summary>
/// Showing what strangers typed (docs/grafana.md §1: logins with line ends, markup and right-to-left overrides exist) so that the reader
/// sees what is there, and nothing in it acts: no line end, no markup, no reversed text, no link.
/// </summary>
public static class UntrustedText
{
    // U+200B ZERO WIDTH SPACE is a word boundary for the detectors of mail clients, takes no room, and lets long words wrap.
    private const char Breaker = '\u200B';
    private const int LongestDigitRun = 3;
    private const int MostMarksInARow = 4;      // enough for Vietnamese, Hebrew and Devanagari; more is a tower that covers other lines

    /// <summary>
    /// The text with everything that cannot be seen, or that moves its surroundings, written as <c>⟨U+202E⟩</c>: controls, line ends,
    /// bidi and other format characters, fillers, spaces other than single inner ones, half surrogates, towers of marks, and <c>⟨</c>
    /// itself, so that no two texts look the same by this notation. Names that need a zero-width joiner show it: imitation weighs more.
    /// </summary>
    /// <param name="text">Null shows nothing.</param>
    /// <param name="maxLength">In text elements as shown, a <c>⟨U+…⟩</c> counting as one; a longer text ends with <c>…</c> in the last
    /// place.</param>
    public static string Visible(string? text, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        return Visible(text, maxLength, keepsLayout: false);
    }

    /// <summary>
    /// As <see cref="Visible(string?, int)"/>, but spaces and <c>⟨</c> stay: for a line that was laid out from pieces, of which some were
    /// made visible before, and that must not be trusted for all that. Never cut.
    /// </summary>
    public static string Inert(string? text) => Visible(text, int.MaxValue, keepsLayout: true);

    private static string Visible(string? text, int maxLength, bool keepsLayout)
    {
        if (string.IsNullOrEmpty(text))
            return "";

        StringBuilder shown = new();
        int length = 0, marks = 0, previousEnd = 0;
        for (int i = 0; i < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, i, out Rune rune);
            int width = isWhole ? rune.Utf16SequenceLength : 1;
            bool isMark = isWhole && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
            marks = isMark ? marks + 1 : 0;
            bool isPlain = isWhole && marks <= MostMarksInARow && !(isMark && shown.Length == 0)
                && (IsPlain(text, i, rune) || (keepsLayout && rune.Value is ' ' or '⟨'));
            // A mark sits on the sign before it and takes no place of its own.
            if (!isPlain || !isMark)
            {
                if (length == maxLength)
                    return shown.ToString(0, previousEnd) + "…";
                previousEnd = shown.Length;
                length++;
            }

            if (isPlain)
                shown.Append(text, i, width);
            else
                shown.Append($"⟨U+{(isWhole ? rune.Value : text[i]):X4}⟩");
            i += width;
        }

        return shown.ToString();
    }

    /// <summary>
    /// For an HTML part: encoded, and broken by <see cref="Unlinked"/>. Fit for element content and for quoted attribute values.
    /// </summary>
    public static string Html(string? text) => WebUtility.HtmlEncode(Unlinked(text));

    /// <summary>
    /// For a text part: mail clients make links out of what looks like an address, a web address or a telephone number, whatever the
    /// part's type. A zero-width space on both sides of each <c>. @ : / \</c> and within long numbers leaves their detectors neither a
    /// word before the sign nor one after it. (A word joiner would not do: it joins. A span would not do: Apple's detectors read the
    /// rendered text.) Signs that end a word, as in a sentence, lead nowhere and stay. Whoever copies such a text copies the breaks too:
    /// what is to be copied does not go through here.
    /// </summary>
    public static string Unlinked(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        StringBuilder broken = new(text.Length * 2);
        int digits = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            digits = char.IsDigit(c) ? digits + 1 : 0;
            if (IsJoint(c))
            {
                if (LeadsOn(text, i))
                    broken.Append(Breaker).Append(c).Append(Breaker);
                else
                    broken.Append(c);
            }
            else
            {
                if (digits > LongestDigitRun)
                {
                    broken.Append(Breaker);
                    digits = 1;
                }

                broken.Append(c);
            }
        }

        return broken.ToString();
    }

    /// <summary>
    /// For a header or one line of a log: line ends and tabs become one space each, other control characters and half surrogates go.
    /// </summary>
    public static string SingleLine(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        StringBuilder line = new(text.Length);
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                i++;
                continue;
            }

            if (rune.Value is '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                i++;    // CR LF is one line end
            if (rune.Value is '\r' or '\n' or '\t' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029)
                line.Append(' ');
            else if (!Rune.IsControl(rune))
                line.Append(rune);
            i += rune.Utf16SequenceLength;
        }

        return line.ToString();
    }

    private static bool IsJoint(char c) => c is '.' or '@' or ':' or '/' or '\\' or '\uFF0E' or '\u3002' or '\uFF20';

    /// <summary>True when something other than space follows the signs that begin here.</summary>
    private static bool LeadsOn(string text, int index)
    {
        while (index < text.Length && IsJoint(text[index]))
            index++;
        return index < text.Length && text[index] != ' ';
    }

    private static bool IsPlain(string text, int index, Rune rune)
    {
        if (rune.Value == ' ')
            return index > 0 && index < text.Length - 1 && text[index - 1] != ' ';
        if (rune.Value is '⟨' || IsBlank(rune.Value))
            return false;
        return Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or
            UnicodeCategory.SpaceSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
    }

    // Letters and marks that draw nothing (Unicode's Default_Ignorable_Code_Point outside Cf, and the braille blank).
    private static bool IsBlank(int value) => value is
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFA0 or
        (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);
}
