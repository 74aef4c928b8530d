#!/bin/bash
# Makes the Debian packages in artifacts/deb from the programs in artifacts/native and artifacts/native-decisions (packaging/native.sh).
#   packaging/deb/build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
native=$PWD/artifacts/native output=$PWD/artifacts/deb
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
  * athena-workers setup brings a fresh host to work. Purging keeps a copy
    of state and audit in /var/backups/athena-workers.
  * Grafana's log may be in a Loki: LOG=loki:URL and LOKI_QUERY.
  * athena-workers-decisions, off until it is set up: the page behind links
    to approve and reject in the mails.
  * One program, compiled ahead, is all daemons (athena-workers-common, in the
    place of athena-workers-runtime); "athena-workers status" speaks for all.

 -- Digital-On Tech <maintainers@digital-on.example>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
CHANGES
cp packaging/deb/rules packaging/deb/copyright packaging/deb/athena-workers-common.* "$debian/"
mkdir "$stage/lib" "$stage/sql" "$stage/manual"
cp "$native/athena-workers" packaging/deb/is-ours-running packaging/deb/read-grafana-log packaging/deb/crash-watch packaging/deb/selftest "$stage/lib/"
cp packaging/deb/athena-workers.default packaging/deb/athena-workers.completion packaging/deb/verify-audit.py packaging/man/athena-workers.8 packaging/systemd/athena-workers-*@.* "$stage/"
cp packaging/sql/*.sql "$stage/sql/"
cp -r packaging/prometheus packaging/alertmanager packaging/loki packaging/grafana "$stage/"
cp docs/*.md "$native/sbom.cdx.json" "$stage/manual/"
sed 's|](docs/|](|g' README.md >"$stage/manual/README.md"   # they lie side by side there
grep -v '^#' packaging/daemons >"$debian/daemons"
daemons=$(cut -f1 "$debian/daemons")
old_daemons=$(printf '%s (<< 0.2.0~), ' $daemons) all_daemons=$(printf '%s (= ${binary:Version}), ' $daemons)
sed "s|@OLD_DAEMONS@|${old_daemons%, }|; s|@DAEMONS@|${all_daemons%, }|" packaging/deb/control.in >"$debian/control"

common=athena-workers-common
"$native/athena-workers" print catalogue >"$stage/athena-workers.catalog"
cat >"$debian/$common.install" <<'INSTALL'
lib/* usr/lib/athena-workers
athena-workers.catalog usr/lib/systemd/catalog
athena-workers.default usr/share/athena-workers
athena-workers.completion usr/share/athena-workers
verify-audit.py usr/share/athena-workers
sql/*.sql usr/share/athena-workers/sql
prometheus/* usr/share/athena-workers/prometheus
alertmanager/* usr/share/athena-workers/alertmanager
loki/* usr/share/athena-workers/loki
grafana/* usr/share/athena-workers/grafana
manual/* usr/share/doc/athena-workers
athena-workers-*@.* lib/systemd/system
INSTALL
echo athena-workers.8 >"$debian/$common.manpages"
printf '%s\n' 'usr/lib/athena-workers/athena-workers usr/bin/athena-workers' \
    'usr/share/athena-workers/athena-workers.completion usr/share/bash-completion/completions/athena-workers' >"$debian/$common.links"
while IFS=$'\t' read -r daemon synopsis warning; do
    fill() { sed "s|@DAEMON@|$daemon|g; s|@SYNOPSIS@|$synopsis|g; s|@WARNING@|$warning|g" "$1"; }
    fill packaging/deb/daemon.control.in >>"$debian/control"
    for script in postinst prerm postrm; do fill "packaging/deb/daemon.$script.in" >"$debian/$daemon.$script"; done
    cp "packaging/systemd/$daemon.service" "$stage/"
    "$native/$daemon" print settings >"$stage/$daemon.default"
    "$native/$daemon" print catalogue >"$stage/$daemon.catalog"
    cp "packaging/man/$daemon.8" "$stage/"
    echo "$daemon.8" >"$debian/$daemon.manpages"
    # The program knows by the name that it is called by which daemon it is.
    printf '%s\n' "usr/lib/athena-workers/athena-workers usr/lib/athena-workers/$daemon" "usr/lib/athena-workers/athena-workers usr/bin/$daemon" \
        "usr/share/athena-workers/athena-workers.completion usr/share/bash-completion/completions/$daemon" >"$debian/$daemon.links"
    cat >"$debian/$daemon.install" <<INSTALL
$daemon.service lib/systemd/system
$daemon.default usr/share/athena-workers
$daemon.catalog usr/lib/systemd/catalog
INSTALL
    mkdir "$stage/$daemon-examples"
    for example in packaging/deb/examples/*; do
        fill "$example" >"$stage/$daemon-examples/$(basename "$example")"
    done
    [ ! -e "packaging/sql/$daemon-grants.sql" ] || cp "packaging/sql/$daemon-grants.sql" "$stage/$daemon-examples/"
    echo "$daemon-examples/*" >"$debian/$daemon.examples"
    fill packaging/deb/daemon.lintian-overrides.in >"$debian/$daemon.lintian-overrides"
done <"$debian/daemons"

# The page of decisions, a program of its own.
page=athena-workers-decisions
for part in preinst postinst prerm postrm tmpfiles lintian-overrides; do cp "packaging/deb/decisions.$part" "$debian/$page.$part"; done
cp "artifacts/native-decisions/$page" packaging/systemd/$page.{service,socket} "packaging/man/$page.8" "$stage/"
cp packaging/deb/decisions-group.conf "$stage/10-decisions.conf"
cp packaging/deb/decisions-mail.conf "$stage/10-mail.conf"
cp artifacts/native-decisions/sbom.cdx.json "$stage/"
"artifacts/native-decisions/$page" print settings >"$stage/$page.default"
"artifacts/native-decisions/$page" print catalogue >"$stage/$page.catalog"
echo "$page.8" >"$debian/$page.manpages"
cat >"$debian/$page.install" <<INSTALL
$page usr/lib/athena-workers
$page.service lib/systemd/system
$page.socket lib/systemd/system
10-decisions.conf lib/systemd/system/grafana-auto-disable.service.d
$(for teller in failed crashing holds; do echo "10-mail.conf lib/systemd/system/athena-workers-$teller@$page.service.d"; done)
$page.default usr/share/athena-workers
$page.catalog usr/lib/systemd/catalog
sbom.cdx.json usr/share/doc/$page
INSTALL
printf '%s\n' "usr/lib/athena-workers/$page usr/bin/$page" \
    "usr/share/athena-workers/athena-workers.completion usr/share/bash-completion/completions/$page" >"$debian/$page.links"

tests/progress.sh 'Making the Debian packages' \
    bash -c 'cd "$1" && exec dpkg-buildpackage -b -us -uc -tc --no-check-builddeps >"$1.log" 2>&1' - "$stage" || {
    tail -n 40 "$stage.log" >&2
    exit 1
}
rm -f "$output"/*_"$version"_*
mv "$stage"/../*_"$version"_* "$output/"
ls -l "$output"/*_"$version"_*.deb | awk '{ n = split($NF, path, "/"); printf "%-55s %7.1f MB\n", path[n], $5 / 1e6 }'
