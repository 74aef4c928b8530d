#!/bin/bash
# make test-deb: the packages of this build, made where make deb did not, then the test.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
if [ "$(id -u)" = 0 ] && tests/deb/needs.sh dh dpkg-buildpackage >/dev/null; then
    packaging/native.sh
    packaging/native.sh athena-workers-decisions
    package=$(compgen -G "artifacts/deb/athena-workers-common_${version}_*.deb" || true)
    [ -n "$package" ] && [ -z "$(find packaging artifacts/native artifacts/native-decisions -newer "$package" -print -quit)" ] || packaging/deb/build.sh
fi
exec tests/deb/test.sh
