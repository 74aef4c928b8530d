using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Athena.Compliance.Tests.Mails;

/// <summary>The contrast of each text on a page to what is behind it, by WCAG 2.1, from the colours that are written there.</summary>
internal static partial class Contrast
{
    public static (double Ratio, string Text) Worst(string html, bool isDark)
    {
        var page = MailPage.Parse(html);
        var style = string.Concat(page.QuerySelectorAll("style").Select(element => element.TextContent));
        var rules = Rules(OutsideMedia().Replace(style, "")).ToList();
        var dark = isDark ? Dark().Matches(style).SelectMany(match => Rules(match.Groups[1].Value)).ToList() : [];
        var texts = page.Body!.Descendants<IText>().Where(text => text.Data.Trim().Length > 0 && !IsHidden(text.ParentElement!)).ToList();
        Assert.That(texts, Is.Not.Empty);
        Assert.That(dark.Count > 0, Is.EqualTo(isDark), "the page has colours for dark surroundings");
        return texts.Select(text => (Ratio(Of(text.ParentElement!, "color"), Of(text.ParentElement!, "background")), text.Data.Trim()))
            .Min();

        string Of(IElement element, string property)
        {
            for (var at = element; at is not null; at = at.ParentElement)
            {
                var found = Last(dark, at, property) ?? Declared(at.GetAttribute("style") ?? "", property) ?? Last(rules, at, property);
                if (found is not null)
                    return found;
            }

            throw new AssertionException($"no {property} for {element.OuterHtml}");
        }
    }

    private static string? Last(List<(string Selector, string Body)> rules, IElement element, string property) =>
        rules.Where(rule => element.Matches(rule.Selector)).Select(rule => Declared(rule.Body, property))
            .LastOrDefault(value => value is not null);

    private static string? Declared(string body, string property) =>
        Colour().Matches(body).Where(match => match.Groups[1].Value == property).Select(match => match.Groups[2].Value).LastOrDefault();

    private static IEnumerable<(string Selector, string Body)> Rules(string css) =>
        Rule().Matches(css).Select(match => (match.Groups[1].Value.Trim(), match.Groups[2].Value))
            .Where(rule => !rule.Item1.StartsWith(':'));

    // Only what is hidden for good; the tags of columns come out on a telephone.
    private static bool IsHidden(IElement element) => element.Closest("[style*='display:none']:not(.tag)") is not null;

    private static double Ratio(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour) =>
        (0.2126 * Channel(colour, 1)) + (0.7152 * Channel(colour, 3)) + (0.0722 * Channel(colour, 5));

    private static double Channel(string colour, int at)
    {
        var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    [GeneratedRegex(@"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")]
    private static partial Regex OutsideMedia();

    [GeneratedRegex(@"@media[^{]*prefers-color-scheme: dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}")]
    private static partial Regex Dark();

    [GeneratedRegex(@"([^{}]+)\{([^{}]*)\}")]
    private static partial Regex Rule();

    [GeneratedRegex(@"(?:^|[;\s])(color|background):\s*(#[0-9a-f]{6})")]
    private static partial Regex Colour();
}
