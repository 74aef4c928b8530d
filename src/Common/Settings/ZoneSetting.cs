using System.Globalization;

namespace Athena.Common.Settings;

/// <summary>The key <c>TIMEZONE</c>.</summary>
public static class ZoneSetting
{
    /// <summary>
    /// <c>2026-11-21 20:04:05 +02:00</c>, in the zone of the settings, so that what a command says is of one zone throughout.
    /// </summary>
    public static string Shown(SettingsSource source, DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Read(new SettingsReader(source), ""))
            .ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <param name="help">One sentence: what it is used for.</param>
    public static TimeZoneInfo Read(SettingsReader reader, string help) =>
        reader.Read("TIMEZONE", "Africa/Johannesburg", help, (string text, out TimeZoneInfo zone) =>
            TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone!) ? null : "is no time zone of this machine (is tzdata installed?)");
}
