using System.Globalization;
using Athena.Common.Time;

namespace Athena.ActiveUsers;

internal static class ZoneText
{
    public static string Clock(DateTimeOffset time, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(time, zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    public static string Span(Window window, TimeZoneInfo zone) => $"{Clock(window.From, zone)}–{Clock(window.To, zone)}";

    public static string Name(DateTimeOffset time, TimeZoneInfo zone) => "SAST";
}
