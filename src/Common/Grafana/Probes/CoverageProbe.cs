using System.Security.Cryptography;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Usage;

namespace Athena.Common.Grafana.Probes;

/// <summary>
/// Sends sight probes: requests whose only purpose is to appear in Grafana's log. One that comes back proves that the log is seen, so
/// that "nobody was there" may be said of a quiet night (docs/grafana.md §6).
/// </summary>
/// <param name="nonce">Null takes 64 random bits. Nobody must be able to write the echo before the probe is sent.</param>
public sealed class CoverageProbe(IAnonymousProbe door, TimeProvider time, Func<string>? nonce = null)
{
    /// <summary>From one probe to the next: two or three in the shortest window that is looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>
    /// When the next probe is due; a time that has passed means now. Told from the book, so that a daemon that restarts in a loop does
    /// not fill Grafana's log with probes.
    /// </summary>
    public static DateTimeOffset NextAt(ProbeBook book, DateTimeOffset now)
    {
        if (book.Probes.Count == 0)
            return now;
        var last = book.Probes[^1].SentAt;
        return last > now ? now : last + Interval; // in the future: the clock was set back
    }

    /// <summary>The nonce of a probe in the path of a request, anybody's; empty when it is none.</summary>
    public static ReadOnlySpan<byte> NonceOf(ReadOnlySpan<byte> path) => RequestRules.ProbeNonce(path);

    /// <summary>Sends one.</summary>
    /// <returns>What belongs into the <see cref="ProbeBook"/>, and a sentence for the sysadmin, empty when Grafana itself
    /// answered.</returns>
    public async Task<(ProbeRecord Probe, string Detail)> SendAsync(CancellationToken cancel)
    {
        var word = nonce?.Invoke() ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var sent = time.GetUtcNow();
        var answer = await door.KnockAsync(word, cancel).ConfigureAwait(false);
        DateTimeOffset? answered = answer.Answer == ProbeAnswer.None ? null : time.GetUtcNow();
        return (new ProbeRecord(word, sent, answered, answer.Status, answer.Answer) { IsLoginShown = answer.IsLoginShown }, answer.Detail);
    }
}
