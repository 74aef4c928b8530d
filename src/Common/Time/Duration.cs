using System.Globalization;
using Athena.Common.Text;

namespace Athena.Common.Time;

/// <summary>Durations as a sysadmin writes them: <c>500ms 60s 15m 2h 90d 7y</c>, also joined as in <c>1h30m</c>. Pure.</summary>
public static class Duration
{
    private static readonly (string Unit, TimeSpan Span)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
        ("w", TimeSpan.FromDays(7)),

        // A mean Julian year, so that seven years of keeping are never shorter than seven on the calendar by more than two days.
        ("y", TimeSpan.FromHours(8766)),
    ];

    /// <summary>False with a reason when <paramref name="text"/> is no duration; a number without a unit is none.</summary>
    public static bool TryParse(string text, out TimeSpan duration, out string reason)
    {
        duration = TimeSpan.Zero;
        reason = "must be a duration such as 500ms, 60s, 15m, 2h, 90d or 7y";
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
            return false;

        var ticks = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 0)
            {
                reason = $"has no unit; write for example {rest}s for seconds or {rest}m for minutes";
                return false;
            }

            if (digits == 0 || digits > 15)
                return false;

            var number = decimal.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var letters = rest.IndexOfAnyInRange('0', '9');
            var unit = (letters < 0 ? rest : rest[..letters]).ToString();
            var span = Array.Find(Units, u => u.Unit == unit).Span;
            if (span == TimeSpan.Zero)
            {
                reason = $"has the unknown unit \"{VisibleText.Escape(unit)}\"; the units are ms, s, m, h, d, w and y";
                return false;
            }

            rest = rest[unit.Length..];
            ticks += number * span.Ticks;
            if (ticks > TimeSpan.MaxValue.Ticks)
            {
                reason = "is too long";
                return false;
            }
        }

        duration = TimeSpan.FromTicks((long)ticks);
        reason = "";
        return true;
    }

    /// <summary>How long something is ago, roughly: <c>45 s</c>, <c>12 min</c>, <c>27 h</c>, <c>3 days</c>.</summary>
    public static string Spoken(TimeSpan span) => span switch
    {
        // A line that was written meanwhile is no minus second old.
        { TotalSeconds: < 120 } => FormattableString.Invariant($"{(long)Math.Round(span.TotalSeconds)} s"),
        { TotalMinutes: < 120 } => FormattableString.Invariant($"{span.TotalMinutes:F0} min"),
        { TotalHours: < 48 } => FormattableString.Invariant($"{span.TotalHours:F0} h"),
        _ => FormattableString.Invariant($"{span.TotalDays:F0} days"),
    };

    /// <summary>
    /// As <see cref="TryParse"/> reads it, in the largest units that leave nothing over: <c>90m</c>, <c>1d12h</c> as <c>36h</c>.
    /// </summary>
    public static string Write(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
            return "-" + Write(duration.Negate());

        for (var i = Units.Length - 1; i >= 0; i--)
        {
            var (unit, span) = Units[i];
            if (unit is not "w" and not "y" && duration.Ticks >= span.Ticks && duration.Ticks % span.Ticks == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / span.Ticks}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Round(duration.TotalMilliseconds)}ms");
    }
}
