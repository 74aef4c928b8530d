using System.Text;
using Athena.Common.Grafana.Api;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// What a request is about, by its path and referer (docs/grafana.md §4). Both are decoded, and both are whatever a client wrote.
/// </summary>
internal static class RequestRules
{
    private const int LongestUid = 40;

    private static readonly byte[][] Versions =
        ["v0alpha1"u8.ToArray(), "v1beta1"u8.ToArray(), "v2alpha1"u8.ToArray(), "v2beta1"u8.ToArray(), "v1"u8.ToArray(), "v2"u8.ToArray()];

    private static readonly byte[][] VisitorFolders =
    [
        "/api/public/dashboards/"u8.ToArray(), "/api/snapshots/"u8.ToArray(), "/render/"u8.ToArray(),
    ];

    private static ReadOnlySpan<byte> OwnFolder => "/athena-workers/"u8;

    /// <summary>
    /// The uid that a <c>GET</c> answered with 200 has opened: <c>…/dashboards/UID/dto</c> of any version, or
    /// <c>/api/dashboards/uid/UID</c>. Empty for every other path; <c>/d/UID</c> is only the page's shell, <c>/api/dashboards/home</c> no
    /// dashboard.
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
    /// In which form an <see cref="OpenedDashboard"/> was asked for, as one bit; a form that is not known shares its bit with few others.
    /// </summary>
    public static uint VersionOf(ReadOnlySpan<byte> path)
    {
        if (!path.StartsWith("/apis/dashboard.grafana.app/"u8))
            return 1;
        path = path["/apis/dashboard.grafana.app/".Length..];
        ReadOnlySpan<byte> version = TakeSegment(ref path);
        for (int i = 0; i < Versions.Length; i++)
        {
            if (version.SequenceEqual(Versions[i]))
                return 2u << i;
        }
        uint sum = 0;
        foreach (byte sign in version)
            sum = (sum * 31) + sign;
        return 1u << (int)(8 + (sum % 24));
    }

    /// <summary>
    /// The uid on whose page, or on whose single panel's, a request was made: <c>…/d/UID…</c> or <c>…/d-solo/UID…</c> in the path of the
    /// referer, which has the sub-path that Grafana may be served from. Empty when it was made elsewhere, or when that can be no uid.
    /// </summary>
    public static ReadOnlySpan<byte> DashboardOnScreen(ReadOnlySpan<byte> referer)
    {
        ReadOnlySpan<byte> page = PathOf(referer);
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

    /// <summary>
    /// The dashboard that somebody was given who is not signed in, by a <c>GET</c> that was answered with 200: by anonymous access, a
    /// public dashboard by its token, a snapshot by its key, a picture. Empty when it was none.
    /// </summary>
    public static ReadOnlySpan<byte> GivenToVisitor(ReadOnlySpan<byte> path)
    {
        if (OpenedDashboard(path) is { IsEmpty: false } uid)
            return uid;
        foreach (ReadOnlySpan<byte> folder in VisitorFolders)
        {
            if (path.StartsWith(folder))
                return folder[1] == (byte)'r' ? path : Last(path[folder.Length..]);
        }
        if (!path.StartsWith("/apis/dashboard.grafana.app/"u8))
            return [];
        int at = path.IndexOf("/dashboards/"u8);
        return at < 0 ? [] : Last(path[(at + "/dashboards/".Length)..]);
    }

    /// <summary>Data that somebody was given who is not signed in.</summary>
    public static bool IsDataForVisitor(ReadOnlySpan<byte> path) =>
        IsQuery(path) || (path.StartsWith("/api/datasources/"u8) && (path.IndexOf("/proxy/"u8) > 0 || path.IndexOf("/resources/"u8) > 0));

    /// <summary>What a page does by itself, over and over: a tab is open, nobody need be there.</summary>
    public static bool IsPageByItself(ReadOnlySpan<byte> path) =>
        path.SequenceEqual("/api/live/ws"u8) || path.SequenceEqual("/api/frontend-metrics"u8)
            || path.SequenceEqual("/api/user/auth-tokens/rotate"u8);

    /// <summary>The shell of a page that a browser loads, of whatever kind.</summary>
    public static bool IsPage(ReadOnlySpan<byte> path) =>
        !path.StartsWith("/api/"u8) && !path.StartsWith("/apis/"u8) && !path.StartsWith("/public/"u8)
        && !path.StartsWith("/avatar/"u8) && !path.StartsWith("/render/"u8);

    /// <summary>
    /// The uid of a dashboard's page or of a single panel's, <c>/d/UID…</c> or <c>/d-solo/UID…</c>; empty for another path.
    /// </summary>
    public static ReadOnlySpan<byte> DashboardOfPage(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> rest = path.StartsWith("/d/"u8) ? path[3..] : path.StartsWith("/d-solo/"u8) ? path[8..] : [];
        return TakeSegment(ref rest);
    }

    /// <summary>Without the query and what is behind it.</summary>
    public static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> address)
    {
        int end = address.IndexOfAny((byte)'?', (byte)'#');
        return end < 0 ? address : address[..end];
    }

    /// <summary>
    /// Made by a page that has <c>render=1</c> in its address, as the image renderer's has. Anybody may write it, and it stays in a
    /// person's address while they work on (recorded): by itself it proves nothing.
    /// </summary>
    public static bool HasRenderMark(ReadOnlySpan<byte> referer)
    {
        int query = referer.IndexOf((byte)'?');
        if (query < 0)
            return false;
        referer = referer[query..];
        int at = referer.IndexOf("render=1"u8);
        return at > 0 && referer[at - 1] is (byte)'?' or (byte)'&'
            && (at + 8 == referer.Length || referer[at + 8] is (byte)'&' or (byte)'#');
    }

    /// <summary>
    /// The referer that all our daemons send, <c>GRAFANA_URL/athena-workers/…</c>, whatever the host is called: each daemon may have
    /// another name for it. It is no proof, for anybody may write it.
    /// </summary>
    public static bool IsOwnReferer(ReadOnlySpan<byte> referer)
    {
        int host = referer.IndexOf("://"u8);
        return host > 0 && PathOf(referer[(host + 3)..]).IndexOf(OwnFolder) > 0;
    }

    /// <summary>What is asked for in order to be shown: the front end's feature flags go by <c>POST</c>.</summary>
    public static bool IsFlags(ReadOnlySpan<byte> path) =>
        path.StartsWith("/apis/features.grafana.app/"u8) && path.EndsWith("/evaluate/flags"u8);

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

/// <summary>
/// Which requests change who may do what: users, organisations, roles, teams, permissions, service accounts, tokens, invitations, settings.
/// A user's own profile is no such change, nor are dashboards, folders and queries; the permissions of dashboards and folders are.
/// </summary>
internal static class ChangeRules
{
    /// <returns>The method as text, which takes no memory; null for one that changes nothing.</returns>
    public static string? Method(scoped ReadOnlySpan<byte> method) =>
        method.SequenceEqual("POST"u8) ? "POST"
        : method.SequenceEqual("PUT"u8) ? "PUT"
        : method.SequenceEqual("PATCH"u8) ? "PATCH"
        : method.SequenceEqual("DELETE"u8) ? "DELETE"
        : null;

    /// <param name="path">Decoded. Repeated slashes and letter case are no way around these rules.</param>
    public static bool IsChange(scoped ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> root = Next(ref path);
        ReadOnlySpan<byte> what = Next(ref path);
        if (Is(root, "apis"u8))
            return Is(what, "iam.grafana.app"u8);
        if (!Is(root, "api"u8))
            return false;
        if (Is(what, "auth"u8))
            return Is(Next(ref path), "keys"u8);
        if (Is(what, "v1"u8))
            return Is(Next(ref path), "sso-settings"u8);
        if (Is(what, "dashboards"u8) || Is(what, "folders"u8))
            return Is(Last(path), "permissions"u8);
        return IsAdministration(what) && !Is(Last(path), "search"u8);
    }

    private static bool IsAdministration(scoped ReadOnlySpan<byte> what) =>
        Is(what, "admin"u8) || Is(what, "users"u8) || Is(what, "org"u8) || Is(what, "orgs"u8)
        || Is(what, "teams"u8) || Is(what, "serviceaccounts"u8) || Is(what, "access-control"u8);

    private static bool Is(scoped ReadOnlySpan<byte> segment, scoped ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(segment, word);

    private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> path)
    {
        path = path.TrimStart((byte)'/');
        int end = path.IndexOf((byte)'/');
        ReadOnlySpan<byte> segment = end < 0 ? path : path[..end];
        path = path[segment.Length..];
        return segment;
    }

    private static ReadOnlySpan<byte> Last(ReadOnlySpan<byte> path)
    {
        path = path.TrimEnd((byte)'/');
        return path[(path.LastIndexOf((byte)'/') + 1)..];
    }
}
