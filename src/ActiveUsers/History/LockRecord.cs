using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Common.Activities;

namespace Athena.ActiveUsers.History;

/// <summary>
/// What the log tells of how new accounts were met: a lock is <c>POST /api/admin/users/ID/disable</c>, by number as grafana-auto-disable and
/// scripts call it; Grafana's pages call by uid (docs/grafana.md §5). Somebody who is rejected later is locked the same way, so what a lock is
/// worth is decided where the sign-ups are known. Pure.
/// </summary>
internal static partial class LockRecord
{
    /// <summary>How many accounts were locked, and how many of them had opened a dashboard in the same window before.</summary>
    public static (long Locked, long Strayed) Of(Activity activity)
    {
        var locks = activity.Changes
            .Select(change => (Match: Disable().Match(change.Path), change.At))
            .Where(found => found.Match.Success)
            .GroupBy(found => long.Parse(found.Match.Groups[1].Value, CultureInfo.InvariantCulture))
            .ToDictionary(account => account.Key, account => account.Min(found => found.At));
        var strayed = activity.Users.Where(row => locks.TryGetValue(row.Id, out var at) && row.Dashboards.Any(dashboard => dashboard.Opens > 0 && dashboard.FirstSeen < at))
            .Select(row => row.Id).Distinct().Count();
        return (locks.Count, Math.Min(strayed, activity.Security.SignUps));
    }

    [GeneratedRegex(@"^/api/admin/users/([0-9]{1,18})/disable\z")]
    private static partial Regex Disable();
}
