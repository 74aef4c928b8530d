namespace Athena.Common.Notify.Documents;

/// <summary>
/// The colours that carry a meaning, for light and dark surroundings alike. What is written on them has a contrast of at least 4.5 : 1
/// (WCAG 2.1, 1.4.3).
/// </summary>
public static class TonePalette
{
    /// <summary>Written on each <see cref="Accent"/>.</summary>
    public const string Ink = "#ffffff";

    /// <summary>The ground of what is ordinary.</summary>
    public const string Quiet = "#e3e8ed";

    /// <summary>Written on <see cref="Quiet"/>.</summary>
    public const string QuietInk = "#3e4c59";

    /// <summary>The same in dark surroundings.</summary>
    public const string DarkQuiet = "#313b47";

    /// <summary>Written on <see cref="DarkQuiet"/>.</summary>
    public const string DarkQuietInk = "#c3cdd7";

    /// <summary>What a mail's words stand on in dark surroundings.</summary>
    public const string DarkCard = "#1b222b";

    public static string Accent(Tone tone) => tone switch
    {
        Tone.Good => "#1d7a4c",
        Tone.Warning => "#a15300",
        Tone.Critical => "#b42318",
        Tone.Calm => Brand.DefaultAccent,
    };
}
