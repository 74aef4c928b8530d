using Athena.Common.Grafana.Api;
using Athena.Common.Text;

namespace Athena.Common.Grafana.Identities;

/// <summary>
/// What the daemons' account must be: enabled, a server admin, and Admin of each organisation, for a server admin sees of an organisation
/// that it is no Admin of neither its service accounts nor its invitations (docs/grafana.md §5). Gives what is missing.
/// </summary>
/// <param name="said">Told of each right that was given, in a sentence.</param>
internal sealed class OwnRights(IGrafana grafana, IGrafanaMembers members, Action<string> said)
{
    private const string Admin = "Admin";

    private const int MostNamed = 10;

    /// <summary>Organisations in which an account is no Admin. Pure.</summary>
    public static IReadOnlyList<GrafanaOrganisation> Lacking(
        IEnumerable<GrafanaOrganisation> all, IEnumerable<OrganisationMembership> memberships)
    {
        var held = memberships.Where(one => one.Role == Admin).Select(one => one.OrgId).ToHashSet();
        return [.. all.Where(one => !held.Contains(one.Id)).OrderBy(one => one.Id)];
    }

    /// <summary>The same, asked of Grafana; null when it does not answer.</summary>
    public static async Task<IReadOnlyList<GrafanaOrganisation>?> LackingAsync(IGrafana grafana, long id, CancellationToken cancel)
    {
        var all = await grafana.OrganisationsAsync(cancel).ConfigureAwait(false);
        var memberships = await grafana.OrganisationsOfAsync(id, cancel).ConfigureAwait(false);
        return all.IsDone && memberships.IsDone ? Lacking(all.Value, memberships.Value) : null;
    }

    /// <summary>Names of organisations, which people chose, for a sentence.</summary>
    public static string Names(IReadOnlyList<GrafanaOrganisation> organisations) =>
        string.Join(", ", organisations.Take(MostNamed).Select(one => $"{UntrustedText.Visible(one.Name, 40)} (id {one.Id})"))
        + (organisations.Count > MostNamed ? $" and {organisations.Count - MostNamed} more" : "");

    /// <summary>Gives an account all that it lacks. Null when it has everything; else the sentence of what could not be given.</summary>
    public async Task<string?> GiveAsync(long id, string login, CancellationToken cancel)
    {
        var read = await grafana.UserAsync(id, cancel).ConfigureAwait(false);
        if (!read.IsDone) return read.Detail;
        if (read.Value.IsDisabled)
        {
            var enabled = await grafana.EnableAsync(id, cancel).ConfigureAwait(false);
            if (!enabled.IsDone) return enabled.Detail;
            said("It was disabled, and is enabled");
        }

        if (!read.Value.IsAdmin)
        {
            var made = await members.MakeServerAdminAsync(id, cancel).ConfigureAwait(false);
            if (!made.IsDone) return made.Detail;
            said("It is a server admin");
        }

        return await JoinAsync(id, login, cancel).ConfigureAwait(false);
    }

    /// <summary>Makes it an Admin of each organisation where it is none. Null when it is one everywhere.</summary>
    public async Task<string?> JoinAsync(long id, string login, CancellationToken cancel)
    {
        var all = await grafana.OrganisationsAsync(cancel).ConfigureAwait(false);
        if (!all.IsDone) return all.Detail;
        var memberships = await grafana.OrganisationsOfAsync(id, cancel).ConfigureAwait(false);
        if (!memberships.IsDone) return memberships.Detail;

        var given = new List<GrafanaOrganisation>();
        string? problem = null;
        foreach (var organisation in Lacking(all.Value, memberships.Value))
        {
            var isIn = memberships.Value.Any(one => one.OrgId == organisation.Id);
            var answer = isIn
                ? await grafana.SetRoleAsync(organisation.Id, id, Admin, cancel).ConfigureAwait(false)
                : await members.AddToOrganisationAsync(organisation.Id, login, Admin, cancel).ConfigureAwait(false);

            // It may have become a member a moment ago: then its role is to be set.
            if (!isIn && answer.Outcome is GrafanaOutcome.Refused or GrafanaOutcome.AlreadySo)
                answer = await grafana.SetRoleAsync(organisation.Id, id, Admin, cancel).ConfigureAwait(false);
            if (answer.IsDone) given.Add(organisation);
            else problem ??= $"{UntrustedText.Visible(organisation.Name, 40)} (id {organisation.Id}): {answer.Detail}";
        }

        if (given.Count > 0) said($"It is Admin of {Names(given)}");
        return problem;
    }
}
