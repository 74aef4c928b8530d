using System.Globalization;

namespace Athena.Common.Notify.Documents;

/// <summary>A colour as style sheets write it, <c>#2f5f8f</c>, and what can be read on it. Pure.</summary>
public static class Colour
{
    /// <summary>Of text to what is behind it, at least (WCAG 2.1, 1.4.3).</summary>
    public const double Enough = 4.5;

    private const int Steps = 100;

    /// <summary>Where red, green and blue begin.</summary>
    private static readonly int[] Channels = [1, 3, 5];

    /// <summary><c>#rrggbb</c> in small letters, of that or of <c>#rgb</c>; null when it is neither.</summary>
    public static string? Parse(string text)
    {
        var digits = text.StartsWith('#') ? text[1..] : text;
        if (digits.Length is not (3 or 6) || !digits.All(char.IsAsciiHexDigit)) return null;
        return "#" + (digits.Length == 6 ? digits : string.Concat(digits.Select(digit => new string(digit, 2)))).ToLowerInvariant();
    }

    /// <summary>The contrast of two, from 1 to 21 (WCAG 2.1, contrast ratio).</summary>
    public static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>The nearest one on the way to black with which <paramref name="ground"/> has enough contrast.</summary>
    public static string Darkened(string colour, string ground) => Towards("#000000", colour, ground);

    /// <summary>The nearest one on the way to white with which <paramref name="ground"/> has enough contrast.</summary>
    public static string Lightened(string colour, string ground) => Towards("#ffffff", colour, ground);

    private static string Towards(string end, string colour, string ground) =>
        Enumerable.Range(0, Steps + 1).Select(step => Mix(colour, end, (double)step / Steps))
            .First(mixed => Contrast(mixed, ground) >= Enough);

    private static string Mix(string one, string other, double share) =>
        "#" + string.Concat(Channels.Select(at =>
            ((int)Math.Round((Channel(one, at) * (1 - share)) + (Channel(other, at) * share)))
                .ToString("x2", CultureInfo.InvariantCulture)));

    private static double Luminance(string colour) =>
        (0.2126 * Linear(colour, 1)) + (0.7152 * Linear(colour, 3)) + (0.0722 * Linear(colour, 5));

    private static double Linear(string colour, int at)
    {
        var value = Channel(colour, at) / 255.0;
        return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static int Channel(string colour, int at) =>
        int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
