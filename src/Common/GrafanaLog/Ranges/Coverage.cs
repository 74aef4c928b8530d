using Athena.Common.Time;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>
/// How much of a window could be seen. "Nobody was active" may be said only where it <see cref="IsComplete"/>; elsewhere the sentence is
/// "could not be seen".
/// </summary>
/// <param name="Window">What was asked for.</param>
/// <param name="Gaps">What was not seen, in order of their begin; spans may overlap.</param>
/// <param name="Notes">What the reader should know although nothing was missed: the zone of <c>t</c> changed, lines not understood.</param>
/// <param name="LinesRead">Lines of the window that were looked at.</param>
/// <param name="LinesNotUnderstood">Lines near the window that are none of Grafana's logger: panics, plugins' output.</param>
public sealed record Coverage(Window Window, IReadOnlyList<Gap> Gaps, IReadOnlyList<string> Notes, long LinesRead, long LinesNotUnderstood)
{
    public bool IsComplete => Gaps.Count == 0;

    /// <summary>How much of the window was not seen; spans that overlap count once.</summary>
    public TimeSpan Unseen
    {
        get
        {
            var (sum, to) = (TimeSpan.Zero, DateTimeOffset.MinValue);
            foreach (var gap in Gaps)
            {
                var from = gap.From > to ? gap.From : to;
                if (gap.To <= from) continue;
                sum += gap.To - from;
                to = gap.To;
            }

            return sum;
        }
    }

    /// <summary>The same with further gaps, in order; gaps are cut to the window, and those outside it left out.</summary>
    public Coverage With(params IEnumerable<Gap> further) => this with
    {
        Gaps = [.. Gaps.Concat(further.Where(gap => gap.From < Window.To && gap.To > Window.From).Select(Cut))
            .OrderBy(gap => gap.From).ThenBy(gap => gap.To)],
    };

    private Gap Cut(Gap gap) => gap with
    {
        From = gap.From < Window.From ? Window.From : gap.From,
        To = gap.To > Window.To ? Window.To : gap.To,
    };
}
