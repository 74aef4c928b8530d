#!/bin/bash
# What must hold of the packages beside that they install: the units' exposure, their grammar, and what lintian says.
#   packaging/deb/check.sh
set -uo pipefail
cd "$(dirname "$0")/../.."
most=1.1
passed=0 failed=0 skipped=0
said=$(mktemp)
folder=$(mktemp -d)
trap 'rm -rf "$said" "$folder"' EXIT

missing=$(tests/deb/needs.sh dh dpkg-buildpackage lintian systemd-analyze) || { echo "package-check was not run: $missing"; echo; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
holds() { # NAME COMMAND…
    local name=$1
    shift
    if "$@" >"$said" 2>&1; then passed=$((passed + 1)); printf 'ok      %s\n' "$name"
    else failed=$((failed + 1)); printf 'FAILED  %s\n' "$name"; sed 's/^/        /' "$said"; fi
}

# As it stands in the unit: drop-ins of this machine have no say.
exposure() {
    systemd-analyze security --offline=true --no-pager "$1" | tee "$folder/all" | sed -n 's/.*: \([0-9.]*\) [A-Z].*/\1/p' | tail -n 1 >"$folder/level"
    grep '✗' "$folder/all"
    awk -v most="$most" '{ level = $1 } END { exit !(level != "" && level <= most) }' "$folder/level"
}
for unit in packaging/systemd/*.service; do
    name=$(basename "$unit")
    holds "$name: exposure at most $most of 10 (systemd-analyze security)" exposure "$unit"
    printf '        %s\n' "$(cat "$folder/level")"
done

# The programs need not be installed here for that: their paths are what is not checked.
for unit in packaging/systemd/*; do sed -E 's#^(Exec[A-Za-z]*=\+?)/usr/lib/athena-workers/[^ ]*#\1/bin/true#' "$unit" >"$folder/$(basename "$unit")"; done
verify() {
    systemd-analyze verify --man=no "$folder/${1/@/@some}" 2>&1 | grep -F "$folder" | grep -v 'Failed to prepare filename' >"$folder/faults"
    cat "$folder/faults"
    [ ! -s "$folder/faults" ]
}
for unit in packaging/systemd/*; do
    holds "$(basename "$unit"): no fault in its grammar (systemd-analyze verify)" verify "$(basename "$unit")"
done

# A processor of 2008, the oldest that it is made for: nothing newer may be demanded, and what it reads is read the same.
reads() { env -i PATH="$PATH" ATHENA_DEFAULTS_DIR="$folder" "$@" artifacts/native/grafana-active-users once --log tests/Fixtures/logs/day/rotated/grafana.log --from 2026-11-21 --to 2026-11-22 --output json; }
on_an_old_processor() {
    local daemon
    for daemon in athena-workers $(grep -o '^grafana-[a-z-]*' packaging/daemons); do qemu-x86_64 -cpu Nehalem "artifacts/native/$daemon" --version || return 1; done
    reads >"$folder/here" && reads qemu-x86_64 -cpu Nehalem >"$folder/there" && grep '"requests"' "$folder/here" && cmp "$folder/here" "$folder/there"
}
if missing=$(tests/deb/needs.sh qemu-x86_64); then holds 'each program starts on a processor of 2008, and reads a log as here' on_an_old_processor
else printf 'skipped each program starts on a processor of 2008: %s\n' "$missing"; skipped=1; fi

version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
[ -n "$(compgen -G "artifacts/deb/*_${version}_*.deb")" ] || holds 'there are packages to look at: make deb' false
for package in artifacts/deb/*_"$version"_*.deb; do
    [ -e "$package" ] || continue
    holds "$(basename "$package"): lintian has nothing against it" eval "lintian --fail-on error,warning '$package' && ! lintian '$package' 2>/dev/null | grep ."
done
printf '\n%d passed, %d failed%s\n' "$passed" "$failed" "$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
[ "$failed" = 0 ]
