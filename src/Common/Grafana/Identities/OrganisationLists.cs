using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Identities;

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
