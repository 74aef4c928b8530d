namespace Athena.Common.Telemetry.Metrics;

// What the daemons see of Grafana, its database and its log.
public static partial class MetricTable
{
    public static Metric GrafanaUp { get; } = Gauge(
        "athena_grafana_up", "1 where Grafana and its database answered the last look, a minute ago at most; else 0.", [ActiveUsers]);

    public static Metric GrafanaSignedIn { get; } = Gauge(
        "athena_grafana_signed_in", "1 while the daemon's account is signed in to Grafana, 0 while it is not.", Each);

    public static Metric GrafanaClockOffset { get; } = Gauge(
        "athena_grafana_clock_offset_seconds", "By how much the clock that writes Grafana's log is ahead of ours; negative: behind.",
        [AutoDisable]);

    public static Metric LogLag { get; } = Gauge(
        "athena_log_lag_seconds", "How old the last line is that was read of Grafana's log; it is silent where nobody works.",
        [AutoDisable]);

    public static Metric LogGap { get; } = Counter(
        "athena_log_gap_seconds_total", "How much of Grafana's log could not be seen, spans that overlap once, since the daemon's start.",
        Each);

    public static Metric LogEchoSeen { get; } = Gauge(
        "athena_log_echo_seen", "1 where the last probe that Grafana answered stands in its log, 0 where it is missing.", [ActiveUsers]);
}
