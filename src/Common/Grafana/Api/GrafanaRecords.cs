namespace Athena.Common.Grafana.Api;

/// <summary>The value of a call that changes something: Grafana's own message, such as <c>User disabled</c>.</summary>
public sealed record Acknowledgement(string Message);

/// <summary>An account that was just made.</summary>
/// <param name="Uid">Null where an old Grafana does not give one.</param>
public sealed record CreatedUser(long Id, string? Uid);

/// <summary>An account to be made. A class and no record, so that no text made of it can show the password.</summary>
public sealed class NewUser
{
    public required string Login { get; init; }

    public required string Email { get; init; }

    public required string Name { get; init; }

    /// <summary>At least four characters (docs/grafana.md §5).</summary>
    public required string Password { get; init; }
}

/// <summary>
/// A signed-in browser of a user (<c>/api/admin/users/:id/auth-tokens</c>). Address and browser are what the client claimed.
/// </summary>
public sealed record UserSession(long Id, string ClientIp, string Browser, string Os, DateTimeOffset CreatedAt, DateTimeOffset SeenAt);

/// <summary>An invitation that waits to be used. Its code is left out: whoever has it comes in by it.</summary>
/// <param name="Email">Whom it is for.</param>
/// <param name="Role">The role it gives.</param>
/// <param name="OrgId">The organisation it gives it in.</param>
/// <param name="InvitedBy">Login of who sent it.</param>
public sealed record PendingInvitation(string Email, string Role, long OrgId, string InvitedBy);

/// <summary>An organisation of the Grafana server.</summary>
public sealed record GrafanaOrganisation(long Id, string Name);

/// <summary>One organisation of a user with their role in it (<c>Viewer</c>, <c>Editor</c>, <c>Admin</c>, <c>None</c>).</summary>
public sealed record OrganisationMembership(long OrgId, string Name, string Role);

/// <summary>A service account of one organisation; the only positive proof that an id is not a person (docs/grafana.md §5).</summary>
public sealed record ServiceAccount(long Id, string Login, string Name, long OrgId, string Role, bool IsDisabled)
{
    /// <summary>When it was made; only its own record says so, no list does (recorded).</summary>
    public DateTimeOffset? Created { get; init; }
}

/// <summary>Where a dashboard's numbers come from.</summary>
/// <param name="OrgId">0 where Grafana does not say.</param>
public sealed record DataSource(long OrgId, string Uid, string Name);

/// <summary>What Grafana found when it asked a data source. Its message is left out: it may hold the names of users (recorded).</summary>
public sealed record DataSourceHealth(bool IsWell);

/// <summary>A note that Grafana shows on the dashboards of an organisation.</summary>
/// <param name="End">For one of a span; null for one of a moment.</param>
/// <param name="Text">HTML, as Grafana renders it: what is no markup is encoded.</param>
public sealed record GrafanaAnnotation(DateTimeOffset At, DateTimeOffset? End, IReadOnlyList<string> Tags, string Text);

/// <summary>What became of an annotation that our account may write.</summary>
/// <param name="IsKept">False where Grafana does not take this one, whenever it is asked.</param>
public sealed record AnnotationReceipt(bool IsKept);

/// <summary>What a person calls a dashboard.</summary>
public sealed record DashboardTitle(string Uid, string Title, string FolderTitle, string Url);

/// <summary>The unauthenticated health page: version and whether the database answers.</summary>
public sealed record GrafanaHealth(string Version, bool DatabaseOk)
{
    /// <summary>What is said where it does not.</summary>
    public const string DatabaseAway = "Grafana runs, but says that its database does not answer.";

    /// <summary>What to do about a health page that is not well; null where the sentence about it says so already.</summary>
    public static string? RemedyFor(string detail) =>
        detail.StartsWith(DatabaseAway, StringComparison.Ordinal)
            ? "Is the database running that grafana.ini names in the section [database] (systemctl status postgresql)? Nobody can sign in "
                + "meanwhile."
        : detail.Contains(NetworkFault.Unconnected, StringComparison.Ordinal)
            ? "To see: systemctl status grafana-server. To start it: sudo systemctl start grafana-server."
        : NamesASetting(detail) ? null
        : "Is it running (systemctl status grafana-server)? Is GRAFANA_URL right?";

    private static bool NamesASetting(string detail) =>
        detail.Contains("GRAFANA_", StringComparison.Ordinal) || detail.Contains("_PROXY", StringComparison.Ordinal);
}
