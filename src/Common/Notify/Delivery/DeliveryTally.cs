using Athena.Common.Notify.Channels;

namespace Athena.Common.Notify.Delivery;

/// <summary>How many messages of one channel came to an end since the start of the process. Thread-safe.</summary>
public sealed class DeliveryTally
{
    private long sent;
    private long refused;

    /// <summary>Taken by the next host, one for each recipient.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Refused for good or given up, one for each recipient.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Counts it if it is an end.</summary>
    public void Take(DeliveryReport report)
    {
        if (report.Verdict == DeliveryVerdict.Accepted) Interlocked.Increment(ref sent);
        else if (report.GaveUp || report.Verdict == DeliveryVerdict.Permanent) Interlocked.Increment(ref refused);
    }
}
