using System.Globalization;

namespace Athena.Common.Time;

/// <summary>
/// Hours and days as a sysadmin writes them: <c>06-18</c>, <c>7,12-14</c>, <c>22-05</c>; <c>mon-fri</c>, <c>sat,sun</c>. Pure.
/// </summary>
public static class HourList
{
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>
    /// Hours 0 to 23, as a list of single ones and spans that may run over midnight. False with a reason when it is none.
    /// </summary>
    public static bool TryParseHours(string text, out IReadOnlySet<int> hours, out string reason)
    {
        reason = "must be hours from 0 to 23 such as 06-18 or 7,12-14";
        return TryParse(text, 24, Hour, out hours);

        static int Hour(string word) =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour < 24 ? hour : -1;
    }

    /// <summary>
    /// Days of the week by their first three letters, as a list of single ones and spans. False with a reason when it is none.
    /// </summary>
    public static bool TryParseDays(string text, out IReadOnlySet<DayOfWeek> days, out string reason)
    {
        reason = "must be days such as mon-fri or sat,sun";
        var isList = TryParse(text, Days.Length, word => Array.IndexOf(Days, word.ToLowerInvariant()), out var numbers);
        days = numbers.Select(number => (DayOfWeek)number).ToHashSet();
        return isList;
    }

    private static bool TryParse(string text, int count, Func<string, int> read, out IReadOnlySet<int> all)
    {
        var found = new HashSet<int>();
        all = found;
        foreach (var span in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = span.Split('-', StringSplitOptions.TrimEntries);
            var (first, last) = (read(ends[0]), read(ends[^1]));
            if (ends.Length > 2 || first < 0 || last < 0)
            {
                all = new HashSet<int>();
                return false;
            }

            for (var number = first; ; number = (number + 1) % count)
            {
                found.Add(number);
                if (number == last)
                    break;
            }
        }

        return true;
    }
}
