# What each scenario is written with: promises, waiting, and words for what stands in the booted system. To be sourced after boot.sh;
# expects $work (a folder for scraps), $root (the system's root) and $daemons.

passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); printf 'ok      %s\n' "$1"; }
bad() { failed=$((failed + 1)); printf 'FAILED  %s\n' "$1"; sed 's/^/        /' "$work/said" | tail -n 12; }
skip() { skipped=$((skipped + 1)); printf 'skipped %s: %s\n' "$1" "$2"; } # NAME REASON
note() { printf '        %s\n' "$1"; }
# One promise: the command's exit code decides; what it said is shown when it was not kept.
holds() { # NAME COMMAND…
    local name=$1
    shift
    if "$@" >"$work/said" 2>&1; then ok "$name"; else bad "$name"; fi
}
totals() { printf '\n%d passed, %d failed%s\n' "$passed" "$failed" "$([ "$skipped" = 0 ] || echo ", $skipped skipped")"; [ "$failed" = 0 ]; }
not_run() { echo "test-deb was not run: $1"; echo; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
# Waits for a condition, at most so many seconds.
soon() { # SECONDS COMMAND…
    local until=$((SECONDS + $1))
    shift
    until "$@"; do [ $SECONDS -lt $until ] || return 1; sleep 0.1; done
}

# Grafana, the mail server and the chat: the stand-in's page of control.
page() { reach curl -sS -m 20 "http://127.0.0.1:8080/sandbox/$1" "${@:2}"; }
value() { sed -n "/\"$1\": {/,/}/s/.*\"$2\": \"\{0,1\}\([^\",]*\).*/\1/p" "$root/var/lib/stand-in/sandbox.json"; }
sign_up() { page signup -H 'Content-Type: application/json' -d "{\"name\":\"$1\",\"email\":\"$1@example.net\",\"password\":\"a-long-pass-word\"}" >/dev/null; }
is_disabled() { page users | tr '{' '\n' | grep -F "\"$1@example.net\"" | grep '"isDisabled":true' >/dev/null; }
has_mail() { page mails | tr '{' '\n' | grep -F "$1" | grep -F "$2" >/dev/null; } # RECIPIENT WORDS

mails() { page mails | tr '{' '\n' | grep -F "$1" | grep -cF "$2"; } # RECIPIENT WORDS, how many
newcomer() { sign_up "$1"; soon "${2:-20}" is_disabled "$1"; } # NAME SECONDS

# What a daemon said, by the name of the event. The journal is asked from a place on, and not by time: the clock may be set.
# The place is an entry of our own, and not left out: after a cursor journalctl 252 leaves out the first entry that fits, too.
# Found by its own words: the last one that journalctl shows need not be it when the clock was set.
mark() {
    local words="mark $RANDOM $SECONDS"
    inside sh -c "echo '$words' | systemd-cat -t mark && journalctl --sync"
    cursor=$(inside journalctl -q -t mark -o json --output-fields=MESSAGE | grep -F "\"$words\"" | sed 's/.*"__CURSOR" *: *"\([^"]*\)".*/\1/')
}
spoken() { inside journalctl -q -o cat --cursor="$cursor" _SYSTEMD_UNIT="$1.service" | grep -F "$2"; } # DAEMON WORDS
said() { inside journalctl -q -o cat --cursor="$cursor" _SYSTEMD_UNIT="$1.service" ATHENA_EVENT="$2" | grep -F "${3:-}"; } # DAEMON EVENT WORDS

# A drop-in for a unit, its lines on standard input; gone with drop_out, or a reboot.
drop_in() { inside sh -c "mkdir -p /run/systemd/system/$1.d && cat >/run/systemd/system/$1.d/test.conf && systemctl daemon-reload"; }
drop_out() { inside sh -c "rm -rf /run/systemd/system/$1.d; systemctl daemon-reload"; }

# systemd and the packages.
runs() { inside systemctl -q is-active "$1"; }
show() { inside systemctl show -P "$2" "$1"; }
restarted() { [ "$(show "$1" MainPID)" != "$2" ] && [ "$(show "$1" MainPID)" != 0 ] && runs "$1"; } # UNIT ITS-PID-BEFORE
none_failed() { [ -z "$(inside systemctl --failed --plain --no-legend -q)" ] || { inside systemctl --failed --plain; return 1; }; }
install() { patience=300 inside sh -c "apt-get install -y -q --no-install-recommends /opt/debs/$1/*.deb </dev/null"; } # VERSION
settings() { ( umask 077; cat >"$root/etc/default/$1" ); } # NAME, its lines on standard input
look_every() { sed -i "s/^POLL_INTERVAL=.*/POLL_INTERVAL=$1/" "$root/etc/default/grafana-auto-disable" && inside systemctl restart grafana-auto-disable; } # INTERVAL
known() { inside grafana-auto-disable pending | grep -c 'example.net'; }
guard_runs() { local before; before=$(wc -l <"$root/var/log/old-guard.log"); soon 15 eval '[ "$(wc -l <"$root/var/log/old-guard.log")" -gt '"$before"' ]'; }

# Grafana's PostgreSQL.
as_postgres() { inside runuser -u postgres -- "$@"; }
tables() { tests/grafana-tables.sh; } # Those of a recorded Grafana.
grants=/usr/share/doc/grafana-auto-disable/examples/grafana-auto-disable-grants.sql
