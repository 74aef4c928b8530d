namespace Athena.Common.Notify.Channels;

/// <summary>How a channel classified one attempt for one recipient. Channels classify; the outbox alone retries.</summary>
/// <param name="Verdict">
/// Which of the three it is. <see cref="DeliveryVerdict.Permanent"/> with a <paramref name="RetryAfter"/> is about the channel and not the
/// message: nothing gets through until somebody puts right what the detail names, and a try after that time finds out whether that was
/// done.
/// </param>
/// <param name="Detail">What the other side said, with host and code; never a secret.</param>
/// <param name="RetryAfter">The earliest time to try again that the other side asked for; null when it did not say.</param>
public sealed record DeliveryResult(DeliveryVerdict Verdict, string Detail, TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// Nothing was accepted, but the other side may have taken it all the same: its answer was lost. Trying again may say it twice.
    /// </summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>The other side was not reached, or let nobody in: that says nothing of this message, and holds for every other.</summary>
    public bool IsShut { get; init; }

    /// <summary>This message will never be taken; anything else is worth another try.</summary>
    public bool IsFinal => this is { Verdict: DeliveryVerdict.Permanent, RetryAfter: null };
}
