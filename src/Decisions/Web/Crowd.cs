using System.Threading.RateLimiting;
using Athena.Common.Telemetry;
using Athena.Decisions.Desk;
using Athena.Decisions.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions.Web;

/// <summary>
/// How many are let in: whoever tries links, or loads a page without an end, waits, and keeps nobody out whose link is known to be open.
/// Thread-safe.
/// </summary>
internal sealed class Crowd(ILogger<Crowd> logger, TimeProvider time) : IDisposable
{
    /// <summary>Requests a second for all links together that nobody has opened yet.</summary>
    public const int MostASecond = 50;

    /// <summary>Requests a second for one link that is open.</summary>
    public const int MostASecondOfOne = 2;

    /// <summary>For no longer somebody waits: in a flood whoever came first could wait without an end.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    private const int MostRemembered = 1000;

    /// <summary>Stands for all links that are not known to be open.</summary>
    private const string Others = "";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly HashSet<string> open = new(StringComparer.Ordinal);
    private readonly Queue<string> order = [];
    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(
        link => RateLimitPartition.GetTokenBucketLimiter(link, of => of == Others
            ? Bucket(burst: 2 * MostASecond, MostASecond / 10, TimeSpan.FromMilliseconds(100), queue: MostASecond / 2)
            : Bucket(burst: 20, MostASecondOfOne, TimeSpan.FromSeconds(1), queue: 2)));

    private long? said;

    /// <summary>Waits for a moment where that is enough.</summary>
    /// <returns>False when there are too many.</returns>
    public async Task<bool> LetInAsync(LinkToken token, CancellationToken cancel)
    {
        var link = token.Hash;
        lock (gate)
            if (!open.Contains(link)) link = Others;
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var lease = await limiter.AcquireAsync(link, cancellationToken: both.Token).ConfigureAwait(false);
            if (lease.IsAcquired) return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Others came later all the time, and were let in.
        }

        Say();
        return false;
    }

    /// <summary>A link that is open goes by its own count from now on.</summary>
    public void Remember(LinkToken token)
    {
        lock (gate)
        {
            if (!open.Add(token.Hash)) return;
            order.Enqueue(token.Hash);
            if (order.Count > MostRemembered) open.Remove(order.Dequeue());
        }
    }

    public void Dispose() => limiter.Dispose();

    private void Say()
    {
        lock (gate)
        {
            if (said is { } before && time.GetElapsedTime(before) < Pause) return;
            said = time.GetTimestamp();
        }

        logger.Event(DecisionsEvents.Crowded, $"More than {MostASecond} requests a second for pages of decisions: some are asked to wait.");
    }

    /// <summary>Who came last is served first: in a flood a person who tries again is not behind all of it.</summary>
    private static TokenBucketRateLimiterOptions Bucket(int burst, int more, TimeSpan every, int queue) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = more,
        ReplenishmentPeriod = every,
        QueueLimit = queue,
        QueueProcessingOrder = QueueProcessingOrder.NewestFirst,
    };
}
