#!/bin/bash
# The packages on a booted Debian: install beside running timers, configure, start, lock, kill, upgrade, remove, purge. Each line is a
# test; the last one counts. A stand-in plays Grafana (its log goes to the journal), the mail server and Telegram.
#   tests/deb/test.sh
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/deb/boot.sh

not_run() { echo "test-deb was not run: $1"; echo; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
[ "$(id -u)" = 0 ] || not_run "it needs root, to boot a system in a container"
missing=$(tests/deb/needs.sh mmdebstrap systemd-nspawn nsenter curl) || not_run "$missing"
make_root || not_run "no Debian 12 root could be made: $(tail -n 1 "$root_tar.log" 2>/dev/null)"

version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
next=$version+next
daemons=$(grep -v '^#' packaging/daemons | cut -f1)
work=$(mktemp -d "${TMPDIR:-/var/tmp}/athena-deb-XXXXXX")
root=$work/root
passed=0 failed=0

finish() {
    trap '' INT TERM
    shut_down
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

ok() { passed=$((passed + 1)); printf 'ok      %s\n' "$1"; }
bad() { failed=$((failed + 1)); printf 'FAILED  %s\n' "$1"; sed 's/^/        /' "$work/said" | tail -n 12; }
# One promise: the command's exit code decides; what it said is shown when it was not kept.
holds() { # NAME COMMAND…
    local name=$1
    shift
    if "$@" >"$work/said" 2>&1; then ok "$name"; else bad "$name"; fi
}
end() { printf '\n%d passed, %d failed\n' "$passed" "$failed"; [ "$failed" = 0 ]; exit; }
# Waits for a condition, at most so many seconds.
soon() { # SECONDS COMMAND…
    local until=$((SECONDS + $1))
    shift
    until "$@"; do [ $SECONDS -lt $until ] || return 1; sleep 0.1; done
}

mkdir "$root"
tar -xf "$root_tar" -C "$root" --exclude './dev/*'
mkdir -p "$root/opt/debs/$version" "$root/opt/debs/$next"
cp artifacts/deb/*_"$version"_*.deb "$root/opt/debs/$version/"
cp artifacts/deb/*_"$next"_*.deb "$root/opt/debs/$next/"
cp artifacts/contract/athena-sandbox "$root/opt/athena-sandbox"

# Grafana: its log goes to a file and, as a service's output does, to the journal.
mkdir -p "$root/etc/systemd/system" "$root/var/lib/stand-in"
cat >"$root/etc/systemd/system/grafana-server.service" <<'UNIT'
[Unit]
Description=Grafana (stand-in)
[Service]
ExecStart=/bin/sh -c '/opt/athena-sandbox demo --directory /var/lib/stand-in --port 3000 --page-port 8080 --smtp-port 2525 --telegram-port 8081 --speed 0 --log-mode "console file" >/var/lib/stand-in/said 2>&1 & exec tail -n 0 -F /var/lib/stand-in/grafana.log'
LogRateLimitIntervalSec=0
Environment=DOTNET_BUNDLE_EXTRACT_BASE_DIR=/var/lib/stand-in
[Install]
WantedBy=multi-user.target
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants" "$root/etc/systemd/system/timers.target.wants"
ln -s ../grafana-server.service "$root/etc/systemd/system/multi-user.target.wants/"

# The guard of before, written by hand, with our names.
cat >"$root/usr/local/bin/old-guard" <<'SCRIPT'
#!/bin/sh
date +%s >>/var/log/old-guard.log
SCRIPT
chmod +x "$root/usr/local/bin/old-guard"
for daemon in $daemons; do
    printf '[Unit]\nDescription=Old guard\n[Service]\nType=oneshot\nExecStart=/usr/local/bin/old-guard\n' >"$root/etc/systemd/system/$daemon.service"
    printf '[Timer]\nOnBootSec=1s\nOnUnitActiveSec=1s\nAccuracySec=100ms\n[Install]\nWantedBy=timers.target\n' >"$root/etc/systemd/system/$daemon.timer"
    ln -s "../$daemon.timer" "$root/etc/systemd/system/timers.target.wants/"
done
printf 'export GRAFANA_URL="http://127.0.0.1:3000"\n# our own words\nSMTP_USER=$X\n' >"$root/etc/default/grafana-auto-disable"
chmod 0644 "$root/etc/default/grafana-auto-disable"

boot "$root" || not_run "no system could be booted in a container here: $(tail -n 1 "$root.console" | tr -d '\r')"

page() { reach curl -sS -m 20 "http://127.0.0.1:8080/sandbox/$1" "${@:2}"; }
sign_up() { page signup -H 'Content-Type: application/json' -d "{\"name\":\"$1\",\"email\":\"$1@example.net\",\"password\":\"a-long-pass-word\"}" >/dev/null; }
is_disabled() { page users | tr '{' '\n' | grep -F "\"$1@example.net\"" | grep '"isDisabled":true' >/dev/null; }
has_mail() { page mails | tr '{' '\n' | grep -F "$1" | grep -F "$2" >/dev/null; }
runs() { inside systemctl -q is-active "$1"; }
show() { inside systemctl show -P "$2" "$1"; }
guard_runs() { local before; before=$(wc -l <"$root/var/log/old-guard.log"); soon 15 eval '[ "$(wc -l <"$root/var/log/old-guard.log")" -gt '"$before"' ]'; }
value() { sed -n "/\"$1\": {/,/}/s/.*\"$2\": \"\{0,1\}\([^\",]*\).*/\1/p" "$root/var/lib/stand-in/sandbox.json"; }
install() { patience=300 inside sh -c "apt-get install -y -q --no-install-recommends /opt/debs/$1/*.deb </dev/null"; }
explained() { # DAEMON: each event that it can log is in the system's catalogue
    inside journalctl --dump-catalog | sed -n 's/^-- //p' | sort -u >"$work/known"
    inside "$1" print catalogue | sed -n 's/^-- //p' | sort -u >"$work/own"
    [ -s "$work/own" ] && [ -z "$(comm -13 "$work/known" "$work/own")" ]
}
none_failed() { [ -z "$(inside systemctl --failed --plain --no-legend -q)" ] || { inside systemctl --failed --plain; return 1; }; }

holds 'the system is up, with the old timers and Grafana' soon 30 test -s "$root/var/lib/stand-in/sandbox.json"
echo '-- install beside running timers'
sum=$(sha256sum <"$root/etc/default/grafana-auto-disable")
holds 'the packages install and ask nothing' install "$version"
cp "$work/said" artifacts/deb/install.log
holds 'the old timers go on' guard_runs
for daemon in $daemons; do
    holds "$daemon: the old unit is still in force" [ "$(show "$daemon.service" FragmentPath)" = "/etc/systemd/system/$daemon.service" ]
    holds "$daemon: its timer is untouched and active" runs "$daemon.timer"
    holds "$daemon: nothing of ours is enabled" [ ! -e "$root/etc/systemd/system/multi-user.target.wants/$daemon.service" ]
    holds "$daemon: settings are for root alone" [ "$(stat -c '%a %U:%G' "$root/etc/default/$daemon")" = '600 root:root' ]
    holds "$daemon: journalctl -x knows its events" explained "$daemon"
    holds "$daemon --version names the runtime" eval "inside $daemon --version | grep '\.NET [0-9]'"
    holds "$daemon: manual page, examples, command" eval '[ -e "$root/usr/share/man/man8/$daemon.8.gz" ] || [ -e "$root/etc/dpkg/dpkg.cfg.d/excludes" ] && [ -d "$root/usr/share/doc/$daemon/examples" ]'
done
holds 'a settings file of before is kept byte by byte' [ "$(sha256sum <"$root/etc/default/grafana-auto-disable")" = "$sum" ]
holds 'a fresh settings file holds every setting' eval 'inside grafana-active-users print settings | cmp - "$root/etc/default/grafana-active-users"'
holds 'and those that all of them can log' explained /usr/lib/athena-workers/athena-workers
holds 'each event is explained once' eval '[ -z "$(cat "$root"/usr/lib/systemd/catalog/{athena,grafana}-*.catalog | grep "^-- " | sort | uniq -d)" ]'
holds 'no unit is red' none_failed

echo '-- configure and start'
# As the README says it.
for daemon in $daemons; do
    inside systemctl disable --now "$daemon.timer" >/dev/null 2>&1
    mkdir -p "$root/var/lib/athena-workers/replaced"
    mv "$root/etc/systemd/system/$daemon".{service,timer} "$root/var/lib/athena-workers/replaced/"
done
inside systemctl daemon-reload
groups() { inside systemctl show -P SupplementaryGroups grafana-auto-disable; }
inside groupadd -r grafana
inside /usr/lib/athena-workers/read-grafana-log grafana-auto-disable
holds 'our unit is in force, with the group of the log where that exists' [ "$(groups)" = 'systemd-journal grafana' ]
settings() { ( umask 077; cat >"$root/etc/default/$1" ); }
settings athena-workers <<SETTINGS
GRAFANA_USER=$(value worker user)
GRAFANA_PASSWORD=$(value worker password)
LOG=journal:grafana-server.service
SMTP_HOST=127.0.0.1
SMTP_PORT=2525
SMTP_SECURITY=none
MAIL_FROM=grafana@athena.example
OPS_MAIL_TO=ops@athena.example
SETTINGS
# The list is looked at so seldom that only the journal can have told of a newcomer.
settings grafana-auto-disable <<SETTINGS
MAIL_TO=lindiwe@athena.example
POLL_INTERVAL=10m
SETTINGS
settings grafana-active-users <<SETTINGS
TELEGRAM_API=http://127.0.0.1:8081
TELEGRAM_BOT_TOKEN=$(value telegram token)
TELEGRAM_CHAT_ID=$(value telegram chat)
SETTINGS
if [ -e "$root/etc/default/grafana-compliance" ]; then settings grafana-compliance <<SETTINGS
REPORT_TO=first2lead@athena.example
SETTINGS
fi
holds 'the baseline is made' inside grafana-auto-disable baseline --all
for daemon in $daemons; do
    holds "$daemon starts" inside systemctl enable --now "$daemon"
    ready=$(( ($(show "$daemon" ActiveEnterTimestampMonotonic) - $(show "$daemon" ExecMainStartTimestampMonotonic)) / 1000 ))
    printf '        start to READY: %d ms\n' "$ready"
    holds "$daemon: state directory is 0700 and its own" [ "$(stat -c %a "$root/var/lib/private/$daemon")" = 700 ]
    inside "$daemon" check >"$work/check" 2>&1
    code=$?
    cp "$work/check" "artifacts/deb/check-$daemon.txt"
    holds "$daemon check finds nothing that does not work" eval "[ $code = 0 ] || [ $code = 2 ] || { cat '$work/check'; false; }"
done
inside systemctl status --no-pager --full $daemons >artifacts/deb/status.txt 2>&1

echo '-- lock'
began=$(date +%s%N)
sign_up journal.newcomer
holds 'a sign-up that the journal tells of is locked' soon 20 is_disabled journal.newcomer
printf '        seen as locked after %d ms\n' $(( ($(date +%s%N) - began) / 1000000 ))
holds 'the admins have its mail' soon 20 has_mail lindiwe@athena.example newcomer
holds 'the chat has a message' eval 'inside grafana-active-users pulse --test && page telegram | grep text'
inside journalctl -x --no-pager -u grafana-auto-disable _SYSTEMD_INVOCATION_ID="$(show grafana-auto-disable InvocationID)" >artifacts/deb/journal.txt 2>&1

echo '-- killed, stuck, misconfigured'
pid=$(show grafana-auto-disable MainPID)
killed() { [ "$pid" != 0 ] && inside kill "$1" "$pid"; }
holds 'it is killed with -9' killed -9
restarted() { [ "$(show "$1" MainPID)" != "$2" ] && [ "$(show "$1" MainPID)" != 0 ] && runs "$1"; }
holds 'after kill -9 it is back' soon 30 restarted grafana-auto-disable "$pid"
sign_up after.kill
holds 'and locks' soon 20 is_disabled after.kill
mkdir -p "$root/run" && inside sh -c 'mkdir -p /run/systemd/system/grafana-auto-disable.service.d && printf "[Service]\nWatchdogSec=4s\nTimeoutStopSec=2s\n" >/run/systemd/system/grafana-auto-disable.service.d/test.conf && systemctl daemon-reload && systemctl restart grafana-auto-disable'
pid=$(show grafana-auto-disable MainPID)
holds 'it is stopped with SIGSTOP' killed -STOP
sign_up while.stuck
holds 'stuck (SIGSTOP), the watchdog ends it and it is back' soon 60 restarted grafana-auto-disable "$pid"
holds 'and locks who came meanwhile' soon 30 is_disabled while.stuck
inside sh -c 'rm -r /run/systemd/system/grafana-auto-disable.service.d && systemctl daemon-reload'
cp "$root/etc/default/grafana-auto-disable" "$work/settings"
echo 'POLL_INTERVAL=often' >>"$root/etc/default/grafana-auto-disable"
inside systemctl restart grafana-auto-disable >/dev/null 2>&1
holds 'misconfigured it fails with 78 and is not started again' soon 20 eval '[ "$(show grafana-auto-disable ExecMainStatus)" = 78 ] && [ "$(show grafana-auto-disable ActiveState)" = failed ]'
holds 'and our people have a mail that says what is not being done' soon 30 has_mail ops@athena.example 'has stopped working'
cp "$work/settings" "$root/etc/default/grafana-auto-disable"
holds 'put right, it starts' inside systemctl start grafana-auto-disable

echo '-- memory'
total=0
for daemon in $daemons; do
    pid=$(show "$daemon" MainPID)
    pss=$(inside awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
    rss=$(inside awk '/^Rss:/ { print $2 }' "/proc/$pid/smaps_rollup")
    printf '        %-22s proportional %5.1f MB, resident %5.1f MB\n' "$daemon" "$(awk "BEGIN { print $pss / 1024 }")" "$(awk "BEGIN { print $rss / 1024 }")"
    total=$((total + pss))
done
printf '        together proportional %.1f MB\n' "$(awk "BEGIN { print $total / 1024 }")"
holds 'together they take at most 150 MB' [ "$total" -le $((150 * 1024)) ]

echo '-- upgrade'
pid=$(show grafana-auto-disable MainPID)
sum=$(sha256sum <"$root/etc/default/grafana-auto-disable")
known() { inside grafana-auto-disable pending | grep -c 'example.net'; }
before=$(known)
holds 'the next version installs' install "$next"
holds 'what ran is restarted' soon 20 restarted grafana-auto-disable "$pid"
holds 'state is kept: the same people wait' eval '[ "$before" -gt 0 ] && [ "$(known)" = "$before" ]'
holds 'settings are kept' [ "$(sha256sum <"$root/etc/default/grafana-auto-disable")" = "$sum" ]
sign_up after.upgrade
holds 'and it locks' soon 20 is_disabled after.upgrade
holds 'no unit is red' none_failed

echo '-- remove, install again, purge'
holds 'removing says that new accounts are no longer disabled' eval 'patience=120 inside apt-get remove -y -q grafana-auto-disable 2>&1 </dev/null | grep "NO LONGER being disabled"'
holds 'nothing of it runs' eval '! inside pgrep -f /usr/lib/athena-workers/grafana-auto-disable'
holds 'its state and settings stay' eval '[ -s "$root/var/lib/private/grafana-auto-disable/state.json" ] && [ -s "$root/etc/default/grafana-auto-disable" ]'
holds 'installed again' install "$next"
holds 'it starts with its state' eval 'inside systemctl start grafana-auto-disable && [ "$(known)" -ge "$before" ]'
holds 'purging works' eval 'patience=120 inside apt-get purge -y -q athena-workers-runtime $daemons </dev/null'
left() {
    find "$root/etc" "$root/var/lib" "$root/usr" "$root/run" "$root/lib/systemd" -xdev \( -name '*athena-workers*' $(printf -- '-o -name *%s* ' $daemons) \) 2>/dev/null
    inside sh -c 'ls -d /run/grafana-[ac]* 2>/dev/null; systemctl list-units --all --plain --no-legend "grafana-a*" "grafana-c*" "athena-*"'
}
holds 'and leaves nothing' eval '[ -z "$(left)" ] || { left; false; }'
end
