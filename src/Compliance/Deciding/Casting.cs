using System.Globalization;
using Athena.Common.Activities;
using Athena.Common.Sight;

namespace Athena.Compliance.Deciding;

/// <summary>Who is who in a window's log: joins a person's organisations into one and says as what he counts. Pure.</summary>
/// <param name="Admins"><c>ADMIN_USER_IDS</c>.</param>
/// <param name="Displays"><c>DISPLAY_USER_IDS</c>.</param>
internal sealed record Casting(IReadOnlySet<long> Admins, IReadOnlySet<long> Displays)
{
    /// <summary>How old an account may have been when our account disabled it to be a stranger, whom nobody had let in.</summary>
    public static TimeSpan Newcomer { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Lines are written when a request ends, and not strictly in order (docs/grafana.md §1).</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private static readonly ActivityProof[] Strongest = [ActivityProof.OpenedDashboard, ActivityProof.Queried, ActivityProof.Other, ActivityProof.RendererOnly];

    public IReadOnlyList<Actor> Cast(Activity activity, Roster roster) =>
    [
        .. activity.Users.GroupBy(row => row.Id).Select(rows => Actor(rows.Key, [.. rows], activity, roster))
            .OrderBy(actor => actor.Role).ThenByDescending(actor => actor.Requests).ThenBy(actor => actor.Id),
    ];

    private Actor Actor(long id, List<UserActivity> rows, Activity activity, Roster roster)
    {
        var last = rows.MaxBy(row => row.LastSeen)!;
        return new Actor(
            id,
            last.Login,
            roster.Users?.GetValueOrDefault(id)?.Name,
            RoleOf(id, last, rows.Min(row => row.FirstSeen), activity, roster),
            Strongest.FirstOrDefault(proof => rows.Any(row => row.Proof == proof), ActivityProof.TabOnly),
            rows.Sum(row => row.Requests),
            rows.Min(row => row.FirstSeen),
            last.LastSeen,
            [.. rows.SelectMany(row => row.Dashboards).GroupBy(board => board.Uid, StringComparer.Ordinal).Select(Joined)
                .OrderByDescending(board => board.Opens).ThenBy(board => board.Uid, StringComparer.Ordinal)],
            rows.Aggregate(0UL, (marks, row) => marks | row.Marks));
    }

    /// <summary>An administrator is one by his id alone, whatever he calls himself, and cannot become a display or a stranger.</summary>
    private Role RoleOf(long id, UserActivity last, DateTimeOffset firstSeen, Activity activity, Roster roster)
    {
        if (Admins.Contains(id))
            return Role.Admin;
        if (Displays.Contains(id))
            return Role.Display;
        if (IsStranger(id, roster.Users?.GetValueOrDefault(id)?.Uid, firstSeen, last.LastSeen, activity))
            return Role.Stranger;
        return roster.KindOf(id, last.Login) switch
        {
            IdentityKind.Person => Role.User,
            IdentityKind.ServiceAccount => Role.Machine,
            // Grafana gives every service account a login that begins with sa-. Without its lists, one that does not is a person's.
            IdentityKind.Unknown when roster.Users is null && roster.ServiceAccounts is null => Role.User,
            _ => Role.Unknown,
        };
    }

    /// <summary>
    /// Disabled by our account within ten minutes of a sign-up, and seen neither before that sign-up nor after that lock: whoever was let
    /// in meanwhile is a user. The API names the account by id or uid (docs/grafana.md §5).
    /// </summary>
    private static bool IsStranger(long id, string? uid, DateTimeOffset firstSeen, DateTimeOffset lastSeen, Activity activity)
    {
        var number = id.ToString(CultureInfo.InvariantCulture);
        return activity.Changes.Any(change => change.ByOurselves
            && (Disabled(change.Path, number) || (uid is not null && Disabled(change.Path, uid)))
            && lastSeen <= change.At + Slack
            && activity.SignUps.Any(at => at <= firstSeen + Slack && change.At >= at - Slack && change.At - at <= Newcomer));
    }

    private static bool Disabled(string path, string who) =>
        path.EndsWith($"/api/admin/users/{who}/disable", StringComparison.Ordinal);

    private static DashboardActivity Joined(IGrouping<string, DashboardActivity> rows) => new(
        rows.Key, rows.Sum(row => row.Opens), rows.Any(row => row.IsOnScreen), rows.Min(row => row.FirstSeen), rows.Max(row => row.LastSeen));
}
