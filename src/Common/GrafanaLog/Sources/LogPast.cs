using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>How far back a log could be read, see <see cref="ILogSource.ReadSince"/>.</summary>
/// <param name="Begins">From when on it holds what was written; null when nothing could be read.</param>
/// <param name="Problem">Why something in it could not be read, with the remedy; null when everything could.</param>
public sealed record LogPast(DateTimeOffset? Begins, string? Problem)
{
    /// <summary>That the log begins later is no problem here: <see cref="Begins"/> tells it.</summary>
    internal static LogPast Of(Coverage coverage, DateTimeOffset? begins)
    {
        string[] problems =
        [
            .. coverage.Gaps.Where(gap => gap.Cause != GapCause.BeginsLater)
                .Select(gap => gap.Why.EndsWith('.') ? gap.Why : gap.Why + ".").Distinct(),
        ];
        return new LogPast(begins, problems.Length == 0 ? null : string.Join(' ', problems));
    }
}
