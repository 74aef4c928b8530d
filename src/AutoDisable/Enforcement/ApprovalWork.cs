using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Carries out in Grafana what approvals ask for: enables, gives roles. Tries again with growing pauses; those who were told that it is
/// done are told when it is.
/// </summary>
internal sealed class ApprovalWork(
    IGrafana grafana,
    AutoDisableMemory memory,
    ExternalAccountEnforcer externalAccountEnforcer,
    NotificationPlanner notificationPlanner,
    TimeProvider time)
{
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    private readonly Portions<Account> portions = new();
    private readonly Dictionary<Account, (int Failures, DateTimeOffset RetryAt)> failed = [];

    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (due, isUnfinished) = portions.Next(
            memory.Book.Open, a => a.Approving is not null && Deadline.IsDue(failed.GetValueOrDefault(a).RetryAt, now, Pauses[^1]));
        if (due.Count == 0) return Progress.None;
        await Task.WhenAll(due.Select(account => StepAsync(account, account.Approving!, cancel)));
        return isUnfinished ? Progress.Changed | Progress.Unfinished : Progress.Changed;
    }

    private async Task StepAsync(Account account, Approval approval, CancellationToken cancel)
    {
        var problem = await CarryOutAsync(account, approval, cancel);
        if (account.Approving is null) return; // Rejected meanwhile.
        if (problem is not null)
        {
            var failures = failed.GetValueOrDefault(account).Failures;
            failed[account] = (failures + 1, time.GetUtcNow() + Pauses[Math.Min(failures, Pauses.Length - 1)]);
            account.Approving = approval with { Problem = problem };
            return;
        }

        if (approval.IsReturn)
        {
            failed.Remove(account);
            (account.Approving, account.Import) = (null, null);
            return;
        }

        if (account.Case is null or { Person.IsForgotten: true }) await NamePersonAsync(account, cancel);
        if (account.Approving is null) return;
        failed.Remove(account);
        account.Approving = null;
        notificationPlanner.OweOutcome(account, approval.Letter);
    }

    /// <summary>For the mail: of those who never had a case, or were rejected long ago, the state does not hold who they are.</summary>
    private async Task NamePersonAsync(Account account, CancellationToken cancel)
    {
        var answer = await grafana.UserAsync(account.Id, cancel);
        if (answer.IsDone) LockCase.Name(account, answer.Value, time.GetUtcNow());
    }

    /// <summary>Null when all is done, else why not.</summary>
    private async Task<string?> CarryOutAsync(Account account, Approval approval, CancellationToken cancel)
    {
        if (approval.Enable && await EnableAsync(account, cancel) is { } problem) return problem;
        foreach (var before in approval.Restore ?? [])
            if (await SetRoleAsync(account, before.OrgId, before.Role, cancel) is { } refused) return refused;
        return approval.Role is { } role ? await GiveRoleAsync(account, role, approval.OrgId, cancel) : null;
    }

    private async Task<string?> EnableAsync(Account account, CancellationToken cancel)
    {
        var read = await grafana.UserAsync(account.Id, cancel);
        if (read.Outcome == GrafanaOutcome.Gone) return null;
        if (!read.IsDone) return read.Detail;
        if (account.Uid is { } uid && read.Value.Uid is { } now && uid != now)
            return "Its number is another account's by now, so nothing was enabled. Name the other one by its uid, or enable it in "
                + "Grafana.";

        // Also where there is nothing to enable: by this line of the log another copy of this daemon learns of the approval.
        var enabled = await grafana.EnableAsync(account.Id, cancel);
        if (!read.Value.IsDisabled) return null;
        if (enabled.Outcome is GrafanaOutcome.Done or GrafanaOutcome.AlreadySo or GrafanaOutcome.Gone) return null;
        if (enabled.Outcome != GrafanaOutcome.ExternalUser) return enabled.Detail;
        return await externalAccountEnforcer.UnlockInDatabaseAsync(account, cancel)
            ? null
            : "Grafana's API cannot enable an external account. Set GRAFANA_DATABASE, or enable it where it was disabled.";
    }

    private async Task<string?> GiveRoleAsync(Account account, string role, long orgId, CancellationToken cancel)
    {
        if (orgId > 0) return await SetRoleAsync(account, orgId, role, cancel);
        var memberships = await grafana.OrganisationsOfAsync(account.Id, cancel);
        if (memberships.Outcome == GrafanaOutcome.Gone) return null;
        if (!memberships.IsDone) return memberships.Detail;
        foreach (var membership in memberships.Value.Where(m => m.Role == "None"))
            if (await SetRoleAsync(account, membership.OrgId, role, cancel) is { } problem) return problem;
        return null;
    }

    private async Task<string?> SetRoleAsync(Account account, long orgId, string role, CancellationToken cancel)
    {
        var answer = await grafana.SetRoleAsync(orgId, account.Id, role, cancel);

        // A role that single sign-on keeps in step is its own affair.
        return answer.Outcome is GrafanaOutcome.Done or GrafanaOutcome.AlreadySo or GrafanaOutcome.ExternalUser ? null : answer.Detail;
    }
}
