#!/bin/bash
# The demo without a person (see Rehearsal.cs): one line for each promise, and an exit code.
#   tests/demo/check.sh [CONFIGURATION]
set -euo pipefail
cd "$(dirname "$0")/../.."
configuration=${1:-Debug}

echo "Building…"
output=$(dotnet build tests/demo -c "$configuration" -v quiet 2>&1) || { echo "$output" >&2; exit 1; }
echo "Playing the demo; this takes a good minute."
exec dotnet "tests/demo/bin/$configuration/net10.0/athena-demo-check.dll"
