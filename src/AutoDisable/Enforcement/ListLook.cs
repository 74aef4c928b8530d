using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// The look at the complete list: asked for beside all other work, because it takes a quarter of a second on a large server, and used in
/// its turn. What changed meanwhile is not judged by it.
/// </summary>
internal sealed class ListLook(
    IGrafana grafana,
    AutoDisableMemory memory,
    OurAccount self,
    Newcomers newcomers,
    ListFindings findings,
    ArrivalEvidence evidence,
    Reporting reporting,
    TimeProvider time)
{
    /// <summary>When accounts of another database were made, whose list does not say it.</summary>
    private readonly Dictionary<long, DateTimeOffset> ages = [];

    private long asked;
    private long used;

    /// <summary>When the last complete look ended well; null before the first of this process.</summary>
    public DateTimeOffset? LastLook { get; private set; }

    /// <summary>Asks for the list. Changes nothing that the gate decides by.</summary>
    public async Task<ListReading> ReadAsync(CancellationToken cancel)
    {
        newcomers.Arrivals.IsLookWanted = false;
        var number = ++asked;
        var began = time.GetUtcNow();
        var mark = AccountBook.Revision;
        if (await self.LearnAsync(cancel) is { } unknown)
            return new ListReading(unknown.Outcome, await ReasonAsync(unknown.Outcome, unknown.Detail, cancel), null, began, mark, number);
        var answer = await grafana.AllUsersAsync(cancel);
        return new ListReading(
            answer.Outcome,
            await ReasonAsync(answer.Outcome, answer.Detail, cancel),
            answer.IsDone ? answer.Value : null,
            began,
            mark,
            number)
        {
            Server = answer.IsDone && reporting.Planner.IsReviewDue ? (await grafana.ServerSettingsAsync(cancel)).Value : null,
        };
    }

    /// <summary>A Grafana whose database is away refuses in ways that name no database; its health page, which needs none, does.</summary>
    private async Task<string> ReasonAsync(GrafanaOutcome outcome, string detail, CancellationToken cancel) =>
        outcome == GrafanaOutcome.Unavailable && (await grafana.HealthAsync(cancel)).Detail is GrafanaHealth.DatabaseAway
            ? $"{GrafanaHealth.DatabaseAway} {GrafanaHealth.RemedyFor(GrafanaHealth.DatabaseAway)} {detail}"
            : detail;

    /// <summary>Acts on what the list says. The users it was judged by, or null when it was of no use. The caller commits.</summary>
    public async Task<IReadOnlyList<GrafanaUser>?> UseAsync(ListReading reading, CancellationToken cancel)
    {
        if (reading.Users is null)
        {
            NoteFailure(reading.Outcome, reading.Detail);
            return null;
        }

        if (reading.Number < used) return null; // A later one has been used by now.
        used = reading.Number;
        reporting.Troubles.End(TroubleKind.SignedOut);
        reporting.Troubles.End(TroubleKind.GrafanaDown);
        reporting.Troubles.End(TroubleKind.NotUnderstood);
        if (!memory.Book.Open.Any(a => a is { Status: AccountStatus.Locking, Case.Problem: not null }))
            reporting.Troubles.End(TroubleKind.NotPermitted);

        var users = reading.Users;
        var isUnknown = NoteAssessment(AdmissionPolicy.Assess(users, memory.Book), users);
        if (isUnknown) users = await WithAgesAsync(users, cancel);
        if (isUnknown || !self.IsIn(users))
        {
            self.Forget(); // Our id may be somebody else's there.
            if (await self.LearnAsync(cancel) is { } unknown)
            {
                NoteFailure(unknown.Outcome, unknown.Detail);
                return null;
            }
        }

        var restored = memory.UnlookedRestore;
        var facts = memory.Facts(self.Id, reading.Began) with
        {
            UnknownDatabase = isUnknown,
            FoundTogether = AdmissionPolicy.CountFound(
                [.. users.Where(user => !memory.Book.HasChangedSince(reading.Mark, user))], memory.Book)
                + memory.State.FoundAccepted.Count(at => IsWithinWindow(at, reading.Began)),
        };
        var strangers = new List<(GrafanaUser, Account?)>();
        foreach (var user in users)
        {
            if (memory.Book.HasChangedSince(reading.Mark, user)) continue; // Decided since: the next list tells how it came out.
            var known = memory.Book.Find(user);
            if (Judge(user, known, facts)) strangers.Add((user, known));
        }

        if (!isUnknown) memory.State.LastCompleteLook = reading.Began;
        LastLook = time.GetUtcNow();
        await newcomers.Cases.LockAsync(strangers, cancel);
        // Behind the lock, which compares with what was before.
        memory.State.HighestId = users.Select(user => user.Id).Append(memory.State.HighestId).Max();
        if (!isUnknown) await findings.Deleted.NoteAsync(users, reading.Mark, cancel);
        if (!isUnknown)
            findings.Disablements.Look(
                users.Where(user => !memory.Book.HasChangedSince(reading.Mark, user)), isFresh: restored is not null);
        if (!isUnknown && restored is not null)
        {
            memory.State.Restored = restored with { IsLooked = true };
            findings.Approvals.ReportRestored(restored, users);
        }

        return users;
    }

    private static bool IsWithinWindow(DateTimeOffset at, DateTimeOffset now) => now - at < AdmissionPolicy.FoundWindow;

    /// <summary>
    /// In another database, where the list does not say how old its accounts are (docs/grafana.md §5), their own records are asked, each
    /// once: its people are let be, who were there before our last look. In the Grafana that we know nobody waits for that.
    /// </summary>
    public async Task<IReadOnlyList<GrafanaUser>> WithAgesAsync(IReadOnlyList<GrafanaUser> users, CancellationToken cancel)
    {
        var ageless = users.Where(user =>
            user is { Created: null, IsAdmin: false } && !ages.ContainsKey(user.Id) && memory.Book.Find(user) is null).ToList();
        var records = await Task.WhenAll(ageless.Select(user => grafana.UserAsync(user.Id, cancel)));
        foreach (var (user, record) in ageless.Zip(records))
            if (record.Value?.Created is { } created) ages[user.Id] = created;
        return [.. users.Select(user => user.Created is null && ages.TryGetValue(user.Id, out var at) ? user with { Created = at } : user)];
    }

    /// <summary>Decides about one user of the list. True when they are to be locked.</summary>
    private bool Judge(GrafanaUser user, Account? known, AdmissionFacts facts)
    {
        if (known?.Case is { ExposedAt: null } open) open.HasActed = ExposureFacts.Acted(user) ?? open.HasActed;
        if (known is { Status: AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor, Case: { } waits }
            && waits.NoteServerAdmin(user.IsAdmin, () => evidence.MadeServerAdmin(user)))
            reporting.Events.IsServerAdmin(known);
        facts = known is null
            ? findings.Approvals.WithWhatSpeaksFor(user, facts)
            : facts with { IsClaimed = findings.Approvals.IsClaimed(known) };
        var isToBeLocked = false;
        switch (AdmissionPolicy.Decide(user, known, facts))
        {
            case Admission.Lock or Admission.LockAgain:
                isToBeLocked = true;
                break;
            case Admission.AdmitSelf:
                reporting.Events.AdmittedSelf(findings.Approvals.Remember(user));
                break;
            case Admission.AdmitServerAdmin:
                findings.Approvals.ReportServerAdmin(user, facts);
                break;
            case Admission.AdmitReturned:
                findings.Approvals.AdmitReturned(user);
                break;
            case Admission.AdmitEarly:
                findings.Approvals.AdmitEarly(user, facts.Early!);
                break;
            case Admission.AdmitGuarded:
                findings.Approvals.AdmitGuarded(user, facts.Restored!);
                break;
            case Admission.AwaitEnableLine:
                known!.EnabledUnseenSince = facts.Now;
                break;
            case Admission.LeaveStranger:
                memory.RememberNobody(user.Id, isServiceAccount: false); // Or each of their requests would wake us.
                break;
            case Admission.AdmitUnseen:
                findings.Approvals.AdmitUnseen(known!, user);
                break;
            case Admission.AdmitClaimed:
                findings.Approvals.AdmitClaimed(known!, user);
                break;
            case Admission.HoldFound:
                findings.FoundEnabled.Hold(known!, user);
                break;
            case Admission.SettleFound:
                findings.FoundEnabled.Settle(known!, "disabled again");
                break;
            case Admission.Leave:
                break;
            case var other:
                throw new InvalidOperationException($"The policy has decided {other}, which nobody carries out.");
        }

        if (known is not null && user.IsDisabled) known.EnabledUnseenSince = null;
        return isToBeLocked;
    }

    private bool NoteAssessment(DatabaseIdentityCheck assessment, IReadOnlyList<GrafanaUser> users)
    {
        if (assessment.IsUnknownDatabase)
        {
            memory.State.StrangeListTo ??= users.Max(user => user.Id);
            reporting.Troubles.Begin(TroubleKind.UnknownDatabase,
                $"{assessment.Missing} accounts that we know are missing, and {assessment.Unknown} are there that we have never seen. "
                + "Was the database restored or imported, or is GRAFANA_URL another server? Only accounts made since are locked; nobody "
                + "is admitted. To accept the accounts as they are: grafana-auto-disable accept-database");
        }
        else
        {
            memory.State.StrangeListTo = null;
            ages.Clear();
            reporting.Troubles.End(TroubleKind.UnknownDatabase);
        }

        return assessment.IsUnknownDatabase;
    }

    private void NoteFailure(GrafanaOutcome outcome, string detail)
    {
        self.Forget(); // Grafana may come back with an older database, and with our account made again in it.
        reporting.Troubles.BeginFor(outcome, detail);
    }
}

/// <summary>What may come of an account that the list shows or lacks: let in, found enabled, gone, disabled by an admin.</summary>
internal sealed record ListFindings(
    Approvals Approvals, FoundEnabledAccounts FoundEnabled, DeletedAccounts Deleted, Disablements Disablements);

/// <summary>
/// The complete list, asked for beside all other work, and what has to be known to use it afterwards: what the gate has done since the
/// list was asked for is not in it.
/// </summary>
/// <param name="Outcome">How the question ended.</param>
/// <param name="Detail">The sentence of an answer that is none.</param>
/// <param name="Users">The list; null when there is none.</param>
/// <param name="Began">When it was asked for.</param>
/// <param name="Mark">The book's revision then.</param>
/// <param name="Number">Rises with each question.</param>
internal sealed record ListReading(
    GrafanaOutcome Outcome, string Detail, IReadOnlyList<GrafanaUser>? Users, DateTimeOffset Began, long Mark, long Number)
{
    /// <summary>Grafana's own settings, where a review is due; null where it did not tell them.</summary>
    public ServerSettings? Server { get; init; }
}
