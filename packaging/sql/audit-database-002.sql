-- Views without names, for the panels of a dashboard.

-- Decisions about accounts, each with when the account had been locked.
CREATE VIEW athena_audit.v_decisions AS
    SELECT d.installation, d.tenant, d.at, d.subject AS account, d.event AS decision, d.verdict, l.at AS locked_at, d.at - l.at AS waited
    FROM athena_audit.line d
    LEFT JOIN LATERAL (
        SELECT max(b.at) AS at FROM athena_audit.line b
        WHERE b.installation = d.installation AND b.daemon = d.daemon AND b.event = 'locked' AND b.subject = d.subject AND b.line < d.line
    ) l ON true
    WHERE d.daemon = 'grafana-auto-disable' AND d.event IN ('approved', 'approved-unseen', 'rejected', 'undone');

-- Hours of the reports, by when they ended; one that was decided too early by a clock that was ahead is void.
CREATE VIEW athena_audit.v_hours AS
    SELECT h.installation, h.tenant,
           (substring(h.subject, 4, 8) || ' ' || substring(h.subject, 13, 2) || ':' || substring(h.subject, 15, 2))::timestamp
               AT TIME ZONE 'UTC' AS ended_at,
           h.subject AS report, split_part(h.verdict, ',', 1) AS outcome, h.verdict LIKE '%, late%' AS late, h.at AS decided_at,
           EXISTS (
               SELECT FROM athena_audit.line v
               WHERE v.installation = h.installation AND v.daemon = h.daemon AND v.event = 'window-void' AND v.subject = h.subject
                 AND v.line > h.line) AS void
    FROM athena_audit.line h
    WHERE h.daemon = 'grafana-compliance' AND h.event = 'window-decided' AND h.subject ~ '^AC-[0-9]{8}T[0-9]{4}Z$';

CREATE VIEW athena_audit.v_lines_per_day AS
    SELECT installation, tenant, daemon, date_trunc('day', at) AS day, event, count(*) AS lines
    FROM athena_audit.line GROUP BY installation, tenant, daemon, date_trunc('day', at), event;

CREATE VIEW athena_audit.v_totals AS
    SELECT installation, tenant, daemon, event, count(*) AS lines, min(at) AS first_at, max(at) AS last_at
    FROM athena_audit.line GROUP BY installation, tenant, daemon, event;

-- How far the copy of each daemon has come.
CREATE VIEW athena_audit.v_copies AS
    SELECT DISTINCT ON (installation, daemon) installation, tenant, daemon, line AS newest_line, at AS newest_at, copied_at
    FROM athena_audit.line ORDER BY installation, daemon, line DESC;
