namespace Athena.Common.Telemetry.Metrics;

// What the daemons see of Grafana, its database and its log.
public static partial class MetricTable
{
    public static Metric GrafanaUp { get; } = Gauge(
        "athena_grafana_up", "1 where Grafana and its database answered the last look, a minute ago at most; else 0.", [ActiveUsers]);

    public static Metric GrafanaSignedIn { get; } = Gauge(
        "athena_grafana_signed_in", "1 while the daemon's account is signed in to Grafana, 0 while it is not.", Each);

    public static Metric GrafanaClockOffset { get; } = Gauge(
        "athena_grafana_clock_offset_seconds", "By how much the clock that writes Grafana's log is ahead of ours; negative: behind. "
        + "Told by probes; grafana-compliance sends one each hour.", Each);

    public static Metric DataSources { get; } = Tenants(Gauge(
        "athena_grafana_data_sources", "Data sources of Grafana that were asked whether they answer, by organisation; absent where none is "
        + "(WATCH_DATA_SOURCES).", [ActiveUsers]));

    public static Metric DataSourcesFailing { get; } = Tenants(Gauge(
        "athena_grafana_data_sources_failing", "Of these, those that did not answer or said that they do not work, by organisation.",
        [ActiveUsers]));

    public static Metric BackupAge { get; } = Gauge(
        "athena_grafana_backup_age_seconds", "How long ago the newest backup was written, one that is being written left out; absent where "
        + "none is watched (WATCH_BACKUPS) or was seen, as is the next.", [ActiveUsers]);

    public static Metric BackupSize { get; } = Gauge(
        "athena_grafana_backup_size_bytes", "How large that backup is.", [ActiveUsers]);

    public static Metric LogLag { get; } = Gauge(
        "athena_log_lag_seconds", "How old the last line is that was read of Grafana's log; it is silent where nobody works. "
        + "grafana-compliance reads once an hour.", Each);

    public static Metric DatabaseOpen { get; } = Gauge(
        "athena_grafana_database_open_connections",
        "Grafana's open connections to its database, by its own metrics; absent where these are protected or off, as are the next three.",
        [ActiveUsers]);

    public static Metric DatabaseInUse { get; } = Gauge(
        "athena_grafana_database_used_connections", "Of these, connections at work.", [ActiveUsers]);

    public static Metric DatabaseMost { get; } = Gauge(
        "athena_grafana_database_max_connections", "So many may be open; 0 where there is no bound.", [ActiveUsers]);

    public static Metric DatabaseWaits { get; } = Counter(
        "athena_grafana_database_waits_total", "How often a request of Grafana had to wait for a connection, since Grafana's start.",
        [ActiveUsers]);

    public static Metric Sessions { get; } = Gauge(
        "athena_grafana_sessions", "Sessions that are open in Grafana, by its statistics; absent where our account may not read them.",
        [ActiveUsers]);

    public static Metric LogGap { get; } = Counter(
        "athena_log_gap_seconds_total", "How much of Grafana's log could not be seen, spans that overlap once, since the daemon's start.",
        Each);

    public static Metric LogEchoSeen { get; } = Gauge(
        "athena_log_echo_seen", "1 where the last probe that Grafana answered stands in its log, 0 where it is missing.", [ActiveUsers]);
}
