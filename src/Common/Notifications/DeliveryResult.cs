namespace Athena.Common.Notifications;

/// <summary>How a transport classified one attempt for one recipient. Transports classify; the outbox alone retries.</summary>
/// <param name="Verdict">Which of the three it is.</param>
/// <param name="Detail">What the other side said, with host and code; never a secret.</param>
/// <param name="RetryAfter">The earliest time to try again that the other side asked for; null when it did not say.</param>
public sealed record DeliveryResult(DeliveryVerdict Verdict, string Detail, TimeSpan? RetryAfter = null)
{
    /// <summary>Nothing was accepted, but the other side may have taken it all the same: its answer was lost. Trying again may say it twice.</summary>
    public bool MayHaveArrived { get; init; }
}
