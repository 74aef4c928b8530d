namespace Athena.Common.Time;

/// <summary>
/// How long is waited before something that failed is tried again: the one place for all that is remembered over a restart. Pure
/// arithmetic.
/// </summary>
public sealed class Backoff
{
    private readonly TimeSpan[] pauses;
    private readonly double jitter;

    private Backoff(double jitter, params TimeSpan[] pauses)
    {
        this.pauses = pauses;
        this.jitter = jitter;
    }

    /// <summary>
    /// From a minute to four hours, for what is tried for days (RFC 5321 §4.5.4.1); spread by ±10 %, so that messages which failed together
    /// do not come back together.
    /// </summary>
    public static Backoff OfTheOutbox { get; } = new(
        0.1, [.. new[] { 1, 2, 5, 10, 20, 30, 60, 120, 180, 240 }.Select(minutes => TimeSpan.FromMinutes(minutes))]);

    /// <summary>
    /// From five seconds to five minutes: what tells how it is now must not be old, and its chat has nobody else to wait for.
    /// </summary>
    public static Backoff OfThePulse { get; } = new(
        0, [.. new[] { 5, 15, 30, 60, 120, 300 }.Select(seconds => TimeSpan.FromSeconds(seconds))]);

    /// <param name="attempts">Made so far, at least 1.</param>
    /// <param name="asked">What the other side asked for, obeyed however long it is; null when it did not.</param>
    /// <param name="random">In [0, 1), for the spread.</param>
    /// <param name="longest">The pause grows no further than this, unless the other side asks for more; null for its own.</param>
    public TimeSpan After(int attempts, TimeSpan? asked, double random = 0.5, TimeSpan? longest = null)
    {
        TimeSpan pause = pauses[Math.Clamp(attempts, 1, pauses.Length) - 1];
        if (longest < pause)
            pause = longest.Value;
        pause *= 1 - jitter + (2 * jitter * random);
        return asked > pause ? asked.Value : pause;
    }
}
