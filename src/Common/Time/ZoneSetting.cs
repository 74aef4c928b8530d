using Athena.Common.Hosting;

namespace Athena.Common.Time;

/// <summary>The key <c>TIMEZONE</c>.</summary>
public static class ZoneSetting
{
    /// <param name="help">One sentence: what it is used for.</param>
    public static TimeZoneInfo Read(SettingsReader reader, string help) =>
        reader.Read("TIMEZONE", "Africa/Johannesburg", help, (string text, out TimeZoneInfo zone) =>
            TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone!) ? null : "is no time zone of this machine (is tzdata installed?)");
}
