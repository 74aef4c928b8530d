using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;

namespace Athena.Compliance.Policy;

/// <summary>Who is who in a window's log: joins a person's organisations into one and says as what they count. Pure.</summary>
/// <param name="Admins"><c>ADMIN_USER_IDS</c>.</param>
/// <param name="Displays"><c>DISPLAY_USER_IDS</c>.</param>
/// <param name="OwnIds">The daemons' own; empty when they are not known.</param>
internal sealed record ActorClassifier(IReadOnlySet<long> Admins, IReadOnlySet<long> Displays, IReadOnlyCollection<long> OwnIds)
{
    /// <summary>How old an account may have been when our account locked it to be a stranger's, whom nobody had let in.</summary>
    public static TimeSpan Newcomer { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Where nobody can tell when it was made: so soon after its first request it was locked.</summary>
    public static TimeSpan AtOnce { get; } = TimeSpan.FromSeconds(10);

    /// <summary>A service account that was made so shortly before it acted may be a person's who wants to be none.</summary>
    public static TimeSpan Young { get; } = TimeSpan.FromHours(24);

    /// <summary>Lines are written when a request ends, and not strictly in order (docs/grafana.md §1).</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private static readonly ActivityProof[] Strongest =
    [
        ActivityProof.OpenedDashboard, ActivityProof.Queried, ActivityProof.Other, ActivityProof.RendererOnly,
    ];

    /// <param name="made">When accounts were made of which the roster does not say so, see <see cref="AgesToAsk"/>.</param>
    public IReadOnlyList<Actor> Cast(Activity activity, UserDirectory userDirectory, IReadOnlyDictionary<long, DateTimeOffset> made) =>
    [
        .. activity.Users.GroupBy(row => row.Id).Select(rows => Actor(rows.Key, [.. rows], activity, userDirectory, made))
            .OrderBy(actor => actor.Role).ThenByDescending(actor => actor.Requests).ThenBy(actor => actor.Id),
    ];

    /// <summary>Whose age decides and is in no list: people whom our account locked, and service accounts that acted.</summary>
    public static (IReadOnlyCollection<long> People, IReadOnlyCollection<ServiceAccount> Machines) AgesToAsk(
        Activity activity, UserDirectory userDirectory)
    {
        var ids = activity.Users.Select(row => row.Id).ToHashSet();
        return (
            [
                .. ids.Where(id =>
                    userDirectory.Users?.GetValueOrDefault(id) is { Created: null } user && LockOf(id, user.Uid, activity) is not null),
            ],
            [
                .. ids.Select(id => userDirectory.ServiceAccounts?.GetValueOrDefault(id)).OfType<ServiceAccount>()
                    .Where(account => account.Created is null),
            ]);
    }

    private Actor Actor(
        long id, List<UserActivity> rows, Activity activity, UserDirectory userDirectory, IReadOnlyDictionary<long, DateTimeOffset> made)
    {
        var last = rows.MaxBy(row => row.LastSeen)!;
        var role = RoleOf(id, rows, last, activity, userDirectory, made);
        return new Actor(
            id,
            last.Login,
            userDirectory.Users?.GetValueOrDefault(id)?.Name,
            role,
            Strongest.FirstOrDefault(proof => rows.Any(row => row.Proof == proof), ActivityProof.TabOnly),
            rows.Sum(row => row.Requests),
            rows.Min(row => row.FirstSeen),
            last.LastSeen,
            [.. rows.SelectMany(row => row.Dashboards).GroupBy(board => board.Uid, StringComparer.Ordinal).Select(Joined)
                .OrderByDescending(board => board.Opens).ThenBy(board => board.Uid, StringComparer.Ordinal)],
            rows.Aggregate(0UL, (marks, row) => marks | row.Marks))
        {
            Doubt = role == Role.Machine ? DoubtOf(id, rows, userDirectory, made) : null,
        };
    }

    /// <summary>
    /// An administrator is one by the id alone, whatever the login says, and cannot become a display or a stranger; so an administrator
    /// whose account the daemons use stays one. What the daemons did themselves is not in the log that comes here.
    /// </summary>
    private Role RoleOf(
        long id, List<UserActivity> rows, UserActivity last, Activity activity, UserDirectory userDirectory,
        IReadOnlyDictionary<long, DateTimeOffset> made)
    {
        if (Admins.Contains(id))
            return Role.Admin;
        if (OwnIds.Contains(id))
            return Role.Ours;
        if (Displays.Contains(id))
            return Role.Display;
        if (IsStranger(id, rows, activity, userDirectory, made))
            return Role.Stranger;
        return userDirectory.KindOf(id, last.Login) switch
        {
            IdentityKind.Person => Role.User,
            IdentityKind.ServiceAccount => Role.Machine,
            // Grafana gives every service account a login that begins with sa-. Without its lists, one that does not is a person's.
            IdentityKind.Unknown when userDirectory.Users is null && userDirectory.ServiceAccounts is null => Role.User,
            IdentityKind.ProbablyServiceAccount or IdentityKind.Unknown => Role.Unknown,
        };
    }

    private static Doubt? DoubtOf(
        long id, List<UserActivity> rows, UserDirectory userDirectory, IReadOnlyDictionary<long, DateTimeOffset> made)
    {
        if (rows.Exists(row => row.IsInBrowser))
            return Policy.Doubt.InBrowser;
        var at = userDirectory.ServiceAccounts?.GetValueOrDefault(id)?.Created ?? (made.TryGetValue(id, out var known) ? known : null);
        return at is null ? Policy.Doubt.AgeNotKnown : at > rows.Max(row => row.LastSeen) - Young ? Policy.Doubt.MadeOfLate : null;
    }

    /// <summary>
    /// Locked by our account while the account itself was new, and not seen after that lock: whoever was let in meanwhile is a user. Where
    /// nobody can tell its age, or it would be younger than its lock, it was locked at once: all that is known of it lies in those moments.
    /// </summary>
    private static bool IsStranger(
        long id, List<UserActivity> rows, Activity activity, UserDirectory userDirectory, IReadOnlyDictionary<long, DateTimeOffset> made)
    {
        var user = userDirectory.Users?.GetValueOrDefault(id);
        if (LockOf(id, user?.Uid, activity) is not { } lockedAt || rows.Exists(row => row.LastSeen > lockedAt + Slack))
            return false;
        var at = user?.Created ?? (made.TryGetValue(id, out var known) ? known : null);
        return at is { } born && born <= lockedAt + Slack
            ? lockedAt - born <= Newcomer
            : lockedAt - rows.Min(row => row.SeenBefore ?? row.FirstSeen) <= AtOnce;
    }

    /// <summary>
    /// When our account first locked that one, as the log of this time tells; null when it did not. The API takes id or uid
    /// (docs/grafana.md §5).
    /// </summary>
    private static DateTimeOffset? LockOf(long id, string? uid, Activity activity)
    {
        DateTimeOffset? first = activity.Locks.TryGetValue(id.ToString(CultureInfo.InvariantCulture), out var byId) ? byId : null;
        return uid is not null && activity.Locks.TryGetValue(uid, out var byUid) && !(byUid >= first) ? byUid : first;
    }

    private static DashboardActivity Joined(IGrouping<string, DashboardActivity> rows) => new(
        rows.Key, rows.Sum(row => row.Opens), rows.Any(row => row.IsOnScreen), rows.Min(row => row.FirstSeen),
        rows.Max(row => row.LastSeen));
}
