using System.Runtime.Intrinsics;

namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// The time of a line: RFC 3339 with the server's offset and 0 to 9 fraction digits (docs/grafana.md §1). What is finer than 100 ns is cut
/// off. The framework's parsers allow much more than this form and none of them takes nine digits.
/// </summary>
internal static class LogTime
{
    // 2026-11-21T03:36:45
    private const int LengthWithoutFraction = 19;

    private const int TickDigits = 7;

    private const int MaxOffsetMinutes = 14 * 60;

    /// <summary>The least and the greatest byte at each place, up to the minute: there are digits where these differ.</summary>
    private static ReadOnlySpan<byte> Least => "0000-00-00T00:00"u8;

    private static ReadOnlySpan<byte> Greatest => "9999-99-99T99:99"u8;

    public static DateTimeOffset? Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length <= LengthWithoutFraction || !HasShape(text))
            return null;

        int year = (TwoDigits(text, 0) * 100) + TwoDigits(text, 2);
        int month = TwoDigits(text, 5);
        int day = TwoDigits(text, 8);
        int hour = TwoDigits(text, 11);
        int minute = TwoDigits(text, 14);
        int second = TwoDigits(text, 17);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return null;
        if (hour > 23 || minute > 59 || second > 59)
            return null;

        int at = LengthWithoutFraction;
        int fraction = Fraction(text, ref at);
        if (fraction < 0 || !TryReadOffset(text[at..], out int offset))
            return null;

        long ticks = new DateTime(year, month, day, hour, minute, second).Ticks + fraction;
        long utcTicks = ticks - (offset * TimeSpan.TicksPerMinute);
        return utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks
            ? null
            : new DateTimeOffset(ticks, TimeSpan.FromMinutes(offset));
    }

    private static bool HasShape(ReadOnlySpan<byte> text)
    {
        Vector128<byte> toTheMinute = Vector128.Create(text);
        return Vector128.GreaterThanOrEqualAll(toTheMinute, Vector128.Create(Least))
            && Vector128.LessThanOrEqualAll(toTheMinute, Vector128.Create(Greatest))
            && text[16] == ':' && IsDigit(text[17]) && IsDigit(text[18]);
    }

    /// <summary>Ticks of the fraction, 0 when there is none, -1 when it is none.</summary>
    /// <param name="at">Where it may begin; then behind it, and never behind the end.</param>
    private static int Fraction(ReadOnlySpan<byte> text, ref int at)
    {
        if (text[at] != '.')
            return 0;

        int begin = at + 1;
        int end = begin;
        while (end < text.Length && IsDigit(text[end]))
            end++;
        int digits = end - begin;
        if (digits is < 1 or > 9 || end == text.Length)
            return -1;
        at = end;
        if (digits >= TickDigits)
            return (TwoDigits(text, begin) * 100_000) + (TwoDigits(text, begin + 2) * 1_000) + (TwoDigits(text, begin + 4) * 10)
                + text[begin + 6] - '0';

        int ticks = 0;
        for (int i = 0; i < TickDigits; i++)
            ticks = (ticks * 10) + (i < digits ? text[begin + i] - '0' : 0);
        return ticks;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length != 6)
            return text.Length == 1 && text[0] == 'Z';
        if (text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':' || !IsDigit(text[1]) || !IsDigit(text[2]) || !IsDigit(text[4])
            || !IsDigit(text[5]))
            return false;
        int rest = TwoDigits(text, 4);
        minutes = (TwoDigits(text, 1) * 60) + rest;
        if (rest > 59 || minutes > MaxOffsetMinutes)
            return false;
        if (text[0] == '-')
            minutes = -minutes;
        return true;
    }

    private static bool IsDigit(byte sign) => (uint)(sign - '0') <= 9;

    /// <summary>The number that two digits stand for.</summary>
    private static int TwoDigits(ReadOnlySpan<byte> text, int at) => ((text[at] - '0') * 10) + text[at + 1] - '0';
}
