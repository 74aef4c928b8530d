using System.Net;
using Athena.Common.Text;

namespace Athena.Decisions.Pages;

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
