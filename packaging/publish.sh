#!/bin/bash
# Makes the folder that a program runs from: one file of machine code, and apart from it what a debugger needs, PROGRAM.dbg. With
# athena-workers, which all daemons are, a link to it for each of them.
#   packaging/publish.sh PROGRAM FOLDER [PROPERTY…]
#   PROGRAM   athena-workers or athena-workers-decisions
set -euo pipefail
program=${1:?a program} folder=$(realpath -m "${2:?a folder}")
shift 2
case $program in
    athena-workers) project=src/Workers ;;
    athena-workers-decisions) project=src/Decisions ;;
    *) echo "There is no program $program." >&2; exit 64 ;;
esac
cd "$(dirname "$0")/.."

# Another SDK brings another compiler, which the lock does not know: good enough to try the program, not to ship it (LOCKED=yes).
unlocked=
restore() { dotnet restore $project -p:RuntimeIdentifier=linux-x64 -v quiet -clp:ErrorsOnly "$@"; }
if ! said=$(restore 2>&1); then
    if [ "${LOCKED:-}" = yes ] || ! grep -q 'NU1004' <<<"$said"; then
        printf '%s\n' "$said" "What is shipped is restored by $project/publish.lock.json, made with the SDK $(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' global.json) or newer: see the file's history, and make lock." >&2
        exit 1
    fi
    echo "Not by $project/publish.lock.json, since the SDK $(dotnet --version) takes other packages: $(grep -o 'NU1004.*' <<<"$said" | head -n 1)" >&2
    unlocked=yes
    without=(-p:RestorePackagesWithLockFile=false -p:RestoreLockedMode=false)
    set -- "$@" "${without[@]}"
    restore "${without[@]}"
fi

rm -rf "$folder"
dotnet publish $project -c Release -r linux-x64 --no-restore -v quiet -clp:ErrorsOnly -o "$folder" "$@"
find "$folder" -mindepth 1 ! -name $program ! -name $program.dbg -delete
chmod 0755 "$folder/$program"
objcopy --remove-section=.comment "$folder/$program"   # which compiler it was: not needed to run, as lintian says of each program that has it
[ -z "$unlocked" ] || touch "$folder/unlocked"
names=$program
if [ $program = athena-workers ]; then
    for daemon in $(grep -o '^grafana-[a-z-]*' packaging/daemons); do ln -s athena-workers "$folder/$daemon"; names+=" $daemon"; done
fi
for name in $names; do [ "$("$folder/$name" --version | cut -d' ' -f1)" = "$name" ]; done

# Nothing may call it (docs/dependencies.md), and debian/copyright grants nothing for it.
! grep -q 'BouncyCastle' "$folder/$program"{,.dbg} || { echo 'BouncyCastle was not left out: something calls it now.' >&2; exit 1; }

# What is in it, for who must know of each part that has a fault (CycloneDX). .NET itself is no package that it was made of, so it is added;
# the time is that of the sources.
dotnet tool restore >/dev/null
dotnet tool run dotnet-CycloneDX $project/*.csproj --output "$folder" --filename sbom.cdx.json --output-format Json --disable-package-restore \
    --no-serial-number --exclude-filter BouncyCastle.Cryptography --set-name $program \
    --set-version "$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)" >/dev/null
net=$("$folder/$program" --version | grep -o '\.NET [0-9.]*' | cut -d' ' -f2)
time=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}" +%Y-%m-%dT%H:%M:%SZ)
sed -i "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$time\"/; 0,/^  \"components\": \[/s//&\n    { \"type\": \"framework\", \"bom-ref\": \"dotnet@$net\", \"name\": \".NET\", \"version\": \"$net\", \"purl\": \"pkg:nuget\/runtime.linux-x64.Microsoft.DotNet.ILCompiler@$net\", \"licenses\": [{ \"license\": { \"id\": \"MIT\" } }] },/" "$folder/sbom.cdx.json"
