using System.Security.Cryptography;
using System.Text;

namespace Athena.AutoDisable.Evidence;

/// <summary>
/// Grafana's clock, by which its log is written, against ours. They may differ by hours, and what the log says is compared with what we did
/// ourselves: an admin's enabling with our own rejection. Read off the time in the line of a probe of ours, which nobody else can have
/// asked for; as last known until one comes back. Safe from any thread.
/// </summary>
/// <param name="known">By how much it was ahead of ours when it was last read off.</param>
internal sealed class LogClock(TimeProvider time, TimeSpan? known = null)
{
    /// <summary>A smaller difference is none: on one host there is one clock.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private const int MostAsked = 16;

    private readonly Lock gate = new();
    private readonly List<Asked> asked = [];
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan ahead = known ?? TimeSpan.Zero;

    /// <summary>By how much Grafana's clock is ahead of ours; negative: behind.</summary>
    public TimeSpan Ahead
    {
        get
        {
            lock (gate) return ahead;
        }
    }

    /// <summary>Ends when a probe of this process has come back.</summary>
    public Task Heard => heard.Task;

    /// <summary>A probe is about to be sent.</summary>
    /// <returns>Its nonce.</returns>
    public string Ask()
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        lock (gate)
        {
            asked.Add(new Asked(nonce, time.GetTimestamp()));
            if (asked.Count > MostAsked) asked.RemoveAt(0);
        }

        return nonce;
    }

    /// <summary>Grafana has answered the probe with this nonce, so its line was written before now, whenever it is read.</summary>
    public void Answered(string nonce)
    {
        lock (gate)
        {
            if (asked.FindIndex(probe => probe.Nonce == nonce) is var index and >= 0)
                asked[index] = asked[index] with { AnsweredAt = time.GetTimestamp() };
        }
    }

    /// <summary>The line of a probe, of ours or of anybody's. Only the first with a nonce of ours counts.</summary>
    public void Take(ReadOnlySpan<byte> nonce, DateTimeOffset? at)
    {
        if (nonce.IsEmpty || at is not { } written) return;
        lock (gate)
        {
            var index = -1;
            for (var i = 0; i < asked.Count && index < 0; i++)
                if (nonce.SequenceEqual(Encoding.ASCII.GetBytes(asked[i].Nonce))) index = i;
            if (index < 0) return;

            // Both by the clock of now, which may have been set since. It was written between the two, whatever clock showed what.
            var now = time.GetUtcNow();
            var sent = now - time.GetElapsedTime(asked[index].SentAt);
            var done = asked[index].AnsweredAt is { } answeredAt ? now - time.GetElapsedTime(answeredAt) : now;
            asked.RemoveAt(index);

            // Where in between is not known. As if it had been at once: then an admin's enabling is told rather too early than too late,
            // and one that our rejection has overtaken lets nobody in.
            ahead = written < sent - Slack || written > done + Slack ? written - sent : TimeSpan.Zero;
        }

        heard.TrySetResult();
    }

    /// <summary>What our clock showed when Grafana wrote this time. Nothing was written later than now.</summary>
    public DateTimeOffset? Ours(DateTimeOffset? logged)
    {
        if (logged is not { } at) return null;
        var ours = at - Ahead;
        return ours < time.GetUtcNow() ? ours : time.GetUtcNow();
    }

    /// <summary>The same of all of these.</summary>
    public IReadOnlyList<LogEvent> Ours(IReadOnlyList<LogEvent> events) =>
        events.Count == 0 ? events : [.. events.Select(entry => entry with { At = Ours(entry.At) })];

    /// <summary>A probe whose line has not been read. Both are timestamps, which no setting of the clock changes.</summary>
    private readonly record struct Asked(string Nonce, long SentAt, long? AnsweredAt = null);
}
