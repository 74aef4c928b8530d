using static Athena.Workers.Tests.Dashboards.Panel;

namespace Athena.Workers.Tests.Dashboards;

internal sealed partial record Dashboard
{
    private const string Disks = "mountpoint=~\"/|/var|/var/lib|/var/log\"";

    private static Dashboard Capacity { get; } = new(
        "athena-capacity",
        "Athena · Capacity",
        "What grows, and where it will be in 30 days if it goes on as in the last 30. Prometheus must keep 90 days for it "
        + "(--storage.tsdb.retention.time).",
        "now-90d",
        Stat("Accounts", "short", "That grafana-auto-disable knows.", "sum(athena_lock_accounts{site})"),
        Stat("Accounts in 30 days", "short", "If it goes on as in the last 30 days.",
            "sum(predict_linear(athena_lock_accounts{site}[30d], 30 * 86400))"),
        Stat("State of the daemons", "bytes", "Their files: state, audit, messages that wait.", "sum(athena_state_size_bytes{site})"),
        Stat("State in 30 days", "bytes", "If it goes on as in the last 30 days.",
            "sum(predict_linear(athena_state_size_bytes{site}[30d], 30 * 86400))"),
        Stat("Least room on a disk", "percentunit", "Of /, /var, /var/lib and /var/log. Less than 20 % is an alert.",
            $"min(node_filesystem_avail_bytes{{host,{Disks}}} / node_filesystem_size_bytes{{host,{Disks}}})")
            .With(steps: "red 0.1=orange 0.2=green", runbook: "AthenaDiskFull"),
        Stat("The same in 30 days", "percentunit", "If it goes on as in the last 30 days; below 0 the disk will be full.",
            $"min(predict_linear(node_filesystem_avail_bytes{{host,{Disks}}}[30d], 30 * 86400) "
            + $"/ node_filesystem_size_bytes{{host,{Disks}}})")
            .With(steps: "red 0.1=orange 0.2=green", runbook: "AthenaDiskFull"),

        Lines("Accounts", "short", "By where they stand.", "sum by (status) (athena_lock_accounts{site})", "{{status}}"),
        Lines("People at work", "short", "The most in one window of each day.",
            "sum by (tenant_id) (max_over_time(athena_pulse_active_users{host}[1d]))", "organisation {{tenant_id}}").With(step: "1d"),
        Bars("Lines of requests in the log", "short", "In each day, by organisation: what Grafana answered.",
            "sum by (tenant_id) (increase(athena_pulse_answers_total{host}[1d]))", "organisation {{tenant_id}}").With(step: "1d"),
        Lines("Sessions in Grafana", "short", "That are open.", "sum by (instance) (athena_grafana_sessions{site})", "{{instance}}"),
        new Panel(PanelKind.Lines, "Grafana's connections to its database", "short", "More than 90 % of the most at work is an alert where "
            + "Prometheus reads Grafana itself.",
            new("sum(athena_grafana_database_used_connections{site})", "at work"),
            new("sum(athena_grafana_database_open_connections{site})", "open"),
            new("sum(athena_grafana_database_max_connections{site})", "at most; 0 without a bound"))
            .With(runbook: "AthenaDatabasePoolFull"),
        Lines("State of the daemons", "bytes", "State, audit, messages that wait.",
            "sum by (daemon) (athena_state_size_bytes{site})", "{{daemon}}"),
        Lines("Memory of the daemons", "bytes", "Resident; one that shares pages with another counts them, too.",
            "sum by (daemon) (process_resident_memory_bytes{site,daemon=~\"grafana-.+\"})", "{{daemon}}"),
        Lines("CPU of the daemons", "percentunit", "Of one core, in each hour.",
            "sum by (daemon) (rate(process_cpu_seconds_total{site,daemon=~\"grafana-.+\"}[1h]))", "{{daemon}}").With(step: "1h"),
        Lines("Open files of the daemons", "percentunit", "Of as many as each may have.",
            "max by (daemon) (process_open_fds{site,daemon=~\"grafana-.+\"} / process_max_fds{site,daemon=~\"grafana-.+\"})", "{{daemon}}")
            .With(steps: "green 0.8=red"),
        Lines("Age of the newest backup", "s", "Of those that WATCH_BACKUPS names; older than BACKUP_MAX_AGE is an alert.",
            "max by (instance) (athena_grafana_backup_age_seconds{site})", "{{instance}}").With(runbook: "AthenaBackupFails"),
        Lines("Size of the newest backup", "bytes", "Less than half of what is usual is an alert.",
            "min by (instance) (athena_grafana_backup_size_bytes{site})", "{{instance}}").With(runbook: "AthenaBackupFails"),
        Lines("Memory that is free", "percentunit", "Of the machine.",
            "min by (instance) (node_memory_MemAvailable_bytes{host} / node_memory_MemTotal_bytes{host})", "{{instance}}"),
        Lines("Room on the disks", "percentunit", "Less than 20 % is an alert.",
            $"min by (instance, mountpoint) (node_filesystem_avail_bytes{{host,{Disks}}} / node_filesystem_size_bytes{{host,{Disks}}})",
            "{{mountpoint}} · {{instance}}").With(runbook: "AthenaDiskFull"));
}
