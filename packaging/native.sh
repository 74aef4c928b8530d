#!/bin/bash
# Makes artifacts/native (packaging/publish.sh) where that is not the program of this very tree already; of athena-workers-decisions
# artifacts/native-decisions.
#   packaging/native.sh [PROGRAM]
# With LOCKED=yes, as for a package, one that was not made of the packages of its publish.lock.json is none.
# Exit code 69: what it takes is missing here, and was named in a line.
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:-athena-workers}
folder=artifacts/native${name#athena-workers}
program=$folder/$name
made_of=(src packaging/sql packaging/daemons packaging/publish.sh Directory.Build.props Directory.Build.targets Directory.Packages.props global.json)
# It bears the commit that changed it last, so that the same sources give the same program.
revision=$(git log -1 --format=%H -- "${made_of[@]}" 2>/dev/null || true)

if [ -x "$program" ] && ! { [ "${LOCKED:-}" = yes ] && [ -e "$folder/unlocked" ]; } && [ -z "$(find "${made_of[@]}" -type f -not -path '*/obj/*' -not -path '*/bin/*' -newer "$program" -print -quit)" ]; then
    case $("$program" --version) in *"+$revision "*) exit 0 ;; esac
fi

tests/deb/needs.sh cc objcopy stdio.h || exit 69
# As a package is made, whoever makes it: no folder of this machine is named in it.
# It takes the old one's place when all of it is there.
CI=true tests/progress.sh "Compiling $name to machine code (some minutes)" packaging/publish.sh "$name" "$folder.new" ${revision:+-p:SourceRevisionId="$revision"}
rm -rf "$folder"
mv "$folder.new" "$folder"
