using System.Buffers;
using Athena.Common.GrafanaLog.Sources.FileSource;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// A line too long to be kept, taken piece by piece and kept with each of its values shortened: what tells who asked, when and for what is
/// short, and a client can lengthen only the values beside it, a path or a referer up to what a server takes for headers (docs/grafana.md
/// §10). So nobody escapes notice by a long line. Both formats; the shortened line is a line of the same format.
/// </summary>
internal sealed class LongLine
{
    /// <summary>As many bytes of a value are kept: more than of any that is looked at.</summary>
    public const int LongestValue = 16 * 1024;

    /// <summary>More than this is no line of Grafana's logger, whose fields are few.</summary>
    private const int MostBytes = LogFile.MaxLine / 2;

    private const int DigitsOfUnicodeEscape = 4;

    private readonly ArrayBufferWriter<byte> kept = new(4 * LongestValue);
    private bool isJson;
    private bool isInQuotes;
    private int ofValue;
    private byte before;

    // Bytes that still belong to an escape, which like a sign of several bytes is kept whole or not at all.
    private int ofEscape;
    private bool isBehindBackslash;
    private bool isSignKept;

    /// <summary>Even shortened it is too long: only its first bytes were kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The next bytes of the line, without its line end.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            if (isInQuotes && ofEscape == 0 && ofValue >= LongestValue)
                piece = piece[Skip(piece)..];
            if (piece.IsEmpty)
                return;
            Take(piece[0]);
            piece = piece[1..];
        }
    }

    /// <summary>The line, when all was added.</summary>
    /// <param name="isWhole">False where the rest of it is not known: a value that was begun is ended.</param>
    public ReadOnlySpan<byte> Finish(bool isWhole = true)
    {
        if (!isWhole && isInQuotes && ofEscape == 0)
            Keep((byte)'"');
        return kept.WrittenSpan;
    }

    /// <summary>How much of it cannot be the end of a quoted value that is long enough.</summary>
    private int Skip(ReadOnlySpan<byte> piece)
    {
        int length = piece.IndexOfAny((byte)'"', (byte)'\\');
        length = length < 0 ? piece.Length : length;
        isSignKept &= length == 0;
        return length;
    }

    private void Take(byte next)
    {
        if (kept.WrittenCount == 0)
            isJson = next == '{';
        if (ofEscape > 0)
            TakeOfEscape(next);
        else if (isInQuotes)
            TakeQuoted(next);
        else
            TakePlain(next);
    }

    private void TakeOfEscape(byte next)
    {
        ofEscape = isBehindBackslash && next == 'u' ? DigitsOfUnicodeEscape : ofEscape - 1;
        isBehindBackslash = false;
        ofValue++;
        if (isSignKept)
            Keep(next);
    }

    private void TakeQuoted(byte next)
    {
        if (next == '"')
        {
            (isInQuotes, ofValue, before) = (false, 0, next);
            Keep(next);
            return;
        }
        bool isInsideSign = (next & 0xC0) == 0x80;
        isSignKept = isInsideSign ? isSignKept : ofValue < LongestValue;
        ofValue++;
        if (next == '\\')
            (ofEscape, isBehindBackslash) = (1, true);
        if (isSignKept)
            Keep(next);
    }

    private void TakePlain(byte next)
    {
        isInQuotes = next == '"' && (isJson || before == '=');
        bool isBoundary = isInQuotes
            || (isJson ? next is (byte)',' or (byte)':' or (byte)'{' or (byte)'}' : next is (byte)' ' or (byte)'=');
        ofValue = isBoundary ? 0 : ofValue + 1;
        before = next;
        if (ofValue <= LongestValue)
            Keep(next);
    }

    private void Keep(byte next)
    {
        if (kept.WrittenCount >= MostBytes)
        {
            IsCut = true;
            return;
        }
        kept.GetSpan(1)[0] = next;
        kept.Advance(1);
    }
}
