using Athena.Common.Grafana.Api;

namespace Athena.Common.Activities;

/// <summary>What a request is about, by its path and referer (docs/grafana.md §4). Both are decoded, and both are whatever a client wrote.</summary>
internal static class RequestRules
{
    private const int LongestUid = 40;

    /// <summary>
    /// The uid that a <c>GET</c> answered with 200 has opened: <c>…/dashboards/UID/dto</c> of any version, or <c>/api/dashboards/uid/UID</c>.
    /// Empty for every other path; <c>/d/UID</c> is only the page's shell, <c>/api/dashboards/home</c> no dashboard.
    /// </summary>
    public static ReadOnlySpan<byte> OpenedDashboard(ReadOnlySpan<byte> path)
    {
        if (path.StartsWith("/api/dashboards/uid/"u8))
            return Last(path["/api/dashboards/uid/".Length..]);
        if (!path.StartsWith("/apis/dashboard.grafana.app/"u8) || !path.EndsWith("/dto"u8))
            return [];

        // VERSION/namespaces/NAMESPACE/dashboards/UID/dto
        ReadOnlySpan<byte> rest = path["/apis/dashboard.grafana.app/".Length..];
        return TakeSegment(ref rest).Length > 0 && TakeSegment(ref rest).SequenceEqual("namespaces"u8)
            && TakeSegment(ref rest).Length > 0 && TakeSegment(ref rest).SequenceEqual("dashboards"u8)
            && TakeSegment(ref rest) is { Length: > 0 } uid && rest.SequenceEqual("dto"u8)
            ? uid
            : [];
    }

    /// <summary>
    /// The uid on whose page, or on whose single panel's, a request was made: <c>…/d/UID…</c> or <c>…/d-solo/UID…</c> in the path of the referer,
    /// which has the sub-path that Grafana may be served from. Empty when it was made elsewhere, or when that can be no uid.
    /// </summary>
    public static ReadOnlySpan<byte> DashboardOnScreen(ReadOnlySpan<byte> referer)
    {
        int end = referer.IndexOfAny((byte)'?', (byte)'#');
        ReadOnlySpan<byte> page = end < 0 ? referer : referer[..end];
        int host = page.IndexOf("://"u8);
        if (host < 0)
            return [];
        page = page[(host + 3)..];
        int at = page.IndexOf("/d/"u8);
        int solo = page.IndexOf("/d-solo/"u8);
        page = at >= 0 && (solo < 0 || at < solo) ? page[(at + 3)..] : solo >= 0 ? page[(solo + 8)..] : [];
        ReadOnlySpan<byte> uid = TakeSegment(ref page);
        return IsUid(uid) ? uid : [];
    }

    /// <summary>A query of data, in all its generations.</summary>
    public static bool IsQuery(ReadOnlySpan<byte> path) => path.StartsWith("/api"u8) && path.EndsWith("/query"u8);

    /// <summary>A dashboard or its data, the public ones' as well.</summary>
    public static bool IsView(ReadOnlySpan<byte> path) =>
        IsQuery(path) || path.StartsWith("/api/public/dashboards/"u8) || !OpenedDashboard(path).IsEmpty;

    /// <summary>What a page does by itself, over and over: a tab is open, nobody need be there.</summary>
    public static bool IsPageByItself(ReadOnlySpan<byte> path) =>
        path.SequenceEqual("/api/live/ws"u8) || path.SequenceEqual("/api/frontend-metrics"u8) || path.SequenceEqual("/api/user/auth-tokens/rotate"u8);

    /// <summary>The shell of a page that a browser loads, of whatever kind.</summary>
    public static bool IsPage(ReadOnlySpan<byte> path) =>
        !path.StartsWith("/api/"u8) && !path.StartsWith("/apis/"u8) && !path.StartsWith("/public/"u8)
        && !path.StartsWith("/avatar/"u8) && !path.StartsWith("/render/"u8);

    /// <summary>The shell of a dashboard's page.</summary>
    public static bool IsDashboardPage(ReadOnlySpan<byte> path) => path.StartsWith("/d/"u8) || path.StartsWith("/d-solo/"u8);

    /// <summary>Made by the image renderer: its page has <c>render=1</c> in its address, so the referer of what that page asks for has it too.</summary>
    public static bool IsByRenderer(ReadOnlySpan<byte> referer)
    {
        int query = referer.IndexOf((byte)'?');
        if (query < 0)
            return false;
        referer = referer[query..];
        int at = referer.IndexOf("render=1"u8);
        return at > 0 && referer[at - 1] is (byte)'?' or (byte)'&' && (at + 8 == referer.Length || referer[at + 8] is (byte)'&' or (byte)'#');
    }

    /// <summary>Behind <c>/d/athena-probe-</c>, up to a slash; empty for a path that is no sight probe's.</summary>
    public static ReadOnlySpan<byte> ProbeNonce(ReadOnlySpan<byte> path)
    {
        if (!path.StartsWith(Route.ProbePage.Beginning))
            return [];
        ReadOnlySpan<byte> rest = path[Route.ProbePage.Beginning.Length..];
        return TakeSegment(ref rest);
    }

    private static ReadOnlySpan<byte> Last(ReadOnlySpan<byte> rest) => rest.Contains((byte)'/') ? [] : rest;

    private static ReadOnlySpan<byte> TakeSegment(scoped ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'/');
        ReadOnlySpan<byte> segment = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return segment;
    }

    private static bool IsUid(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > LongestUid)
            return false;
        foreach (byte sign in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)sign) && sign is not ((byte)'-' or (byte)'_'))
                return false;
        }
        return true;
    }
}
