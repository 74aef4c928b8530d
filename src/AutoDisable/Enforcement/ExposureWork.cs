using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Writes down, some seconds after the lock, what somebody did while they were inside; the mail about them waits for it. Whether that has
/// been done is in the case, so a restart goes on with it; what this process did not read itself it does not claim to have seen.
/// </summary>
internal sealed class ExposureWork(
    IGrafana grafana,
    AutoDisableMemory memory,
    ExposureRecorder recorder,
    LogKnowledge log,
    Makers makers,
    DashboardTitles titles,
    BornLockedWatch bornLocked,
    NotificationPlanner notificationPlanner,
    EventRecorder eventRecorder,
    TimeProvider time)
{
    /// <summary>By then the requests that were in flight at the lock are answered and logged, and their lines can be read.</summary>
    private readonly TimeSpan inFlight = log.Settle > LeastInFlight ? log.Settle : LeastInFlight;

    private static readonly TimeSpan LeastInFlight = TimeSpan.FromSeconds(5);

    /// <summary>So long after that it is written without what Grafana does not answer: the mail matters more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>An approval that could not be carried out for so long, or was taken back meanwhile, is told without it.</summary>
    private static readonly TimeSpan OutcomeAwaited = TimeSpan.FromDays(7);

    private static readonly TimeSpan SettingsKept = TimeSpan.FromHours(1);
    private static readonly TimeSpan SettingsRetry = TimeSpan.FromMinutes(1);

    private readonly Portions<Account> open = new();
    private readonly Portions<EndedCase> ended = new();
    private bool? routerLogging;
    private DateTimeOffset nextSettings;

    /// <summary>Whether a new list is wanted by now; told once.</summary>
    public bool TakeWishForLook()
    {
        var isWanted = makers.IsLookWanted;
        makers.IsLookWanted = false;
        return isWanted;
    }

    /// <summary>True while one is still to be written.</summary>
    public bool IsAnyDue =>
        memory.Book.Open.Any(account => DueAt(account) is not null) || memory.State.EndedCases.Exists(ended => ended.IsUnexposed);

    /// <summary>When the exposure of this account is to be written; null when it was, or is of no interest.</summary>
    private DateTimeOffset? DueAt(Account account) => account switch
    {
        { Case: null or { ExposedAt: not null } or { IsDrill: true } } => null,
        { Status: AccountStatus.Locked, Case.LockedAt: { } lockedAt } => lockedAt + inFlight,
        { Status: AccountStatus.AtDoor, Case.InsideSince: { } turnedAway } => turnedAway + inFlight,
        _ => null,
    };

    private DateTimeOffset DueAt(EndedCase ended) => (ended.Account.Case!.LockedAt ?? ended.EndedAt) + inFlight;

    /// <summary>Writes a slice of those that are due.</summary>
    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (due, moreDue) = open.Next(memory.Book.Open, account => DueAt(account) is { } at && IsDue(at));
        var (over, moreOver) = ended.Next(memory.State.EndedCases, one => one.IsUnexposed && IsDue(DueAt(one)));
        memory.State.EndedCases.RemoveAll(one => !one.IsUnexposed && now - one.EndedAt > OutcomeAwaited);
        if (due.Count + over.Count == 0) return Progress.None;
        await LearnSettingsAsync(cancel);
        var taken = await Task.WhenAll(
        [
            .. due.Select(account => TakeAsync(account, IsLast(DueAt(account)), cancel)),
            .. over.Select(one => TakeAsync(one, IsLast(DueAt(one)), cancel)),
        ]);
        return (taken.Contains(true) ? Progress.Changed : Progress.None) | (moreDue || moreOver ? Progress.Unfinished : Progress.None);

        bool IsDue(DateTimeOffset at) => Deadline.IsDue(at, now, inFlight);
        bool IsLast(DateTimeOffset? at) => Deadline.IsDue(at + Patience, now, inFlight + Patience);
    }

    /// <summary>Writes it at once if that has not been done, because the case is about to end. The caller commits.</summary>
    public async Task TakeNowAsync(Account account, CancellationToken cancel)
    {
        if (account is not { Status: AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor, Case.ExposedAt: null }) return;
        await LearnSettingsAsync(cancel);
        await TakeAsync(account, isLast: true, cancel);
    }

    /// <summary>Owes the mail about what they left behind, if the case ends before anybody was told. The caller commits.</summary>
    public void TellIfUntold(Account account)
    {
        // At the door it was owed with the exposure.
        if (account is { Status: not AccountStatus.AtDoor, Case: { NoticeKey: null, Exposure.IsCritical: true } })
            notificationPlanner.OweLeftBehind(account);
    }

    /// <summary>
    /// Of somebody about whom is decided already: the mail about the outcome tells it, and what they left behind has its own.
    /// </summary>
    private async Task<bool> TakeAsync(EndedCase ended, bool isLast, CancellationToken cancel)
    {
        var open = ended.Account.Case!;
        open.LockedAt ??= ended.EndedAt; // From here on they were no stranger any more, or were gone.
        if (!await TakeAsync(ended.Account, isLast, cancel)) return false;
        memory.NoteExposed(ended);

        // Whoever was approved may go on.
        if (ended.Account.Status == AccountStatus.Admitted && open.Exposure is { WentOn: true } exposure)
            open.Exposure = exposure with { LastRequestAt = exposure.Until };
        if (open.Exposure is { IsCritical: true }) notificationPlanner.OweLeftBehind(ended.Account);
        if (ended.Outcome is { } outcome) notificationPlanner.OweOutcome(ended.Account, outcome, isDeleted: ended.IsDeleted);
        return true;
    }

    private async Task<bool> TakeAsync(Account account, bool isLast, CancellationToken cancel)
    {
        var open = account.Case!;
        if (bornLocked.IsAwaited(open) && !isLast) return false;
        var read = await grafana.UserAsync(account.Id, cancel);
        if (!read.IsDone && read.Outcome != GrafanaOutcome.Gone && !isLast) return false;

        var trace = recorder.Look(account.Id);
        IReadOnlyList<ServiceAccount>? serviceAccounts = null;
        if (trace.Deeds.Any(observedAction =>
            observedAction is { Kind: ObservedActionKind.ServiceAccount, Outcome: not ObservedActionOutcome.Refused }))
        {
            serviceAccounts = await ServiceAccountsAsync(trace.Organisations, cancel);
            if (serviceAccounts is null && !isLast) return false;
        }

        var dashboards = titles.Name(trace.Dashboards, isLast, cancel);
        if (dashboards is null) return false;
        trace = trace with { Dashboards = dashboards };
        if (account.Case != open || open.ExposedAt is not null) return false;
        if (read.IsDone && (account.Uid is null || read.Value.Uid == account.Uid)) NoteArrival(open, log.Evidence.For(read.Value));
        if (read.IsDone && open.NoteServerAdmin(read.Value.IsAdmin, () => log.Evidence.MadeServerAdmin(read.Value)))
            eventRecorder.IsServerAdmin(account);
        if (read is { IsDone: true, Value.IsExternal: false } && open.Arrival is { Kind: ArrivalKind.MadeByAdmin, MakerId: null }
            && !ProveMaker(account, trace) && !isLast)
            return false;

        var since = open.Arrival.At ?? open.OpenedAt;
        var exposure = Exposure.Of(trace, new ExposureFacts(
            account.Id, open.Arrival.At, open.OpenedAt, open.LockedAt, routerLogging, log.Sight.HadGapSince(since),
            log.Sight.WasUnreadableSince(since))
        {
            HasActed = open.HasActed,
            ServiceAccounts = serviceAccounts,
            ServiceAccountsBefore = open.ServiceAccountsBefore.ToHashSet(),
            BornLockedAt = open.BornLockedAt,
            IsLockTimeLatest = open.IsLockTimeLatest,
        });
        // Asked about after an earlier lock of this account.
        var isNews = open.NoticeKey is not null && open.Exposure is not { IsCritical: true };
        open.Exposure = open.Exposure is { } before ? exposure.After(before) : exposure;
        open.ExposedAt = time.GetUtcNow();
        open.ServiceAccountsBefore = [];
        eventRecorder.Exposed(account);
        if (account.Status != AccountStatus.AtDoor) recorder.Forget(account.Id);
        if (open.Exposure.IsCritical && (isNews || account.Status == AccountStatus.AtDoor)) notificationPlanner.OweLeftBehind(account);
        return true;
    }

    /// <summary>False while the log is still to be read to where it tells.</summary>
    private bool ProveMaker(Account account, ExposureTrace trace)
    {
        var (line, isAwaited) = makers.Of(account, trace);
        if (line is not null)
            account.Case!.Arrival = account.Case.Arrival with { By = line.Actor, MakerId = line.ActorId, IsProbable = false };
        return !isAwaited;
    }

    /// <summary>
    /// The line that tells how they came may be later than the first sight of them; after a restart there is none, and what was known
    /// stays.
    /// </summary>
    private static void NoteArrival(LockCase open, Arrival later)
    {
        if (later.Kind == ArrivalKind.Unknown) return;
        if (open.Arrival.Kind == ArrivalKind.Unknown || open.Arrival.IsProbable || !later.IsProbable) open.Arrival = later;
    }

    /// <summary>Null when one of the lists was not to be had: then none would say that something is gone.</summary>
    private async Task<IReadOnlyList<ServiceAccount>?> ServiceAccountsAsync(IReadOnlyList<long> organisations, CancellationToken cancel)
    {
        var lists = await Task.WhenAll(organisations.Where(id => id > 0).Select(id => grafana.ServiceAccountsAsync(id, cancel)));
        return lists.All(list => list.IsDone) ? [.. lists.SelectMany(list => list.Value!)] : null;
    }

    /// <summary>Whether requests answered with 200 are logged: for an hour as Grafana says it, null when we may not read it.</summary>
    private async Task LearnSettingsAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextSettings, now, SettingsKept)) return;
        var settings = await grafana.ServerSettingsAsync(cancel);
        memory.VerifiesEmail = settings.IsDone ? settings.Value.Flag("users", "verify_email_enabled") : null;
        routerLogging = settings.IsDone ? settings.Value.Flag("server", "router_logging") : null;
        nextSettings = now + (settings.IsDone || settings.Outcome == GrafanaOutcome.Refused ? SettingsKept : SettingsRetry);
    }
}
