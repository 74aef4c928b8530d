using static Athena.Workers.Tests.Dashboards.Panel;

namespace Athena.Workers.Tests.Dashboards;

internal sealed partial record Dashboard
{
    private const string OneIsWell = "1=well:green;0=not well:red";

    private static Dashboard Overview { get; } = new(
        "athena-overview",
        "Athena · Overview",
        "Whether the three daemons and Grafana are well, whether what is promised holds, and what waits for a person.",
        "now-24h",
        Stat("The daemons", "none", "How each is by its own command status. Gone: it ran within the last day, and writes nothing any more.",
            "min by (daemon) (athena_daemon_well{site}) or 0 * max by (daemon) "
            + "(max_over_time(athena_daemon_written_timestamp_seconds{site}[1d])) - 1",
            "{{daemon}}").With(width: 12, words: OneIsWell + ";-1=gone:red", steps: "red 1=green", runbook: "AthenaNotWell"),
        Stat("Grafana", "none", "Whether Grafana and its database answer, looked at each minute.", "min(athena_grafana_up{site})")
            .With(words: "1=up:green;0=down:red", steps: "red 1=green", runbook: "AthenaGrafanaDown"),
        Stat("Alerts that hold", "short", "Alerts that grafana-active-users has open, and troubles of grafana-auto-disable.",
            "sum(athena_pulse_alert{site}) + sum(athena_lock_trouble{site})").With(steps: "green 1=orange", runbook: "Now"),
        Stat("Messages that wait", "short", "Mails and messages that a recipient still waits for, of all daemons.",
            "sum(athena_notify_waiting_messages{site})").With(steps: "green 1=yellow 20=orange", runbook: "AthenaMessagesWait"),

        // What waits for a person.
        Stat("Wait for a decision", "short",
            "Locked accounts about which an admin is to decide: by the mail, or grafana-auto-disable pending.",
            "sum(athena_lock_waiting_accounts{site})").With(steps: "green 1=yellow 20=orange", runbook: "AthenaDecisionWaits"),
        Stat("Longest wait", "s", "Since when the one of them waits who has waited longest. More than a day is an alert.",
            "max(athena_lock_oldest_waiting_seconds{site})")
            .With(steps: "green 14400=yellow 86400=red", runbook: "AthenaDecisionWaits"),
        Stat("Strangers inside", "short", "Accounts that are open although nobody let them in. It has to be 0.",
            "sum(athena_lock_strangers_inside{site})").With(steps: "green 1=red", runbook: "AthenaStrangerInside"),
        Stat("Hours overdue", "short", "Hours that are over and should be decided by now.",
            "sum(athena_compliance_due_windows{site})").With(steps: "green 1=orange", runbook: "AthenaHourOverdue"),
        Stat("Newest decided hour", "s", "How long ago the hour ended that was decided last. Outside of the hours of reports it grows.",
            "time() - max(athena_compliance_last_hour_timestamp_seconds{site})").With(steps: "blue"),
        Stat("Newest pulse", "s", "How long ago the window ended that was read last; it is a quarter of an hour and a little at most.",
            "time() - max(athena_pulse_last_window_timestamp_seconds{site})").With(steps: "green 1800=orange"),

        // Whether what is promised holds.
        Stat("Availability, 30 days", "percentunit",
            "Share of the looks at Grafana that found it up. The aim is 99.5 %. Time without a look "
            + "is not in it: see beside.",
            "avg(avg_over_time(athena_grafana_up{site}[30d]))")
            .With(width: 3, steps: "red 0.995=green", runbook: "AthenaGrafanaDown"),
        Stat("Known of 30 days", "percentunit",
            "For how many minutes of the last 30 days there is an answer: what is missing is not known, "
            + "and counts as little as what was not available.",
            "count_over_time(max(athena_grafana_up{site})[30d:1m]) / 43200").With(width: 3, steps: "orange 0.99=green"),
        Stat("From sign-up to lock", "s",
            "99 of 100 new accounts were locked within this time, in the span shown; no data where nobody signed up.",
            "histogram_quantile(0.99, sum by (le) (increase(athena_lock_time_to_lock_seconds_bucket{site}[$__range])))")
            .With(width: 3, steps: "green 1=yellow 10=red", runbook: "AthenaLockSlow"),
        Stat("Answered to strangers", "short",
            "Requests of people whom nobody let in which Grafana answered, in the span shown. The aim is 0.",
            "sum(increase(athena_lock_stranger_requests_answered_total{site}[$__range]))").With(width: 3, steps: "green 1=orange"),
        Stat("Hours decided of due", "percentunit", "Of the hours that were due in the span shown; no data where none was.",
            "sum(increase(athena_compliance_windows_total{site}[$__range])) "
            + "/ (sum(increase(athena_compliance_windows_total{site}[$__range])) + sum(athena_compliance_due_windows{site}))")
            .With(width: 3, steps: "red 1=green", runbook: "AthenaHourOverdue"),
        Stat("Load of a dashboard", "s", "19 of 20 showed their data within this time, in the span shown. The aim is 2 s.",
            "histogram_quantile(0.95, sum by (le) (increase(athena_pulse_dashboard_load_seconds_bucket{site}[$__range])))")
            .With(width: 3, steps: "green 2=red", runbook: "AthenaPageSlow"),
        Stat("Log not seen", "s", "How much of Grafana's log one of the daemons could not see, in the span shown.",
            "max(sum by (daemon) (increase(athena_log_gap_seconds_total{site}[$__range])))")
            .With(width: 3, steps: "green 60=orange", runbook: "AthenaLogGap"),
        Stat("Messages refused", "short", "For good, or given up, in the span shown.",
            "sum(increase(athena_notify_refused_total{site}[$__range]))")
            .With(width: 3, steps: "green 1=orange", runbook: "AthenaMessagesRefused"),

        States("How the daemons were", "Each by its own command status. A hole: it wrote nothing.",
            "min by (daemon) (athena_daemon_well{site})", "{{daemon}}")
            .With(words: OneIsWell, steps: "red 1=green", width: 12, runbook: "AthenaDaemonGone"),
        new Panel(PanelKind.States, "How Grafana was", "none",
            "Whether Grafana and its database answered, and whether what it answers came into its log.",
            new("min by (instance) (athena_grafana_up{site})", "up · {{instance}}"),
            new("min by (instance) (athena_log_echo_seen{site})", "log · {{instance}}"))
            .With(words: "1=yes:green;0=no:red", steps: "red 1=green", width: 12, runbook: "AthenaGrafanaDown"),
        Lines("People at work", "short",
            "In the windows of grafana-active-users, all organisations together; whoever works in two is in both.",
            "sum by (instance) (athena_pulse_active_users{host})", "{{instance}}").With(width: 12),
        Lines("Share of failed requests", "percentunit",
            "Answered with status 500 to 599 in the last five minutes; the worst organisation. "
            + "More than 5 % for five minutes is an alert.",
            "max by (instance) (athena_pulse_error_ratio{host})", "{{instance}}")
            .With(width: 12, steps: "green 0.05=red", runbook: "AthenaErrorShareHigh"),

        // What is around: the first by Grafana, the others by exporters of their own.
        Stat("Data sources that fail", "short", "Of Grafana's, in all organisations; asked where WATCH_DATA_SOURCES says so.",
            "sum(athena_grafana_data_sources_failing{host})").With(steps: "green 1=orange", width: 6),
        Stat("Redis", "none", "Whether Redis answers.", "min(redis_up{host})")
            .With(words: "1=up:green;0=down:red", steps: "red 1=green", width: 6, runbook: "AthenaRedisDown"),
        Stat("PostgreSQL", "none", "Whether PostgreSQL answers.", "min(pg_up{host})")
            .With(words: "1=up:green;0=down:red", steps: "red 1=green", width: 6, runbook: "AthenaGrafanaDown"),
        Stat("Certificate ends in", "s", "The one that ends first, of all that are looked at.",
            "min(probe_ssl_earliest_cert_expiry) - time()")
            .With(steps: "red 604800=orange 1209600=green", width: 6, runbook: "AthenaCertificateEnds"))
    {
        ShowsAnnotations = true,
    };
}
