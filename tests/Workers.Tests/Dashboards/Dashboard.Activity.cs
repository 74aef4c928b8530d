using static Athena.Workers.Tests.Dashboards.Panel;

namespace Athena.Workers.Tests.Dashboards;

internal sealed partial record Dashboard
{
    private static Dashboard Activity { get; } = new(
        "athena-activity",
        "Athena · User activity",
        "How much people work with Grafana and how well it serves them, by organisation. "
        + "No person is in it, and organisations by number only.",
        "now-7d",
        Stat("People at work", "short", "In the last window, by organisation.", "sum(athena_pulse_active_users{org})"),
        Stat("Most at once", "short", "The most people in one window of the span shown, of each organisation, added up.",
            "sum(max_over_time(athena_pulse_active_users{org}[$__range]))"),
        Stat("Requests", "short", "Of people at work, in the span shown.", "sum(increase(athena_pulse_requests_total{org}[$__range]))"),
        Stat("Dashboards opened", "short",
            "By people, in the span shown.", "sum(increase(athena_pulse_dashboard_opens_total{org}[$__range]))"),
        Stat("Failed requests", "percentunit", "Share answered with status 500 to 599, in the span shown.",
            "sum(increase(athena_pulse_server_errors_total{org}[$__range])) / sum(increase(athena_pulse_answers_total{org}[$__range]))")
            .With(steps: "green 0.01=yellow 0.05=red", runbook: "AthenaErrorShareHigh"),
        Stat("Load of a dashboard", "s", "19 of 20 showed their data within this time, in the span shown; no data where nobody opened any.",
            "histogram_quantile(0.95, sum by (le) (increase(athena_pulse_dashboard_load_seconds_bucket{site}[$__range])))")
            .With(steps: "green 1=yellow 2=red", runbook: "AthenaPageSlow"),
        Lines("People at work by organisation", "short", "In each window.",
            "sum by (tenant_id) (athena_pulse_active_users{org})", "organisation {{tenant_id}}").With(width: 24),
        Bars("Requests of people by organisation", "short", "In each hour.",
            "sum by (tenant_id) (increase(athena_pulse_requests_total{org}[1h]))", "organisation {{tenant_id}}").With(width: 12),
        Bars("Dashboards opened by organisation", "short", "In each hour.",
            "sum by (tenant_id) (increase(athena_pulse_dashboard_opens_total{org}[1h]))", "organisation {{tenant_id}}").With(width: 12),
        new Panel(PanelKind.Lines, "How long dashboards and requests take", "s",
            "19 of 20 took no longer, in the last five minutes. More than 2 s for ten minutes is an alert.",
            new("max(athena_pulse_dashboard_load_p95_seconds{site})", "dashboard with its data"),
            new("max(athena_pulse_page_load_p95_seconds{site})", "its empty page"),
            new("max(athena_pulse_api_p95_seconds{site})", "other requests"))
            .With(width: 12, steps: "green 2=red", runbook: "AthenaApiSlow"),
        Lines("Share of failed requests by organisation", "percentunit", "Answered with status 500 to 599 in the last five minutes.",
            "max by (tenant_id) (athena_pulse_error_ratio{org})", "organisation {{tenant_id}}")
            .With(width: 12, steps: "green 0.05=red", runbook: "AthenaErrorShareHigh"),
        new Panel(PanelKind.Table, "Organisations", "short", "In the span shown.",
            new("sum by (tenant_id) (athena_pulse_active_users{org})", "At work now"),
            new("sum by (tenant_id) (increase(athena_pulse_requests_total{org}[$__range]))", "Requests"),
            new("sum by (tenant_id) (increase(athena_pulse_dashboard_opens_total{org}[$__range]))", "Dashboards opened"),
            new("sum by (tenant_id) (increase(athena_pulse_server_errors_total{org}[$__range])) "
                + "/ sum by (tenant_id) (increase(athena_pulse_answers_total{org}[$__range]))", "Failed")).With(width: 24))
    {
        IsByOrganisation = true,
    };
}
