#!/bin/bash
# What takes too long for each change (make nightly: three hours), and the cheap part of it. Ends with "N passed, N failed".
#   tests/nightly.sh CONFIGURATION               histories, 10,000 of them; the soak with a flood of 50,000; the packages made twice; the mutants
#   tests/nightly.sh CONFIGURATION histories     only those: HISTORIES of them, by SIMULATION_SEED or others each time
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=$1
passed=0 failed=0
logs=artifacts/nightly
mkdir -p "$logs"

# Random histories of crashes, outages and clocks that jump, of each daemon. 2^30 and not more: the seeds that follow it are counted up.
histories() { # HOW-MANY
    local seed=${SIMULATION_SEED:-$((RANDOM * 32768 + RANDOM))} project filter many
    echo "SIMULATION_SEED=$seed"
    while read -r project filter many; do
        if SIMULATION_SEED=$seed SIMULATION_HISTORIES=$many dotnet test "tests/$project.Tests" -c "$configuration" --no-build --nologo --filter "$filter" \
            --logger 'console;verbosity=normal' >"$logs/$project.log" 2>&1 && grep -q '^     Passed: [1-9]' "$logs/$project.log"; then
            passed=$((passed + 1))
            echo "ok      $many histories of $project"
        else
            failed=$((failed + 1))
            echo "FAILED  $many histories of $project: tests/$project.Tests, SIMULATION_SEED=$seed SIMULATION_HISTORIES=$many"
            grep -E 'replay with|^ *(Expected|But was)|seed [0-9]' "$logs/$project.log" | head -n 12
        fi
    done <<PROJECTS
AutoDisable Name~in_any_history $1
Compliance Name~Decides_each_window_exactly_once_whatever_happens $1
ActiveUsers Name~in_any_history $(($1 / 10 + 1))
PROJECTS
}
# Adds up what a command counts in its own last line.
counted() { # COMMAND…
    local line
    "$@" 2>&1 | tee "$logs/step.log"
    line=$(grep -Eo '^[0-9]+ passed, [0-9]+ failed' "$logs/step.log" | tail -n 1)
    read -r p _ f _ <<<"${line:-0 passed, 1 failed}"
    passed=$((passed + p)) failed=$((failed + f))
}

histories "${HISTORIES:-$([ "${2:-}" = histories ] && echo 5000 || echo 10000)}"
if [ "${2:-}" != histories ]; then
    FLOOD_STRANGERS=${FLOOD_STRANGERS:-50000} counted tests/run.sh "$configuration" --soak
    counted packaging/deb/same.sh
    counted tests/mutate.sh
fi
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
