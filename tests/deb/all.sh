#!/bin/bash
# make test-deb: the packages of this build and of a build with the next version, then the test.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
if [ "$(id -u)" = 0 ] && tests/deb/needs.sh dh dpkg-buildpackage >/dev/null; then
    [ -d artifacts/published ] || CI=true packaging/publish.sh artifacts/published
    packaging/deb/build.sh
    packaging/deb/build.sh "$version+next" >/dev/null
fi
exec tests/deb/test.sh
