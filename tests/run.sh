#!/bin/bash
# Runs the test projects and adds up the totals. Those without servers of their own run beside Athena.Common's, which mostly wait for theirs;
# the programs from end to end come last and alone.
#   tests/run.sh CONFIGURATION [--soak]
set -u
cd "$(dirname "$0")/.." || exit 1
configuration=${1:-Debug}
filter='TestCategory!=Soak'
projects=(tests/Common.Tests tests/EndToEnd)
beside=()
for project in tests/*.Tests; do [ "$project" = tests/Common.Tests ] || beside+=("$project"); done
if [ "${2:-}" = --soak ]; then
    filter='TestCategory=Soak'
    beside=()
    projects=(tests/EndToEnd)
fi

logs=artifacts/tests
mkdir -p "$logs"
rm -f "$logs"/*

# A run that broke off (a crash of the test host) has no totals: it must not count as nothing.
play() { # PROJECT: into its log
    local log code
    log=$logs/$(basename "$1").log
    dotnet test "$1" -c "$configuration" --no-build --nologo --filter "$filter" --logger 'console;verbosity=normal' >"$log" 2>&1
    code=$?
    [ "$code" = 0 ] || echo "$1" >>"$logs/failed"
    if [ "$code" != 0 ] && ! grep -q '^     Failed: ' "$log"; then
        { echo "The run of $1 broke off: what it said last stands above."; echo "     Failed: 1"; } >>"$log"
    fi
}

# Failures whole, skipped tests with their reason (a line before them), what tests say of themselves (seeds); the rest is in the file.
show() { # PROJECT
    local log
    log=$logs/$(basename "$1").log
    echo "== $(basename "$1")"
    awk '
        /^  Passed / || /^[0-9][0-9]:[0-9][0-9]:[0-9][0-9] (DBG|INF|WRN|ERR|FTL) / { next }
        /^(Test Run|Total tests|     Passed|     Failed|    Skipped| Total time|Test run for|A total of|NUnit Adapter|Running all|Running selected|   NUnit3Test)/ { next }
        /^Ok, passed / { next }
        /^   at NUnit\.|^$/ { next }
        { print }' "$log"
}

for project in ${beside[@]+"${beside[@]}"}; do play "$project"; done &
for project in "${projects[@]}"; do
    [ "$project" != tests/EndToEnd ] || wait
    play "$project"
    show "$project"
done
wait
for project in ${beside[@]+"${beside[@]}"}; do show "$project"; done
status=0
[ ! -e "$logs/failed" ] || status=1

echo "All that was said is in $logs."
# Once more at the end, where one looks first, with what plays the same again.
grep -HE '^  Failed |^ *replay with |^Replay directly ' "$logs"/*.log | sed -E 's|^.*/([^/]*)\.log: +Failed |failed: \1 |; s|^.*\.log: *|  |'
awk -v status=$status '
    /^     Passed: / { passed += $2 }
    /^     Failed: / { failed += $2 }
    /^    Skipped: / { skipped += $2 }
    END {
        printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit (status || failed || !passed) ? 1 : 0
    }' "$logs"/*.log
