namespace Athena.Common.Grafana.Api;

/// <summary>
/// Grafana's HTTP API as the daemons use it. Every method answers with a typed outcome and throws only
/// <see cref="OperationCanceledException"/> when its token is cancelled. All calls are idempotent: repeating one is harmless.
/// </summary>
public interface IGrafana
{
    /// <summary>Health without signing in. A Grafana whose database is down is <see cref="GrafanaOutcome.Unavailable"/>.</summary>
    Task<GrafanaAnswer<GrafanaHealth>> HealthAsync(CancellationToken cancel);

    /// <summary>The account that we are signed in as. A service account has id 0 and a uid <c>service-account:N</c>.</summary>
    Task<GrafanaAnswer<GrafanaUser>> WhoAmIAsync(CancellationToken cancel);

    /// <summary>The server's settings; <see cref="GrafanaOutcome.Refused"/> unless we are a server administrator.</summary>
    Task<GrafanaAnswer<ServerSettings>> ServerSettingsAsync(CancellationToken cancel);

    /// <summary>Every account, never a part of them: an incomplete answer is <see cref="GrafanaOutcome.Unavailable"/>.</summary>
    Task<GrafanaAnswer<IReadOnlyList<GrafanaUser>>> AllUsersAsync(CancellationToken cancel);

    /// <summary>One account's own record, by id. It is the record that says whether it is external.</summary>
    Task<GrafanaAnswer<GrafanaUser>> UserAsync(long id, CancellationToken cancel);

    /// <summary>One account's own record, by uid.</summary>
    Task<GrafanaAnswer<GrafanaUser>> UserByUidAsync(string uid, CancellationToken cancel);

    /// <summary>
    /// Look-up by login or e-mail. Not to be trusted for <see cref="GrafanaUser.AuthLabels"/>, and <see cref="GrafanaOutcome.Gone"/>
    /// proves nothing: they may have renamed themselves (docs/grafana.md §5).
    /// </summary>
    Task<GrafanaAnswer<GrafanaUser>> LookUpAsync(string loginOrEmail, CancellationToken cancel);

    /// <summary>The organisations of a user and their role in each.</summary>
    Task<GrafanaAnswer<IReadOnlyList<OrganisationMembership>>> OrganisationsOfAsync(long id, CancellationToken cancel);

    /// <summary>The organisations of the server.</summary>
    Task<GrafanaAnswer<IReadOnlyList<GrafanaOrganisation>>> OrganisationsAsync(CancellationToken cancel);

    /// <summary>The service accounts of one organisation, all of them.</summary>
    Task<GrafanaAnswer<IReadOnlyList<ServiceAccount>>> ServiceAccountsAsync(long orgId, CancellationToken cancel);

    /// <summary>One service account's own record, which alone says when it was made.</summary>
    Task<GrafanaAnswer<ServiceAccount>> ServiceAccountAsync(long orgId, long id, CancellationToken cancel);

    /// <summary>The invitations of one organisation that wait to be used.</summary>
    Task<GrafanaAnswer<IReadOnlyList<PendingInvitation>>> InvitationsAsync(long orgId, CancellationToken cancel);

    /// <summary>The open sessions of a user.</summary>
    Task<GrafanaAnswer<IReadOnlyList<UserSession>>> SessionsAsync(long id, CancellationToken cancel);

    /// <summary>Title and folder of a dashboard; <see cref="GrafanaOutcome.Gone"/> when it was deleted since.</summary>
    Task<GrafanaAnswer<DashboardTitle>> DashboardAsync(string uid, CancellationToken cancel);

    /// <summary>Disables an account and so ends its sessions.</summary>
    Task<GrafanaAnswer<Acknowledgement>> DisableAsync(long id, CancellationToken cancel);

    /// <summary>Enables an account.</summary>
    Task<GrafanaAnswer<Acknowledgement>> EnableAsync(long id, CancellationToken cancel);

    /// <summary>Ends an account's sessions; works for external accounts too.</summary>
    Task<GrafanaAnswer<Acknowledgement>> LogoutAsync(long id, CancellationToken cancel);

    /// <summary>Sets a user's role in an organisation (<c>None</c>, <c>Viewer</c>, <c>Editor</c>, <c>Admin</c>).</summary>
    Task<GrafanaAnswer<Acknowledgement>> SetRoleAsync(long orgId, long id, string role, CancellationToken cancel);

    /// <summary>
    /// Makes an account in the default organisation, with the role that Grafana gives there. <see cref="GrafanaOutcome.AlreadySo"/>,
    /// without a value, when the login or the e-mail is taken: by somebody else, or by a try of this call whose answer was lost.
    /// </summary>
    Task<GrafanaAnswer<CreatedUser>> CreateUserAsync(NewUser user, CancellationToken cancel);

    /// <summary>Deletes an account.</summary>
    Task<GrafanaAnswer<Acknowledgement>> DeleteUserAsync(long id, CancellationToken cancel);

    /// <summary>Deletes a service account of an organisation with all its tokens.</summary>
    Task<GrafanaAnswer<Acknowledgement>> DeleteServiceAccountAsync(long orgId, long id, CancellationToken cancel);
}

/// <summary>What Grafana shows, and whether that answers it. Calls as those of <see cref="IGrafana"/>.</summary>
public interface IDataSources
{
    /// <summary>The data sources of one organisation.</summary>
    Task<GrafanaAnswer<IReadOnlyList<DataSource>>> DataSourcesAsync(long orgId, CancellationToken cancel);

    /// <summary>
    /// How one of them is, by the check that Grafana's own page of it makes. <see cref="GrafanaOutcome.Unavailable"/> also where it does
    /// not answer in time, or its plugin is not installed.
    /// </summary>
    Task<GrafanaAnswer<DataSourceHealth>> DataSourceHealthAsync(long orgId, string uid, CancellationToken cancel);
}

/// <summary>Notes on Grafana's dashboards. Never throws for what Grafana answers, as <see cref="IGrafana"/>.</summary>
public interface IAnnotations
{
    /// <summary>
    /// Writes one into our account's current organisation. Asked once and not again: one whose answer was lost may stand there, and a
    /// second try makes a second one.
    /// </summary>
    Task<GrafanaAnswer<AnnotationReceipt>> AnnotateAsync(GrafanaAnnotation annotation, CancellationToken cancel);

    /// <summary>Whether our account may write one; none is written.</summary>
    Task<GrafanaAnswer<AnnotationReceipt>> MayAnnotateAsync(CancellationToken cancel);
}

/// <summary>
/// What only a server admin may ask: who is one, and who belongs to an organisation. Used for the daemons' own account and no other.
/// All calls are idempotent and never throw for what Grafana answers, as those of <see cref="IGrafana"/>.
/// </summary>
public interface IGrafanaMembers
{
    /// <summary>Makes an account a server admin.</summary>
    Task<GrafanaAnswer<Acknowledgement>> MakeServerAdminAsync(long id, CancellationToken cancel);

    /// <summary>
    /// Gives an account a role in an organisation that it is not in yet; <see cref="GrafanaOutcome.Refused"/> when it is in it already
    /// (<see cref="IGrafana.SetRoleAsync"/> then).
    /// </summary>
    Task<GrafanaAnswer<Acknowledgement>> AddToOrganisationAsync(long orgId, string login, string role, CancellationToken cancel);
}
