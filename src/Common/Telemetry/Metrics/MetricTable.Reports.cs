namespace Athena.Common.Telemetry.Metrics;

// The work of grafana-compliance and of grafana-active-users.
public static partial class MetricTable
{
    private static readonly string[] OfHours = [Compliance];
    private static readonly string[] OfPulse = [ActiveUsers];

    public static Metric Hours { get; } = Counter(
        "athena_compliance_windows_total", "Hours that were decided, by what came of them, since the daemon's start.", OfHours, "outcome");

    public static Metric LastHour { get; } = Gauge(
        "athena_compliance_last_hour_timestamp_seconds", "When the newest hour ended that is decided, in Unix time.", OfHours);

    public static Metric DueHours { get; } = Gauge(
        "athena_compliance_due_windows", "Hours that are over and should be decided by now, and are not.", OfHours);

    public static Metric ReportsOwed { get; } = Counter(
        "athena_compliance_reports_owed_total", "Hours of which a report had to be sent, since the daemon's start.", OfHours);

    public static Metric ReportsSent { get; } = Counter(
        "athena_compliance_reports_sent_total", "Reports that the mail server took for one recipient, since the daemon's start.", OfHours);

    public static Metric ActivePeople { get; } = Tenants(Gauge(
        "athena_pulse_active_users", "People at work in the last window, by organisation; whoever works in two is in both.", OfPulse));

    public static Metric Requests { get; } = Tenants(Counter(
        "athena_pulse_requests_total", "Requests of people at work, counted as each window has been read, since the daemon's start.",
        OfPulse));

    public static Metric Opens { get; } = Tenants(Counter(
        "athena_pulse_dashboard_opens_total", "Dashboards that people opened, counted as each window has been read, since the daemon's "
        + "start.", OfPulse));

    public static Metric FailedLogins { get; } = Counter(
        "athena_pulse_failed_logins_total", "Refused passwords, counted as each window has been read, since the daemon's start.", OfPulse);

    public static Metric LockedLogins { get; } = Counter(
        "athena_pulse_locked_logins_total",
        "Attempts at a login that was shut after too many wrong passwords, counted as each window has been read, since the daemon's start.",
        OfPulse);

    public static Metric Denied { get; } = Counter(
        "athena_pulse_access_denied_total",
        "Requests that were denied for want of a permission, counted as each window has been read, since the daemon's start.", OfPulse);

    public static Metric Answers { get; } = Tenants(Counter(
        "athena_pulse_answers_total",
        "Requests that Grafana answered, those of visitors too, counted as each window has been read, since the daemon's start.", OfPulse));

    public static Metric ServerErrors { get; } = Tenants(Counter(
        "athena_pulse_server_errors_total", "Of these, answered with status 500 to 599, since the daemon's start.", OfPulse));

    public static Metric ErrorShare { get; } = Tenants(Gauge(
        "athena_pulse_error_ratio", "Share of the requests of the last five minutes that were answered with status 500 to 599, 0 to 1.",
        OfPulse));

    public static Metric PageLoad { get; } = Gauge(
        "athena_pulse_page_load_p95_seconds",
        "How long the empty page of a dashboard or the like took in the last five minutes, without its data, 95th percentile; absent "
        + "where none was loaded.",
        OfPulse);

    public static Metric DashboardLoad { get; } = Histogram(
        "athena_pulse_dashboard_load_seconds",
        "From the request for a dashboard's page, or for the dashboard, to the end of the last query of its first burst; counted as each "
        + "window has been read, since the daemon's start.",
        OfPulse, 0.25, 0.5, 1, 2, 4, 8, 16, 32);

    public static Metric DashboardLoadP95 { get; } = Gauge(
        "athena_pulse_dashboard_load_p95_seconds",
        "The same of the last five minutes, 95th percentile; absent where no dashboard was opened.", OfPulse);

    public static Metric ApiTime { get; } = Gauge(
        "athena_pulse_api_p95_seconds",
        "How long all other requests took that were answered in the last five minutes, 95th percentile; absent where there was none.",
        OfPulse);

    public static Metric ApiTimes { get; } = Histogram(
        "athena_pulse_api_seconds",
        "How long requests of Grafana's API took; counted as each window has been read, since the daemon's start.", OfPulse,
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30);

    public static Metric LastPulse { get; } = Gauge(
        "athena_pulse_last_window_timestamp_seconds", "When the newest window ended that was read, in Unix time.", OfPulse);

    public static Metric Alerts { get; } = Gauge(
        "athena_pulse_alert", "1 while the daemon has an alert of this kind open, 0 while it has none.", OfPulse, "kind");

    public static Metric AlertsOpen { get; } = Gauge("athena_pulse_alerts_open", "How many alerts are open.", OfPulse);

    public static Metric AlertsAcknowledged { get; } = Gauge(
        "athena_pulse_alerts_acknowledged", "Of the alerts that are open, how many somebody has taken up.", OfPulse);

    private static Metric Tenants(Metric metric) => metric with { IsByTenant = true };
}
