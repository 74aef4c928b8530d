using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify.Documents;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Notify.Mails;

/// <summary>When in a window somebody was at work and what of it could not be seen, by five minutes. Pure.</summary>
internal static class HourStrip
{
    private static readonly TimeSpan Cell = TimeSpan.FromMinutes(5);

    /// <summary>So many cells are marked in the evidence, see <see cref="EvidencePerson.Marks"/>.</summary>
    private const int MostCells = 64;

    private const int MostSpans = 12;

    public static MailBlock.Strip Of(WindowEvidence evidence, IEnumerable<EvidencePerson> people, ZoneText zone)
    {
        var marks = people.Aggregate(0UL, (all, person) => all | person.Marks);
        var window = evidence.Window;
        var cells = Enumerable.Range(0, (int)Math.Min(MostCells, Math.Ceiling(window.Length / Cell))).Select(Mark).ToList();
        var drawn = window.From + (cells.Count * Cell);
        return new MailBlock.Strip(
            cells, zone.Clock(window.From), zone.Clock(drawn < window.To ? drawn : window.To), Words(cells, evidence, zone));

        StripMark Mark(int cell)
        {
            if ((marks >> cell & 1) != 0)
                return StripMark.Active;
            var from = window.From + (cell * Cell);
            return evidence.Coverage!.Gaps.Any(gap => gap.From < from + Cell && gap.To > from) ? StripMark.Unseen : StripMark.Quiet;
        }
    }

    /// <summary>Work is known by five minutes, a gap to the second: what was seen in part is told here.</summary>
    private static Phrase Words(List<StripMark> cells, WindowEvidence evidence, ZoneText zone)
    {
        var window = evidence.Window;
        var active = ActiveSpans(cells, window, zone);
        var unseen = UnseenSpans(evidence.Coverage!, zone);
        var rest = cells.Count * Cell < window.Length ? $" Only the first {cells.Count * 5} minutes are drawn." : "";
        return Phrase.Of($"At work: {(active.Length > 0 ? active : "never")}.{(unseen.Length > 0 ? $" Not seen: {unseen}." : "")}{rest}");
    }

    private static string ActiveSpans(List<StripMark> cells, Window window, ZoneText zone)
    {
        var spans = new List<Window>();
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i] != StripMark.Active)
                continue;
            var first = i;
            while (i + 1 < cells.Count && cells[i + 1] == StripMark.Active)
                i++;
            var to = window.From + ((i + 1) * Cell);
            spans.Add(new Window(window.From + (first * Cell), to > window.To ? window.To : to));
        }

        return Listed(spans, zone);
    }

    private static string UnseenSpans(Coverage coverage, ZoneText zone)
    {
        var spans = new List<Window>();
        foreach (var gap in coverage.Gaps)
        {
            if (spans.Count > 0 && gap.From <= spans[^1].To)
                spans[^1] = spans[^1] with { To = gap.To > spans[^1].To ? gap.To : spans[^1].To };
            else
                spans.Add(new Window(gap.From, gap.To));
        }

        return Listed(spans, zone);
    }

    private static string Listed(List<Window> spans, ZoneText zone)
    {
        var listed = string.Join(", ", spans.Take(MostSpans).Select(span => $"{zone.Clock(span.From)}–{zone.Clock(span.To)}"));
        return spans.Count > MostSpans ? $"{listed} and {Wording.Counted(spans.Count - MostSpans, "more span")}" : listed;
    }
}
