using Athena.Common.State.Audit;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;

namespace Athena.Compliance.Summaries;

/// <summary>Makes a summary of what the audit holds: which hours were due, and what each came to. Pure.</summary>
internal static class SummaryMaker
{
    /// <summary>The hour that ends at midnight lies in the day before, and is its last.</summary>
    private const int Midnight = 24;

    /// <param name="decisions">The audit's records; others than decisions are passed over.</param>
    /// <param name="since">Hours that ended before were not due: the daemon was not yet installed.</param>
    /// <param name="madeAt">Hours that end after it are still to come.</param>
    public static Summary Of(
        IEnumerable<AuditRecord> decisions, DateOnly from, DateOnly to, WindowSettings windows, DateTimeOffset since,
        DateTimeOffset madeAt, AuditAnchor? head)
    {
        var (verdicts, notLookedAt) = Read(decisions);
        List<int> hours = [.. windows.Hours.Select(hour => hour == 0 ? Midnight : hour).Order()];
        var begin = In(windows.Zone, from);
        var end = In(windows.Zone, to.AddDays(1));
        var cells = new Dictionary<(DateOnly, int), HourCell>();
        foreach (var window in windows.Schedule.Ending(begin, end))
        {
            if (window.To <= since || window.To + windows.Settle > madeAt)
                continue;
            var local = TimeZoneInfo.ConvertTime(window.To, windows.Zone);
            var cell = verdicts.TryGetValue(WindowEvidence.IdOf(window.To), out var verdict) ? HourCell.Of(verdict)
                : notLookedAt.Exists(span => window.To > span.From && window.To <= span.To) ? new HourCell(HourState.NotLookedAt)
                : new HourCell(HourState.NoRecord);
            var day = DateOnly.FromDateTime(local.DateTime);
            cells[local.TimeOfDay == TimeSpan.Zero ? (day.AddDays(-1), Midnight) : (day, local.Hour)] = cell;
        }

        List<SummaryDay> days = [];
        for (var date = from; date <= to; date = date.AddDays(1))
            days.Add(new SummaryDay(
                date, [.. hours.Select(hour => cells.GetValueOrDefault((date, hour), new HourCell(HourState.NotDue)))]));
        return new Summary(hours, days, madeAt, head) { Length = windows.Length };
    }

    /// <summary>The verdicts by report; and the spans that one record tells of as not looked at, as far as its facts are kept.</summary>
    private static (Dictionary<string, string> Verdicts, List<Window> NotLookedAt) Read(IEnumerable<AuditRecord> decisions)
    {
        Dictionary<string, string> verdicts = [];
        List<Window> spans = [];
        foreach (var record in decisions.Where(record => record.Event is HourProcessor.DecidedEvent or HourProcessor.VoidEvent))
        {
            if (record.Event == HourProcessor.VoidEvent)
            {
                verdicts.Remove(record.Case);
                continue;
            }

            verdicts[record.Case] = record.Verdict;
            if (HourCell.Of(record.Verdict).State == HourState.NotLookedAt
                && record.Facts?.GetValueOrDefault("window")?.Split('/') is [var from, var to]
                && Time(from) is { } begin && Time(to) is { } end)
                spans.Add(new Window(begin, end));
        }

        return (verdicts, spans);
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(
            text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time) ? time : null;

    private static DateTimeOffset In(TimeZoneInfo zone, DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
