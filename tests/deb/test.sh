#!/bin/bash
# The packages on a booted Debian 12, and on a Debian 13. Each line is a test; the last one counts. The scenarios are played in order, on
# one system: each finds all three daemons configured and running (from 30 on), and leaves them so. Debian 13 plays those that hang on the
# distribution: its systemd, its OpenSSL, its PostgreSQL. Two systems run at a time, for much of it is waiting.
#   tests/deb/test.sh                           all of them on 12, some on 13
#   tests/deb/test.sh RELEASE [SCENARIO…]       (for who writes one) on bookworm or trixie 10, 20 and those named by their numbers
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/deb/boot.sh
. tests/deb/frame.sh
. tests/deb/furnish.sh

[ "$(id -u)" = 0 ] || not_run "it needs root, to boot a system in a container"
missing=$(tests/deb/needs.sh mmdebstrap systemd-nspawn nsenter curl) || not_run "$missing"

version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
next=$version+next
oldest=0.1.0
daemons=$(grep -v '^#' packaging/daemons | cut -f1)
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/athena-deb-XXXXXX")
work=$scratch/first
mkdir "$work"
beside=''

finish() {
    trap '' INT TERM
    shut_down
    if [ -n "$beside" ]; then kill "$beside" 2>/dev/null; wait "$beside"; fi
    rm -rf --one-file-system "$work"
}
trap 'finish; rm -rf --one-file-system "$scratch"' EXIT
trap 'exit 1' INT TERM

play() { # RELEASE SCENARIO…: those of that number
    local release=$1 played=$SECONDS scenario number
    shift
    printf '\n== Debian %s: %s\n' "$release" "$*"
    root_made "$release" || { bad_start "no root could be made: $(tail -n 1 "$(root_tar "$release").log" 2>/dev/null)"; return; }
    root=$work/$release
    shown=artifacts/test-deb/$release
    mkdir -p "$shown"
    furnish "$root" "$release"
    boot "$root" || { bad_start "no system could be booted in a container here: $(tail -n 1 "$root.console" | tr -d '\r')"; return; }
    holds 'the system is up, with the old timers and Grafana' soon 30 test -s "$root/var/lib/stand-in/sandbox.json"
    holds 'it is a small one: a dynamic user has no entry' eval '! inside grep -qw systemd /etc/nsswitch.conf && ! ls "$root"/usr/lib/*/libnss_systemd*'
    for scenario in tests/deb/scenarios/*.sh; do
        number=$(basename "$scenario" | cut -d- -f1)
        case " $* " in *" $number "*) . "$scenario" ;; esac
    done
    shut_down
    note "in $((SECONDS - played)) s"
    rm -rf --one-file-system "$root" "${work:?}"/*
}

# Nothing was shown where the first system cannot be had; any other that cannot is a fault.
bad_start() {
    [ "$work" != "$scratch/first" ] || [ $((passed + failed)) != 0 ] || not_run "$1"
    echo "$1" >"$work/said"
    bad 'the system is up'
}

# In a process of its own: plays what standard input names, a system in a line. Its words come when it has ended.
play_beside() {
    trap finish EXIT
    trap 'exit 1' INT TERM
    machine_pid='' beside='' work=$scratch/second
    mkdir "$work"
    local line
    while read -r line; do play $line </dev/null; done
    echo "$passed $failed $skipped" >"$scratch/beside.count"
}
end_beside() {
    local counted=(0 1 0) # Nothing was counted: it broke off.
    wait "$beside"
    beside=''
    cat "$scratch/beside"
    read -ra counted <"$scratch/beside.count" || echo 'FAILED  what was played beside it broke off'
    passed=$((passed + counted[0])) failed=$((failed + counted[1])) skipped=$((skipped + counted[2]))
}

make_next && make_before || { echo 'FAILED  there are packages to test: make deb'; echo; echo '0 passed, 1 failed'; exit 1; }
if [ $# = 0 ]; then
    make_root trixie & make_root bookworm; wait
    play_beside >"$scratch/beside" 2>&1 <<'SYSTEMS' &
trixie 10 20 30 35 36 38 70
bookworm 10 20 68
SYSTEMS
    beside=$!
    make_groups "athena-test-$$" || wait "$beside" # One after the other where two systems cannot be kept apart.
    remove_groups
    play bookworm 10 20 30 35 36 38 40 42 50 52 54 56 58 62 64 66 70 72 80 82 90 92 94
    end_beside
    skip 'Ubuntu 24.04' 'only Debian is booted here; README.md says that the packages were not tried on it'
else
    release=$1
    shift
    make_root "$release"
    play "$release" 10 20 "$@"
fi
totals
