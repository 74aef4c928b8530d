using System.Collections.Concurrent;
using Athena.Common.State;

namespace Athena.AutoDisable.State;

/// <summary>
/// The state in memory and its way to disk. The gate works on it from one thread of execution; what asks about an id is safe from
/// others.
/// </summary>
internal sealed class AutoDisableMemory
{
    /// <summary>
    /// What changes with every look (its time, the log's position) need not be written each time: reading it twice is harmless.
    /// </summary>
    private static readonly TimeSpan RoutineSave = TimeSpan.FromMinutes(5);

    private readonly IStateStore<AutoDisableState> store;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<long, byte> nobody = new();

    /// <summary>Of these the last requests are still awaited, whatever became of them.</summary>
    private readonly ConcurrentDictionary<long, byte> unexposed = new();
    private DateTimeOffset lastSave;

    public AutoDisableMemory(AutoDisableState state, IStateStore<AutoDisableState> store, TimeProvider time)
    {
        State = state;
        this.store = store;
        this.time = time;
        Book = new AccountBook(state.Accounts);
        foreach (var id in state.ServiceAccounts) nobody[id] = 0;
        foreach (var ended in state.EndedCases.Where(ended => ended.IsUnexposed)) unexposed[ended.Account.Id] = 0;
        lastSave = time.GetUtcNow();
    }

    public AutoDisableState State { get; }

    public AccountBook Book { get; }

    /// <summary>
    /// Whether Grafana lets nobody sign up with an address that is not theirs (<c>verify_email_enabled</c>); null while that is not known.
    /// </summary>
    public bool? VerifiesEmail { get; set; }

    /// <summary>
    /// Begin of the last look at a complete list that we believed, and never later than now: by a look under a clock that ran ahead every
    /// newcomer after it would be older than that look, and the database an unknown one.
    /// </summary>
    public DateTimeOffset LastCompleteLook => State.LastCompleteLook < time.GetUtcNow() ? State.LastCompleteLook : time.GetUtcNow();

    /// <summary>What every decision needs besides the account, as this memory has it.</summary>
    public AdmissionFacts Facts(long selfId, DateTimeOffset now) =>
        new(selfId, LastCompleteLook, UnknownDatabase: false, now, UnlookedRestore) { StrangeListTo = State.StrangeListTo };

    /// <summary>The restore after which no complete look was made yet; null in ordinary life.</summary>
    public RestoredAutoDisable? UnlookedRestore => State.Restored is { IsLooked: false } restored ? restored : null;

    /// <summary>Why the last save failed; null when it did not.</summary>
    public string? SaveProblem { get; private set; }

    /// <summary>True for everybody whose requests need not wake the gate.</summary>
    public bool IsKnownId(long id) => Book.KnowsId(id) || nobody.ContainsKey(id);

    /// <summary>
    /// True for those whose requests are nobody's business: admitted people, and ids that are no people. False for those who are being
    /// locked, and for those whose case has ended but whose exposure is still to be written. Safe from any thread.
    /// </summary>
    public bool IsAdmitted(long id) => !unexposed.ContainsKey(id) && IsNobodysBusiness(id);

    /// <summary>The book has the last word: after a restore of Grafana's database the id of what was nobody may be somebody's.</summary>
    private bool IsNobodysBusiness(long id) =>
        Book.StatusOf(id) is { } status ? status == AccountStatus.Admitted : nobody.ContainsKey(id);

    /// <summary>
    /// True for those who are known and should not be able to act: shown out at the door, or locked. A request of theirs may be one that
    /// was under way at the lock, or the first of somebody whose own sign-in has just undone it. Safe from any thread.
    /// </summary>
    public bool IsKeptOut(long id) =>
        Book.StatusOf(id) is AccountStatus.AtDoor or AccountStatus.Locked or AccountStatus.Rejected or AccountStatus.DisabledBefore;

    /// <summary>An id that the user list does not know: a service account, or somebody deleted.</summary>
    /// <param name="id">The id.</param>
    /// <param name="isServiceAccount">Proved by the service-account list; then it is remembered over a restart.</param>
    public void RememberNobody(long id, bool isServiceAccount)
    {
        nobody[id] = 0;
        if (isServiceAccount) State.ServiceAccounts.Add(id);
    }

    /// <summary>
    /// The case of this account has just ended. If nobody has written down yet what they did inside, it is kept until that is done. The
    /// caller saves.
    /// </summary>
    /// <param name="account">The account as it is now, its case as it was.</param>
    public void EndCase(Account account)
    {
        if (account.Case is not { ExposedAt: null, Rejection: null, IsDrill: false } open) return;
        var kept = new Account { Uid = account.Uid, Id = account.Id, Status = account.Status, Case = open };
        State.EndedCases.Add(new EndedCase { Account = kept, EndedAt = time.GetUtcNow() });
        unexposed[account.Id] = 0;
    }

    /// <summary>It has been written down what they did. The caller saves.</summary>
    public void NoteExposed(EndedCase ended) => unexposed.TryRemove(ended.Account.Id, out _);

    /// <summary>Ids that proved to be nobody are asked about again after a gap: Grafana may have been restored and re-use them.</summary>
    public void ForgetNobodies()
    {
        foreach (var id in nobody.Keys)
            if (!State.ServiceAccounts.Contains(id)) nobody.TryRemove(id, out _);
    }

    /// <summary>Writes the state now. When the disk refuses, the gate goes on with what it has in memory.</summary>
    public void Save()
    {
        lastSave = time.GetUtcNow();
        SaveProblem = store.TryAppend(State, out var problem) ? null : problem ?? "The state could not be written.";
    }

    /// <summary>
    /// Writes the state whole where what has changed since the last time has become long. It takes a while when there are many accounts.
    /// </summary>
    /// <param name="isQuiet">Nobody waits to be locked; else it is done only where the next start would take too long without it.</param>
    public void Compact(bool isQuiet)
    {
        if (isQuiet ? store.IsCompactionDue : store.IsCompactionOverdue)
            SaveProblem = store.TryCompact(State, out var problem) ? null : problem ?? "The state could not be written.";
    }

    /// <summary>Writes what changes with every look, if that has not been written for a while, or if the last attempt failed.</summary>
    public void SaveRoutine()
    {
        if (SaveProblem is not null || time.GetUtcNow() - lastSave >= RoutineSave) Save();
    }
}

/// <summary>
/// Runs what touches the gate's memory one piece at a time. Calls to Grafana go out in parallel, but what follows each answer runs here,
/// never two at once. It holds as long as nothing inside says <c>ConfigureAwait(false)</c>.
/// </summary>
internal sealed class SerialExecutor
{
    private readonly TaskScheduler lane = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    public Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, lane).Unwrap();

    public Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, lane).Unwrap();
}
