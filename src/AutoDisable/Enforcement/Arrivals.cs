using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;

namespace Athena.AutoDisable.Enforcement;

/// <summary>Finds out who those are whom the log has shown, by a look-up each while they are few.</summary>
internal sealed class Arrivals(
    IGrafana grafana, GateMemory memory, OurAccount self, Approvals approvals, Troubles troubles, TimeProvider time)
{
    /// <summary>
    /// From this many wake-ups in one batch on, the whole list is asked for. A look-up takes 12 ms and eight go out together; the list takes
    /// 80 to 210 ms with 3,000 users (docs/grafana.md §5).
    /// </summary>
    private const int LookUpsAtOnce = 9;

    private readonly HashSet<long> nobodies = [];

    /// <summary>Set when something came up that only the whole list can answer.</summary>
    public bool IsLookWanted { get; set; }

    /// <summary>Who of those in the events is to be locked.</summary>
    public async Task<IReadOnlyList<(GrafanaUser User, Account? Known)>> FindAsync(IReadOnlyList<LogEvent> events, CancellationToken cancel)
    {
        var emails = events.OfType<SignedIn>().Select(e => e.Email).Distinct().ToList();
        var ids = events.OfType<StrangerSeen>().Select(e => e.UserId).Where(id => !memory.IsKnownId(id))
            .Concat(events.OfType<KeptOutSeen>().Select(e => e.UserId).Where(IsLocked)).Distinct().ToList();
        if (events.Any(e => e is AccountMade { Kind: ArrivalKind.MadeByAdmin } or EnabledByAdmin)) IsLookWanted = true;
        if (emails.Count + ids.Count == 0) return [];
        if (emails.Count + ids.Count >= LookUpsAtOnce || await self.LearnAsync(cancel) is not null)
        {
            IsLookWanted = true;
            return [];
        }

        var byEmail = await Task.WhenAll(emails.Select(email => grafana.LookUpAsync(email, cancel)));
        var byId = await Task.WhenAll(ids.Select(id => grafana.UserAsync(id, cancel)));

        // A look-up that finds nobody, or somebody we know, settles nothing: he may have renamed himself, or taken another's e-mail as login.
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

        // While somebody is still to be found by the list, one of these may be his; they are met again.
        if (!IsLookWanted) nobodies.UnionWith(ids.Where((id, i) => byId[i].Outcome == GrafanaOutcome.Gone && !IsLocked(id)));
        return found;

        void Consider(GrafanaUser user)
        {
            if (found.Exists(f => f.Item1.Id == user.Id)) return;
            var known = memory.Book.Find(user);
            var admission = AdmissionPolicy.Decide(user, known, known is null ? approvals.WithWhatSpeaksFor(user, facts) : facts);
            if (admission is Admission.Lock or Admission.LockAgain) found.Add((user, known));
            else if (!IsLocked(user.Id) || admission != Admission.Leave) IsLookWanted = true; // Whatever it is, the list has the last word on it.
        }

        // Those at the door are shown out. Of a locked one it mostly is the end of a request that was under way at the lock.
        bool IsLocked(long id) => memory.IsKeptOut(id) && memory.Book.StatusOf(id) != AccountStatus.AtDoor;
    }

    /// <summary>
    /// Notes of ids that proved to be no users whether they are service accounts or people deleted meanwhile, all of them by one question:
    /// behind the locks, which wait for nothing. A service account that a stranger made was not there before him.
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
