using System.Globalization;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Notify;

/// <summary>Who has access, since when by whose word, and who does not use it: for the admins, each quarter and on request. Pure.</summary>
internal static class Review
{
    /// <summary>Not seen for this long: is the access still needed?</summary>
    public static readonly TimeSpan Unused = TimeSpan.FromDays(90);

    /// <summary>Everybody who is enabled, those who have not been seen for longest first.</summary>
    public static IReadOnlyList<ReviewRow> Of(IReadOnlyList<GrafanaUser> users, AccountBook book, DateTimeOffset now) =>
    [
        .. users.Where(user => !user.IsDisabled && book.Find(user)?.Case is not { IsDrill: true })
            .Select(user => RowOf(user, book.Find(user), now))
            .OrderByDescending(row => row.IsUnused).ThenBy(row => row.LastSeen ?? DateTimeOffset.MinValue).ThenBy(row => row.User.Id),
    ];

    /// <summary>The quarter of a time, as in <c>2026-Q4</c>.</summary>
    public static string QuarterOf(DateTimeOffset at) => FormattableString.Invariant($"{at.Year}-Q{(at.Month + 2) / 3}");

    /// <summary>The week of a time, as in <c>2026-W48</c>: it begins on Monday at 00:00 UTC.</summary>
    public static string WeekOf(DateTimeOffset at) =>
        FormattableString.Invariant($"{ISOWeek.GetYear(at.UtcDateTime)}-W{ISOWeek.GetWeekOfYear(at.UtcDateTime):00}");

    private static ReviewRow RowOf(GrafanaUser user, Account? account, DateTimeOffset now)
    {
        // Somebody who never signed in has a time ten years before they were made (docs/grafana.md §5).
        var seen = user.LastSeenAt is { } at && !(at < user.Created) ? at : (DateTimeOffset?)null;
        var unused = now - (seen ?? user.Created ?? now) >= Unused;
        var word = account switch
        {
            null => "not known yet",
            { Decision: { } decision } => $"approved by {decision.By}",
            _ => "the baseline",
        };
        return new ReviewRow(user, word, account?.Decision?.At, account?.Until, seen, unused);
    }
}

/// <summary>One account of a review.</summary>
/// <param name="User">As Grafana lists it.</param>
/// <param name="Word">By whose word the account is in.</param>
/// <param name="Since">When that was; null for those of the baseline.</param>
/// <param name="Until">When its access ends by itself; null when it does not.</param>
/// <param name="LastSeen">Null when it never signed in.</param>
/// <param name="IsUnused">Not seen for <see cref="Review.Unused"/>.</param>
internal sealed record ReviewRow(
    GrafanaUser User, string Word, DateTimeOffset? Since, DateTimeOffset? Until, DateTimeOffset? LastSeen, bool IsUnused)
{
    /// <summary>What the commands take to name exactly this account.</summary>
    public string Selector => User.Uid is { } uid ? $"uid:{uid}" : FormattableString.Invariant($"id:{User.Id}");
}
