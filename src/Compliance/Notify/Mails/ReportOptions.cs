using Athena.Common.Notify.Documents;
using Athena.Common.Time;

namespace Athena.Compliance.Notify.Mails;

/// <summary>What the mails need of the settings.</summary>
/// <param name="To">Who gets the reports.</param>
/// <param name="OpsTo">Our own people; never the same as <paramref name="To"/>.</param>
/// <param name="SummaryTo">Who gets the summary.</param>
/// <param name="Note"><c>REPORT_NOTE</c>: what a report means and what was agreed; null leaves it out.</param>
/// <param name="ReportsNobody"><c>REPORT_NOBODY</c>: an hour without anybody is reported, too.</param>
/// <param name="Zone">In which times are shown.</param>
internal sealed record ReportOptions(
    IReadOnlyList<string> To,
    IReadOnlyList<string> OpsTo,
    IReadOnlyList<string> SummaryTo,
    string? Note,
    bool ReportsNobody,
    Brand Brand,
    ZoneText Zone)
{
    /// <summary>Who made it, for whom and on whose behalf.</summary>
    public string Prepared =>
        $"Prepared by {Brand.Footer} for {Recipient}{(Brand.SiteOwner is { } owner ? $" on behalf of {owner}" : "")}.";

    /// <summary>The machine on which the daemon runs, for our own people alone; null leaves it out.</summary>
    public string? Host { get; init; }

    /// <summary><c>REPORT_RECIPIENT_NAME</c>: what <see cref="To"/> is called in texts.</summary>
    public string Recipient { get; init; } = "First2Lead";
}
