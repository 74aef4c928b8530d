using System.Globalization;

namespace Athena.Common.Time;

/// <summary>A moment to the second in UTC as RFC 3339 has it, <c>2026-11-21T06:00:00Z</c>: in keys, in files, for programs.</summary>
public static class UtcStamp
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string Write(DateTimeOffset at) => at.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>Nothing but that form.</summary>
    public static bool TryRead(string? text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);
}
