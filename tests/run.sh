#!/bin/bash
# Runs the test projects one after the other (they measure nothing, but share two cores) and adds up the totals.
#   tests/run.sh CONFIGURATION [--soak]
set -u
cd "$(dirname "$0")/.." || exit 1
configuration=${1:-Debug}
filter='TestCategory!=Soak'
projects=(tests/*.Tests/*.csproj tests/EndToEnd/*.csproj)
if [ "${2:-}" = --soak ]; then
    filter='TestCategory=Soak'
    projects=(tests/EndToEnd/*.csproj)
fi

report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
for project in "${projects[@]}"; do
    echo "== $(basename "$project" .csproj)"
    dotnet test "$project" -c "$configuration" --no-build --nologo --filter "$filter" 2>&1 | tee -a "$report"
    code=${PIPESTATUS[0]}
    [ "$code" = 0 ] || status=1

    # A run that broke off (a crash of the test host) has no summary of its own: it must not count as nothing.
    [ "$code" = 0 ] || grep -q 'Failed: *[1-9]' "$report" || echo "Failed:     1, Passed:     0, Skipped:     0 (the run of $project broke off)" | tee -a "$report"
done

awk -v status=$status '
    match($0, /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/) {
        split(substr($0, RSTART, RLENGTH), part, /[:,] */)
        failed += part[2]; passed += part[4]; skipped += part[6]
    }
    END {
        printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit (status || failed || !passed) ? 1 : 0
    }' "$report"
