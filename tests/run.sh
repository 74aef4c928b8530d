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

logs=artifacts/tests
mkdir -p "$logs"
rm -f "$logs"/*.log
status=0
for project in "${projects[@]}"; do
    name=$(basename "$project" .csproj)
    echo "== $name"
    dotnet test "$project" -c "$configuration" --no-build --nologo --filter "$filter" --logger 'console;verbosity=normal' >"$logs/$name.log" 2>&1
    code=$?
    [ "$code" = 0 ] || status=1

    # Failures whole, skipped tests with their reason (a line before them), what tests say of themselves (seeds); the rest is in the file.
    awk '
        /^  Passed / || /^[0-9][0-9]:[0-9][0-9]:[0-9][0-9] (DBG|INF|WRN|ERR|FTL) / { next }
        /^(Test Run|Total tests|     Passed|     Failed|    Skipped| Total time|Test run for|A total of|NUnit Adapter|Running all|Running selected|   NUnit3Test)/ { next }
        /^Ok, passed / { next }
        /^   at NUnit\.|^$/ { next }
        { print }' "$logs/$name.log"

    # A run that broke off (a crash of the test host) has no totals: it must not count as nothing.
    if [ "$code" != 0 ] && ! grep -q '^     Failed: ' "$logs/$name.log"; then
        echo "     Failed: 1" >>"$logs/$name.log"
        echo "The run of $name broke off:"
        tail -n 20 "$logs/$name.log"
    fi
done

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
