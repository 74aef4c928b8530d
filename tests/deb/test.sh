#!/bin/bash
# The packages on a booted Debian. Each line is a test; the last one counts. The scenarios are played in order, on one system: each
# finds all three daemons configured and running (from 30 on), and leaves them so.
#   tests/deb/test.sh [SCENARIO…]    all of them, or (for who writes one) 10, 20 and those named by their numbers
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/deb/boot.sh
. tests/deb/frame.sh
. tests/deb/furnish.sh

[ "$(id -u)" = 0 ] || not_run "it needs root, to boot a system in a container"
missing=$(tests/deb/needs.sh mmdebstrap systemd-nspawn nsenter curl) || not_run "$missing"
make_root || not_run "no Debian 12 root could be made: $(tail -n 1 "$root_tar.log" 2>/dev/null)"

version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
next=$version+next
daemons=$(grep -v '^#' packaging/daemons | cut -f1)
work=$(mktemp -d "${TMPDIR:-/var/tmp}/athena-deb-XXXXXX")
root=$work/root

finish() {
    trap '' INT TERM
    shut_down
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

furnish "$root"
boot "$root" || not_run "no system could be booted in a container here: $(tail -n 1 "$root.console" | tr -d '\r')"
holds 'the system is up, with the old timers and Grafana' soon 30 test -s "$root/var/lib/stand-in/sandbox.json"

[ $# = 0 ] || set -- 10 20 "$@"
for scenario in tests/deb/scenarios/*.sh; do
    number=$(basename "$scenario" | cut -d- -f1)
    case " ${*:-$number} " in *" $number "*) . "$scenario" ;; esac
done
[ $# != 0 ] || skip 'Ubuntu 24.04' 'only Debian is booted here; README.md says that the packages were not tried on it'
totals
