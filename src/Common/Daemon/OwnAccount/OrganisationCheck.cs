using Athena.Common.Checks;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary>The part of <c>check</c> that looks whether our account is Admin of each organisation.</summary>
public static class OrganisationCheck
{
    /// <param name="selfId">Our account's id; of a token's there is nothing to be said.</param>
    /// <param name="consequence">What is not seen of the others, a clause.</param>
    /// <param name="advice">How the account gets what it lacks.</param>
    public static async Task RunAsync(
        IGrafana grafana, long selfId, CheckReport report, string consequence, string advice, CancellationToken cancel)
    {
        if (selfId <= 0 || await OwnRights.LackingAsync(grafana, selfId, cancel).ConfigureAwait(false) is not { } lacking) return;
        if (lacking.Count == 0) report.Ok("Admin of each organisation");
        else report.Warn($"No Admin of {OwnRights.Names(lacking)}: {consequence}", advice);
    }
}
