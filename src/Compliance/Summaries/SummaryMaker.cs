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
    /// <param name="reportsNobody"><c>REPORT_NOBODY</c>: what follows from an hour with nobody where the audit does not say it.</param>
    /// <param name="madeAt">Hours that end after it are still to come.</param>
    public static Summary Of(
        IEnumerable<AuditRecord> decisions, DateOnly from, DateOnly to, WindowSettings windows, DateTimeOffset since,
        DateTimeOffset madeAt, AuditAnchor? head, bool reportsNobody)
    {
        var audited = Read(decisions);
        List<int> hours = [.. windows.Hours.Select(hour => hour == 0 ? Midnight : hour).Order()];
        var begin = BeginOf(windows.Zone, from);
        var end = BeginOf(windows.Zone, to.AddDays(1));
        var cells = new Dictionary<(DateOnly, int), HourCell>();
        List<SummaryReport> reports = [];
        foreach (var window in windows.Schedule.Ending(begin, end))
        {
            if (window.To <= since || window.To + windows.Settle > madeAt)
                continue;
            var local = TimeZoneInfo.ConvertTime(window.To, windows.Zone);
            var id = WindowEvidence.IdOf(window.To);
            var cell = audited.Standing.TryGetValue(id, out var standing) ? standing
                : audited.NotLookedAt.Exists(span => window.To > span.From && window.To <= span.To) ? new HourCell(HourState.NotLookedAt)
                : new HourCell(HourState.NoRecord);
            var date = DateOnly.FromDateTime(local.DateTime);
            var (day, hour) = local.TimeOfDay == TimeSpan.Zero ? (date.AddDays(-1), Midnight) : (date, local.Hour);
            cells[(day, hour)] = cell;
            var number = ReportNumber.Of(window.From, windows.Zone);
            reports.AddRange(
                audited.Void[id].Where(cell => IsReport(cell, reportsNobody)).Select(
                    report => new SummaryReport(day, number, report.State, report.Report, IsVoid: true)));
            if (IsReport(cell, reportsNobody))
                reports.Add(new SummaryReport(day, number, cell.State, cell.Report, IsVoid: false));
        }

        List<SummaryDay> days = [];
        for (var each = from; each <= to; each = each.AddDays(1))
            days.Add(new SummaryDay(
                each, [.. hours.Select(hour => cells.GetValueOrDefault((each, hour), new HourCell(HourState.NotDue)))]));
        return new Summary(hours, days, madeAt, head)
        {
            Length = windows.Length,
            Reports = reports,
            Missing = [.. audited.Missing.Where(place => place.FirstDay <= to && from < place.FirstDay.AddMonths(1))],
        };
    }

    private static bool IsReport(HourCell cell, bool reportsNobody) =>
        cell.Report is not null || cell.State is HourState.OnlyAdmins or HourState.OnlyAdminsInPart
            || (cell.State is HourState.Nobody && reportsNobody);

    private static Audited Read(IEnumerable<AuditRecord> decisions)
    {
        Dictionary<string, HourCell> standing = [];
        List<(string Id, HourCell Cell)> struck = [];
        List<Window> spans = [];
        Dictionary<string, SortedSet<int>> numbers = [];
        var oldest = long.MaxValue;
        foreach (var record in decisions)
        {
            oldest = Math.Min(oldest, record.Seq);
            if (record.Event == HourProcessor.VoidEvent && standing.Remove(record.Case, out var cell))
                struck.Add((record.Case, cell));
            if (AuditedDecision.Of(record) is not { } decision)
                continue;
            cell = standing[record.Case] = HourCell.Of(decision.Verdict);
            if (cell.State == HourState.NotLookedAt && decision.Window is { } span)
                spans.Add(span);
            if (ReportPlace.Of(decision.Verdict) is not { } place)
                continue;
            if (!numbers.TryGetValue(place.Month, out var known))
                numbers[place.Month] = known = [];
            known.Add(place.Number);
        }

        // Where the oldest entries are no longer kept, the first reports of a month may be among them.
        var missing = numbers.SelectMany(month =>
            Enumerable.Range(oldest == 1 ? 1 : month.Value.Min, month.Value.Max).TakeWhile(number => number < month.Value.Max)
                .Except(month.Value).Select(number => new ReportPlace(month.Key, number, null)));
        return new Audited(standing, struck.ToLookup(one => one.Id, one => one.Cell), spans, [.. missing]);
    }

    /// <summary>When a day begins.</summary>
    public static DateTimeOffset BeginOf(TimeZoneInfo zone, DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    /// <summary>What the audit says.</summary>
    /// <param name="Standing">The decisions that count, by report.</param>
    /// <param name="Void">Those that do not.</param>
    /// <param name="NotLookedAt">Spans that one record tells of, as far as its facts are kept.</param>
    /// <param name="Missing">Reports that it should have and has not.</param>
    private sealed record Audited(
        Dictionary<string, HourCell> Standing, ILookup<string, HourCell> Void, List<Window> NotLookedAt, List<ReportPlace> Missing);
}
