#!/bin/bash
# Makes the folder that all daemons run from: one .NET runtime, one Athena.Common, one precompiled image of all of it.
#   packaging/publish.sh FOLDER
set -euo pipefail
folder=$(realpath -m "${1:?a folder}")
cd "$(dirname "$0")/.."

rm -rf "$folder"
dotnet publish src/Runtime -c Release -r linux-x64 -v quiet -clp:ErrorsOnly -o "$folder"

# A program finds its runtime beside it only if it has a list of parts; the list of the folder's own program fits all of them.
for daemon in $(grep -o '^grafana-[a-z-]*' packaging/daemons); do
    cp "$folder/athena-workers.deps.json" "$folder/$daemon.deps.json"
    test -x "$folder/$daemon"
done

cd "$folder"
# Nothing may call it (docs/dependencies.md), and debian/copyright grants nothing for it.
if compgen -G 'BouncyCastle*' >&2; then
    echo 'BouncyCastle was not cut out: something refers to it now.' >&2
    exit 1
fi
# For developers only: documentation and symbols, debugger, dumps, other garbage collectors, a tracer that needs a library of its own.
rm -f ./*.pdb ./*.xml libmscordbi.so libmscordaccore.so createdump libclrgc.so libclrgcexp.so libcoreclrtraceptprovider.so
find . -type f -exec chmod 0644 {} +
chmod 0755 athena-workers $(grep -o '^grafana-[a-z-]*' "$OLDPWD/packaging/daemons")
