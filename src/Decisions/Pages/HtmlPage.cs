using System.Security.Cryptography;
using System.Text;

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
