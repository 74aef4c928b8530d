using Athena.Common.Notify.Delivery;
using Athena.Common.State.Audit;
using Athena.Compliance.State;

namespace Athena.Compliance.Summaries;

/// <summary>Mails a summary when its period is over: silence alone proves nothing.</summary>
internal sealed class SummaryNotifier(
    ComplianceState state, IOutbox outbox, Func<IEnumerable<AuditRecord>> audit, Func<AuditAnchor?> auditHead, ComplianceSettings settings,
    TimeProvider time)
{
    private readonly SummaryMail mails = new(settings.Report);

    /// <summary>
    /// Puts the summary of the last period that is over into the outbox, if there is one. To be called when no window is due.
    /// </summary>
    /// <returns>Whether the state was changed.</returns>
    public bool Step()
    {
        if (settings.Summary == SummaryPeriod.No)
            return false;
        var now = time.GetUtcNow();

        // The window that ends at midnight is the old day's last, and is decided some time after: until then the old day is not over.
        var today = DateOnly.FromDateTime(
            TimeZoneInfo.ConvertTime(now - settings.Windows.Settle - HourProcessorOptions.Punctual, settings.Zone).DateTime);
        var begin = BeginOf(settings.Summary, today);
        if (state.SummaryFrom is not { } from || from > begin)
        {
            state.SummaryFrom = begin;
            return true;
        }

        if (from == begin)
            return false;

        // Of several periods that were missed only the last one is mailed; report tells of the others.
        var last = BeginOf(settings.Summary, begin.AddDays(-1));
        var head = auditHead();
        var record = settings.Summary == SummaryPeriod.Monthly && head is not null
            ? AuditAttachment.Of(audit(), last, SummaryMaker.BeginOf(settings.Zone, last), head)
            : null;
        var summary = SummaryMaker.Of(
            audit(), last, begin.AddDays(-1), settings.Windows, state.Since, now, head, settings.Report.ReportsNobody);
        outbox.Put(mails.Write(summary, record));
        state.SummaryFrom = begin;
        return true;
    }

    /// <summary>The first day of the period that holds a day.</summary>
    internal static DateOnly BeginOf(SummaryPeriod period, DateOnly day) => period switch
    {
        SummaryPeriod.Weekly => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        SummaryPeriod.Monthly => new DateOnly(day.Year, day.Month, 1),
        SummaryPeriod.No or SummaryPeriod.Daily => day,
    };
}
