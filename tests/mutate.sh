#!/bin/bash
# What the tests of the pure parts are worth: changes these parts in small ways, one at a time (an operator, a constant, a statement left out),
# and says which changes no test notices. Of a part 90 of 100 at least must be noticed by the tests of that part alone; docs/testing.md has the
# reason for each that is not. By dotnet-stryker; an hour for all on two cores.
#   tests/mutate.sh [PART…]     by default all of those below
set -uo pipefail
cd "$(dirname "$0")/.."
least=90
# NAME | PROJECT | ITS TESTS | FILES | WHICH TESTS
parts='
admission  | AutoDisable | AutoDisable | **/Policy/AdmissionPolicy.cs                          | .AdmissionPolicyTests
compliance | Compliance  | Compliance  | **/Policy/CompliancePolicy.cs                         | .CompliancePolicyTests
alerts     | ActiveUsers | ActiveUsers | **/Policy/AlertPolicy.cs                              | .AlertPolicyTests
time       | Common      | Common      | **/Time/*.cs **/Notify/Delivery/OutboxSchedule.cs     | .Common.Tests.Time. .OutboxScheduleTests
text       | Common      | Common      | **/Text/*.cs                                          | .Common.Tests.Text.
line       | Common      | Common      | **/GrafanaLog/Line/*.cs                               | .GrafanaLog.LogLine .GrafanaLog.LogT .GrafanaLog.LongLine .GrafanaLog.ListenLine .GrafanaLog.Usual .RecordedLogsTests
'
all=$(awk -F' *[|] *' 'NF > 4 { print $1 }' <<<"$parts")
for part in "$@"; do grep -qx -- "$part" <<<"$all" || { echo "There is no part $part; there are:" $all >&2; exit 64; }; done

tool=artifacts/tools/dotnet-stryker
[ -x "$tool" ] || dotnet tool install dotnet-stryker --version 5.1.0 --tool-path artifacts/tools >/dev/null || exit 1
tool=$PWD/$tool output=$PWD/artifacts/mutants
mkdir -p "$output"
# What is changed need not be in the house's format.
export RunAnalyzers=false EnforceCodeStyleInBuild=false GenerateDocumentationFile=false

quoted() { printf '"%s", ' "$@" | sed 's/, $//'; }
survivors() { # REPORT: file, line, what it was turned into
    sed 's/{"id":"[0-9]*","mutatorName"/\n&/g; s/"[^"]*\.cs":{"language"/\n&/g' "$1" | awk '
        /^"[^"]*\.cs":/ { file = $0; sub(/^"/, "", file); sub(/":.*/, "", file); sub(/.*\/src\//, "src/", file) }
        /"status":"(Survived|NoCoverage)"/ {
            line = $0; sub(/.*"start":\{"line":/, "", line); sub(/,.*/, "", line)
            kind = $0; sub(/.*"mutatorName":"/, "", kind); sub(/".*/, "", kind)
            into = $0; sub(/.*"replacement":"/, "", into); sub(/","location".*/, "", into); gsub(/\\u0022/, "\"", into); gsub(/\\u003C/, "<", into); gsub(/\\u003E/, ">", into); gsub(/\\u0026/, "\\&", into); gsub(/\\u0027/, "\047", into)
            printf "        %s:%s: %s: %s%s\n", file, line, kind, substr(into, 1, 110), /NoCoverage/ ? " (no test comes there)" : ""
        }'
}

# Stryker puts the changed assembly into the folder that the tests run from: nobody else shall ever test that one, however this ends.
tests=''
forget() { [ -z "$tests" ] || rm -rf "tests/$tests.Tests/bin"; }
trap forget EXIT

passed=0 failed=0
for part in ${@:-$all}; do
    IFS='|' read -r name project tests files which < <(grep -E "^$part +\|" <<<"$parts" | sed 's/ *| */|/g; s/ *$//')
    set -f
    filter=$(printf 'FullyQualifiedName~%s|' $which)
    cat >"$output/$part.json" <<SETTINGS
{ "stryker-config": { "project": "Athena.$project.csproj", "mutate": [$(quoted $files)], "test-case-filter": "${filter%|}", "concurrency": ${CORES:-1},
  "reporters": ["json", "html"], "coverage-analysis": "perTest", "thresholds": { "high": 100, "low": $least, "break": $least } } }
SETTINGS
    set +f
    began=$SECONDS
    rm -rf "${output:?}/$part"
    ( cd "tests/$tests.Tests" && "$tool" -f "$output/$part.json" -O "$output/$part" ) >"$output/$part.log" 2>&1
    code=$?
    forget
    score=$(sed -n 's/.*The final mutation score is \([0-9.]*\).*/\1/p' "$output/$part.log")
    report=$output/$part/reports/mutation-report.json
    if [ "$code" = 0 ] && [ -n "$score" ]; then passed=$((passed + 1)) said='ok     '; else failed=$((failed + 1)) said='FAILED '; fi
    noticed=${score:+$score % were noticed}
    printf '%s %-10s %s, %d s\n' "$said" "$part" "${noticed:-it broke off: $output/$part.log}" $((SECONDS - began))
    [ ! -e "$report" ] || survivors "$report"
done
echo "To look at: artifacts/mutants/PART/reports/mutation-report.html."
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
