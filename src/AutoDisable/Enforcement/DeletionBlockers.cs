using System.Text;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// What somebody made and the deletion of their account would leave: it stands against the deletion until it is settled. Whether a service
/// account is still there Grafana tells; for the rest an admin gives their word.
/// </summary>
internal sealed class DeletionBlockers(IGrafana grafana, RemedyText remedies, EventRecorder eventRecorder)
{
    /// <summary>Null when nothing stands against deleting the account, else what does, with the commands.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="withObjects">Delete the service accounts that are theirs for certain.</param>
    /// <param name="settled">The admin says that they have looked at the rest.</param>
    /// <param name="cancel">Ends the calls.</param>
    public async Task<string?> StandAgainstAsync(Account account, bool withObjects, bool settled, CancellationToken cancel)
    {
        if (account.Case?.Exposure is not { IsCritical: true } exposure) return null;

        var there = new List<TouchedServiceAccount>();
        foreach (var organisation in exposure.ServiceAccounts.GroupBy(made => made.OrgId))
        {
            var listed = await grafana.ServiceAccountsAsync(organisation.Key, cancel);
            if (!listed.IsDone)
                return $"Not deleted: whether the service accounts that they made are still there could not be asked. {listed.Detail}";
            there.AddRange(organisation.Where(made => listed.Value.Any(one => one.Id == made.Id)));
        }

        if (withObjects)
        {
            foreach (var made in there.Where(made => made.IsTheirs).ToList())
            {
                var answer = await grafana.DeleteServiceAccountAsync(made.OrgId, made.Id, cancel);
                if (!answer.IsDone && answer.Outcome is not (GrafanaOutcome.AlreadySo or GrafanaOutcome.Gone))
                    return $"Not deleted: the service account {made.Id} of organisation {made.OrgId} that they made could not be deleted. "
                        + $"{answer.Detail}";
                eventRecorder.ObjectDeleted(account, made);
                there.Remove(made);
            }
        }

        var left = there.Where(made => !settled || made.IsTheirs).Select(remedies.For).ToList();
        if (!settled) left.AddRange(remedies.Unnamed(exposure));
        return left.Count == 0 ? null : Say(left, there.Exists(made => made.IsTheirs));
    }

    private static string Say(List<Remedy> left, bool canDelete)
    {
        var text = new StringBuilder("Not deleted: they left something behind that would stay.\n");
        foreach (var remedy in left)
        {
            text.Append("  ").Append(ExposureText.Plain(remedy.What)).Append('\n');
            foreach (var command in remedy.Commands)
                text.Append("      ").Append(command.What).Append(": ").Append(command.Line).Append('\n');
        }

        if (canDelete) text.Append("To delete the service accounts that they made as well: --with-objects\n");
        return text.Append("When you have settled what the daemon cannot look at: --settled\n").ToString();
    }
}
