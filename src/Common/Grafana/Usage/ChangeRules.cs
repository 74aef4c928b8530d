using System.Text;

namespace Athena.Common.Grafana.Usage;

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
