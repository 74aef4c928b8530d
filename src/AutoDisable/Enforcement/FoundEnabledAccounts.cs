using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Accounts that should be locked and were found enabled, by nobody known, more than one of them or one that was rejected: a restored
/// database, or another version of Grafana, and no approval. Nobody is admitted; the admins are asked, and without an answer those whom we
/// had locked are locked again.
/// </summary>
internal sealed class FoundEnabledAccounts(
    IGrafana grafana, AutoDisableMemory memory, AccountLocker accountLocker, Troubles troubles, EventRecorder eventRecorder,
    AutoDisableOptions options, TimeProvider time)
{
    /// <summary>When Grafana does not answer, the next attempt comes after this.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly Portions<Account> portions = new();
    private readonly Dictionary<Account, DateTimeOffset> nextAttempts = [];

    /// <summary>Those about whom the admins are asked.</summary>
    public IEnumerable<Account> Held => memory.Book.Open.Where(account => account.Found is not null);

    /// <summary>Holds an account: it is not admitted, and the admins are asked. The caller commits.</summary>
    public void Hold(Account account, GrafanaUser user)
    {
        account.Found = new FoundEnabled(time.GetUtcNow());
        account.EnabledUnseenSince = null;
        LockCase.Name(account, user, time.GetUtcNow());
        eventRecorder.FoundEnabled(account);
        troubles.Begin(TroubleKind.FoundEnabled, "See who they are: grafana-auto-disable pending");
    }

    /// <summary>The matter has settled itself. The caller commits.</summary>
    public void Settle(Account account, string how)
    {
        account.Found = null;
        if (account.Status == AccountStatus.DisabledBefore) account.Case = null;
        eventRecorder.FoundSettled(account, how);
        EndIfSettled();
    }

    /// <summary>
    /// Locks again those for whom the time to answer is over, a slice at a time. Those whom we had never locked only the admins decide
    /// about.
    /// </summary>
    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        EndIfSettled();
        if (options.AsksAboutFound) return Progress.None;
        var now = time.GetUtcNow();
        var (due, isUnfinished) = portions.Next(Held, account =>
            account.Status is AccountStatus.Locked or AccountStatus.Rejected
            && Deadline.IsDue(account.Found!.At + FoundEnabled.AnswerAwaited, now, FoundEnabled.AnswerAwaited)
            && Deadline.IsDue(nextAttempts.GetValueOrDefault(account), now, Pause));
        if (due.Count == 0) return Progress.None;
        await Task.WhenAll(due.Select(account =>
            RelockAsync(account, new Decision(now, "nobody answered", "found enabled by nobody known"), cancel)));
        return isUnfinished ? Progress.Changed | Progress.Unfinished : Progress.Changed;
    }

    /// <summary>
    /// Locks one of them again, as what it was: waiting for a decision, or rejected. False when Grafana does not answer. The caller saves.
    /// </summary>
    public async Task<bool> RelockAsync(Account account, Decision decision, CancellationToken cancel)
    {
        var read = await grafana.UserAsync(account.Id, cancel);
        if (account.Found is not { } found) return true; // Decided meanwhile.
        if (!read.IsDone)
        {
            nextAttempts[account] = time.GetUtcNow() + Pause; // Of one who is gone the next list tells.
            return false;
        }

        nextAttempts.Remove(account);
        var arrival = account.Case?.Arrival ?? Arrival.Unknown;
        var rejection = account.Status switch
        {
            AccountStatus.Rejected => account.Decision ?? decision,
            AccountStatus.DisabledBefore => decision,
            AccountStatus.Admitted or AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor => null,
        };
        eventRecorder.FoundSettled(account, $"is locked again, by {decision.By}");
        accountLocker.Open(read.Value, account, arrival, rejection).Case!.FoundAt = found.At;
        EndIfSettled();
        return true;
    }

    private void EndIfSettled()
    {
        if (troubles.Has(TroubleKind.FoundEnabled) && !Held.Any()) troubles.End(TroubleKind.FoundEnabled);
    }
}
