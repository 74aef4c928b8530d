#!/bin/bash
# Runs a command that says nothing for long, and says meanwhile what goes on: on a terminal with the seconds, elsewhere in one line.
# What the command said is shown where it fails; its exit code is ours.
#   tests/progress.sh "Building the stand-in" dotnet build sandbox
set -uo pipefail
what=$1
shift
said=$(mktemp)
trap 'rm -f "$said"' EXIT
"$@" >"$said" 2>&1 </dev/null &
pid=$!
trap 'kill -TERM "$pid" 2>/dev/null; wait "$pid"; exit 130' INT TERM HUP
if [ -t 2 ]; then
    begin=$SECONDS
    while kill -0 "$pid" 2>/dev/null; do
        printf '\r%s… %d s' "$what" $((SECONDS - begin)) >&2
        sleep 0.5
    done
    printf '\r%s: %d s \n' "$what" $((SECONDS - begin)) >&2
else
    printf '%s…\n' "$what" >&2
fi
wait "$pid"
code=$?
[ "$code" = 0 ] || cat "$said" >&2
exit "$code"
