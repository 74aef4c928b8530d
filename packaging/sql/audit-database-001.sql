-- The lines, the facts that name people, and the function that erases these.
--
-- Run by: sudo athena-workers audit-database migrate
-- /usr/share/doc/athena-workers/audit-database.md says what stands in each table. Everything here belongs to whoever runs it, and the daemons' roles may add lines
-- and read them: nobody but the owner changes or deletes one.

CREATE TABLE athena_audit.line (
    installation text NOT NULL,         -- which installation of the daemon wrote it; twelve hex digits
    daemon text NOT NULL,               -- by the name of its unit
    line bigint NOT NULL CHECK (line > 0),
    tenant text NOT NULL,               -- TENANT_ID, default where there is one alone
    at timestamptz NOT NULL,
    written_at text NOT NULL,           -- the same as it stands in the file: the hash covers it
    event text NOT NULL,
    subject text NOT NULL,              -- what ties the lines of one matter together; of an account its uid, or id:17
    verdict text NOT NULL,              -- what was decided, without names
    facts_hash text NOT NULL,
    previous text NOT NULL,             -- hash of the line before
    hash text NOT NULL,
    copied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (installation, daemon, line)
);
CREATE INDEX line_at ON athena_audit.line (at);

-- What somebody was called when a line was written. Each once: mark is a hash of the five.
CREATE TABLE athena_audit.person (
    person_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation text NOT NULL,
    reference text NOT NULL,
    login text NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    mark text NOT NULL UNIQUE
);

-- The facts of a line, with what they are proved by. They may name anybody.
CREATE TABLE athena_audit.fact (
    installation text NOT NULL,
    daemon text NOT NULL,
    line bigint NOT NULL,
    person_id bigint REFERENCES athena_audit.person,
    facts jsonb NOT NULL,               -- without login, email and name, which the person has
    salt text NOT NULL,
    keep_until timestamptz NOT NULL,    -- AUDIT_KEEP after the line
    PRIMARY KEY (installation, daemon, line),
    FOREIGN KEY (installation, daemon, line) REFERENCES athena_audit.line ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX fact_keep_until ON athena_audit.fact (keep_until);
CREATE INDEX fact_person ON athena_audit.fact (person_id);

-- The one way to take something out: facts whose time is over, whosever they are, and those of one daemon that its own file has no more,
-- also where another installation of it had copied the same lines. What was decided stays. Gives how many lines lost theirs.
CREATE FUNCTION athena_audit.erase_names(of_installation text, of_daemon text, up_to bigint, lines bigint[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $erase_names$
DECLARE
    erased bigint;
BEGIN
    -- As whoever adds lines does: nobody is to be pointed at who goes.
    PERFORM pg_advisory_xact_lock(hashtextextended('athena_audit', 0));
    DELETE FROM athena_audit.fact f USING athena_audit.line l
    WHERE l.installation = f.installation AND l.daemon = f.daemon AND l.line = f.line
      AND (f.keep_until < clock_timestamp()
           OR (f.daemon = of_daemon AND (f.line <= up_to OR f.line = ANY (lines))
               AND l.hash IN (
                   SELECT o.hash FROM athena_audit.line o
                   WHERE o.installation = of_installation AND o.daemon = of_daemon AND (o.line <= up_to OR o.line = ANY (lines)))));
    GET DIAGNOSTICS erased = ROW_COUNT;
    DELETE FROM athena_audit.person p WHERE NOT EXISTS (SELECT FROM athena_audit.fact f WHERE f.person_id = p.person_id);
    RETURN erased;
END
$erase_names$;
REVOKE ALL ON FUNCTION athena_audit.erase_names FROM PUBLIC;
