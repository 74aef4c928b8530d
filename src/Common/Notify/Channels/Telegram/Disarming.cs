using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>
/// Takes from a row what would act in a chat. Telegram makes links, mentions, commands and hashtags out of text that nobody marked as such,
/// except inside code; a zero-width space leaves its detectors no word. Letters from right to left turn round what stands beside them; a
/// left-to-right mark behind them, and one at the row's start, keeps everything in its place. Pure.
/// </summary>
internal static partial class Disarming
{
    private const char Breaker = '\u200B';
    private const char LeftToRight = '\u200E';

    public static TelegramRow Row(TelegramRow row)
    {
        TelegramRow broken = row.IsTable ? row : Unlinked(row);
        if (!broken.Spans.Any(span => span.Text.EnumerateRunes().Any(IsRightToLeft)))
            return broken;

        List<TelegramSpan> spans = [new($"{LeftToRight}")];
        foreach (TelegramSpan span in broken.Spans)
        {
            // Code is for copying: the mark stands behind it, not in it.
            if (span.Style == TelegramStyle.Code && !row.IsTable)
                spans.AddRange(span.Text.EnumerateRunes().Any(IsRightToLeft) ? [span, new($"{LeftToRight}")] : [span]);
            else
                spans.Add(span with { Text = Anchored(span.Text) });
        }

        return broken with { Spans = spans };
    }

    private static TelegramRow Unlinked(TelegramRow row)
    {
        // A word may go on over the border of two spans; code borders on nothing.
        string whole = string.Concat(row.Spans.Select(span =>
            span.Style == TelegramStyle.Code ? new string(' ', span.Text.Length) : span.Text));
        HashSet<int> breaks = [];
        foreach (ValueMatch word in Word().EnumerateMatches(whole))
        {
            if (Tempting().IsMatch(whole.AsSpan(word.Index, word.Length)))
                AddBreaks(whole, word.Index, word.Index + word.Length, breaks);
        }

        if (breaks.Count == 0)
            return row;

        List<TelegramSpan> spans = [];
        int start = 0;
        foreach (TelegramSpan span in row.Spans)
        {
            StringBuilder text = new(span.Text.Length * 2);
            for (int i = 0; i < span.Text.Length; i++)
            {
                if (breaks.Contains(start + i))
                    text.Append(Breaker);
                text.Append(span.Text[i]);
            }

            start += span.Text.Length;
            spans.Add(span with { Text = text.ToString() });
        }

        return row with { Spans = spans };
    }

    /// <summary>
    /// Positions before which there is a break: on both sides of each sign that a detector looks for, and after each third digit.
    /// </summary>
    private static void AddBreaks(string whole, int from, int to, HashSet<int> breaks)
    {
        int digits = 0;
        for (int i = from; i < to; i++)
        {
            digits = char.IsDigit(whole[i]) ? digits + 1 : 0;
            if (digits > 3)
            {
                breaks.Add(i);
                digits = 1;
            }

            if (whole[i] is not ('.' or '@' or ':' or '/' or '\\' or '#' or '$' or '\uFF0E' or '\u3002' or '\uFF61' or '\uFF20'
                or '\uFF03'))
                continue;
            breaks.Add(i);
            if (i + 1 < to)
                breaks.Add(i + 1);
        }
    }

    /// <summary>
    /// A mark behind each run of letters that are written from right to left; single signs between such letters belong to the run.
    /// </summary>
    private static string Anchored(string text)
    {
        StringBuilder anchored = new(text.Length + 4);
        bool isOpen = false;
        int pending = 0;    // UTF-16 units since the run's last letter; they may still turn out to lie inside it
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsRightToLeft(rune))
            {
                (isOpen, pending) = (true, 0);
            }
            else if (isOpen && (Rune.IsLetterOrDigit(rune) || (pending > 0 && !IsMark(rune))))
            {
                anchored.Insert(anchored.Length - pending, LeftToRight);
                (isOpen, pending) = (false, 0);
            }
            else if (isOpen)
            {
                pending += rune.Utf16SequenceLength;
            }

            anchored.Append(rune);
        }

        if (isOpen)
            anchored.Insert(anchored.Length - pending, LeftToRight);
        return anchored.ToString();
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
        or System.Globalization.UnicodeCategory.EnclosingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    // The blocks that Unicode sets aside for scripts from right to left (DerivedBidiClass.txt, "@missing … R / AL").
    private static bool IsRightToLeft(Rune rune) => rune.Value is
        (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF) or (>= 0x10800 and <= 0x10FFF)
            or (>= 0x1E800 and <= 0x1EFFF);

    [GeneratedRegex(@"\S+")]
    private static partial Regex Word();

    // Mail addresses and mentions; anything://; a dot before a letter; four numbers with dots; /command #tag $TAG; long numbers.
    [GeneratedRegex(@"[@＠\\]|://|[^.．。｡][.．。｡][\p{L}\p{M}\p{Cs}]|([0-9]+\.){3}[0-9]|(?<![\p{L}\p{N}_])[/#$＃][\p{L}\p{N}_]|[0-9]{7}")]
    private static partial Regex Tempting();
}
