using Athena.Common.Notify.Channels;
using Athena.Common.Telemetry.Metrics;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Telemetry;

/// <summary>What was decided about hours, and what became of the reports, as numbers. Nobody's name is among them.</summary>
internal sealed class HourCounters
{
    /// <summary>What stands before the mail keys of reports.</summary>
    private const string Report = "report/";

    private readonly MetricBook book;

    public HourCounters(MetricBook book)
    {
        this.book = book;
        book.Begin(MetricTable.ReportsOwed, MetricTable.ReportsSent, MetricTable.LogGap);
        foreach (var outcome in Enum.GetValues<Outcome>()) book.Add(MetricTable.Hours, 0, WindowEvidence.WordOf(outcome));
    }

    public void Decided(WindowEvidence evidence)
    {
        book.Add(MetricTable.Hours, 1, evidence.OutcomeWord);
        if (evidence.Place is not null) book.Add(MetricTable.ReportsOwed, 1);
        if (evidence.Coverage is { } coverage) book.Add(MetricTable.LogGap, coverage.Unseen.TotalSeconds);
    }

    public void Delivered(DeliveryReport report)
    {
        if (report.Verdict == DeliveryVerdict.Accepted && report.Key.StartsWith(Report, StringComparison.Ordinal))
            book.Add(MetricTable.ReportsSent, 1);
    }
}
