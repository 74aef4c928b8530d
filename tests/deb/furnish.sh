# What stands in the root before it is booted: our packages to install, a stand-in for Grafana, and the guards of before. To be sourced.

furnish() { # ROOT RELEASE
    mkdir "$1"
    tar -xf "$(root_tar "$2")" -C "$1" --exclude './dev/*'
    mkdir -p "$1/opt/debs/$oldest" "$1/opt/debs/$version" "$1/opt/debs/$next"
    cp artifacts/deb-before/*_"$oldest"_*.deb "$1/opt/debs/$oldest/"
    cp artifacts/deb/*_"$version"_*.deb "$1/opt/debs/$version/"
    cp artifacts/deb-next/*_"$next"_*.deb "$1/opt/debs/$next/"
    mkdir -p "$1"/etc/systemd/system/{multi-user,timers}.target.wants
    put_grafana "$1"
    put_old_guards "$1"
    silence_generators "$1"
}

# Each daemon-reload runs all of them, and a change of guards reloads often: in a container none but PostgreSQL's has anything to say.
silence_generators() {
    local generator
    mkdir -p "$1/etc/systemd/system-generators"
    for generator in "$1"/usr/lib/systemd/system-generators/* "$1"/lib/systemd/system-generators/*; do
        case $generator in */postgresql-generator | *'*') ;; *) ln -sf /dev/null "$1/etc/systemd/system-generators/${generator##*/}" ;; esac
    done
}

# The packages of this build once more, as those of a version that follows it.
make_next() {
    local package unpacked=$work/next
    [ -n "$(compgen -G "artifacts/deb/*_${version}_*.deb")" ] || return 1
    rm -rf artifacts/deb-next
    mkdir -p artifacts/deb-next
    for package in artifacts/deb/*_"$version"_*.deb; do
        dpkg-deb --raw-extract "$package" "$unpacked" || return 1
        sed -i "s/\(^Version: \|(= \)${version//./\\.}\($\|)\)/\1$next\2/g" "$unpacked/DEBIAN/control"
        dpkg-deb --root-owner-group -Znone --build "$unpacked" "artifacts/deb-next/$(basename "${package/_"$version"_/_"$next"_}")" >/dev/null || return 1
        rm -rf "$unpacked"
    done
}

# The packages of this build in the shape that those of 0.1.0 had: a program of each daemon's own, and what they share in
# athena-workers-runtime, the SQL for PostgreSQL apart.
make_before() {
    local daemon unpacked=$work/before runtime=$work/runtime
    rm -rf artifacts/deb-before "$runtime"
    mkdir -p artifacts/deb-before
    dpkg-deb --raw-extract artifacts/deb/athena-workers-common_"$version"_*.deb "$runtime" || return 1
    for daemon in $daemons; do
        dpkg-deb --raw-extract artifacts/deb/"$daemon"_"$version"_*.deb "$unpacked" || return 1
        rm "$unpacked/usr/lib/athena-workers/$daemon" "$unpacked/usr/bin/$daemon"
        cp "$runtime/usr/lib/athena-workers/athena-workers" "$unpacked/usr/lib/athena-workers/$daemon"
        ln -s "../lib/athena-workers/$daemon" "$unpacked/usr/bin/$daemon"
        [ "$daemon" != grafana-auto-disable ] || cp -r "$runtime/usr/share/athena-workers/sql" "$unpacked/usr/share/athena-workers/"
        as_before "$unpacked" "$daemon" || return 1
    done
    rm -rf "$runtime/usr/share/athena-workers/sql" "$runtime/usr/bin" "$runtime/usr/share/doc/athena-workers"
    mv "$runtime/usr/share/doc/athena-workers-common" "$runtime/usr/share/doc/athena-workers-runtime"
    as_before "$runtime" athena-workers-runtime
}
as_before() { # FOLDER PACKAGE
    sed -i "/^Breaks:/d; /^Replaces:/d; s/athena-workers-common/athena-workers-runtime/; s/^Version: .*/Version: $oldest/; s/(= ${version//./\\.})/(= $oldest)/" "$1/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone --build "$1" "artifacts/deb-before/$2_${oldest}_amd64.deb" >/dev/null || return 1
    rm -rf "$1"
}

# It plays Grafana, the mail server and Telegram. Its log goes to a file and, as a service's output does, to the journal. What Grafana has
# in its database is kept from one start to the next; mails and messages are not.
put_grafana() {
    cp artifacts/contract/athena-sandbox "$1/opt/athena-sandbox"
    mkdir -p "$1/var/lib/stand-in"
    cat >"$1/etc/systemd/system/grafana-server.service" <<'UNIT'
[Unit]
Description=Grafana (stand-in)
[Service]
ExecStart=/opt/athena-sandbox demo --directory /var/lib/stand-in --port 3000 --page-port 8080 --smtp-port 2525 --telegram-port 8081 --speed 0 --log-mode "console file" --to-output --database /var/lib/stand-in/database.json --single-sign-on $MORE
LogRateLimitIntervalSec=0
Environment=DOTNET_BUNDLE_EXTRACT_BASE_DIR=/var/lib/stand-in
[Install]
WantedBy=multi-user.target
UNIT
    ln -s ../grafana-server.service "$1/etc/systemd/system/multi-user.target.wants/"
}

# Written by hand, with our names. That of the accounts is a real one: it disables whom it has not seen before.
put_old_guards() {
    cat >"$1/usr/local/bin/old-guard" <<'SCRIPT'
#!/bin/sh
date +%s >>/var/log/old-guard.log
SCRIPT
    cat >"$1/usr/local/bin/old-account-guard" <<'SCRIPT'
#!/bin/bash
set -euo pipefail
account() { sed -n "/\"worker\": {/,/}/s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" /var/lib/stand-in/sandbox.json; }
login=$(printf '%s:%s' "$(account user)" "$(account password)" | base64 -w0)
ask() { # METHOD PATH
    exec 3<>/dev/tcp/127.0.0.1/3000
    printf '%s %s HTTP/1.0\r\nHost: localhost\r\nAuthorization: Basic %s\r\nContent-Length: 0\r\n\r\n' "$1" "$2" "$login" >&3
    cat <&3
}
known=/var/lib/old-guard/known
mkdir -p /var/lib/old-guard
ask GET '/api/users?perpage=1000' | tr '{' '\n' | sed -n 's/^"id":\([0-9]*\),.*"isDisabled":false.*/\1/p' >/run/old-guard.$$
trap 'rm -f /run/old-guard.$$ /run/old-guard.$$.new' EXIT
grep -q . /run/old-guard.$$
[ -e "$known" ] || cp /run/old-guard.$$ "$known"
grep -vxFf "$known" /run/old-guard.$$ >/run/old-guard.$$.new || true
while read -r id; do
    # Not so one from single sign-on; that keeps it from nobody else.
    if ask POST "/api/admin/users/$id/disable" | grep -q 'User disabled'; then echo "$id" >>"$known"; fi
done </run/old-guard.$$.new
date +%s >>/var/log/old-guard.log
SCRIPT
    chmod +x "$1"/usr/local/bin/old-*guard
    local daemon script
    for daemon in $daemons; do
        script=old-guard
        [ "$daemon" != grafana-auto-disable ] || script=old-account-guard
        printf '[Unit]\nDescription=Old guard\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/usr/local/bin/%s\n' "$script" >"$1/etc/systemd/system/$daemon.service"
        printf '[Timer]\nOnBootSec=1s\nOnUnitActiveSec=1s\nAccuracySec=100ms\n[Install]\nWantedBy=timers.target\n' >"$1/etc/systemd/system/$daemon.timer"
        ln -s "../$daemon.timer" "$1/etc/systemd/system/timers.target.wants/"
    done
    printf 'export GRAFANA_URL="http://127.0.0.1:3000"\n# our own words\nSMTP_USER=$X\n' >"$1/etc/default/grafana-auto-disable"
    chmod 0644 "$1/etc/default/grafana-auto-disable"
}
