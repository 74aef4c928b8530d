using static Athena.Workers.Tests.Dashboards.Panel;

namespace Athena.Workers.Tests.Dashboards;

internal sealed partial record Dashboard
{
    /// <summary>What may come of an hour, the gravest last, and how its cell is coloured.</summary>
    private static readonly (string Outcome, string Words, string Colour)[] Outcomes =
    [
        ("in-use", "people at work", "blue"), ("nobody", "nobody", "text"), ("visitors-only", "visitors only", "purple"),
        ("only-admins", "report", "green"), ("only-admins-in-part", "report, seen in part", "yellow"), ("not-seen", "not seen", "red"),
    ];

    private static Dashboard Reports { get; } = new(
        "athena-reports",
        "Athena · Reports",
        "What came of the hours, which reports were owed and sent, and what waits to be sent.",
        "now-30d",
        Stat("Hours overdue", "short", "Hours that are over and should be decided by now.", "sum(athena_compliance_due_windows{site})")
            .With(steps: "green 1=orange", runbook: "AthenaHourOverdue"),
        Stat("Newest decided hour", "s", "How long ago the hour ended that was decided last. Outside of the hours of reports it grows.",
            "time() - max(athena_compliance_last_hour_timestamp_seconds{site})"),
        Stat("Hours decided", "short", "In the span shown.", "sum(increase(athena_compliance_windows_total{site}[$__range]))"),
        Stat("Reports owed", "short", "Hours of which a report had to be sent, in the span shown.",
            "sum(increase(athena_compliance_reports_owed_total{site}[$__range]))"),
        Stat("Reports accepted", "short", "By the mail server, for one recipient each, in the span shown.",
            "sum(increase(athena_compliance_reports_sent_total{site}[$__range]))"),
        Stat("Not seen", "short", "Hours of which nothing can be said, in the span shown.",
            "sum(increase(athena_compliance_windows_total{site,outcome=\"not-seen\"}[$__range]))")
            .With(steps: "green 1=orange", runbook: "AthenaLogGap"),
        new(PanelKind.Cells, "The hours, day by day", "none",
            "A column for each day, a row for each hour of it (in the zone of the dashboard). An hour is decided within the hour after "
            + "it; one that was decided later stands in the row where that was. Which hour it was, and why: grafana-compliance explain.",
            [.. Enumerable.Range(0, 24).Select(hour => new Query(CellOf(hour), $"{hour:00}:00"))])
        {
            Width = 24,
            Height = 16,
            Step = "1d",
            Span = "30d",
            Steps = "transparent",
            Words = string.Join(
                ';', Outcomes.Select((one, at) => $"{at + 1}={one.Words}:{one.Colour}").Prepend("0=none decided:transparent")),
        },
        Bars("Hours by what came of them", "short", "Decided in each hour; after an outage several at once.",
            "sum by (outcome) (increase(athena_compliance_windows_total{site}[1h]))", "{{outcome}}").With(width: 12),
        new Panel(PanelKind.Bars, "Reports owed and accepted", "short", "In each hour; accepted by the mail server, for each recipient.",
            new("sum(increase(athena_compliance_reports_owed_total{site}[1h]))", "owed"),
            new("sum(increase(athena_compliance_reports_sent_total{site}[1h]))", "accepted")).With(width: 12, step: "1h"),
        Bars("Messages accepted", "short", "In each hour, by daemon and channel, for each recipient.",
            "sum by (daemon, channel) (increase(athena_notify_sent_total{site}[1h]))", "{{daemon}} · {{channel}}"),
        Bars("Messages refused", "short", "For good, or given up, in each hour.",
            "sum by (daemon, channel) (increase(athena_notify_refused_total{site}[1h]))", "{{daemon}} · {{channel}}")
            .With(runbook: "AthenaMessagesRefused"),
        Lines("Longest wait of a message", "s", "More than an hour is an alert.",
            "max by (daemon, channel) (athena_notify_oldest_seconds{site})", "{{daemon}} · {{channel}}")
            .With(steps: "green 3600=orange", runbook: "AthenaMessagesWait"))
    {
        ShowsAnnotations = true,
    };

    /// <summary>
    /// What came of the hour that begins <paramref name="hour"/> hours after the moment of the column, a midnight: it is decided in the
    /// hour that follows it.
    /// </summary>
    private static string CellOf(int hour) => "max(" + string.Join(" or ", Outcomes.Select((one, at) =>
        $"{at + 1} * (increase(athena_compliance_windows_total{{site,outcome=\"{one.Outcome}\"}}[1h] offset -{hour + 2}h) > bool 0)"))
        + ")";
}
