-- Born locked: every new account of Grafana is disabled as its row is made, so that nobody is inside even for a moment, whether
-- grafana-auto-disable runs or not. An admin enables whoever may come in, as ever.
--
--     psql -v ON_ERROR_STOP=1 -d grafana < born-locked-install.sql
--
-- As the owner of Grafana's table "user" or, better, as a superuser: what Grafana's own role does not own, it cannot replace.
-- The same is done by: sudo grafana-auto-disable born-locked install
-- It may be run again at any time, and mends what is left of an older run. PostgreSQL 13 to 17. Undone by born-locked-remove.sql.
--
-- Two settings, both optional, given before it as in  PGOPTIONS="-c athena_workers.except=provisioned" psql … :
--     athena_workers.role      the role of grafana-auto-disable in this database; default grafana_auto_disable
--     athena_workers.except    provisioned: accounts that SCIM makes are let be
--
-- What it puts there: a schema athena_workers with one table and three functions, and three triggers on "user". No statement of Grafana
-- may fail because of them: whatever goes wrong in one of the functions, Grafana's row is written as without it.

BEGIN;
SET LOCAL lock_timeout = '2s';
SET LOCAL client_min_messages = warning;

DO $begin$
BEGIN
    IF current_setting('server_version_num')::integer < 130000 THEN
        RAISE EXCEPTION 'This is PostgreSQL %, and born locked needs 13 or newer.', current_setting('server_version');
    END IF;
    IF to_regclass('"user"') IS NULL OR to_regclass('user_auth') IS NULL THEN
        RAISE EXCEPTION 'There is no table "user" or no table user_auth in database %.', current_database()
            USING HINT = 'Name the database under [database] in grafana.ini.';
    END IF;
END
$begin$;

CREATE SCHEMA IF NOT EXISTS athena_workers;

-- Accounts that stay locked until somebody decides about them. born: disabled as its row was made.
CREATE TABLE IF NOT EXISTS athena_workers.held (user_id bigint PRIMARY KEY);
ALTER TABLE athena_workers.held ADD COLUMN IF NOT EXISTS since timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE athena_workers.held ADD COLUMN IF NOT EXISTS born boolean NOT NULL DEFAULT false;

-- Before a row of "user" is made. Columns are read by name, because Grafana changes its tables.
CREATE OR REPLACE FUNCTION athena_workers.born_locked() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $born_locked$
DECLARE
    made jsonb;
BEGIN
    BEGIN
        made := to_jsonb(new);
        IF made->>'is_service_account' IS DISTINCT FROM 'true' AND made->>'is_admin' IS DISTINCT FROM 'true'
            AND NOT (TG_NARGS > 0 AND TG_ARGV[0] = 'provisioned' AND made->>'is_provisioned' IS NOT DISTINCT FROM 'true')
        THEN
            new.is_disabled := true;
        END IF;
    EXCEPTION WHEN OTHERS THEN
        NULL; -- The daemon finds the account and locks it.
    END;
    RETURN new;
END
$born_locked$;

-- After it: the mark and the word to the daemon. It waits for no lock, and a full queue of notifications is not made fuller.
CREATE OR REPLACE FUNCTION athena_workers.born_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '50ms'
AS $born_told$
DECLARE
    made jsonb;
BEGIN
    BEGIN
        made := to_jsonb(new);
        IF made->>'is_disabled' = 'true' AND made->>'is_service_account' IS DISTINCT FROM 'true' AND made->>'is_admin' IS DISTINCT FROM 'true'
            AND NOT (TG_NARGS > 0 AND TG_ARGV[0] = 'provisioned' AND made->>'is_provisioned' IS NOT DISTINCT FROM 'true')
        THEN
            INSERT INTO athena_workers.held (user_id, since, born) VALUES ((made->>'id')::bigint, clock_timestamp(), true)
                ON CONFLICT (user_id) DO UPDATE SET since = excluded.since, born = true;
            IF pg_notification_queue_usage() < 0.5 THEN
                PERFORM pg_notify('athena_workers_born', made->>'id');
            END IF;
        END IF;
    EXCEPTION WHEN OTHERS THEN
        NULL; -- The daemon finds the account in Grafana's list.
    END;
    RETURN NULL;
END
$born_told$;

-- Before a row of "user" is changed: Grafana sets the flag back at each sign-in by LDAP. Of all columns, not of is_disabled alone: a
-- trigger that names a column would keep a later Grafana from dropping or changing it.
CREATE OR REPLACE FUNCTION athena_workers.stay_locked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '50ms'
AS $stay_locked$
DECLARE
    is_external boolean;
BEGIN
    BEGIN
        IF old.is_disabled AND NOT new.is_disabled AND EXISTS (SELECT FROM athena_workers.held WHERE user_id = new.id) THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I.user_auth WHERE user_id = $1)', TG_TABLE_SCHEMA) INTO is_external USING new.id;
            IF is_external THEN
                new.is_disabled := true;
            END IF;
        END IF;
    EXCEPTION WHEN OTHERS THEN
        NULL; -- The daemon finds the account enabled and locks it again.
    END;
    RETURN new;
END
$stay_locked$;

-- A trigger may be made with these functions by nobody else; to fire, it needs no such right.
REVOKE ALL ON SCHEMA athena_workers FROM PUBLIC;
REVOKE ALL ON athena_workers.held FROM PUBLIC;
REVOKE ALL ON FUNCTION athena_workers.born_locked(), athena_workers.born_told(), athena_workers.stay_locked() FROM PUBLIC;
ALTER SCHEMA athena_workers OWNER TO CURRENT_USER;
ALTER TABLE athena_workers.held OWNER TO CURRENT_USER;
ALTER FUNCTION athena_workers.born_locked() OWNER TO CURRENT_USER;
ALTER FUNCTION athena_workers.born_told() OWNER TO CURRENT_USER;
ALTER FUNCTION athena_workers.stay_locked() OWNER TO CURRENT_USER;

-- Triggers fire in the order of their names: these are the last.
DROP TRIGGER IF EXISTS zzzz_athena_born_locked ON "user";
DROP TRIGGER IF EXISTS zzzz_athena_born_told ON "user";
DROP TRIGGER IF EXISTS zzzz_athena_stay_locked ON "user";

DO $triggers$
DECLARE
    except_whom text := coalesce(current_setting('athena_workers.except', true), '');
    daemon text := coalesce(nullif(current_setting('athena_workers.role', true), ''), 'grafana_auto_disable');
    argument text;
BEGIN
    IF except_whom NOT IN ('', 'provisioned') THEN
        RAISE EXCEPTION 'athena_workers.except must be provisioned or empty, not %.', quote_literal(except_whom);
    END IF;
    argument := CASE except_whom WHEN '' THEN '' ELSE quote_literal(except_whom) END;
    EXECUTE format('CREATE TRIGGER zzzz_athena_born_locked BEFORE INSERT ON "user" FOR EACH ROW EXECUTE FUNCTION athena_workers.born_locked(%s)', argument);
    EXECUTE format('CREATE TRIGGER zzzz_athena_born_told AFTER INSERT ON "user" FOR EACH ROW EXECUTE FUNCTION athena_workers.born_told(%s)', argument);
    CREATE TRIGGER zzzz_athena_stay_locked BEFORE UPDATE ON "user" FOR EACH ROW EXECUTE FUNCTION athena_workers.stay_locked();

    -- The daemon reads the marks, holds whom it locks, and lets go whom an admin approved. It cannot forge a mark, nor change anything here.
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = daemon) THEN
        EXECUTE format('GRANT USAGE ON SCHEMA athena_workers TO %I', daemon);
        EXECUTE format('REVOKE ALL ON athena_workers.held FROM %I', daemon);
        EXECUTE format('GRANT SELECT, INSERT (user_id), DELETE ON athena_workers.held TO %I', daemon);
    END IF;
END
$triggers$;

DO $comments$
DECLARE
    removal text := ' Removed, with all that belongs to it, by: DROP SCHEMA athena_workers CASCADE;'
        ' or by: sudo grafana-auto-disable born-locked remove; or by: psql -d DATABASE -f /usr/share/athena-workers/sql/born-locked-remove.sql';
BEGIN
    EXECUTE format('COMMENT ON SCHEMA athena_workers IS %L', 'grafana-auto-disable: new accounts of Grafana are born locked.' || removal);
    EXECUTE format('COMMENT ON TABLE athena_workers.held IS %L', 'grafana-auto-disable: accounts that stay disabled until an admin has decided about them.' || removal);
    EXECUTE format('COMMENT ON FUNCTION athena_workers.born_locked() IS %L', 'grafana-auto-disable: sets is_disabled as a new account is inserted.' || removal);
    EXECUTE format('COMMENT ON FUNCTION athena_workers.born_told() IS %L', 'grafana-auto-disable: marks an account that was born locked, and tells the daemon.' || removal);
    EXECUTE format('COMMENT ON FUNCTION athena_workers.stay_locked() IS %L', 'grafana-auto-disable: keeps is_disabled set while an account from single sign-on or a directory is held.' || removal);
    EXECUTE format('COMMENT ON TRIGGER zzzz_athena_born_locked ON "user" IS %L', 'grafana-auto-disable: new accounts are disabled until an admin enables them.' || removal);
    EXECUTE format('COMMENT ON TRIGGER zzzz_athena_born_told ON "user" IS %L', 'grafana-auto-disable: marks new accounts, and tells the daemon.' || removal);
    EXECUTE format('COMMENT ON TRIGGER zzzz_athena_stay_locked ON "user" IS %L', 'grafana-auto-disable: held accounts stay disabled at their next sign-in.' || removal);
END
$comments$;

-- The proof: an account, one from outside and a service account are made, looked at, and taken back.
DO $probe$
DECLARE
    people regclass := to_regclass('"user"');
    login text := 'athena-probe-' || md5(random()::text);
    has_service_accounts boolean;
    found boolean;
    problem text;
BEGIN
    SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = people AND attname = 'is_service_account' AND NOT attisdropped) INTO has_service_accounts;
    BEGIN
        CREATE FUNCTION pg_temp.athena_probe(relation regclass, given jsonb) RETURNS void LANGUAGE plpgsql AS $made$
        DECLARE
            names text;
            texts text;
        BEGIN
            -- What is given, and something of its type for each other column that must have a value.
            SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
                   string_agg(CASE
                       WHEN given ? a.attname THEN quote_nullable(given->>a.attname)
                       WHEN t.typcategory = 'N' THEN '0'
                       WHEN t.typcategory = 'B' THEN 'false'
                       WHEN t.typcategory = 'D' THEN 'now()'
                       WHEN t.typcategory = 'S' THEN quote_literal(left(given->>'text', CASE WHEN a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 60 END))
                       ELSE 'NULL' END, ', ' ORDER BY a.attnum)
            INTO names, texts
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                AND (given ? a.attname OR (a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''));
            EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', relation, names, texts);
        END
        $made$;

        PERFORM pg_temp.athena_probe(people, jsonb_build_object('id', -1, 'text', login, 'is_admin', false));
        EXECUTE format('SELECT is_disabled FROM %s WHERE id = -1', people) INTO found;
        IF found IS NOT TRUE THEN
            problem := 'an account that was inserted was not disabled';
        ELSIF NOT EXISTS (SELECT FROM athena_workers.held WHERE user_id = -1 AND born) THEN
            problem := 'an account that was inserted was not marked';
        END IF;

        IF problem IS NULL THEN
            PERFORM pg_temp.athena_probe(to_regclass('user_auth'), jsonb_build_object('id', -1, 'text', login, 'user_id', -1));
            EXECUTE format('UPDATE %s SET is_disabled = false WHERE id = -1 RETURNING is_disabled', people) INTO found;
            IF found IS NOT TRUE THEN
                problem := 'an account from outside that is held could be enabled';
            END IF;
        END IF;

        IF problem IS NULL AND has_service_accounts THEN
            PERFORM pg_temp.athena_probe(people, jsonb_build_object('id', -2, 'text', login || '-2', 'is_service_account', true));
            EXECUTE format('SELECT is_disabled FROM %s WHERE id = -2', people) INTO found;
            IF found IS TRUE THEN
                problem := 'a service account was disabled';
            END IF;
        END IF;

        RAISE EXCEPTION USING ERRCODE = 'AW001';
    EXCEPTION
        WHEN SQLSTATE 'AW001' THEN
            NULL; -- All of it is taken back.
        WHEN OTHERS THEN
            problem := 'a row could not be inserted as Grafana does: ' || SQLERRM;
    END;

    IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'Nothing was installed: the probe failed, % (other triggers on "user": %).', problem, coalesce(
            (SELECT string_agg(tgname, ', ') FROM pg_trigger WHERE tgrelid = people AND NOT tgisinternal AND tgname NOT LIKE 'zzzz\_athena\_%'), 'none');
    END IF;
END
$probe$;

SET LOCAL client_min_messages = notice;

DO $end$
DECLARE
    daemon text := coalesce(nullif(current_setting('athena_workers.role', true), ''), 'grafana_auto_disable');
BEGIN
    RAISE NOTICE 'Installed: from now on new accounts of Grafana are born locked. Undone by born-locked-remove.sql.';
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = daemon) THEN
        RAISE NOTICE 'There is no role %, so grafana-auto-disable does not see it: run grafana-auto-disable-grants.sql, then this file again.', daemon;
    END IF;
    IF (SELECT relowner::regrole::text FROM pg_class WHERE oid = to_regclass('"user"')) = quote_ident(current_user) THEN
        RAISE NOTICE 'Installed as %, who owns the table "user": if that is Grafana''s own role, whoever takes Grafana over can change it. A superuser can run this file again.', current_user;
    END IF;
END
$end$;

COMMIT;
