using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Enforcement;

/// <summary>Strikes out accounts that Grafana no longer has.</summary>
internal sealed class DeletedAccounts(
    IGrafana grafana, AutoDisableMemory memory, AccountLocker accountLocker, ExposureWork exposures,
    NotificationPlanner notificationPlanner, EventRecorder eventRecorder, TimeProvider time)
{
    /// <summary>Each missing account is asked for by itself; a look takes this many, the next one goes on.</summary>
    private const int AskedAtOnce = 20;

    private static readonly TimeSpan DepartedKept = TimeSpan.FromDays(30);

    /// <summary>One list that lacks somebody proves nothing: their own record must be gone as well. The caller commits.</summary>
    /// <param name="users">The complete list.</param>
    /// <param name="mark">The book's revision when it was asked for: it cannot hold who was found since.</param>
    public async Task NoteAsync(IReadOnlyList<GrafanaUser> users, long mark, CancellationToken cancel)
    {
        var present = users.Select(memory.Book.Find).OfType<Account>().ToHashSet();
        var missing = memory.Book.All
            .Where(a =>
                !present.Contains(a) && a.Revision <= mark && a is { Status: not AccountStatus.Locking, Case: not { IsDrill: true } })
            .Take(AskedAtOnce).ToList();
        if (missing.Count == 0) return;

        var read = await Task.WhenAll(missing.Select(account => grafana.UserAsync(account.Id, cancel)));
        var rejected = new List<Account>();
        foreach (var (account, answer) in missing.Zip(read))
        {
            var isSame = answer.IsDone && (account.Uid is null || answer.Value.Uid is null || answer.Value.Uid == account.Uid);
            if (isSame || (!answer.IsDone && answer.Outcome != GrafanaOutcome.Gone)) continue;
            if (account.Status is AccountStatus.Locked or AccountStatus.AtDoor) rejected.Add(account);
            else eventRecorder.Gone(account, account.Status.ToString());
            account.Found = null;
            if (account is { Status: AccountStatus.Admitted, Uid: { } uid })
                memory.State.Departed.Add(new Departed(
                    uid, time.GetUtcNow(), account is { DisabledSince: not null, Import: null }, account.Until));
            memory.Book.Remove(account);
            accountLocker.Forget(account);
        }

        foreach (var account in rejected)
        {
            await exposures.TakeNowAsync(account, cancel); // What they made outlives their account.
            exposures.TellIfUntold(account);
            account.Decision ??= new Decision(time.GetUtcNow(), "could not see whom", "deleted in Grafana");
            eventRecorder.Rejected(account, "deleted in Grafana");
        }

        notificationPlanner.OweDeleted(rejected);
        memory.State.Departed.RemoveAll(d => time.GetUtcNow() - d.At > DepartedKept);
    }
}
