namespace Athena.Common.Telemetry.Metrics;

/// <summary>
/// Every metric that our programs write, and nothing else does: HELP, TYPE, docs/metrics.md and what a daemon may count follow from here.
/// The part of the name behind <c>athena_</c> says of what it is: <c>daemon</c>, <c>state</c> and <c>notify</c> of each daemon itself,
/// <c>grafana</c> and <c>log</c> of what it looks at, <c>lock</c>, <c>compliance</c> and <c>pulse</c> of the work of the three.
/// </summary>
public static partial class MetricTable
{
    private const string AutoDisable = "grafana-auto-disable";
    private const string Compliance = "grafana-compliance";
    private const string ActiveUsers = "grafana-active-users";
    private const string Page = "athena-workers-decisions";

    // Asked for, not kept: in which order the parts of this class are set up is not said.
    private static string[] Each => [AutoDisable, Compliance, ActiveUsers];

    /// <summary>All of them, in the order of docs/metrics.md.</summary>
    public static IReadOnlyList<Metric> All =>
    [
        BuildInfo, Heartbeat, WrittenAt, FileAge, FileServed, Well, StateSize, StateUnwritten,
        AuditLines, AuditCopyWaiting, AuditCopyBehind, AnnotationsWritten, AnnotationsDropped, AnnotationsWaiting,
        Sent, Refused, Waiting, OldestWaiting,
        GrafanaUp, GrafanaSignedIn, GrafanaClockOffset, DataSources, DataSourcesFailing, BackupAge, BackupSize, LogLag, LogGap, LogEchoSeen,
        DatabaseOpen, DatabaseInUse, DatabaseMost, DatabaseWaits, Sessions,
        Accounts, TimeToLock, Inside, AnsweredStrangers, BornLocked, SignUps, Decisions, TimeToDecide, AwaitDecision, LongestAwaiting,
        LastLook, Troubles, LastDrill, DrillPassed,
        Hours, LastHour, DueHours, ReportsOwed, ReportsSent,
        ActivePeople, Requests, Opens, FailedLogins, LockedLogins, Denied, Answers, ServerErrors, ErrorShare, PageLoad, DashboardLoad,
        DashboardLoadP95, ApiTime, ApiTimes, LastPulse, Alerts, AlertsOpen, AlertsAcknowledged,
        ProcessStarted, ProcessCpu, ProcessResident, ProcessVirtual, ProcessFiles, ProcessMostFiles,
    ];

    private static Metric Gauge(string name, string help, string[] daemons, params string[] labels) =>
        new(name, MetricKind.Gauge, help, daemons) { Labels = labels };

    private static Metric Counter(string name, string help, string[] daemons, params string[] labels) =>
        new(name, MetricKind.Counter, help, daemons) { Labels = labels };

    private static Metric Histogram(string name, string help, string[] daemons, params double[] buckets) =>
        new(name, MetricKind.Histogram, help, daemons) { Buckets = buckets };
}
