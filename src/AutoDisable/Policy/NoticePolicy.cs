using Athena.Common.Time;

namespace Athena.AutoDisable.Policy;

/// <summary>
/// How the admins hear of accounts that were locked: one mail each while that is readable, one digest when it is not, and one critical
/// mail when it is an attack. Pure.
/// </summary>
internal static class NoticePolicy
{
    public const int SingleMailsPerMinute = 5;
    public const int SingleMailsPerHour = 10;
    public const int FloodPerHour = 50;

    /// <summary>Accounts that one mail names, in its table or in the attached one.</summary>
    public const int MostInOneMail = 1000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How long a digest collects while there is a flood.</summary>
    private static readonly TimeSpan FloodDigest = TimeSpan.FromMinutes(10);

    /// <summary>What is to be said now.</summary>
    /// <param name="told">When those of whom the admins were told already had been locked; older than an hour may be left out.</param>
    /// <param name="due">When those of whom nobody was told yet were locked, in any order.</param>
    /// <param name="floodToldAt">When the last mail about a flood was decided; null when there was none.</param>
    /// <param name="now">The present time.</param>
    /// <param name="collectAtMost">How long a digest may collect; null for what is usual, which is longer in a flood.</param>
    public static NoticePlan Plan(
        IReadOnlyList<DateTimeOffset> told,
        IReadOnlyList<DateTimeOffset> due,
        DateTimeOffset? floodToldAt,
        DateTimeOffset now,
        TimeSpan? collectAtMost = null)
    {
        if (due.Count == 0) return NoticePlan.Nothing;

        var lastHour = told.Concat(due).Count(at => now - at < Hour);
        var flood = lastHour > FloodPerHour;
        var announceFlood = flood && Deadline.IsDue(floodToldAt + Hour, now, Hour);

        var toldLastMinute = told.Count(at => now - at < Minute);
        var toldLastHour = told.Count(at => now - at < Hour);
        var single = flood ? 0 : Math.Min(SingleMailsPerMinute - toldLastMinute, SingleMailsPerHour - toldLastHour);
        if (due.Count <= single) return new NoticePlan(NoticeForm.Single, announceFlood, null);

        var collectFor = collectAtMost ?? (flood ? FloodDigest : Minute);
        var sendAt = due.Min() + collectFor;
        return Deadline.IsDue(sendAt, now, collectFor)
            ? new NoticePlan(NoticeForm.Digest, announceFlood, null)
            : new NoticePlan(NoticeForm.Wait, announceFlood, sendAt);
    }
}

/// <summary>In which form the admins are told of locked accounts.</summary>
internal enum NoticeForm
{
    Nothing,
    Single,
    Digest,
    Wait,
}

/// <summary>What <see cref="NoticePolicy"/> decided about the accounts of which the admins have to be told.</summary>
/// <param name="Form">One mail each, one for all, or not yet.</param>
/// <param name="AnnounceFlood">A critical mail about the flood is due as well.</param>
/// <param name="WaitUntil">With <see cref="NoticeForm.Wait"/>: when to ask again.</param>
internal sealed record NoticePlan(NoticeForm Form, bool AnnounceFlood, DateTimeOffset? WaitUntil)
{
    public static NoticePlan Nothing { get; } = new(NoticeForm.Nothing, false, null);
}
