using Athena.Common.Grafana.Health;

namespace Athena.Common.Grafana.Probes;

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
