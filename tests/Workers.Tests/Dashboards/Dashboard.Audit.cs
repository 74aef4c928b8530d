using static Athena.Workers.Tests.Dashboards.Panel;

namespace Athena.Workers.Tests.Dashboards;

internal sealed partial record Dashboard
{
    /// <summary>Of which copies a panel tells: all of them, until somebody chooses.</summary>
    private const string Chosen = "tenant IN (${tenant:sqlstring}) AND installation IN (${instance:sqlstring})";

    private static Dashboard Audit { get; } = new(
        "athena-audit",
        "Athena · Audit",
        "Years of decisions, from the copies of the audits in PostgreSQL, and nobody's name. It needs AUDIT_DATABASE, and a data source of "
        + "the type PostgreSQL whose role may read the views: sudo athena-workers audit-database migrate --reader ROLE.",
        "now-1y",
        OfAudit(PanelKind.Stat, "Lines", "short", "That are in the copies, of whatever time.",
            $"SELECT sum(lines) AS lines FROM athena_audit.v_totals WHERE {Chosen}"),
        OfAudit(PanelKind.Stat, "Decisions", "short", "About accounts, in the span shown.",
            $"SELECT count(*) AS decisions FROM athena_audit.v_decisions WHERE {Chosen} AND $__timeFilter(at)"),
        OfAudit(PanelKind.Stat, "Half decided within", "s", "From the lock to the decision, in the span shown.",
            "SELECT extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY waited))::float8 AS waited "
            + $"FROM athena_audit.v_decisions WHERE {Chosen} AND $__timeFilter(at) AND waited IS NOT NULL"),
        OfAudit(PanelKind.Stat, "Newest line", "s", "How long ago it was copied, of the copy that is farthest behind.",
            $"SELECT extract(epoch FROM now() - min(copied_at))::float8 AS age FROM athena_audit.v_copies WHERE {Chosen}")
            .With(runbook: "AthenaAuditCopyBehind"),
        OfAudit(PanelKind.Bars, "Decisions by what they were", "short", "In each week; approved-unseen: nobody saw who enabled it.",
            "SELECT date_trunc('week', at) AS time, decision AS metric, count(*) AS decisions "
            + $"FROM athena_audit.v_decisions WHERE {Chosen} AND $__timeFilter(at) GROUP BY 1, 2 ORDER BY 1, 2"),
        OfAudit(PanelKind.Lines, "Time to decide", "s", "In each week, half of them within.",
            "SELECT date_trunc('week', at) AS time, "
            + "extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY waited))::float8 AS \"half within\" "
            + $"FROM athena_audit.v_decisions WHERE {Chosen} AND $__timeFilter(at) AND waited IS NOT NULL GROUP BY 1 ORDER BY 1"),
        OfAudit(PanelKind.Bars, "Hours by what came of them", "short", "In each week, by when they ended; void ones are left out.",
            "SELECT date_trunc('week', ended_at) AS time, outcome AS metric, count(*) AS hours "
            + $"FROM athena_audit.v_hours WHERE {Chosen} AND NOT void AND $__timeFilter(ended_at) GROUP BY 1, 2 ORDER BY 1, 2"),
        OfAudit(PanelKind.Bars, "Lines by daemon", "short", "In each day.",
            "SELECT day AS time, daemon AS metric, sum(lines)::float8 AS lines "
            + $"FROM athena_audit.v_lines_per_day WHERE {Chosen} AND $__timeFilter(day) GROUP BY 1, 2 ORDER BY 1, 2"),
        OfAudit(PanelKind.Table, "Newest decisions", "s", "A hundred of the span shown; an account by its uid, as in the audit.",
            "SELECT at, account, decision, verdict, extract(epoch FROM waited)::float8 AS waited "
            + $"FROM athena_audit.v_decisions WHERE {Chosen} AND $__timeFilter(at) ORDER BY at DESC LIMIT 100"),
        OfAudit(PanelKind.Table, "Copies", "none", "How far each has come; one that stays behind its daemon's audit is an alert.",
            "SELECT tenant, installation, daemon, newest_line, newest_at, copied_at "
            + $"FROM athena_audit.v_copies WHERE {Chosen} ORDER BY 1, 3"));
}
