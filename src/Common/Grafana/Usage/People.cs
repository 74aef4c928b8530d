using Athena.Common.Grafana.Identities;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// The rows of an <see cref="Activity"/>, told apart by who they are and whether somebody was at work. Every row is in exactly one of the
/// four lists, in the order that it had: nobody is dropped for what their login looks like.
/// </summary>
/// <param name="AtWork">People, and those whom no list names: deleted since, or the lists could not be read.</param>
/// <param name="TabsOnly">Rows of people with nothing but a tab left open.</param>
/// <param name="RenderedOnly">Rows of people with nothing but what the image renderer did in their name.</param>
/// <param name="ServiceAccounts">Proven ones, and, without the list of them, those that look like one.</param>
/// <param name="UnknownIds">Ids of the first three lists that no list names although the users could be read: probably deleted
/// since.</param>
/// <param name="ProbablyServiceAccounts">Ids of <paramref name="ServiceAccounts"/> that only look like one.</param>
/// <param name="CanTellTabs">
/// False with <c>router_logging = false</c>: then the opening of the live channel is all that is left of most people, and whoever has that
/// is counted as at work (docs/grafana.md §1).
/// </param>
public sealed record People(
    IReadOnlyList<UserActivity> AtWork,
    IReadOnlyList<UserActivity> TabsOnly,
    IReadOnlyList<UserActivity> RenderedOnly,
    IReadOnlyList<UserActivity> ServiceAccounts,
    IReadOnlySet<long> UnknownIds,
    IReadOnlySet<long> ProbablyServiceAccounts,
    bool CanTellTabs)
{
    /// <summary>How many people were at work; one in two organisations is one.</summary>
    public int Users => AtWork.Select(row => row.Id).Distinct().Count();

    /// <summary>Requests of those people, without the renderer's.</summary>
    public long Requests => AtWork.Sum(row => row.Requests - row.RendererRequests);

    /// <summary>People who only left a tab open, in whatever organisation, and were at work in none.</summary>
    public int TabOnlyUsers => TabsOnly.Select(row => row.Id).Except(AtWork.Select(row => row.Id)).Count();

    public long ServiceAccountRequests => ServiceAccounts.Sum(row => row.Requests);

    /// <param name="isRouterLogging">As the server's settings say; null when they could not be read, and the log itself must tell.</param>
    public static People Of(Activity activity, UserDirectory userDirectory, bool? isRouterLogging = null)
    {
        bool canTellTabs = isRouterLogging ?? activity.HasRoutineLines;
        Dictionary<long, IdentityKind> kinds = [];
        foreach (UserActivity row in activity.Users)
            kinds.TryAdd(row.Id, userDirectory.KindOf(row.Id, row.Login));
        return new People(
            PeopleIn(ActivityProof.Other),
            PeopleIn(ActivityProof.TabOnly),
            PeopleIn(ActivityProof.RendererOnly),
            [.. activity.Users.Where(IsServiceAccount)],
            userDirectory.Users is null ? new HashSet<long>() : IdsOf(IdentityKind.Unknown),
            IdsOf(IdentityKind.ProbablyServiceAccount),
            canTellTabs);

        bool IsServiceAccount(UserActivity row) => kinds[row.Id] is IdentityKind.ServiceAccount or IdentityKind.ProbablyServiceAccount;
        List<UserActivity> PeopleIn(ActivityProof place) =>
            [.. activity.Users.Where(row => !IsServiceAccount(row) && Place(row.Proof, canTellTabs) == place)];
        HashSet<long> IdsOf(IdentityKind kind) => [.. kinds.Where(user => user.Value == kind).Select(user => user.Key)];
    }

    /// <summary>Which list it is: every proof of work is as good as <see cref="ActivityProof.Other"/>.</summary>
    private static ActivityProof Place(ActivityProof proof, bool canTellTabs) => proof switch
    {
        ActivityProof.TabOnly when canTellTabs => ActivityProof.TabOnly,
        ActivityProof.RendererOnly => ActivityProof.RendererOnly,
        _ => ActivityProof.Other,
    };
}
