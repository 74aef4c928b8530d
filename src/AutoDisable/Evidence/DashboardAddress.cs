namespace Athena.AutoDisable.Evidence;

/// <summary>Which dashboard an address is about (docs/grafana.md §4).</summary>
internal static class DashboardAddress
{
    /// <summary>Grafana takes no longer uid.</summary>
    public const int LongestUid = 40;

    /// <summary>
    /// The uid that a <c>GET</c> answered with 200 has opened: <c>…/dashboards/UID/dto</c> of any version, or
    /// <c>/api/dashboards/uid/UID</c>. Null for every other path; <c>/d/UID</c> is only the page's shell.
    /// </summary>
    public static string? Opened(string path) => path.Split('/') switch
    {
        ["", "apis", "dashboard.grafana.app", _, "namespaces", _, "dashboards", { Length: > 0 } uid, "dto"] => uid,
        ["", "api", "dashboards", "uid", { Length: > 0 } uid] => uid,
        _ => null,
    };

    /// <summary>
    /// The uid on whose page a query was made, by its referer; null when it was made elsewhere. The client writes the referer.
    /// </summary>
    public static string? OnScreen(string path, string referer)
    {
        if (path != "/api/ds/query" && !path.StartsWith("/apis/query.grafana.app/", StringComparison.Ordinal)) return null;
        if (!Uri.TryCreate(referer, UriKind.Absolute, out var page)) return null;
        var segments = page.AbsolutePath.Split('/');
        for (var i = 1; i < segments.Length - 1; i++)
            if (segments[i] is "d" or "d-solo") return IsUid(segments[i + 1]) ? segments[i + 1] : null;
        return null;
    }

    /// <summary>The signs of which Grafana makes a uid; a text like this may stand in a command.</summary>
    public static bool IsUid(string text) =>
        text.Length is > 0 and <= LongestUid && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
