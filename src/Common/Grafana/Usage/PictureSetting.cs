using Athena.Common.Settings;

namespace Athena.Common.Grafana.Usage;

/// <summary><c>RENDERING_TIMEOUT</c>: Grafana's API does not tell it, so it is written down where it is not the usual one.</summary>
public static class PictureSetting
{
    private const int UsualSeconds = 60;

    /// <summary>Grafana's own default of <c>rendering.timeout</c>.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(UsualSeconds);

    public static TimeSpan Read(SettingsReader reader) => reader.Duration(
        "RENDERING_TIMEOUT", $"{UsualSeconds}s",
        "How long Grafana waits for a picture of its image renderer; so long a picture lasts whose end the log does not show.",
        TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
}
