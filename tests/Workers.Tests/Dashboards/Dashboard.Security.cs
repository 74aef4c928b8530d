using static Athena.Workers.Tests.Dashboards.Panel;

namespace Athena.Workers.Tests.Dashboards;

internal sealed partial record Dashboard
{
    private static Dashboard Security { get; } = new(
        "athena-security",
        "Athena · Security",
        "Strangers, how soon they were locked and decided about, attempts to get in, and whether the record has holes.",
        "now-7d",
        Stat("Strangers inside", "short", "Accounts that are open although nobody let them in. It has to be 0.",
            "sum(athena_lock_strangers_inside{site})").With(steps: "green 1=red", runbook: "AthenaStrangerInside"),
        Stat("New accounts", "short",
            "That were to be locked, in the span shown.", "sum(increase(athena_lock_new_accounts_total{site}[$__range]))"),
        Stat("Born locked", "short", "Of these, disabled already when they were first seen.",
            "sum(increase(athena_lock_born_locked_total{site}[$__range]))"),
        Stat("Answered to strangers", "short",
            "Requests of people whom nobody let in which Grafana answered, in the span shown. The aim is 0.",
            "sum(increase(athena_lock_stranger_requests_answered_total{site}[$__range]))").With(steps: "green 1=orange"),
        Stat("Wait for a decision", "short", "Locked accounts about which an admin is to decide.",
            "sum(athena_lock_waiting_accounts{site})").With(steps: "green 1=yellow 20=orange", runbook: "AthenaDecisionWaits"),
        Stat("Last drill", "none",
            "Whether the last one passed: a stranger made on purpose was locked and mailed about. No data: none was made.",
            "min(athena_lock_drill_passed{site})")
            .With(words: "1=passed:green;0=failed:red", steps: "red 1=green", runbook: "AthenaDrillFailed"),

        Bars("New accounts by how they came", "short", "In each hour.",
            "sum by (arrival) (increase(athena_lock_new_accounts_total{site}[1h]))", "{{arrival}}"),
        Bars("Decisions", "short", "In each hour; approved-unseen: somebody enabled the account, and nobody saw who.",
            "sum by (decision) (increase(athena_lock_decisions_total{site}[1h]))", "{{decision}}"),
        Lines("Accounts by where they stand", "short", "That grafana-auto-disable knows.",
            "sum by (status) (athena_lock_accounts{site})", "{{status}}"),
        Quantiles("From sign-up to lock", "A day, up to each moment. A hole: nobody signed up.",
            "athena_lock_time_to_lock_seconds_bucket{site}[1d]", 99)
            .With(steps: "green 10=red", runbook: "AthenaLockSlow"),
        Quantiles("From lock to decision", "Seven days, up to each moment. A hole: nothing was decided.",
            "athena_lock_time_to_decide_seconds_bucket{site}[7d]", 90)
            .With(steps: "green 86400=orange", runbook: "AthenaDecisionWaits"),
        Lines("Longest wait for a decision", "s",
            "More than a day is an alert.",
            "max by (instance) (athena_lock_oldest_waiting_seconds{site})", "{{instance}}")
            .With(steps: "green 86400=orange", runbook: "AthenaDecisionWaits"),

        new Panel(PanelKind.Bars, "Attempts to get in", "short",
            "In each hour: refused passwords, attempts at a login that was shut after too many, "
            + "requests denied for want of a permission.",
            new("sum(increase(athena_pulse_failed_logins_total{site}[1h]))", "refused passwords"),
            new("sum(increase(athena_pulse_locked_logins_total{site}[1h]))", "at a login that is shut"),
            new("sum(increase(athena_pulse_access_denied_total{site}[1h]))", "denied"))
            .With(width: 12, step: "1h", runbook: "AthenaManyFailedLogins"),
        Bars("Lines of the audit", "short", "In each hour, by daemon. It never shrinks: sudo NAME audit verify proves the record.",
            "sum by (daemon) (increase(athena_audit_lines_total{site}[1h]))", "{{daemon}}").With(width: 12),
        States("Alerts", "That grafana-active-users had open, by kind.", "max by (kind) (athena_pulse_alert{site})", "{{kind}}")
            .With(words: Alarm, steps: "green 1=red", runbook: "Now"),
        States("Troubles", "What kept grafana-auto-disable from its work or from a part of it, by kind.",
            "max by (kind) (athena_lock_trouble{site})", "{{kind}}")
            .With(words: Alarm, steps: "green 1=red", runbook: "AthenaGateStopped"),
        Bars("Log not seen", "s",
            "How much of Grafana's log a daemon could not see, in each hour. Strangers were locked all the same: the list of "
            + "users is what counts.",
            "sum by (daemon) (increase(athena_log_gap_seconds_total{site}[1h]))", "{{daemon}}").With(runbook: "AthenaLogGap"))
    {
        ShowsAnnotations = true,
    };

    private const string Alarm = "1=yes:red;0=no:green";

    private static Panel Quantiles(string title, string says, string buckets, int high) => new(
        PanelKind.Lines, title, "s", says,
        new($"histogram_quantile(0.5, sum by (le) (increase({buckets})))", "half within"),
        new($"histogram_quantile({high / 100m}, sum by (le) (increase({buckets})))", $"{high} % within"));
}
