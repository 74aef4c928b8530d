#!/bin/bash
# Makes the Debian packages in artifacts/deb from a published folder (packaging/publish.sh).
#   packaging/deb/build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
published=$PWD/artifacts/published output=$PWD/artifacts/deb
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
stage=$PWD/artifacts/deb-build/athena-workers-$version
debian=$stage/debian

rm -rf "$stage"
mkdir -p "$debian/source" "$output"
echo '3.0 (native)' >"$debian/source/format"
# The date of the last commit, so that the same tree gives the same package.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
cat >"$debian/changelog" <<CHANGES
athena-workers ($version) stable; urgency=medium

  * A host that runs 0.1.0 has nothing to do: its settings, its templates as
    they were installed, its state, audit and waiting mails go on. What should
    be written down in the settings is said by check, in the journal and in one
    mail.
  * Commands of root become the owner of the state directory before they touch
    a file there.
  * approve and reject show who it is and ask; scripts need --yes.
  * An empty line of a settings file hides nothing of the shared file; fresh
    templates set nothing.

 -- Digital-On Tech <maintainers@digital-on.example>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
CHANGES
cp packaging/deb/control.in "$debian/control"
cp packaging/deb/rules packaging/deb/copyright packaging/deb/athena-workers-runtime.* "$debian/"
cp -r "$published" "$stage/published"
cp packaging/deb/is-ours-running packaging/deb/read-grafana-log packaging/deb/crash-watch "$stage/published/"
cp packaging/deb/athena-workers.default "$stage/"
cp packaging/systemd/athena-workers-*@.* "$stage/"
grep -v '^#' packaging/daemons >"$debian/daemons"

runtime=athena-workers-runtime
"$published/athena-workers" print catalogue >"$stage/athena-workers.catalog"
echo 'athena-workers.catalog usr/lib/systemd/catalog' >"$debian/$runtime.install"
echo 'athena-workers.default usr/share/athena-workers' >>"$debian/$runtime.install"
echo 'athena-workers-*@.* lib/systemd/system' >>"$debian/$runtime.install"
daemons=()
while IFS=$'\t' read -r daemon synopsis warning; do
    daemons+=("$daemon")
    fill() { sed "s|@DAEMON@|$daemon|g; s|@SYNOPSIS@|$synopsis|g; s|@WARNING@|$warning|g" "$1"; }
    fill packaging/deb/daemon.control.in >>"$debian/control"
    for script in postinst prerm postrm; do fill "packaging/deb/daemon.$script.in" >"$debian/$daemon.$script"; done
    cp "packaging/systemd/$daemon.service" "$stage/"
    "$published/$daemon" print settings >"$stage/$daemon.default"
    "$published/$daemon" print catalogue >"$stage/$daemon.catalog"
    cp "packaging/man/$daemon.8" "$stage/"
    echo "$daemon.8" >"$debian/$daemon.manpages"
    echo "usr/lib/athena-workers/$daemon usr/bin/$daemon" >"$debian/$daemon.links"
    cat >"$debian/$daemon.install" <<INSTALL
published/$daemon usr/lib/athena-workers
published/$daemon.dll usr/lib/athena-workers
published/$daemon.deps.json usr/lib/athena-workers
published/$daemon.runtimeconfig.json usr/lib/athena-workers
$daemon.service lib/systemd/system
$daemon.default usr/share/athena-workers
$daemon.catalog usr/lib/systemd/catalog
INSTALL
    mkdir "$stage/$daemon-examples"
    for example in packaging/deb/examples/*; do
        fill "$example" >"$stage/$daemon-examples/$(basename "$example")"
    done
    if [ -e "packaging/sql/$daemon-grants.sql" ]; then
        cp "packaging/sql/$daemon-grants.sql" "$stage/$daemon-examples/"
        mkdir -p "$stage/sql"
        cp packaging/sql/*.sql "$stage/sql/"
        echo "sql/*.sql usr/share/athena-workers/sql" >>"$debian/$daemon.install"
    fi
    echo "$daemon-examples/*" >"$debian/$daemon.examples"
    fill packaging/deb/daemon.lintian-overrides.in >"$debian/$daemon.lintian-overrides"
done <"$debian/daemons"

# Whatever is no daemon's own is the runtime's.
( cd "$stage" && find published -maxdepth 1 -type f | sort ) | while read -r file; do
    name=$(basename "$file")
    if ! printf '%s\n' "${daemons[@]}" | grep -qx "${name%%.*}"; then echo "$file usr/lib/athena-workers"; fi
done >>"$debian/$runtime.install"

( cd "$stage" && dpkg-buildpackage -b -us -uc -tc --no-check-builddeps ) >"$stage.log" 2>&1 || { tail -n 40 "$stage.log" >&2; exit 1; }
rm -f "$output"/*_"$version"_*
mv "$stage"/../*_"$version"_* "$output/"
ls -l "$output"/*_"$version"_*.deb | awk '{ n = split($NF, path, "/"); printf "%-55s %7.1f MB\n", path[n], $5 / 1e6 }'
