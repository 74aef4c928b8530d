using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Grafana.Identities;

/// <summary>
/// Notices organisations that our account is no Admin of, as each new one: told once, with the command, or joined where
/// <c>ACCOUNT_JOINS_ORGANISATIONS</c> allows that. The account of a token belongs to one organisation for good and is left alone.
/// </summary>
/// <param name="members">Null where it may not join.</param>
/// <param name="advice">How the account gets what it lacks, a sentence with the command.</param>
public sealed class OrganisationWatch(
    IGrafana grafana, IGrafanaMembers? members, string advice, IAuditLog audit, ILogger journal, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private HashSet<long> told = [];
    private GrafanaUser? self;
    private DateTimeOffset nextLook;

    /// <summary>Asks Grafana every ten minutes; what it does not answer is asked again then.</summary>
    public async Task StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextLook, now, Interval)) return;
        nextLook = now + Interval;
        self ??= (await grafana.WhoAmIAsync(cancel).ConfigureAwait(false)).Value;
        if (self is not { Id: > 0 }) return;
        var lacking = await OwnRights.LackingAsync(grafana, self.Id, cancel).ConfigureAwait(false);
        if (members is not null && lacking is { Count: > 0 })
        {
            await JoinAsync(members, self, lacking, cancel).ConfigureAwait(false);
            lacking = await OwnRights.LackingAsync(grafana, self.Id, cancel).ConfigureAwait(false);
        }

        if (lacking is null) return;
        if (lacking.Any(one => !told.Contains(one.Id)))
            journal.Event(HostEvents.OrganisationUnseen,
                $"Our account is no Admin of {OwnRights.Names(lacking)}: of service accounts and invitations there nothing is seen. "
                + $"{advice}");
        told = [.. lacking.Select(one => one.Id)];
    }

    private async Task JoinAsync(
        IGrafanaMembers members, GrafanaUser self, IReadOnlyList<GrafanaOrganisation> lacking, CancellationToken cancel)
    {
        // The intent before the effect: a role that was given without a word in the audit would be one that nobody can explain.
        audit.Append(Entry("organisation-to-join", $"our account is to be Admin of {OwnRights.Names(lacking)}", self));
        List<string> given = [];
        await new OwnRights(grafana, members, given.Add).JoinAsync(self.Id, self.Login, cancel).ConfigureAwait(false);
        if (given.Count == 0) return;
        audit.Append(Entry("organisation-joined", given[0], self));
        journal.Event(HostEvents.OrganisationJoined, $"Our account has joined by itself (ACCOUNT_JOINS_ORGANISATIONS=yes). {given[0]}.");
    }

    private static AuditEntry Entry(string what, string verdict, GrafanaUser self) =>
        new(what, "account", verdict, new Dictionary<string, string>
        {
            ["login"] = self.Login,
            ["id"] = self.Id.ToString(CultureInfo.InvariantCulture),
        });
}
