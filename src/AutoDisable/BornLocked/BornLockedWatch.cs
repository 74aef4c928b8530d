using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Database;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.BornLocked;

/// <summary>
/// Looks after the triggers with which Grafana's database refuses new accounts: each minute whether they are whole, and of whom it looks as
/// if they were born locked, whether they were. The gate goes on whatever is found: the triggers are a second guard, and not the truth.
/// </summary>
/// <param name="database">Null without access to Grafana's database; then nothing is looked at, which is said where triggers are known to
/// be there.</param>
internal sealed class BornLockedWatch(
    IBornLocked? database,
    AutoDisableMemory memory,
    Troubles troubles,
    EventRecorder eventRecorder,
    AutoDisableOptions options,
    TimeProvider time)
{
    /// <summary>What is missing or changed is to be said within a minute.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(45);

    /// <summary>A database that restarts is no trouble of ours; one that has not answered so often is.</summary>
    private const int FailuresBeforeTrouble = 4;

    /// <summary>Whose marks are asked for at once.</summary>
    private const int MostMarks = 1000;

    /// <summary>Who is held and read back at once, those who are not disabled first; the others with the next look.</summary>
    private const int MostHeld = 10_000;

    /// <summary>The triggers were installed and the account made within so long: which was first is not known.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    /// <summary>Ids of people who were let in, of whose marks it was asked, and what was read of them.</summary>
    private readonly HashSet<long> wanted = [];
    private readonly Dictionary<long, DateTimeOffset?> answers = [];

    private DateTimeOffset nextLook;
    private DateTimeOffset nextMarks;
    private int failures;

    /// <summary>As it was last found.</summary>
    public BornLockedStatus Status { get; private set; } = BornLockedStatus.Unknown("It has not been looked at yet.");

    /// <summary>True while new accounts are refused by the database, as far as is known.</summary>
    public bool IsWhole => Status.Standing == BornLockedStanding.Whole;

    /// <summary>Since when they have been whole; null when they are not expected to be.</summary>
    public DateTimeOffset? Since => memory.State.BornLocked?.Since;

    private string SinceWords => Since is { } since ? new ZoneText(options.TimeZone ?? TimeZoneInfo.Utc).Minute(since) : "";

    /// <summary>
    /// Whether anything of it is in Grafana's database, for whoever can read no state; null while this process has not found out.
    /// </summary>
    public bool? IsThere { get; private set; }

    /// <summary>For <c>status</c>; null where there is neither access to the database nor a memory of triggers in it.</summary>
    public string? Sentence => database is null ? Unwatched() : Status.Standing switch
    {
        BornLockedStanding.Whole => $"yes, since {SinceWords} at least",
        BornLockedStanding.Absent when Since is null => "no; what it is: grafana-auto-disable born-locked --help",
        BornLockedStanding.Absent => "NO LONGER, it is gone from Grafana's database",
        BornLockedStanding.Broken => $"NOT AS IT SHOULD BE: {Status.Problems[0]}",
        BornLockedStanding.Unknown => Status.Problems[0],
    };

    /// <summary>True while it is to be learnt whether this account was born locked; its exposure waits for that a little.</summary>
    public bool IsAwaited(LockCase open) =>
        database is not null && IsWhole && open is { WasFoundDisabled: true, BornLockedAt: null, IsMarkRead: false };

    /// <summary>True where the database can say whose row was made anew.</summary>
    public bool MayTellMarks =>
        database is not null && Since is not null && Status.Standing != BornLockedStanding.Absent && failures < FailuresBeforeTrouble;

    /// <summary>
    /// The mark on the row of somebody who was let in, once it has been read, which is begun by this; null where there is none.
    /// </summary>
    public bool TryTakeMark(Account account, out DateTimeOffset? mark)
    {
        if (answers.Remove(account.Id, out mark)) return true;
        wanted.Add(account.Id);
        return false;
    }

    /// <summary>Nobody asks for them any more.</summary>
    public void ForgetMarks()
    {
        wanted.Clear();
        answers.Clear();
    }

    /// <summary>What is to be read now; null when nothing is.</summary>
    public Func<CancellationToken, Task<BornLockedReading>>? Due()
    {
        if (database is null) return null;
        troubles.End(TroubleKind.BornLockedUnwatched);
        var now = time.GetUtcNow();
        var looks = Deadline.IsDue(nextLook, now, Interval);
        if (!looks
            && !(Status.Standing is BornLockedStanding.Whole or BornLockedStanding.Broken && Deadline.IsDue(nextMarks, now, Interval)))
            return null;
        var ended = memory.State.EndedCases.Select(ended => memory.Book.FindById(ended.Account.Id)).OfType<Account>();
        List<long> ids =
        [
            .. wanted.Concat(memory.Book.Open.Concat(ended).Where(account => account.Case is { ExposedAt: null } open && IsAwaited(open))
                .Select(account => account.Id)).Take(MostMarks),
        ];
        if (!looks && ids.Count == 0) return null;
        if (looks) nextLook = now + Interval;
        nextMarks = now + TimeSpan.FromSeconds(1);
        return cancel => ReadAsync(database, looks, ids, cancel);
    }

    /// <summary>Uses what was read. The caller commits.</summary>
    /// <returns>Ids that are still held although an admin let them in, to be let go.</returns>
    public IReadOnlyList<long> Use(BornLockedReading reading)
    {
        if (reading.Status is { } status) Note(status);
        if (reading.Marks is { } marks)
        {
            var at = marks.ToDictionary(mark => mark.UserId, mark => mark.At);
            foreach (var id in reading.Asked)
            {
                if (wanted.Remove(id)) answers[id] = at.TryGetValue(id, out var made) ? made : null;
                if (memory.Book.FindById(id)?.Case is not { } open) continue;
                open.IsMarkRead = true;
                if (at.TryGetValue(id, out var when)) open.BornLockedAt = when;
            }

            if (marks.Count > 0) troubles.End(TroubleKind.NotBornLocked);
        }

        // By uid as well: a number may be somebody else's by now.
        return
        [
            .. (reading.Held ?? []).Where(held => held.IsDisabled != true && (held.IsDisabled is null || IsLetIn(held)))
                .Select(held => held.UserId),
        ];
    }

    /// <summary>Lets accounts go that were approved in Grafana.</summary>
    public Task<bool> ReleaseAsync(IReadOnlyList<long> ids, CancellationToken cancel) =>
        database is null || ids.Count == 0 ? Task.FromResult(true) : database.ReleaseAsync(ids, cancel);

    /// <summary>Somebody new was found enabled: with whole triggers that cannot be, so something undoes them. The caller commits.</summary>
    public void NoteFoundEnabled(Account account)
    {
        if (Since is not { } since || account.Case is not { WasFoundDisabled: false } open || open.OpenedAt - since < Overlap
            || open.Arrival.At - since < Overlap)
            return;
        if (!(account.Id > memory.State.HighestId)) return; // Perhaps older than the triggers.
        if (Status.ExceptsProvisioned) return; // Perhaps made by SCIM, which the list does not say.
        troubles.Begin(TroubleKind.NotBornLocked,
            $"The account {EventRecorder.Selector(account)} was enabled when it was first seen, although new accounts are to be born "
            + "locked: something undoes it, or it was made by another way. See: sudo grafana-auto-disable born-locked status");
    }

    /// <summary>
    /// Says once that nobody looks after the triggers where there is no access to the database any more. True when it did; the caller
    /// commits.
    /// </summary>
    public bool NoteUnwatched()
    {
        if (database is not null || options.IsDryRun || Since is null || troubles.Has(TroubleKind.BornLockedUnwatched)) return false;
        troubles.Begin(TroubleKind.BornLockedUnwatched,
            $"GRAFANA_DATABASE is not set; when it was, on {SinceWords} and later, new accounts were born locked. Set it "
            + "again, or: sudo grafana-auto-disable born-locked remove");
        return true;
    }

    /// <summary>The sysadmin has installed them, perhaps as another role than before, and says so. The caller saves.</summary>
    public void Expect()
    {
        memory.State.BornLocked?.Owner = null;
        IsThere = true;
        nextLook = default;
    }

    /// <summary>The sysadmin has removed them and says so. The caller saves.</summary>
    public void Forget()
    {
        memory.State.BornLocked = null;
        IsThere = false;
        nextLook = default;
        troubles.End(TroubleKind.BornLockedBroken);
        troubles.End(TroubleKind.NotBornLocked);
        troubles.End(TroubleKind.BornLockedUnwatched);
    }

    private string? Unwatched() =>
        Since is null ? null : "INSTALLED when it was last looked at, and nobody looks: GRAFANA_DATABASE is not set";

    private static async Task<BornLockedReading> ReadAsync(
        IBornLocked database, bool looks, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        var status = looks ? await database.LookAsync(cancel).ConfigureAwait(false) : null;
        if (status is { Standing: BornLockedStanding.Absent or BornLockedStanding.Unknown })
            return new BornLockedReading(status, null, [], null);
        var marks = ids.Count > 0 ? await database.MarksAsync(ids, cancel).ConfigureAwait(false) : null;
        var held = looks ? await database.HeldAsync(MostHeld, cancel).ConfigureAwait(false) : null;
        return new BornLockedReading(status, marks, ids, held);
    }

    private void Note(BornLockedStatus found)
    {
        var isExpected = memory.State.BornLocked is not null;
        var status = ComparedWithInstaller(found);
        if (status.Standing == BornLockedStanding.Unknown)
        {
            if (++failures >= FailuresBeforeTrouble && isExpected)
                troubles.Begin(
                    TroubleKind.BornLockedBroken, $"Whether new accounts are still born locked cannot be seen: {status.Problems[0]}");
            if (failures >= FailuresBeforeTrouble) Status = status;
            return;
        }

        failures = 0;
        Status = status;
        IsThere = status.Standing != BornLockedStanding.Absent;
        switch (status.Standing)
        {
            case BornLockedStanding.Whole:
                if (!isExpected)
                {
                    memory.State.BornLocked = new BornLockedMemory(time.GetUtcNow()) { Owner = status.Owner };
                    eventRecorder.BornLocked(
                        "installed", "New accounts are born locked: Grafana's database disables each as its row is made.");
                }

                troubles.End(TroubleKind.BornLockedBroken);
                break;
            case BornLockedStanding.Absent when isExpected:
                troubles.Begin(TroubleKind.BornLockedBroken,
                    "New accounts are no longer born locked: nothing of it is left in Grafana's database. If that is meant, say so: sudo "
                    + "grafana-auto-disable born-locked remove; if not: sudo grafana-auto-disable born-locked install");
                break;
            case BornLockedStanding.Broken:
                var detail = string.Join(" ", status.Problems.Take(3));
                troubles.Begin(TroubleKind.BornLockedBroken, detail);
                troubles.Renew(TroubleKind.BornLockedBroken, detail);
                break;
        }
    }

    /// <summary>
    /// Whoever owns the triggers can change them: they are to stay with the role that installed them. A superuser may take them over, since
    /// a superuser can do anything there as it is.
    /// </summary>
    private BornLockedStatus ComparedWithInstaller(BornLockedStatus status)
    {
        if (status.Standing != BornLockedStanding.Whole || memory.State.BornLocked is not { } known || known.Owner == status.Owner)
            return status;
        if (known.Owner is not { } installer || status.IsOfSuperuser)
        {
            known.Owner = status.Owner;
            return status;
        }

        return status with
        {
            Standing = BornLockedStanding.Broken,
            Problems =
            [
                $"What makes new accounts born locked belongs to role {VisibleText.Escape(status.Owner ?? "")} now, which can change it; "
                + $"it was installed by {VisibleText.Escape(installer)}. Install it again, as that one or as a superuser, and this role is "
                + "expected: sudo grafana-auto-disable born-locked install",
            ],
        };
    }

    private bool IsLetIn(HeldAccount held) =>
        memory.Book.FindById(held.UserId) is { Status: AccountStatus.Admitted } account
            && (account.Uid is null || held.Uid is null || account.Uid == held.Uid);
}

/// <summary>What one visit to Grafana's database brought.</summary>
/// <param name="Status">Null when the triggers were not looked at.</param>
/// <param name="Marks">Of the accounts that were asked for; null when they could not be read.</param>
/// <param name="Asked">For whose marks was asked.</param>
/// <param name="Held">All who are held; null when they were not asked for or could not be read.</param>
internal sealed record BornLockedReading(
    BornLockedStatus? Status, IReadOnlyList<BornMark>? Marks, IReadOnlyList<long> Asked, IReadOnlyList<HeldAccount>? Held);

/// <summary>The look after the triggers in Grafana's database, and what they did to many at once.</summary>
internal sealed record BornLockedWork(BornLockedWatch Watch, Imports Imports);
