using System.Globalization;
using Athena.Common.Notifications.Documents;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Mails;

/// <summary>When in a window somebody was at work and what of it could not be seen, by five minutes. Pure.</summary>
internal static class HourStrip
{
    private static readonly TimeSpan Cell = TimeSpan.FromMinutes(5);

    /// <summary>So many cells are marked in the evidence, see <see cref="EvidencePerson.Marks"/>.</summary>
    private const int MostCells = 64;

    public static MailBlock.Strip Of(WindowEvidence evidence, IEnumerable<EvidencePerson> people, ZoneText zone)
    {
        var marks = people.Aggregate(0UL, (all, person) => all | person.Marks);
        var window = evidence.Window;
        var cells = Enumerable.Range(0, (int)Math.Min(MostCells, Math.Ceiling(window.Length / Cell))).Select(Mark).ToList();
        var drawn = window.From + (cells.Count * Cell);
        return new MailBlock.Strip(cells, zone.Clock(window.From), zone.Clock(drawn < window.To ? drawn : window.To), Words(cells, window, zone));

        StripMark Mark(int cell)
        {
            if ((marks >> cell & 1) != 0)
                return StripMark.Active;
            var from = window.From + (cell * Cell);
            return evidence.Coverage!.Gaps.Any(gap => gap.From < from + Cell && gap.To > from) ? StripMark.Unseen : StripMark.Quiet;
        }
    }

    private static Phrase Words(List<StripMark> cells, Window window, ZoneText zone)
    {
        var active = Spans(cells, StripMark.Active, window, zone);
        var unseen = Spans(cells, StripMark.Unseen, window, zone);
        var rest = cells.Count * Cell < window.Length ? $" Only the first {cells.Count * 5} minutes are drawn." : "";
        return Phrase.Of($"At work: {(active.Length > 0 ? active : "never")}.{(unseen.Length > 0 ? $" Not seen: {unseen}." : "")}{rest}");
    }

    private static string Spans(List<StripMark> cells, StripMark mark, Window window, ZoneText zone)
    {
        var spans = new List<string>();
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i] != mark)
                continue;
            var first = i;
            while (i + 1 < cells.Count && cells[i + 1] == mark)
                i++;
            var to = window.From + ((i + 1) * Cell);
            spans.Add(string.Create(CultureInfo.InvariantCulture, $"{zone.Clock(window.From + (first * Cell))}–{zone.Clock(to > window.To ? window.To : to)}"));
        }

        return string.Join(", ", spans);
    }
}
