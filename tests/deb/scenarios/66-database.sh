# Grafana's PostgreSQL: an account from single sign-on, which Grafana's API does not lock, is locked there, with the rights of the
# packaged script and no more.
echo '-- external accounts are locked in the database'
holds 'PostgreSQL runs, with the tables of Grafana' eval 'inside systemctl start postgresql && as_postgres createdb grafana && tables | as_postgres psql -q -v ON_ERROR_STOP=1 grafana'
holds 'the packaged script makes the role' as_postgres psql -q -d grafana -f "$grants"
as_postgres psql -q -d grafana -c "ALTER ROLE grafana_auto_disable PASSWORD 'r0le-pass'" -c "CREATE ROLE grafana SUPERUSER LOGIN PASSWORD 'gr4fana'"
drop_in grafana-server.service <<'UNIT'
[Service]
Environment="MORE=--postgres Host=127.0.0.1;Username=grafana;Password=gr4fana;Database=grafana"
UNIT
holds 'Grafana keeps its accounts there' eval 'inside systemctl restart grafana-server && soon 30 page state && page users | grep athena-admin'
sign_on() { # NAME: by the provider's page, with a browser of their own; the exit code tells whether they got in
    local jar=$work/$1.jar to
    to=$(reach curl -sS -m 20 -c "$jar" -o /dev/null -w '%{redirect_url}' http://127.0.0.1:3000/login/generic_oauth)
    reach curl -sS -m 20 -L -b "$jar" -c "$jar" -o /dev/null "$to&login_hint=$1" && gets_in "$1"
}
gets_in() { [ "$(reach curl -sS -m 20 -b "$work/$1.jar" -o /dev/null -w '%{http_code}' http://127.0.0.1:3000/api/user)" = 200 ]; }
is_out() { [ "$(as_postgres psql -At -d grafana -c "SELECT is_disabled FROM \"user\" WHERE login = '$1'")" = t ] && ! gets_in "$1"; }
mark
# The daemon may have ended their session before we look.
holds 'somebody signs on by single sign-on and has an account' eval 'sign_on kagiso; [ "$(as_postgres psql -At -d grafana -c "SELECT is_disabled FROM \"user\" WHERE login = '"'kagiso'"'")" = f ]'
holds 'without the database they cannot be locked, and the journal says so' soon 20 said grafana-auto-disable account-still-inside
cp "$root/etc/default/grafana-auto-disable" "$work/settings"
echo 'GRAFANA_DATABASE=postgresql://grafana_auto_disable:r0le-pass@127.0.0.1/grafana' >>"$root/etc/default/grafana-auto-disable"
holds 'check finds that external accounts can be locked' eval '{ inside grafana-auto-disable check || true; } | grep "external accounts can be locked"'
inside systemctl restart grafana-auto-disable
holds 'with the database they are locked' soon 30 is_out kagiso
holds 'another one is locked, too' eval 'sign_on tumelo; soon 20 is_out tumelo'
holds 'they cannot sign on again' eval '! sign_on tumelo'
page users >"$work/said"
uid=$(tr '{' '\n' <"$work/said" | sed -n 's/.*"uid":"\([^"]*\)","login":"tumelo".*/\1/p')
holds 'approved, they are let in' eval 'inside grafana-auto-disable approve --yes "uid:$uid" && soon 20 sign_on tumelo'
holds 'the role may do nothing else' eval '! as_postgres env PGPASSWORD=r0le-pass psql -h 127.0.0.1 -U grafana_auto_disable -d grafana -c "SELECT login FROM \"user\""'
# Born locked: the database refuses who is new by itself, whether anybody guards or not.
superuser='Host=127.0.0.1;Username=grafana;Password=gr4fana;Database=grafana'
marker=$root/var/lib/private/grafana-auto-disable/born-locked
holds 'born-locked is not installed, and says so' eval '{ inside grafana-auto-disable born-locked status 2>&1 || [ $? = 2 ]; } | grep "Not installed"'
holds 'it is installed by command' eval 'echo "$superuser" | inside grafana-auto-disable born-locked install --yes | grep "Installed and whole"'
holds 'the daemon sees it' soon 100 test -e "$marker"
holds 'revert refuses while it is there' eval '{ inside grafana-auto-disable revert 2>&1 </dev/null || true; } | grep "born-locked remove"'
inside systemctl stop grafana-auto-disable
holds 'who signs on while nobody guards is not let in' eval '! sign_on lerato && is_out lerato'
holds 'installed again while nobody guards, the shell knows of it' eval 'rm -f "$marker" && echo "$superuser" | inside grafana-auto-disable born-locked install --yes | grep "Installed and whole" && [ -e "$marker" ]'
holds 'the packaged file does the same by hand' as_postgres psql -q -v ON_ERROR_STOP=1 -d grafana -f /usr/share/athena-workers/sql/born-locked-install.sql
inside systemctl start grafana-auto-disable
holds 'the daemon finds and asks about whoever came meanwhile' soon 60 eval 'inside grafana-auto-disable pending | grep lerato'
holds 'it is removed by command, which says who is still disabled' eval 'echo "$superuser" | inside grafana-auto-disable born-locked remove --yes | tee "$work/removed" | grep "no longer expects" && grep "Still disabled" "$work/removed"'
holds 'nothing of it is left' eval '[ "$(as_postgres psql -At -d grafana -c "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")" = 0 ] && soon 60 test ! -e "$marker"'
cp "$work/settings" "$root/etc/default/grafana-auto-disable"
drop_out grafana-server.service
inside systemctl stop postgresql
inside systemctl restart grafana-server grafana-auto-disable
soon 30 page state >/dev/null 2>&1
