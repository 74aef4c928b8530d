using Athena.Common.Notify.Channels;

namespace Athena.Common.Notify.Delivery;

/// <summary>How far one recipient of one mail is.</summary>
/// <param name="Attempts">Made so far.</param>
/// <param name="NextAttempt">Null unless waiting.</param>
/// <param name="SettledAt">When the last word was spoken; null while waiting.</param>
/// <param name="Detail">What the last attempt brought; null before the first.</param>
/// <param name="PausedAt">When the pause until <paramref name="NextAttempt"/> began; null when there is none to wait out.</param>
internal sealed record OutboxRecipient(
    string Address, OutboxStatus Status, int Attempts, DateTimeOffset? NextAttempt, DateTimeOffset? SettledAt, string? Detail,
    DateTimeOffset? PausedAt = null)
{
    /// <summary>
    /// Whether it is to be tried now. A pause that began later than now was set by a clock that has been put back since, and says nothing:
    /// its length does not tell, for the other side may have asked for a long one.
    /// </summary>
    public bool IsDue(DateTimeOffset now) => Status == OutboxStatus.Waiting && (NextAttempt <= now || !(PausedAt <= now));

    /// <summary>The same, to be tried at once.</summary>
    public OutboxRecipient Hurry(DateTimeOffset now) => this with { NextAttempt = now, PausedAt = null };

    /// <summary>The same, settled.</summary>
    public OutboxRecipient Settle(OutboxStatus status, DateTimeOffset now, string? detail) =>
        this with { Status = status, NextAttempt = null, PausedAt = null, SettledAt = now, Detail = detail };

    /// <summary>
    /// What one attempt makes of it, and whether that is worth a report: an end always, a failure when it is the first or has another
    /// reason than the one before.
    /// </summary>
    public (OutboxRecipient After, bool IsNews) After(
        DeliveryResult result, DateTimeOffset putAt, DateTimeOffset now, double random, TimeSpan? longestPause)
    {
        OutboxRecipient tried = this with { Attempts = Attempts + 1 };
        switch (result.Verdict)
        {
            case DeliveryVerdict.Accepted:
                return (tried.Settle(OutboxStatus.Accepted, now, result.Detail), true);
            case DeliveryVerdict.Permanent when result.IsFinal:
                return (tried.Settle(OutboxStatus.Refused, now, result.Detail), true);
        }

        if (Status == OutboxStatus.Withdrawn)
            return (tried with { Detail = result.Detail }, false);
        return OutboxSchedule.NextAttempt(putAt, now, tried.Attempts, result.RetryAfter, random, longestPause) is { } next
            ? (
                tried with { NextAttempt = next, PausedAt = now, Detail = result.Detail },
                Detail is null || Reason(Detail) != Reason(result.Detail))
            : (tried.Settle(OutboxStatus.GaveUp, now, result.Detail), true);
    }

    // Servers put queue ids, times and counters into their words: a word with a digit that is too long for a status code is no reason.
    private static string Reason(string detail) =>
        string.Join(' ', detail.Split(' ').Where(word => word.Length <= 6 || !word.Any(char.IsAsciiDigit)));
}
