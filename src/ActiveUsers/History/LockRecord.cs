using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.History;

/// <summary>
/// What the log tells of how new accounts were met: a lock is <c>POST /api/admin/users/ID/disable</c>, by number as grafana-auto-disable
/// and scripts call it; Grafana's pages call by uid (docs/grafana.md §5). Somebody who is rejected later is locked the same way: ids rise,
/// so those who signed up in the window are the youngest of the locked, and what a lock is worth is decided where the sign-ups are known.
/// Pure.
/// </summary>
internal static partial class LockRecord
{
    /// <summary>
    /// How many accounts were locked, and how many of those that signed up had opened a dashboard in the same window before.
    /// </summary>
    public static (long Locked, long Strayed) Of(Activity activity)
    {
        var locks = activity.Changes
            .Select(change => (Match: Disable().Match(change.Path), change.At))
            .Where(found => found.Match.Success)
            .GroupBy(found => long.Parse(found.Match.Groups[1].Value, CultureInfo.InvariantCulture))
            .ToDictionary(account => account.Key, account => account.Min(found => found.At));
        var signedUp = locks.Keys.OrderDescending().Take((int)Math.Min(activity.Security.SignUps, int.MaxValue)).ToHashSet();
        var strayed = activity.Users.Where(row =>
            signedUp.Contains(row.Id) && row.Dashboards.Any(dashboard => dashboard.Opens > 0 && dashboard.FirstSeen < locks[row.Id]))
            .Select(row => row.Id).Distinct().Count();
        return (locks.Count, strayed);
    }

    [GeneratedRegex(@"^/api/admin/users/([0-9]{1,18})/disable\z")]
    private static partial Regex Disable();
}
