using Athena.Common.Time;

namespace Athena.Common.Notify.Delivery;

/// <summary>When a message that could not be handed over is tried again. Pure arithmetic.</summary>
public static class OutboxSchedule
{
    /// <summary>How long a mail is tried, counted from when it was put in (RFC 5321 §4.5.4.1 asks for at least 4-5 days).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(5);

    /// <summary>How long the record of a finished mail keeps its key from being used again.</summary>
    public static readonly TimeSpan RecordLifetime = TimeSpan.FromDays(30);

    /// <summary>
    /// The next attempt after one that failed at <paramref name="now"/>; null when that was the last. The pause grows from a minute to
    /// four hours, is spread by ±10 % so that mails which failed together do not come back together, and is never shorter than what the
    /// server asked for. The last attempt is at the end of <see cref="Lifetime"/>, or the first one after it when nothing ran then.
    /// </summary>
    /// <param name="attempts">Attempts made so far, at least 1.</param>
    /// <param name="retryAfter">What the server asked for; null when it did not.</param>
    /// <param name="random">In [0, 1).</param>
    /// <param name="longest">The pause grows no further than this, unless the server asks for more; null for the four hours.</param>
    public static DateTimeOffset? NextAttempt(
        DateTimeOffset putAt, DateTimeOffset now, int attempts, TimeSpan? retryAfter, double random, TimeSpan? longest = null)
    {
        DateTimeOffset end = putAt + Lifetime;
        if (now >= end)
            return null;
        TimeSpan pause = Backoff.OfTheOutbox.After(attempts, retryAfter, random, longest);
        // Compared as spans: a server may ask for more time than the calendar has.
        return pause >= end - now ? end : now + pause;
    }
}
