using Athena.Common.Time;

namespace Athena.Common.Settings;

/// <summary>The key <c>TIMEZONE</c>.</summary>
public static class ZoneSetting
{
    private const string Default = "Africa/Johannesburg";

    /// <summary>A clock has one name in winter and may have another one in summer.</summary>
    private static readonly DateTimeOffset[] Seasons =
        [new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero)];

    /// <summary>
    /// <c>2026-11-21 20:04:05 SAST</c>, in the zone of the settings, so that what a command says is of one zone throughout.
    /// </summary>
    public static string Shown(SettingsSource source, DateTimeOffset at) => Text(source).Second(at);

    /// <summary>Times as the settings want them.</summary>
    public static ZoneText Text(SettingsSource source) => new(Read(new SettingsReader(source), ""));

    /// <param name="help">One sentence: what it is used for.</param>
    public static TimeZoneInfo Read(SettingsReader reader, string help) =>
        reader.Read("TIMEZONE", Default, help, (string text, out TimeZoneInfo zone) =>
            TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone!) ? null : "is no time zone of this machine" + Meant(text));

    /// <summary>Many know their zone by the letters of its clock.</summary>
    private static string Meant(string text)
    {
        var zone = TimeZoneInfo.GetSystemTimeZones().Where(one => one.Id.Contains('/')).OrderBy(one => one.Id != Default)
            .FirstOrDefault(one => new ZoneText(one) is var clock && Array.Exists(Seasons, at => clock.Name(at) == text));
        return zone is not null ? $"; did you mean {zone.Id}?" : ", write a place such as Europe/London (is tzdata installed?)";
    }
}
