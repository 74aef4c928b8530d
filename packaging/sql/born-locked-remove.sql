-- Takes back what born-locked-install.sql did: no trigger, no function and no schema of it is left. Accounts stay as they are; those that
-- are held and still disabled are named.
--
--     psql -v ON_ERROR_STOP=1 -d grafana < born-locked-remove.sql
--
-- As whoever installed it, or a superuser. It may be run again at any time, also where only a part is left.
-- The same is done by: sudo grafana-auto-disable born-locked remove

BEGIN;
SET LOCAL lock_timeout = '2s';

DO $remove$
DECLARE
    waiting bigint := 0;
    names text;
    one record;
BEGIN
    IF to_regclass('athena_workers.held') IS NOT NULL AND to_regclass('"user"') IS NOT NULL THEN
        BEGIN
            EXECUTE 'SELECT count(*), string_agg(text, '', '' ORDER BY id) FILTER (WHERE place <= 100) FROM ('
                'SELECT id, format(''id %s'', id) || coalesce('' uid '' || nullif(uid, ''''), '''') AS text, row_number() OVER (ORDER BY id) AS place '
                'FROM "user" WHERE is_disabled AND id IN (SELECT user_id FROM athena_workers.held)) AS accounts' INTO waiting, names;
        EXCEPTION WHEN undefined_column THEN
            RAISE NOTICE 'Who is still disabled could not be read: %', SQLERRM;
        END;
    END IF;

    -- By their function, whatever they are called and wherever the table is.
    FOR one IN SELECT tgname, tgrelid::regclass AS relation FROM pg_trigger
        WHERE NOT tgisinternal AND tgfoid IN (SELECT oid FROM pg_proc WHERE pronamespace = to_regnamespace('athena_workers'))
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.relation);
    END LOOP;

    SET LOCAL client_min_messages = warning;
    DROP SCHEMA IF EXISTS athena_workers CASCADE;
    SET LOCAL client_min_messages = notice;

    RAISE NOTICE 'Removed: new accounts of Grafana are no longer born locked. grafana-auto-disable locks them, if it runs.';
    IF waiting > 0 THEN
        RAISE NOTICE 'Still disabled, because nobody has approved them, accounts: %. They are: %.', waiting, names || CASE WHEN waiting > 100 THEN ', …' ELSE '' END;
    END IF;
END
$remove$;

COMMIT;
