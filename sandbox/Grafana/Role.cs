namespace Athena.Sandbox.Grafana;

/// <summary>What each role of an organisation, and the server admin, may do: only as far as the recorded calls need it.</summary>
internal static class Role
{
    private static readonly HashSet<string> Viewer = ["dashboards:read", "folders:read", "datasources:read", "datasources:query"];

    private static readonly HashSet<string> Editor =
        [.. Viewer, "dashboards:write", "dashboards:create", "folders:create", "snapshots:create", "annotations:create"];

    private static readonly HashSet<string> Admin =
    [
        .. Editor, "datasources:create", "org.users:read", "org.users:add", "org.users:write", "org.users:remove",
        "serviceaccounts:read", "serviceaccounts:create", "serviceaccounts:write", "serviceaccounts:delete", "dashboards.public:write",
    ];

    private static readonly HashSet<string> Server =
    [
        "users:read", "users:write", "users:create", "users:delete", "users:disable", "users:enable", "users:logout",
        "users.permissions:write", "users.authtoken:read", "users.authtoken:write", "users.password:write",
        "server.stats:read", "orgs:read", "orgs:create", "orgs:write", "settings:read", "org.users:read", "org.users:add",
        "org.users:write", "org.users:remove",
    ];

    public static bool IsKnown(string role) => role is "Viewer" or "Editor" or "Admin" or "None";

    public static bool Allows(string role, bool serverAdmin, string permission) =>
        (serverAdmin && Server.Contains(permission)) || role switch
        {
            "Admin" => Admin.Contains(permission),
            "Editor" => Editor.Contains(permission),
            "Viewer" => Viewer.Contains(permission),
            _ => false,
        };
}
