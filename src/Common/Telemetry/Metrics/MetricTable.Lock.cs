namespace Athena.Common.Telemetry.Metrics;

// The work of grafana-auto-disable. The accounts of a drill are in none of these but its own.
public static partial class MetricTable
{
    private static readonly string[] OfLock = [AutoDisable];

    public static Metric Accounts { get; } = Gauge(
        "athena_lock_accounts", "Accounts that the daemon knows, by where they stand.", OfLock, "status");

    public static Metric TimeToLock { get; } = Histogram(
        "athena_lock_time_to_lock_seconds",
        "From the making of an account, or from when it was first seen where that is not logged, until it was locked; since the "
            + "daemon's start.",
        OfLock,
        0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

    public static Metric Inside { get; } = Gauge(
        "athena_lock_strangers_inside",
        "Accounts that are open although nobody let them in: they could not be locked, or were found enabled.", OfLock);

    public static Metric AnsweredStrangers { get; } = Counter(
        "athena_lock_stranger_requests_answered_total",
        "Requests of accounts that nobody has approved which Grafana did not refuse, until they were locked, since the daemon's start.",
        OfLock);

    public static Metric BornLocked { get; } = Counter(
        "athena_lock_born_locked_total",
        "New accounts that were disabled already when they were first seen, since the daemon's start.", OfLock);

    public static Metric SignUps { get; } = Counter(
        "athena_lock_new_accounts_total", "New accounts that were to be locked, by how they came, since the daemon's start.", OfLock,
        "arrival");

    public static Metric Decisions { get; } = Counter(
        "athena_lock_decisions_total", "Accounts about which an admin decided, since the daemon's start.", OfLock, "decision");

    public static Metric TimeToDecide { get; } = Histogram(
        "athena_lock_time_to_decide_seconds", "From the lock of an account until an admin decided about it; since the daemon's start.",
        OfLock,
        60, 300, 900, 3600, 14_400, 28_800, 86_400, 259_200, 604_800);

    public static Metric AwaitDecision { get; } = Gauge(
        "athena_lock_waiting_accounts", "Accounts that wait for an admin's decision.", OfLock);

    public static Metric LongestAwaiting { get; } = Gauge(
        "athena_lock_oldest_waiting_seconds", "Since when the one of them does that has waited longest; 0 where none waits.", OfLock);

    public static Metric LastLook { get; } = Gauge(
        "athena_lock_last_look_timestamp_seconds", "When the last complete look at Grafana's list of users began, in Unix time.", OfLock);

    public static Metric Troubles { get; } = Gauge(
        "athena_lock_trouble", "1 while something keeps the daemon from its work or from a part of it, 0 while it does not, by kind.",
        OfLock, "kind");

    public static Metric LastDrill { get; } = Gauge(
        "athena_lock_drill_timestamp_seconds", "When the last drill began, in Unix time.", OfLock);

    public static Metric DrillPassed { get; } = Gauge(
        "athena_lock_drill_passed", "1 where the last drill that ended passed, 0 where it failed.", OfLock);
}
