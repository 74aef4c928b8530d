namespace Athena.Common.Logs;

/// <summary>
/// The time of a line: RFC 3339 with the server's offset and 0 to 9 fraction digits (docs/grafana.md §1). What is finer than 100 ns is cut off.
/// The framework's parsers allow much more than this form and none of them takes nine digits.
/// </summary>
internal static class LogTime
{
    // 2026-11-21T03:36:45
    private const int LengthWithoutFraction = 19;

    private const int TickDigits = 7;

    private const int MaxOffsetMinutes = 14 * 60;

    public static DateTimeOffset? Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length <= LengthWithoutFraction || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return null;

        int year = (TwoDigits(text, 0) * 100) + TwoDigits(text, 2);
        int month = TwoDigits(text, 5);
        int day = TwoDigits(text, 8);
        int hour = TwoDigits(text, 11);
        int minute = TwoDigits(text, 14);
        int second = TwoDigits(text, 17);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return null;
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return null;

        text = text[LengthWithoutFraction..];
        long fraction = TakeFraction(ref text);
        if (fraction < 0 || OffsetMinutes(text) is not { } offset)
            return null;

        long ticks = new DateTime(year, month, day, hour, minute, second).Ticks + fraction;
        long utcTicks = ticks - (offset * TimeSpan.TicksPerMinute);
        return utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks
            ? null
            : new DateTimeOffset(ticks, TimeSpan.FromMinutes(offset));
    }

    /// <summary>Ticks of the fraction, 0 when there is none, -1 when it is none.</summary>
    private static long TakeFraction(ref ReadOnlySpan<byte> text)
    {
        if (text[0] != '.')
            return 0;

        long ticks = 0;
        int digits = 0;
        while (digits + 1 < text.Length && (uint)(text[digits + 1] - '0') <= 9)
        {
            digits++;
            if (digits <= TickDigits)
                ticks = (ticks * 10) + text[digits] - '0';
        }
        if (digits is < 1 or > 9 || digits + 1 == text.Length)
            return -1;
        for (int i = digits; i < TickDigits; i++)
            ticks *= 10;
        text = text[(digits + 1)..];
        return ticks;
    }

    private static int? OffsetMinutes(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("Z"u8))
            return 0;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
            return null;
        int hours = TwoDigits(text, 1);
        int minutes = TwoDigits(text, 4);
        if (hours < 0 || minutes is < 0 or > 59 || (hours * 60) + minutes > MaxOffsetMinutes)
            return null;
        int offset = (hours * 60) + minutes;
        return text[0] == '-' ? -offset : offset;
    }

    /// <summary>The number that two digits stand for; so far below zero that no sum with another is valid when one of them is no digit.</summary>
    private static int TwoDigits(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)(text[at] - '0');
        uint ones = (uint)(text[at + 1] - '0');
        return tens <= 9 && ones <= 9 ? (int)((tens * 10) + ones) : -10_000;
    }
}
