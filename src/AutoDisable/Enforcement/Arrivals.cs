using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>Finds out who those are whom the log has shown, by a look-up each while that costs less than the whole list.</summary>
internal sealed class Arrivals(
    IGrafana grafana, AutoDisableMemory memory, OurAccount self, LookAhead ahead, Approvals approvals, Troubles troubles, TimeProvider time)
{
    /// <summary>Looked up, and then locked, before the next are looked up.</summary>
    private const int LookUpsAtOnce = 64;

    /// <summary>
    /// A look-up takes 12 ms and eight go out together; the list takes 80 to 210 ms with 3,000 users (docs/grafana.md §5): a look-up costs
    /// what the list costs for so many users.
    /// </summary>
    private const int UsersForOneLookUp = 30;

    /// <summary>As many look-ups as go out together are always worth it.</summary>
    private const int FewLookUps = 8;

    private static readonly TimeSpan HintPause = TimeSpan.FromSeconds(5);

    private readonly HashSet<long> nobodies = [];
    private DateTimeOffset nextHint;

    /// <summary>Set when something came up that only the whole list can answer.</summary>
    public bool IsLookWanted { get; set; }

    /// <summary>
    /// Who of those in the events may have to be locked, in portions for <see cref="FindAsync"/>: whoever is looked up first need not wait
    /// for the last. None when it is cheaper to ask for the whole list, which is wanted then.
    /// </summary>
    public async Task<IReadOnlyList<WakeUp[]>> WakeUpsAsync(IReadOnlyList<LogEvent> events, CancellationToken cancel)
    {
        if (events.Any(e => e is AccountMade { Kind: ArrivalKind.MadeByAdmin } or EnabledByAdmin or PermissionsChanged))
            IsLookWanted = true;

        List<WakeUp> all =
        [
            .. WakeUp.Of(events).Where(wakeUp => wakeUp.Email is not null || !memory.IsKnownId(wakeUp.Id)),
            .. events.OfType<KeptOutSeen>().Select(e => e.UserId).Where(IsLocked).Distinct().Select(id => new WakeUp(null, id)),
        ];
        return await PortionsAsync(all, cancel);
    }

    /// <summary>The same of those whom Grafana's database names.</summary>
    public Task<IReadOnlyList<WakeUp[]>> WakeUpsAsync(IReadOnlyList<BornSeen> hints, CancellationToken cancel)
    {
        // The row of somebody known was made anew: an import, which may have locked everybody. Any role there can say so, so it is looked
        // at now and then.
        if (hints.Any(hint => memory.Book.StatusOf(hint.UserId) == AccountStatus.Admitted)
            && Deadline.IsDue(nextHint, time.GetUtcNow(), HintPause))
        {
            nextHint = time.GetUtcNow() + HintPause;
            IsLookWanted = true;
        }

        return PortionsAsync(
            [.. hints.Select(hint => hint.UserId).Distinct().Where(id => !memory.IsKnownId(id)).Select(id => new WakeUp(null, id))],
            cancel);
    }

    private async Task<IReadOnlyList<WakeUp[]>> PortionsAsync(List<WakeUp> all, CancellationToken cancel)
    {
        if (all.Count == 0) return [];
        if (all.Count <= Math.Max(FewLookUps, memory.Book.All.Count / UsersForOneLookUp) && await self.LearnAsync(cancel) is null)
            return [.. all.Chunk(LookUpsAtOnce)];
        IsLookWanted = true;
        return [];
    }

    /// <summary>Who of those is to be locked.</summary>
    public async Task<IReadOnlyList<(GrafanaUser User, Account? Known)>> FindAsync(IReadOnlyList<WakeUp> portion, CancellationToken cancel)
    {
        List<WakeUp> emails = [.. portion.Where(wakeUp => wakeUp.Email is not null)];
        List<WakeUp> ids = [.. portion.Where(wakeUp => wakeUp.Email is null && (IsLocked(wakeUp.Id) || !memory.IsKnownId(wakeUp.Id)))];
        var byEmail = await Task.WhenAll(emails.Select(wakeUp => ahead.AnswerAsync(wakeUp, cancel)));
        var byId = await Task.WhenAll(ids.Select(wakeUp => ahead.AnswerAsync(wakeUp, cancel)));

        // A look-up that finds nobody, or somebody we know, settles nothing: they may have renamed themselves, or taken another's e-mail as
        // login.
        var facts = memory.Facts(self.Id, time.GetUtcNow()) with { UnknownDatabase = troubles.Has(TroubleKind.UnknownDatabase) };
        var found = new List<(GrafanaUser, Account?)>();
        foreach (var answer in byEmail)
        {
            if (answer.IsDone && memory.Book.Find(answer.Value) is null) Consider(answer.Value);
            else IsLookWanted = true;
        }

        foreach (var answer in byId)
        {
            if (answer.IsDone) Consider(answer.Value);
            else if (answer.Outcome != GrafanaOutcome.Gone) IsLookWanted = true;
        }

        // While somebody is still to be found by the list, one of these may be theirs; they are met again.
        if (!IsLookWanted)
            nobodies.UnionWith(ids.Select(wakeUp => wakeUp.Id).Where((id, i) => byId[i].Outcome == GrafanaOutcome.Gone && !IsLocked(id)));
        return found;

        void Consider(GrafanaUser user)
        {
            if (found.Exists(f => f.Item1.Id == user.Id)) return;
            var known = memory.Book.Find(user);
            var admission = AdmissionPolicy.Decide(user, known, known is null ? approvals.WithWhatSpeaksFor(user, facts) : facts);
            if (admission is Admission.Lock or Admission.LockAgain) found.Add((user, known));
            // Whatever it is, the list has the last word on it.
            else if (!IsLocked(user.Id) || admission != Admission.Leave) IsLookWanted = true;
        }
    }

    /// <summary>
    /// Those at the door are shown out. Of a locked one it mostly is the end of a request that was under way at the lock.
    /// </summary>
    private bool IsLocked(long id) => memory.IsKeptOut(id) && memory.Book.StatusOf(id) != AccountStatus.AtDoor;

    /// <summary>
    /// Notes of ids that proved to be no users whether they are service accounts or people deleted meanwhile, all of them by one question:
    /// behind the locks, which wait for nothing. A service account that a stranger made was not there before them.
    /// </summary>
    public async Task<Progress> NoteNobodiesAsync(CancellationToken cancel)
    {
        if (nobodies.Count == 0) return Progress.None;
        var asked = nobodies.ToList();
        nobodies.Clear();
        var organisations = await grafana.OrganisationsAsync(cancel);
        var lists = await Task.WhenAll((organisations.Value ?? []).Select(one => grafana.ServiceAccountsAsync(one.Id, cancel)));
        foreach (var account in lists.SelectMany(list => list.Value ?? [])) memory.RememberNobody(account.Id, isServiceAccount: true);
        foreach (var id in asked) memory.RememberNobody(id, isServiceAccount: false);
        return Progress.None; // Found out again after a crash; written down with the next change.
    }
}

/// <summary>Somebody whom the log has shown and who is to be looked up.</summary>
/// <param name="Email">What they signed in with; null when only their id is known.</param>
/// <param name="Id">0 with an <paramref name="Email"/>.</param>
internal readonly record struct WakeUp(string? Email, long Id)
{
    /// <summary>Whom these events show. Ids behind e-mails: of somebody who was locked by the one the other is known then.</summary>
    public static IEnumerable<WakeUp> Of(IReadOnlyList<LogEvent> events) =>
    [
        .. events.OfType<SignedIn>().Select(e => new WakeUp(e.Email, 0)).Distinct(),
        .. events.OfType<StrangerSeen>().Select(e => e.UserId).Distinct().Select(id => new WakeUp(null, id)),
    ];
}

/// <summary>
/// Asks who somebody is as soon as their line is read, while the gate is still busy with others: whoever comes a moment behind another
/// waits for one question less. What is answered is used when their turn comes, and for that one time.
/// </summary>
internal sealed class LookAhead(IGrafana grafana, AutoDisableMemory memory)
{
    /// <summary>As many as go out to Grafana in parallel. Of more at once the list is asked anyway.</summary>
    private const int Most = 8;

    private readonly Dictionary<WakeUp, Task<GrafanaAnswer<GrafanaUser>>> asked = [];

    /// <summary>Sends the questions that these events raise.</summary>
    public void Ask(IReadOnlyList<LogEvent> events, CancellationToken cancel)
    {
        foreach (var wakeUp in WakeUp.Of(events))
        {
            if (asked.Count >= Most) return;
            if (wakeUp.Email is not null || !memory.IsKnownId(wakeUp.Id)) asked.TryAdd(wakeUp, SendAsync(wakeUp, cancel));
        }
    }

    /// <summary>The answer that is there or under way, else a new one.</summary>
    public Task<GrafanaAnswer<GrafanaUser>> AnswerAsync(WakeUp wakeUp, CancellationToken cancel) =>
        asked.Remove(wakeUp, out var answer) ? answer : SendAsync(wakeUp, cancel);

    /// <summary>Their turn is over: an answer that nobody wanted must not be taken for a later one's.</summary>
    public void Forget(IReadOnlyList<LogEvent> events)
    {
        foreach (var wakeUp in WakeUp.Of(events)) asked.Remove(wakeUp);
    }

    private Task<GrafanaAnswer<GrafanaUser>> SendAsync(WakeUp wakeUp, CancellationToken cancel) =>
        wakeUp.Email is { } email ? grafana.LookUpAsync(email, cancel) : grafana.UserAsync(wakeUp.Id, cancel);
}
