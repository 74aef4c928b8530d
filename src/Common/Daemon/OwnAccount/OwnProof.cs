using Athena.Common.Grafana;
using Athena.Common.Hosting.TakeOver;
using Athena.Common.Notifications;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary>Asks as the daemons' account what the daemons ask: it must be answered.</summary>
internal static class OwnProof
{
    /// <summary>How many questions were not answered; the report says which.</summary>
    public static async Task<int> RunAsync(IGrafana grafana, ChangeReport report, CancellationToken cancel)
    {
        var who = await grafana.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (!who.IsDone)
        {
            report.Fail(who.Detail, "The settings hold another password than the account has: account create --replace makes a new one.");
            return 1;
        }

        List<string> problems = [];
        var users = await grafana.AllUsersAsync(cancel).ConfigureAwait(false);
        if (!users.IsDone) problems.Add(users.Detail);
        var organisations = await grafana.OrganisationsAsync(cancel).ConfigureAwait(false);
        if (!organisations.IsDone) problems.Add(organisations.Detail);
        foreach (var organisation in organisations.Value ?? [])
        {
            var accounts = await grafana.ServiceAccountsAsync(organisation.Id, cancel).ConfigureAwait(false);
            if (!accounts.IsDone) problems.Add(accounts.Detail);
            var invitations = await grafana.InvitationsAsync(organisation.Id, cancel).ConfigureAwait(false);
            if (!invitations.IsDone) problems.Add(invitations.Detail);
        }

        foreach (var problem in problems) report.Fail(problem);
        if (problems.Count == 0)
            report.Ok($"Signed in as {HostileText.Visible(who.Value.Login, 60)}: it may list {users.Value!.Count} users, and service accounts and invitations of {OwnRights.Names(organisations.Value!)}");
        return problems.Count;
    }
}
