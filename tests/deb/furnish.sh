# What stands in the root before it is booted: our packages to install, a stand-in for Grafana, and the guards of before. To be sourced.

furnish() { # ROOT
    mkdir "$1"
    tar -xf "$root_tar" -C "$1" --exclude './dev/*'
    mkdir -p "$1/opt/debs/$version" "$1/opt/debs/$next"
    cp artifacts/deb/*_"$version"_*.deb "$1/opt/debs/$version/"
    cp artifacts/deb/*_"$next"_*.deb "$1/opt/debs/$next/"
    mkdir -p "$1"/etc/systemd/system/{multi-user,timers}.target.wants
    put_grafana "$1"
    put_old_guards "$1"
}

# It plays Grafana, the mail server and Telegram. Its log goes to a file and, as a service's output does, to the journal.
put_grafana() {
    cp artifacts/contract/athena-sandbox "$1/opt/athena-sandbox"
    mkdir -p "$1/var/lib/stand-in"
    cat >"$1/etc/systemd/system/grafana-server.service" <<'UNIT'
[Unit]
Description=Grafana (stand-in)
[Service]
ExecStart=/bin/sh -c '/opt/athena-sandbox demo --directory /var/lib/stand-in --port 3000 --page-port 8080 --smtp-port 2525 --telegram-port 8081 --speed 0 --log-mode "console file" >/var/lib/stand-in/said 2>&1 & exec tail -n 0 -F /var/lib/stand-in/grafana.log'
LogRateLimitIntervalSec=0
Environment=DOTNET_BUNDLE_EXTRACT_BASE_DIR=/var/lib/stand-in
[Install]
WantedBy=multi-user.target
UNIT
    ln -s ../grafana-server.service "$1/etc/systemd/system/multi-user.target.wants/"
}

# Written by hand, with our names.
put_old_guards() {
    cat >"$1/usr/local/bin/old-guard" <<'SCRIPT'
#!/bin/sh
date +%s >>/var/log/old-guard.log
SCRIPT
    chmod +x "$1/usr/local/bin/old-guard"
    local daemon
    for daemon in $daemons; do
        printf '[Unit]\nDescription=Old guard\n[Service]\nType=oneshot\nExecStart=/usr/local/bin/old-guard\n' >"$1/etc/systemd/system/$daemon.service"
        printf '[Timer]\nOnBootSec=1s\nOnUnitActiveSec=1s\nAccuracySec=100ms\n[Install]\nWantedBy=timers.target\n' >"$1/etc/systemd/system/$daemon.timer"
        ln -s "../$daemon.timer" "$1/etc/systemd/system/timers.target.wants/"
    done
    printf 'export GRAFANA_URL="http://127.0.0.1:3000"\n# our own words\nSMTP_USER=$X\n' >"$1/etc/default/grafana-auto-disable"
    chmod 0644 "$1/etc/default/grafana-auto-disable"
}
