using System.Security.Cryptography;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify.Delivery;
using Athena.Common.Time;

namespace Athena.AutoDisable.Drill;

/// <summary>
/// The drill: makes a throw-away account, watches the gate lock it, has a mail sent, deletes the account. It locks nothing itself: the
/// account is found and locked on the way that every stranger's takes, or else the drill would prove nothing. Each step follows from the
/// state and from Grafana, so a crash anywhere leaves no account behind.
/// </summary>
internal sealed class DrillWork
{
    private const string Name = "Drill of grafana-auto-disable";

    private readonly IGrafana grafana;
    private readonly AutoDisableMemory memory;
    private readonly AccountLocker accountLocker;
    private readonly NotificationPlanner notificationPlanner;
    private readonly IOutbox outbox;
    private readonly Troubles troubles;
    private readonly DrillRecorder chronicle;
    private readonly AutoDisableOptions options;
    private readonly TimeProvider time;
    private int failedDeletions;
    private DateTimeOffset nextDeletion;
    private DateTimeOffset? deletionDueSince;

    public DrillWork(
        IGrafana grafana, AutoDisableMemory memory, AccountLocker accountLocker, NotificationPlanner notificationPlanner, IOutbox outbox,
        Troubles troubles, DrillRecorder chronicle,
        AutoDisableOptions options, TimeProvider time)
    {
        this.grafana = grafana;
        this.memory = memory;
        this.accountLocker = accountLocker;
        this.notificationPlanner = notificationPlanner;
        this.outbox = outbox;
        this.troubles = troubles;
        this.chronicle = chronicle;
        this.options = options;
        this.time = time;

        // Of an earlier process. Locked already, it goes on; else the time that we were away would count as the gate's.
        if (memory.State.Drill is { IsOver: false, LockedAt: null } left) memory.State.Drill = left with { IsInterrupted = true };
    }

    /// <summary>The drill that runs, or the last one; null when there was none.</summary>
    public DrillRun? Last => memory.State.Drill;

    /// <summary>Begins a drill. Null when it has begun, whatever became of it since; else why not, in a sentence.</summary>
    public async Task<string?> BeginAsync(string by, bool withMail, CancellationToken cancel)
    {
        if (options.IsDryRun) return "The daemon runs dry: it changes nothing, so there is nothing to drill.";
        if (Last is { IsOver: false })
            return "A drill is running already, or the account of the last one is still to be deleted. See: grafana-auto-disable status";
        if (withMail && options.DrillTo is not { Count: > 0 })
            return "DRILL_TO is not set, so nobody would get the mail. Set it in /etc/default/grafana-auto-disable and restart the "
                + "daemon, or drill without the mail: --mail no";
        if (troubles.Has(TroubleKind.UnknownDatabase))
            return TroubleText.Of(TroubleKind.UnknownDatabase).Journal + " Settle that first: grafana-auto-disable accept-database";
        if (troubles.Present.FirstOrDefault(trouble => trouble.Kind is TroubleKind.SignedOut or TroubleKind.GrafanaDown) is { } trouble)
            return $"Not begun, because Grafana cannot be asked to make the account. {TroubleText.Of(trouble.Kind).Journal} "
                + $"{trouble.Detail}";

        // Not an injected randomness: whoever could foretell the login could take it.
        var run = new DrillRun("athena-drill-" + RandomNumberGenerator.GetHexString(32, lowercase: true), time.GetUtcNow(), by, withMail);
        var before = Last;
        memory.State.Drill = run;
        memory.Save(); // The intent.
        if (memory.SaveProblem is { } problem)
        {
            memory.State.Drill = before;
            return $"Not begun, because it could not be written down, and a crash would leave the account behind: {problem}";
        }

        failedDeletions = 0;
        nextDeletion = default;
        deletionDueSince = null;
        chronicle.Begun(run);
        var password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(36));
        var made = await grafana.CreateUserAsync(
            new NewUser { Login = run.Login, Email = run.Email, Name = Name, Password = password }, cancel);
        memory.State.Drill = Made(run, made);
        memory.Save();
        return null;
    }

    /// <summary>Begins a drill by itself when one is due and nothing else is wrong.</summary>
    public async Task BeginIfDueAsync(CancellationToken cancel)
    {
        if (options is not { DrillEvery: { } every, IsDryRun: false }
            || !DrillPolicy.IsDue(Last, memory.State.BaselineAt, every, time.GetUtcNow()))
            return;
        if (troubles.Present.Any(trouble =>
            trouble.Kind is not (TroubleKind.DrillFailed or TroubleKind.LogNotSeen or TroubleKind.DatabaseNotUsable
                or TroubleKind.FoundEnabled)))
            return;
        await BeginAsync("DRILL_EVERY", withMail: true, cancel);
    }

    /// <summary>Takes the drill that runs a step further.</summary>
    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        if (Last is not { IsOver: false } before) return Progress.None;
        var run = NoteMail(NoteLock(before));
        memory.State.Drill = run;
        if (DrillPolicy.IsToBeDeleted(run) && Deadline.IsDue(nextDeletion, time.GetUtcNow(), DrillPolicy.Pause(failedDeletions)))
            run = await DeleteAsync(run, cancel);
        if (DrillPolicy.IsDone(run)) run = run with { EndedAt = time.GetUtcNow() };
        memory.State.Drill = run;
        if (run.IsOver) End(run);
        return run != before ? Progress.Changed : Progress.None;
    }

    private DrillRun Made(DrillRun run, GrafanaAnswer<CreatedUser> answer)
    {
        if (answer.IsDone)
        {
            var made = run with { Id = answer.Value.Id, Uid = answer.Value.Uid, MadeAt = time.GetUtcNow() };
            chronicle.Made(made);
            return made;
        }

        // Grafana said no: there is nothing to look for. After any other answer there may be an account all the same.
        run = Failed(run with { LockProblem = "The account was not made as asked. " + answer.Detail });
        if (answer.Outcome != GrafanaOutcome.Refused) return run;
        run = run with { DeletedAt = time.GetUtcNow(), EndedAt = time.GetUtcNow() };
        End(run);
        return run;
    }

    private DrillRun NoteLock(DrillRun run)
    {
        if (run is not { MadeAt: { } madeAt, LockedAt: null, LockProblem: null, IsInterrupted: false }) return run;
        var account = AccountOf(run);
        if (account is { Status: AccountStatus.Locked, Case.LockedAt: { } lockedAt })
        {
            run = run with { LockedAt = lockedAt, WasBornLocked = account.Case.WasFoundDisabled && memory.State.BornLocked is not null };
            chronicle.Locked(run);
            if (run.TimeToLock > DrillPolicy.LockPatience)
                return Failed(
                    run with { LockProblem = $"The account was locked only after {EventRecorder.Duration(run.TimeToLock.Value)}." });
            if (run.WithMail)
                notificationPlanner.Owe(new Letter(run.MailKey, LetterKind.Drill, [], time.GetUtcNow(), Note: new LetterNote(Drill: run)));
            return run;
        }

        if (time.GetUtcNow() - madeAt < DrillPolicy.LockPatience) return run;
        var blind = troubles.Has(TroubleKind.LogNotSeen) ? " " + TroubleText.Of(TroubleKind.LogNotSeen).Journal : "";
        var why = account is null
            ? "The daemon has not noticed it." + blind
            : account.Case?.Problem ?? "It was noticed, but not read back as locked.";
        return Failed(
            run with { LockProblem = $"The account was NOT locked within {EventRecorder.Duration(DrillPolicy.LockPatience)}. {why}" });
    }

    private DrillRun NoteMail(DrillRun run)
    {
        if (!DrillPolicy.IsMailAwaited(run)) return run;
        var progress = outbox.ProgressOf(run.MailKey);
        if (progress?.AcceptedAt is { } acceptedAt)
        {
            run = run with { MailAcceptedAt = acceptedAt };
            chronicle.MailAccepted(run);
            return run;
        }

        var detail = progress?.Detail ?? "It has not been tried yet.";
        if (progress is { IsWaiting: false }) return Failed(run with { MailProblem = "The mail to DRILL_TO was not accepted. " + detail });
        if (time.GetUtcNow() - run.LockedAt < DrillPolicy.MailPatience) return run;
        outbox.Withdraw(run.MailKey); // Tomorrow it would only puzzle.
        return Failed(
            run with
            {
                MailProblem = $"The mail to DRILL_TO was not accepted within {EventRecorder.Duration(DrillPolicy.MailPatience)}. {detail}",
            });
    }

    private async Task<DrillRun> DeleteAsync(DrillRun run, CancellationToken cancel)
    {
        if (run.Id is not { } id)
        {
            var found = await grafana.LookUpAsync(run.Login, cancel);
            if (found.Outcome == GrafanaOutcome.Gone && time.GetUtcNow() - run.BegunAt >= DrillPolicy.MakingSettles) return Gone(run);
            if (!found.IsDone) return NotYet(run, found.Detail);
            id = found.Value.Id; // Whether it is ours says its own record.
        }

        memory.Book.NoteGone(id); // A list that is on its way shall not bring it back as a stranger.
        var read = await grafana.UserAsync(id, cancel);
        if (read.Outcome == GrafanaOutcome.Gone) return Gone(run);
        if (!read.IsDone) return NotYet(run, read.Detail);
        if (!DrillPolicy.IsItsAccount(run, read.Value))
        {
            // Nobody can change an account's uid: with another one this is somebody who was given the id of ours when it was gone.
            var uid = run.Uid ?? AccountOf(run)?.Uid;
            return uid is not null && read.Value.Uid is { } theirs && theirs != uid ? Gone(run) : LeaveAlone(run, id);
        }

        run = run with { Id = id, Uid = run.Uid ?? read.Value.Uid };
        memory.State.Drill = run;
        var deleted = await grafana.DeleteUserAsync(id, cancel);
        return deleted.Outcome is GrafanaOutcome.Done or GrafanaOutcome.AlreadySo or GrafanaOutcome.Gone
            ? Gone(run)
            : NotYet(run, deleted.Detail);
    }

    private DrillRun Gone(DrillRun run)
    {
        if (AccountOf(run) is { } account)
        {
            memory.Book.Remove(account);
            accountLocker.Forget(account);
        }

        run = run with { DeletedAt = time.GetUtcNow() };
        chronicle.Deleted(run);
        return run;
    }

    private DrillRun NotYet(DrillRun run, string detail)
    {
        var now = time.GetUtcNow();
        deletionDueSince ??= now;
        nextDeletion = now + DrillPolicy.Pause(++failedDeletions);
        if (run.DeleteProblem is not null || now - deletionDueSince < DrillPolicy.DeletePatience) return run;

        // Without an id it most likely was never made; that is asked until Grafana says so.
        return run.Id is null
            ? run
            : Failed(
                run with
                {
                    DeleteProblem = FormattableString.Invariant(
                        $"The account {run.Login} (id {run.Id}) could not be deleted so far; it is tried again and again. {detail}"),
                });
    }

    /// <summary>Somebody changed it since. Then it is an account as any other: nothing is deleted, and an admin hears of it.</summary>
    private DrillRun LeaveAlone(DrillRun run, long id)
    {
        if (AccountOf(run) is { Case: { } open }) open.IsDrill = false;
        return Failed(run with
        {
            EndedAt = time.GetUtcNow(),
            DeleteProblem = FormattableString.Invariant(
                $"The account with the id {id} is not as the drill made it, so it was not deleted. Look at it in Grafana."),
        });
    }

    private DrillRun Failed(DrillRun run)
    {
        troubles.Begin(TroubleKind.DrillFailed, run.Problem!);
        return run;
    }

    private void End(DrillRun run)
    {
        // A drill without the mail proves less than what may have failed before.
        if (run.IsPassed && (run.WithMail || options.DrillTo is not { Count: > 0 })) troubles.End(TroubleKind.DrillFailed);
        chronicle.Ended(run);
    }

    /// <summary>The account in the book, as far as the gate has noticed it.</summary>
    private Account? AccountOf(DrillRun run)
    {
        var account = memory.Book.All.FirstOrDefault(known => known.Case is { IsDrill: true });
        return account is not null && (run.Id is null || run.Id == account.Id) ? account : null;
    }
}
