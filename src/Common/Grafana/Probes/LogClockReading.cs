using Athena.Common.Grafana.Usage;

namespace Athena.Common.Grafana.Probes;

/// <summary>What reading the log tells of the clock that writes it.</summary>
/// <param name="Ahead">By how much it is ahead of ours, by the newest probe of ours that came back; null where none did.</param>
/// <param name="LastLine">The newest line; null where there is none.</param>
public sealed record LogClockReading(TimeSpan? Ahead, DateTimeOffset? LastLine)
{
    public static LogClockReading None { get; } = new(null, null);

    /// <summary>With what a reading shows; what it does not show stays as it was known.</summary>
    public LogClockReading With(IEnumerable<ProbeRecord> sent, Activity read)
    {
        var echoes = read.ProbeEchoes.GroupBy(echo => echo.Nonce, StringComparer.Ordinal)
            .ToDictionary(echo => echo.Key, echo => echo.Min(one => one.At), StringComparer.Ordinal);
        var newest = sent.LastOrDefault(probe => probe.AnsweredAt is not null && echoes.ContainsKey(probe.Nonce));

        // Its line was written between the two.
        return new LogClockReading(
            newest is { AnsweredAt: { } answered } ? echoes[newest.Nonce] - newest.SentAt - ((answered - newest.SentAt) / 2) : Ahead,
            read.LastLine > LastLine || LastLine is null ? read.LastLine : LastLine);
    }
}
