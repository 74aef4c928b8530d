-- What a role may do, each time from the beginning: athena_audit.role names that of a daemon, athena_audit.reader one that draws panels.
-- Run by: sudo athena-workers audit-database migrate
DO $grants$
DECLARE
    writer text := current_setting('athena_audit.role', true);
    reader text := current_setting('athena_audit.reader', true);
    seen text;
BEGIN
    IF writer <> '' THEN
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA athena_audit FROM %I', writer);
        EXECUTE format('GRANT USAGE ON SCHEMA athena_audit TO %I', writer);
        EXECUTE format('GRANT SELECT ON athena_audit.migration TO %I', writer);
        EXECUTE format('GRANT SELECT, INSERT ON athena_audit.line TO %I', writer);
        EXECUTE format('GRANT SELECT, INSERT ON athena_audit.person TO %I', writer);
        EXECUTE format('GRANT SELECT, INSERT ON athena_audit.fact TO %I', writer);
        EXECUTE format('GRANT EXECUTE ON FUNCTION athena_audit.erase_names TO %I', writer);
    END IF;
    IF reader <> '' THEN
        EXECUTE format('GRANT USAGE ON SCHEMA athena_audit TO %I', reader);
        FOR seen IN SELECT viewname FROM pg_views WHERE schemaname = 'athena_audit' LOOP
            EXECUTE format('GRANT SELECT ON athena_audit.%I TO %I', seen, reader);
        END LOOP;
    END IF;
END
$grants$;
