using System.Globalization;
using System.Text;

namespace Athena.Sandbox.GrafanaLog;

/// <summary>What Grafana makes of a Referer header before it logs it (docs/grafana.md §1); pure.</summary>
internal static class Referer
{
    public const string Refused = "received invalid referer in request headers, removed for log forgery prevention: failed to sanitize URL";

    /// <summary>
    /// The referer with its query keys sorted and encoded again and <c>auth_token</c> hidden, and whether it could be read;
    /// one that cannot be is logged as empty.
    /// </summary>
    public static (string Text, bool Understood) Clean(string header)
    {
        if (header.Length == 0) return ("", true);
        if (!LooksLikeUrl(header)) return ("", false);
        var fragmentAt = header.IndexOf('#', StringComparison.Ordinal);
        var fragment = fragmentAt < 0 ? "" : header[fragmentAt..];
        var rest = fragmentAt < 0 ? header : header[..fragmentAt];
        var queryAt = rest.IndexOf('?', StringComparison.Ordinal);
        var address = EscapePath(queryAt < 0 ? rest : rest[..queryAt]);
        if (queryAt < 0 || queryAt == rest.Length - 1) return (address + fragment, true);
        var pairs = rest[(queryAt + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2))
            .Select(p => (Key: Decode(p[0]), Value: p.Length > 1 ? Decode(p[1]) : ""))
            .OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => Encode(p.Key) + "=" + (p.Key == "auth_token" ? "hidden" : Encode(p.Value)));
        return (address + "?" + string.Join('&', pairs) + fragment, true);
    }

    /// <summary>
    /// As far as Go's url.Parse refused what was recorded: control characters, no scheme, a broken host, a broken escape.
    /// </summary>
    private static bool LooksLikeUrl(string header)
    {
        if (header.Any(char.IsControl)) return false;
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !header[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.')) return false;
        if (header.AsSpan(colon).StartsWith("://[") && !header.Contains(']')) return false;
        var path = header.Split('?', 2)[0];
        for (var at = path.IndexOf('%', StringComparison.Ordinal); at >= 0; at = path.IndexOf('%', at + 1))
            if (at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2])) return false;

        return true;
    }

    private static string EscapePath(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is > 0x20 and < 0x7f && !"\"<>\\^`{|}"u8.Contains(b))
                escaped.Append((char)b);
            else escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return escaped.ToString();
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
