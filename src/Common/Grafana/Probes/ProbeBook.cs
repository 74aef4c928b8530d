using Athena.Common.Grafana.Health;

namespace Athena.Common.Grafana.Probes;

/// <summary>
/// The sight probes of the last day, oldest first. Belongs into the state of the daemon: a window that is looked at after a restart is
/// judged by the probes that were sent before it.
/// </summary>
public sealed record ProbeBook(IReadOnlyList<ProbeRecord> Probes)
{
    /// <summary>33 hours at one probe in 5 minutes: more than the day that is looked back after an outage of the daemon.</summary>
    public const int Capacity = 400;

    public static ProbeBook Empty { get; } = new([]);

    /// <summary>The same with one more probe; the oldest are forgotten.</summary>
    public ProbeBook With(ProbeRecord probe) => new([.. Probes.Skip(Math.Max(0, Probes.Count + 1 - Capacity)), probe]);
}

/// <summary>One sight probe that was sent.</summary>
/// <param name="Nonce">Random; the end of its path.</param>
/// <param name="SentAt">By our clock.</param>
/// <param name="AnsweredAt">By our clock; null when nothing came.</param>
/// <param name="Status">Of the HTTP answer; 0 when there was none.</param>
public sealed record ProbeRecord(string Nonce, DateTimeOffset SentAt, DateTimeOffset? AnsweredAt, int Status, ProbeAnswer Answer)
{
    /// <inheritdoc cref="AnonymousProbeAnswer.IsLoginShown"/>
    public bool IsLoginShown { get; init; }
}
