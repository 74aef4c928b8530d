using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>Times and zones in the phrases of a coverage, as the window's own begin is written.</summary>
internal static class WindowText
{
    /// <summary>Hour and minute in the offset of <see cref="Window.From"/>; with the date when it is another day.</summary>
    public static string Time(DateTimeOffset time, Window window)
    {
        DateTimeOffset local = time.ToOffset(window.From.Offset);
        return local.ToString(local.Date == window.From.Date ? "HH:mm" : "yyyy-MM-dd HH:mm");
    }

    /// <summary>As in RFC 3339: <c>+02:00</c>.</summary>
    public static string Zone(int minutes) => $"{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00}";

    public static string BeginsAt(DateTimeOffset begin, Window window) => $"the log begins at {Time(begin, window)}";
}
