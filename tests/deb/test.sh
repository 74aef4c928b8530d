#!/bin/bash
# The packages on a booted Debian 12, and on a Debian 13. Each line is a test; the last one counts. The scenarios are played in order, on
# one system: each finds all three daemons configured and running (from 30 on), and leaves them so. Debian 13 plays those that hang on the
# distribution: its systemd, its OpenSSL, its PostgreSQL.
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
daemons=$(grep -v '^#' packaging/daemons | cut -f1)
work=$(mktemp -d "${TMPDIR:-/var/tmp}/athena-deb-XXXXXX")

finish() {
    trap '' INT TERM
    shut_down
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

play() { # RELEASE [SCENARIO…]: all of them where none is named
    local release=$1 played=$SECONDS scenario number
    shift
    printf '\n== Debian %s\n' "$release"
    make_root "$release" || { bad_start "no root could be made: $(tail -n 1 "$root_tar.log" 2>/dev/null)"; return; }
    root=$work/$release
    furnish "$root"
    boot "$root" || { bad_start "no system could be booted in a container here: $(tail -n 1 "$root.console" | tr -d '\r')"; return; }
    holds 'the system is up, with the old timers and Grafana' soon 30 test -s "$root/var/lib/stand-in/sandbox.json"
    holds 'it is a small one: a dynamic user has no entry' eval '! inside grep -qw systemd /etc/nsswitch.conf && ! ls "$root"/usr/lib/*/libnss_systemd*'
    for scenario in tests/deb/scenarios/*.sh; do
        number=$(basename "$scenario" | cut -d- -f1)
        case " ${*:-$number} " in *" $number "*) . "$scenario" ;; esac
    done
    shut_down
    note "in $((SECONDS - played)) s"
    rm -rf --one-file-system "$root" "$work"/*
}
# Nothing was shown where the first system cannot be had; a second one that cannot is a fault.
bad_start() {
    [ $((passed + failed)) != 0 ] || not_run "$1"
    echo "$1" >"$work/said"
    bad 'the system is up'
}

if [ $# = 0 ]; then
    play bookworm
    play trixie 10 20 30 35
    skip 'Ubuntu 24.04' 'only Debian is booted here; README.md says that the packages were not tried on it'
else
    release=$1
    shift
    play "$release" 10 20 "$@"
fi
totals
