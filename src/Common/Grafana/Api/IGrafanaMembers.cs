namespace Athena.Common.Grafana.Api;

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
