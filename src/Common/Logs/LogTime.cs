namespace Athena.Common.Logs;

/// <summary>
/// The time of a line: RFC 3339 with the server's offset and 0 to 9 fraction digits (docs/grafana.md §1). What is finer than 100 ns is cut off.
/// The framework's parsers allow much more than this form and none of them takes nine digits.
/// </summary>
internal static class LogTime
{
    // 2026-11-21T03:36:45
    private const int LengthWithoutFraction = 19;

    private const int MaxOffsetMinutes = 14 * 60;

    public static DateTimeOffset? Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length <= LengthWithoutFraction || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return null;

        int year = Number(text[..4]);
        int month = Number(text[5..7]);
        int day = Number(text[8..10]);
        int hour = Number(text[11..13]);
        int minute = Number(text[14..16]);
        int second = Number(text[17..19]);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return null;
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return null;

        text = text[LengthWithoutFraction..];
        if (TakeFraction(ref text) is not { } fraction || OffsetMinutes(text) is not { } offset)
            return null;

        long ticks = new DateTime(year, month, day, hour, minute, second).Ticks + fraction;
        long utcTicks = ticks - (offset * TimeSpan.TicksPerMinute);
        return utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks
            ? null
            : new DateTimeOffset(ticks, TimeSpan.FromMinutes(offset));
    }

    /// <summary>Ticks of the fraction, 0 when there is none, null when it is none.</summary>
    private static long? TakeFraction(ref ReadOnlySpan<byte> text)
    {
        if (text[0] != '.')
            return 0;

        int digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is < 1 or > 9)
            return null;
        long ticks = 0;
        for (int i = 1; i <= 7; i++)
            ticks = (ticks * 10) + (i <= digits ? text[i] - '0' : 0);
        text = text[(digits + 1)..];
        return ticks;
    }

    private static int? OffsetMinutes(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("Z"u8))
            return 0;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
            return null;
        int hours = Number(text[1..3]);
        int minutes = Number(text[4..6]);
        if (hours < 0 || minutes is < 0 or > 59 || (hours * 60) + minutes > MaxOffsetMinutes)
            return null;
        int offset = (hours * 60) + minutes;
        return text[0] == '-' ? -offset : offset;
    }

    /// <summary>The number that the digits stand for; -1 when one of them is none.</summary>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return -1;
            number = (number * 10) + digit - '0';
        }
        return number;
    }
}
