#!/bin/bash
# Whether the same sources give the same packages, byte for byte: makes them from what is committed in two folders of different names, with
# another umask, zone, language and time of the files, and compares. Takes two publications.
#   packaging/deb/same.sh
set -uo pipefail
cd "$(dirname "$0")/../.."
passed=0 failed=0
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/athena-same-XXXXXX")
trap 'rm -rf --one-file-system "$scratch"' EXIT
first=$scratch/one second=$scratch/another/place/of-it

make_in() { # FOLDER
    git clone -q --no-hardlinks . "$1" && ( cd "$1" && make --no-print-directory deb ) >"$scratch/said" 2>&1 || { tail -n 20 "$scratch/said"; echo 'FAILED  the packages are made'; exit 1; }
}
# What differs in a package, by its members and their files.
differs() { # PACKAGE PACKAGE
    local member n=0 package
    for package in "$@"; do
        n=$((n + 1))
        mkdir "$scratch/$n"
        dpkg-deb --raw-extract "$package" "$scratch/$n/all"
        for member in control data; do ar p "$package" "$member.tar.xz" | tar -tJv --full-time >"$scratch/$n/$member.list"; done
    done
    diff -r "$scratch/1" "$scratch/2" | head -n 20
    rm -rf "$scratch/1" "$scratch/2"
}

( umask 022; make_in "$first" ) && ( umask 027; export TZ=Asia/Tokyo LC_ALL=C; make_in "$second" ) || { printf '\n0 passed, 1 failed\n'; exit 1; }
for package in "$first"/artifacts/deb/*.deb; do
    name=$(basename "$package")
    if cmp -s "$package" "$second/artifacts/deb/$name"; then passed=$((passed + 1)); echo "ok      $name is the same: $(sha256sum <"$package" | cut -c1-16)…"
    else failed=$((failed + 1)); echo "FAILED  $name differs:"; differs "$package" "$second/artifacts/deb/$name"; fi
done
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
