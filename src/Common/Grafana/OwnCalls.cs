using System.Text;

namespace Athena.Common.Grafana;

/// <summary>The requests that <see cref="GrafanaClient"/> makes, as Grafana logs them. Pure.</summary>
public static class OwnCalls
{
    /// <summary>A star is one segment: an id, a uid.</summary>
    private static readonly byte[][] Calls =
    [
        .. new[]
        {
            "POST /login", "POST /api/user/auth-tokens/rotate",
            "GET /api/user", "GET /api/users", "GET /api/users/*", "GET /api/users/*/orgs", "GET /api/orgs", "GET /api/org/invites",
            "GET /api/admin/settings", "GET /api/admin/users/*/auth-tokens", "GET /api/serviceaccounts/search", "GET /api/dashboards/uid/*",
            "POST /api/admin/users", "POST /api/admin/users/*/disable", "POST /api/admin/users/*/enable", "POST /api/admin/users/*/logout",
            "PATCH /api/orgs/*/users/*", "DELETE /api/admin/users/*", "DELETE /api/serviceaccounts/*",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    /// <param name="path">Decoded, without the query; hostile text.</param>
    public static bool IsOne(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path)
    {
        foreach (ReadOnlySpan<byte> call in Calls)
        {
            int space = call.IndexOf((byte)' ');
            if (call[..space].SequenceEqual(method) && Fits(call[(space + 1)..], path))
                return true;
        }

        return false;
    }

    private static bool Fits(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> path)
    {
        while (!pattern.IsEmpty && !path.IsEmpty)
        {
            if (pattern[0] == (byte)'*')
            {
                int end = path.IndexOf((byte)'/');
                int length = end < 0 ? path.Length : end;
                if (length == 0)
                    return false;
                path = path[length..];
                pattern = pattern[1..];
            }
            else if (pattern[0] == path[0])
            {
                path = path[1..];
                pattern = pattern[1..];
            }
            else
            {
                return false;
            }
        }

        return pattern.IsEmpty && path.IsEmpty;
    }
}
