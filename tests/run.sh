#!/bin/bash
# Runs the test projects and adds up the totals. The program is made as it is packaged and then tried from end to end, which mostly waits for
# servers, beside the other projects.
#   tests/run.sh CONFIGURATION [--soak]
set -u
cd "$(dirname "$0")/.." || exit 1
configuration=${1:-Debug}
filter='TestCategory!=Soak'
beside=(tests/Common.Tests)
for project in tests/*.Tests; do [ "$project" = tests/Common.Tests ] || beside+=("$project"); done
if [ "${2:-}" = --soak ]; then
    filter='TestCategory=Soak'
    beside=()
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

# From end to end the program is tried as it is packaged, where it can be made: it also starts in a tenth of the time of one built for tests.
end_to_end() {
    local code=0
    packaging/native.sh >"$logs/native.out" 2>&1 || code=$?
    case $code in
        0) export ATHENA_PROGRAMS=$PWD/artifacts/native ;;
        69) echo "From end to end the programs are tried as built here, not as packaged:" ;;
        *)
            echo "The program cannot be made as it is packaged:"
            echo tests/native >>"$logs/failed"
            printf '     Failed: 1\n' >"$logs/native.log"
            ;;
    esac
    cat "$logs/native.out"
    play tests/EndToEnd
    show tests/EndToEnd
}

end_to_end >"$logs/end-to-end.out" &
for project in ${beside[@]+"${beside[@]}"}; do
    play "$project"
    show "$project"
done
wait
cat "$logs/end-to-end.out"
status=0
[ ! -e "$logs/failed" ] || status=1

echo "All that was said is in $logs."
# Once more at the end, where one looks first: each failure with what it said, and what plays the same again.
awk '
    FNR == 1 { name = FILENAME; sub(".*/", "", name); sub("[.]log$", "", name); rest = 0 }
    /^  Failed / { sub("^  Failed ", ""); print "failed: " name " " $0; rest = 12; next }
    /^ *replay with |^Replay directly / { sub("^ *", "  "); print; next }
    /^  Passed |^ *Stack Trace:/ { rest = 0 }
    rest > 0 && NF { rest--; print "  " $0 }' "$logs"/*.log
awk -v status=$status '
    /^     Passed: / { passed += $2 }
    /^     Failed: / { failed += $2 }
    /^    Skipped: / { skipped += $2 }
    END {
        printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit (status || failed || !passed) ? 1 : 0
    }' "$logs"/*.log
