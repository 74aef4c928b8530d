-- The role with which grafana-auto-disable locks accounts that Grafana's API cannot (single sign-on, LDAP, proxy).
--
-- Run it once in Grafana's database, as a superuser or as somebody who may create roles and owns the tables:
--
--     psql -d grafana -f grafana-auto-disable-grants.sql
--     psql -d grafana -c '\password grafana_auto_disable'      (sets the password without showing it to anybody)
--
-- Another name for the role: psql -v role=NAME … . It may be run again at any time, for example after an upgrade of Grafana,
-- and leaves exactly the rights below.
--
-- What the role may do at worst: disable or enable accounts, and sign people out. It reads ids and flags: no name, no e-mail, no
-- password, no token, no dashboard. It makes nothing, and changes nothing else. Where accounts are born locked it may also note or unnote
-- whom it holds.

\set ON_ERROR_STOP on
\if :{?role}
\else
    \set role grafana_auto_disable
\endif

BEGIN;

SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec

ALTER ROLE :"role" NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 4;

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
GRANT USAGE ON SCHEMA public TO :"role";

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"role";

-- Who it is and whether the flag is set; and the flag.
GRANT SELECT (id, uid, is_disabled), UPDATE (is_disabled) ON "user" TO :"role";

-- The sessions: DELETE … WHERE user_id needs to read that column too.
GRANT SELECT (user_id), DELETE ON user_auth_token TO :"role";

-- Where accounts are born locked (born-locked-install.sql): who is held until an admin has decided.
SELECT format('GRANT USAGE ON SCHEMA athena_workers TO %I', :'role') WHERE to_regnamespace('athena_workers') IS NOT NULL \gexec
SELECT format('GRANT SELECT, INSERT (user_id), DELETE ON athena_workers.held TO %I', :'role') WHERE to_regclass('athena_workers.held') IS NOT NULL \gexec

COMMIT;
