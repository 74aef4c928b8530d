using System.Globalization;
using Athena.Common.Grafana.Identities;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// Accounts that somebody made in a window and that were locked in it, as grafana-auto-disable does with whoever signs up: nobody's users,
/// however many they are. It is for counting people in a chat, from the log alone; whether an hour was in use is decided with more. Pure.
/// </summary>
public static class Newcomers
{
    /// <summary>So soon after its first request an account is locked that nobody has let in.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    /// <summary>Lines are written when a request ends, and not strictly in order (docs/grafana.md §1).</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Ids of accounts that were not seen after their lock, and either are the youngest of those locked, as many as signed up, or were
    /// locked at once. The lock of one that came in the window's last moments may lie behind it: Grafana's list tells.
    /// </summary>
    public static IReadOnlySet<long> Locked(Activity activity, UserDirectory userDirectory, Window window)
    {
        var locks = LocksOf(activity, userDirectory);
        var youngest = locks.Keys.OrderDescending().Take((int)Math.Min(activity.Security.SignUps, int.MaxValue)).ToHashSet();
        return activity.Users.GroupBy(row => row.Id).Where(rows => IsNewcomer(rows.Key, [.. rows])).Select(rows => rows.Key).ToHashSet();

        bool IsNewcomer(long id, List<UserActivity> rows)
        {
            var first = rows.Min(row => row.FirstSeen);
            if (locks.TryGetValue(id, out var at))
                return rows.TrueForAll(row => row.LastSeen <= at + Slack) && (youngest.Contains(id) || at - first <= AtOnce);
            return first >= window.To - AtOnce && userDirectory.Users?.GetValueOrDefault(id) is { IsDisabled: true };
        }
    }

    /// <summary>When each account was first locked in the window: by our account, or by whoever else calls the same address.</summary>
    private static Dictionary<long, DateTimeOffset> LocksOf(Activity activity, UserDirectory userDirectory)
    {
        Dictionary<long, DateTimeOffset> locks = [];
        var ids = new Lazy<Dictionary<string, long>>(() => IdsByUid(userDirectory));
        foreach (var (who, at) in activity.Locks)
            Add(who, at);
        foreach (var change in activity.Changes)
        {
            if (change.Path.Split('/') is ["", "api", "admin", "users", var who, "disable"])
                Add(who, change.At);
        }

        return locks;

        void Add(string who, DateTimeOffset at)
        {
            if (!long.TryParse(who, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && !ids.Value.TryGetValue(who, out id))
                return;
            if (!locks.TryGetValue(id, out var before) || at < before)
                locks[id] = at;
        }
    }

    private static Dictionary<string, long> IdsByUid(UserDirectory userDirectory)
    {
        Dictionary<string, long> ids = new(StringComparer.Ordinal);
        foreach (var user in userDirectory.Users?.Values ?? [])
        {
            if (user.Uid is { Length: > 0 } uid)
                ids[uid] = user.Id;
        }

        return ids;
    }
}
