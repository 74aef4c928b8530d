#!/bin/bash
# Says in one line what is missing to build. Exit code 0 when nothing is.
set -u
cd "$(dirname "$0")/../.." || exit 1
wanted=$(sed -n 's/.*"version": *"\([0-9]*\.[0-9]*\).*/\1/p' global.json)
if ! command -v dotnet >/dev/null; then
    echo "dotnet is missing: install the .NET SDK $wanted (package dotnet-sdk-$wanted) and put dotnet on the PATH." >&2
    exit 1
fi

# dotnet --version obeys global.json: it fails when no SDK fits.
if ! dotnet --version >/dev/null 2>&1; then
    echo "The .NET SDK $wanted is missing (global.json asks for it); installed: $(dotnet --list-sdks 2>/dev/null | sed 's/ .*//' | paste -sd, | sed 's/^$/none/')." >&2
    exit 1
fi
