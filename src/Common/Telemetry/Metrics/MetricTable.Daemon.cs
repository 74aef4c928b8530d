namespace Athena.Common.Telemetry.Metrics;

// Each daemon about itself, its disk and its messages.
public static partial class MetricTable
{
    public static Metric BuildInfo { get; } = Gauge(
        "athena_build_info", "Always 1; the version of the program that runs.", Each, "version");

    public static Metric Heartbeat { get; } = Gauge(
        "athena_daemon_heartbeat_timestamp_seconds",
        "When the daemon's main loop came round last, in Unix time: the daemon hangs where this is old.", Each);

    public static Metric WrittenAt { get; } = Gauge(
        "athena_daemon_written_timestamp_seconds",
        "When these metrics were written, in Unix time: nothing here is true any more where this is old.", Each);

    public static Metric Well { get; } = Gauge(
        "athena_daemon_well", "1 where the daemon's command status says that all is well, 0 where it does not.", Each);

    public static Metric StateSize { get; } = Gauge(
        "athena_state_size_bytes", "Size of the files in the daemon's state directory: state, audit, messages that wait.", Each);

    public static Metric StateUnwritten { get; } = Gauge(
        "athena_state_unwritten", "1 while the disk refuses the state or the audit, so that a crash would lose something; else 0.", Each);

    public static Metric AuditLines { get; } = Counter(
        "athena_audit_lines_total", "Lines that the audit ever had; goes on over a restart of the daemon.", Each);

    public static Metric AuditCopyWaiting { get; } = Gauge(
        "athena_audit_copy_waiting_lines", "Lines of the audit that are not yet in the database of AUDIT_DATABASE.", Each);

    public static Metric AuditCopyBehind { get; } = Gauge(
        "athena_audit_copy_behind_seconds", "Since when lines of the audit wait for that database; 0 where none does.", Each);

    public static Metric AnnotationsWritten { get; } = Counter(
        "athena_grafana_annotations_written_total", "Annotations that Grafana took, since the daemon's start.", Each);

    public static Metric AnnotationsDropped { get; } = Counter(
        "athena_grafana_annotations_dropped_total",
        "Lines of the audit that no annotation tells of, because too many waited or Grafana does not take it, since the daemon's start.",
        Each);

    public static Metric AnnotationsWaiting { get; } = Gauge(
        "athena_grafana_annotations_waiting_lines", "Lines of the audit that are still to be written onto Grafana's dashboards.", Each);

    public static Metric FileAge { get; } = Gauge(
        "athena_daemon_file_age_seconds",
        "How long ago the daemon wrote its file, where Prometheus is answered at a port (METRICS_LISTEN).", [Page]);

    public static Metric FileServed { get; } = Gauge(
        "athena_daemon_file_served",
        "1 where that file is part of the answer; 0 where it is left out, because it is older than five minutes or not as the daemon "
        + "writes it.",
        [Page]);

    public static Metric Sent { get; } = Counter(
        "athena_notify_sent_total", "Messages that a server took for one recipient, since the daemon's start.", Each, "channel");

    public static Metric Refused { get; } = Counter(
        "athena_notify_refused_total",
        "Messages that a server refused for good for one recipient, or that were given up, since the daemon's start.", Each, "channel");

    public static Metric Waiting { get; } = Gauge(
        "athena_notify_waiting_messages", "Messages that a recipient still waits for.", Each, "channel");

    public static Metric OldestWaiting { get; } = Gauge(
        "athena_notify_oldest_seconds", "Since when the oldest of the messages that wait does; 0 where none waits.", Each, "channel");

    // Named and described as by Prometheus' own clients: node_exporter has them of itself, and one name must have one HELP.
    public static Metric ProcessStarted { get; } = Gauge(
        "process_start_time_seconds", "Start time of the process since unix epoch in seconds.", Each);

    public static Metric ProcessCpu { get; } = Counter(
        "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", Each);

    public static Metric ProcessResident { get; } = Gauge("process_resident_memory_bytes", "Resident memory size in bytes.", Each);

    public static Metric ProcessVirtual { get; } = Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", Each);

    public static Metric ProcessFiles { get; } = Gauge("process_open_fds", "Number of open file descriptors.", Each);

    public static Metric ProcessMostFiles { get; } = Gauge("process_max_fds", "Maximum number of open file descriptors.", Each);
}
