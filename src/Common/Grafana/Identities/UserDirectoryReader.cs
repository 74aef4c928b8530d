using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Identities;

/// <summary>
/// Keeps the roster fresh enough: read again when it is old, when somebody turns up whom it does not know, or when it must be younger
/// than a time. Not safe for concurrent use.
/// </summary>
public sealed class UserDirectoryReader(IGrafana grafana, TimeProvider time)
{
    /// <summary>Older than this it is read again.</summary>
    public static readonly TimeSpan AgeLimit = TimeSpan.FromMinutes(10);

    /// <summary>Strangers' ids make us ask no more often than this, however many turn up.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(1);

    /// <summary>While Grafana does not answer, who is who is told from a list as old as this at most.</summary>
    public static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);

    private readonly Dictionary<UserDirectoryPart, (GrafanaOutcome Outcome, string Sentence)> problems = [];
    private readonly HashSet<long> strangers = [];
    private HashSet<(string What, GrafanaOutcome Outcome)> told = [];
    private (IReadOnlyDictionary<long, GrafanaUser> List, DateTimeOffset At)? users;
    private OrganisationLists serviceAccounts = OrganisationLists.None;
    private (IReadOnlyDictionary<long, string> List, DateTimeOffset At)? organisations;
    private DateTimeOffset? lastRead;

    /// <summary>Times as the people of this host read them.</summary>
    public ZoneText Clock { get; set; } = new(TimeZoneInfo.Utc);

    /// <summary>Told after each call, whether Grafana answered or not.</summary>
    public Action? Answered { get; set; }

    /// <summary>The roster, read again if need be.</summary>
    /// <param name="ids">Who is to be looked up. An id that was in neither list at the last reading is asked for once, not each
    /// time.</param>
    /// <param name="notBefore">
    /// The roster must have been read at this time or later, as for judging a window by <c>lastSeenAt</c>; null when any will do.
    /// </param>
    public async Task<UserDirectoryReading> ReadAsync(IEnumerable<long> ids, DateTimeOffset? notBefore, CancellationToken cancel)
    {
        var wanted = ids.Where(id => id > 0 && !IsKnown(id)).ToList();
        if (!IsDue(wanted, notBefore))
            return new UserDirectoryReading(Present(), Sentences(), IsNews: false);

        // Noted before the first answer: a Grafana in trouble must not be asked once more for every window.
        lastRead = time.GetUtcNow();
        await RefreshAsync(cancel).ConfigureAwait(false);
        strangers.Clear();
        strangers.UnionWith(wanted.Where(id => !IsKnown(id)));

        HashSet<(string, GrafanaOutcome)> now =
            [
                .. problems.Select(problem => (problem.Key.ToString(), problem.Value.Outcome)),
                .. serviceAccounts.Faults.Select(fault => ($"organisation {fault.OrgId}", fault.Outcome)),
            ];
        var isNews = !now.SetEquals(told);
        told = now;
        return new UserDirectoryReading(Present(), Sentences(), isNews);
    }

    private bool IsKnown(long id) => users?.List.ContainsKey(id) == true || serviceAccounts.All?.ContainsKey(id) == true;

    private bool IsDue(List<long> unknown, DateTimeOffset? notBefore)
    {
        if (lastRead is not { } last)
            return true;
        var age = time.GetUtcNow() - last;
        return age >= AgeLimit || age < TimeSpan.Zero // set back, the clock must not keep an old list
            || last < notBefore
            || (age >= ShortestInterval && unknown.Exists(id => !strangers.Contains(id)));
    }

    private UserDirectory Present() => new(users?.List, serviceAccounts.All, organisations?.List ?? new Dictionary<long, string>())
    {
        ReadAt = users?.At,
        Gaps = serviceAccounts.Gaps,
    };

    private List<string> Sentences() =>
        [
            .. problems.OrderBy(problem => problem.Key).Select(problem => problem.Value.Sentence),
            .. UserDirectoryGap.Sentences(serviceAccounts.Faults.Select(fault =>
                new UserDirectoryGap(fault.OrgId, fault.Why, fault.Outcome == GrafanaOutcome.Refused))),
        ];

    private async Task RefreshAsync(CancellationToken cancel)
    {
        var asked = time.GetUtcNow();
        var list = await grafana.AllUsersAsync(cancel).ConfigureAwait(false);
        Answered?.Invoke();
        users = Keep(
            UserDirectoryPart.Users,
            list.Outcome,
            list.Detail,
            users,
            list.IsDone ? list.Value.DistinctBy(user => user.Id).ToDictionary(user => user.Id) : null,
            asked);

        var all = await grafana.OrganisationsAsync(cancel).ConfigureAwait(false);
        Answered?.Invoke();
        organisations = Keep(
            UserDirectoryPart.Organisations, all.Outcome, all.Detail, organisations,
            all.IsDone
                ? all.Value.DistinctBy(organisation => organisation.Id)
                    .ToDictionary(organisation => organisation.Id, organisation => organisation.Name)
                : null, asked);

        await ReadServiceAccountsAsync(all, asked, cancel).ConfigureAwait(false);
    }

    private async Task ReadServiceAccountsAsync(
        GrafanaAnswer<IReadOnlyList<GrafanaOrganisation>> all, DateTimeOffset asked, CancellationToken cancel)
    {
        if (!all.IsDone)
        {
            serviceAccounts = all.Outcome == GrafanaOutcome.Unavailable
                ? serviceAccounts.Since(asked - LongestUse)
                : OrganisationLists.None;
            problems[UserDirectoryPart.ServiceAccounts] =
                (all.Outcome, "Could not list the service accounts, because the organisations could not be listed.");
            return;
        }

        problems.Remove(UserDirectoryPart.ServiceAccounts);
        var read = new List<(long OrgId, GrafanaAnswer<IReadOnlyList<ServiceAccount>> Answer)>();
        foreach (var organisation in all.Value)
        {
            read.Add((organisation.Id, await grafana.ServiceAccountsAsync(organisation.Id, cancel).ConfigureAwait(false)));
            Answered?.Invoke();
        }

        serviceAccounts = serviceAccounts.Since(asked - LongestUse).After(read, asked, Clock);
    }

    // No answer: what was read before is still the best there is, for a day. A refusal is an answer: then we know nothing.
    private (T List, DateTimeOffset At)? Keep<T>(
        UserDirectoryPart part, GrafanaOutcome outcome, string detail, (T List, DateTimeOffset At)? before, T? read, DateTimeOffset asked)
        where T : class
    {
        if (read is not null)
        {
            problems.Remove(part);
            return (read, asked);
        }

        var stays = outcome == GrafanaOutcome.Unavailable && before is { } old && asked - old.At < LongestUse;
        problems[part] = (outcome, stays ? $"{detail} What was read at {Clock.Second(before!.Value.At)} is used." : detail);
        return stays ? before : null;
    }
}

/// <summary>What a roster is put together from.</summary>
internal enum UserDirectoryPart
{
    Users,
    Organisations,
    ServiceAccounts,
}

/// <summary>
/// The service accounts of each organisation, as far as they could be read. One that refuses its list says nothing against the others:
/// our account may be an Admin here and not there.
/// </summary>
internal sealed class OrganisationLists
{
    private readonly IReadOnlyDictionary<long, (IReadOnlyList<ServiceAccount> List, DateTimeOffset At)> lists;

    private OrganisationLists(
        IReadOnlyDictionary<long, (IReadOnlyList<ServiceAccount> List, DateTimeOffset At)> lists,
        IReadOnlyList<(long OrgId, GrafanaOutcome Outcome, string Why)> faults)
    {
        (this.lists, Faults) = (lists, faults);
        All = lists.Count == 0
            ? null
            : lists.Values.SelectMany(one => one.List).DistinctBy(account => account.Id).ToDictionary(account => account.Id);
        Gaps =
        [
            .. faults.Where(fault => !lists.ContainsKey(fault.OrgId))
                .Select(fault => new UserDirectoryGap(fault.OrgId, fault.Why, fault.Outcome == GrafanaOutcome.Refused)),
        ];
    }

    public static OrganisationLists None { get; } = new(new Dictionary<long, (IReadOnlyList<ServiceAccount>, DateTimeOffset)>(), []);

    /// <summary>By id; null when no organisation told its own.</summary>
    public IReadOnlyDictionary<long, ServiceAccount>? All { get; }

    /// <summary>Organisations that did not answer at the last reading, with why; an older list may stand in for theirs.</summary>
    public IReadOnlyList<(long OrgId, GrafanaOutcome Outcome, string Why)> Faults { get; }

    /// <summary>Organisations of which no list is there.</summary>
    public IReadOnlyList<UserDirectoryGap> Gaps { get; }

    /// <summary>Without lists that are older than that.</summary>
    public OrganisationLists Since(DateTimeOffset time) => new(lists.Where(one => one.Value.At > time).ToDictionary(), Faults);

    /// <summary>
    /// After a reading. No answer: the list of before is still the best there is. A refusal is an answer: then we know nothing.
    /// </summary>
    public OrganisationLists After(
        IEnumerable<(long OrgId, GrafanaAnswer<IReadOnlyList<ServiceAccount>> Answer)> read, DateTimeOffset at, ZoneText clock)
    {
        var next = new Dictionary<long, (IReadOnlyList<ServiceAccount> List, DateTimeOffset At)>();
        var faults = new List<(long, GrafanaOutcome, string)>();
        foreach (var (orgId, answer) in read)
        {
            if (answer.IsDone)
            {
                next[orgId] = (answer.Value, at);
                continue;
            }

            if (answer.Outcome == GrafanaOutcome.Unavailable && lists.TryGetValue(orgId, out var before))
            {
                next[orgId] = before;
                faults.Add((orgId, answer.Outcome, $"{answer.Detail} What was read at {clock.Second(before.At)} is used."));
            }
            else
            {
                faults.Add((orgId, answer.Outcome, answer.Detail));
            }
        }

        return new OrganisationLists(next, faults);
    }
}
