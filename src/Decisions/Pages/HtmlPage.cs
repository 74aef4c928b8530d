using System.Net;
using System.Security.Cryptography;
using System.Text;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.Decisions.Pages;

/// <summary>A whole page.</summary>
/// <param name="Html">UTF-8.</param>
/// <param name="Policy">What a browser may do with it, for <c>Content-Security-Policy</c>.</param>
internal sealed record HtmlPage(byte[] Html, string Policy)
{
    /// <summary>No script, nothing from anywhere; the style sheets are known by their hashes.</summary>
    public static HtmlPage Of(string html, IEnumerable<PageStyle> styles)
    {
        var known = string.Join(
            ' ', styles.Select(style => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style.Text)))}'"));
        return new HtmlPage(
            Encoding.UTF8.GetBytes(html),
            $"default-src 'none'; style-src {known}; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    }
}

/// <summary>Text as a page can carry it. Pure.</summary>
internal static class HtmlText
{
    /// <summary>
    /// With nothing in it that a browser obeys or a person cannot see, and without a bare <c>@</c>: what stands round one is rewritten by
    /// Cloudflare into something that only a script can read.
    /// </summary>
    public static string Encode(string text) =>
        WebUtility.HtmlEncode(VisibleText.Escape(text)).Replace("@", "&#64;", StringComparison.Ordinal);
}

/// <summary>
/// The style sheets: one column that fits a telephone, light and dark, in the brand's colour as the mails are. One for each kind of screen
/// and not one with <c>@media</c> in it: no page has that sign, see <see cref="HtmlText"/>. Pure.
/// </summary>
/// <param name="Media">For which screens; empty for all.</param>
/// <param name="Text">Without a mark-up.</param>
internal sealed record PageStyle(string Media, string Text)
{
    private const string Card = "#ffffff";
    private const string Ground = "#eef1f4";
    private const string DarkGround = "#12171d";
    private const string DarkField = "#0f141a";

    private const string Narrow = """
        header, section { padding-left: 18px; padding-right: 18px; }
        dl div { display: block; }
        button, .button { width: 100%; text-align: center; }
        """;

    /// <param name="colour">The brand's; one that is none gives the house's.</param>
    public static IReadOnlyList<PageStyle> Of(string colour)
    {
        var brand = new Brand("", "", null, null) { Accent = Colour.Parse(colour) ?? Brand.DefaultAccent };
        return
        [
            new("", Everywhere(brand)), new("(max-width: 480px)", Narrow), new("(prefers-color-scheme: dark)", Dark(brand)),
        ];
    }

    private static string Everywhere(Brand brand) => $$"""
        :root { color-scheme: light dark; }
        * { box-sizing: border-box; }
        body { margin: 0; padding: 24px 8px; background: {{Ground}}; color: #1f2933; font: 16px/24px -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
        main { max-width: 600px; margin: 0 auto; background: {{Card}}; border: 1px solid #d8dee5; border-top: 4px solid {{brand.Accent}}; border-radius: 6px; overflow-wrap: anywhere; }
        header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; padding: 14px 32px; border-bottom: 1px solid #e3e8ed; }
        header b { color: {{brand.Accent}}; font-size: 18px; }
        header span, dt, .hint { color: #5c6b7a; font-size: 14px; line-height: 20px; }
        section { padding: 20px 32px 24px; }
        h1 { margin: 0 0 14px; font-size: 22px; line-height: 29px; font-weight: 600; }
        p { margin: 0 0 16px; }
        .alert, .warning { padding: 12px 16px; border-radius: 4px; color: {{TonePalette.Ink}}; background: {{TonePalette.Accent(Tone.Critical)}}; font-weight: 600; }
        .warning { background: {{TonePalette.Accent(Tone.Warning)}}; }
        dl { margin: 0 0 20px; }
        dl div { display: flex; gap: 0 12px; padding: 8px 0; border-top: 1px solid #e3e8ed; }
        dt { flex: 0 0 128px; }
        dd { margin: 0; min-width: 0; }
        form > div { margin: 0 0 18px; }
        label { font-weight: 600; }
        form > .box { display: flex; gap: 12px; align-items: center; min-height: 44px; margin: 0 0 8px; }
        .box label { font-weight: 400; }
        .away { position: absolute; left: -9999px; }
        input:not([type=checkbox]), textarea { display: block; width: 100%; min-height: 44px; margin-top: 4px; padding: 9px 12px; font: inherit; color: inherit; background: {{Card}}; border: 1px solid #7b8794; border-radius: 4px; }
        input[type=checkbox] { flex: none; width: 24px; height: 24px; margin: 0; accent-color: {{brand.Accent}}; }
        button, .button { display: inline-block; min-height: 48px; padding: 11px 24px; font: inherit; font-weight: 600; text-decoration: none; color: {{TonePalette.Ink}}; background: {{brand.Accent}}; border: 1px solid transparent; border-radius: 4px; cursor: pointer; }
        button.reject { background: {{TonePalette.Accent(Tone.Critical)}}; }
        .quiet { color: {{brand.Accent}}; background: transparent; border-color: {{brand.Accent}}; }
        :focus-visible { outline: 3px solid {{brand.Accent}}; outline-offset: 2px; }
        """;

    private static string Dark(Brand brand) => $$"""
        body { background: {{DarkGround}}; color: #e8edf2; }
        main { background: {{TonePalette.DarkCard}}; border-color: {{TonePalette.DarkQuiet}}; border-top-color: {{brand.DarkAccent}}; }
        header, dl div { border-color: {{TonePalette.DarkQuiet}}; }
        header b, .quiet { color: {{brand.DarkAccent}}; }
        header span, dt, .hint { color: #a9b6c3; }
        input:not([type=checkbox]), textarea { background: {{DarkField}}; border-color: #8795a3; }
        input[type=checkbox] { accent-color: {{brand.DarkAccent}}; }
        .quiet { border-color: {{brand.DarkAccent}}; }
        :focus-visible { outline-color: {{brand.DarkAccent}}; }
        """;
}
