# Settings, baseline, start: as the README says it.
echo '-- configure and start'
# As the README says it.
for daemon in $daemons; do
    inside systemctl disable --now "$daemon.timer" >/dev/null 2>&1
    mkdir -p "$root/var/lib/athena-workers/replaced"
    mv "$root/etc/systemd/system/$daemon".{service,timer} "$root/var/lib/athena-workers/replaced/"
done
inside systemctl daemon-reload
groups() { inside systemctl show -P SupplementaryGroups grafana-auto-disable; }
inside groupadd -r grafana
inside /usr/lib/athena-workers/read-grafana-log grafana-auto-disable
holds 'our unit is in force, with the group of the log where that exists' [ "$(groups)" = 'systemd-journal grafana' ]
settings athena-workers <<SETTINGS
GRAFANA_USER=$(value worker user)
GRAFANA_PASSWORD=$(value worker password)
LOG=journal:grafana-server.service
SMTP_HOST=127.0.0.1
SMTP_PORT=2525
SMTP_SECURITY=none
MAIL_FROM=grafana@athena.example
OPS_MAIL_TO=ops@athena.example
SETTINGS
# The list is looked at so seldom that only the journal can have told of a newcomer.
settings grafana-auto-disable <<SETTINGS
MAIL_TO=lindiwe@athena.example
POLL_INTERVAL=10m
SETTINGS
settings grafana-active-users <<SETTINGS
TELEGRAM_API=http://127.0.0.1:8081
TELEGRAM_BOT_TOKEN=$(value telegram token)
TELEGRAM_CHAT_ID=$(value telegram chat)
SETTINGS
if [ -e "$root/etc/default/grafana-compliance" ]; then settings grafana-compliance <<SETTINGS
REPORT_TO=first2lead@athena.example
SETTINGS
fi
holds 'the baseline is made' inside grafana-auto-disable baseline --all
for daemon in $daemons; do
    holds "$daemon starts" inside systemctl enable --now "$daemon"
    ready=$(( ($(show "$daemon" ActiveEnterTimestampMonotonic) - $(show "$daemon" ExecMainStartTimestampMonotonic)) / 1000 ))
    printf '        start to READY: %d ms\n' "$ready"
    holds "$daemon: state directory is 0700 and its own" [ "$(stat -c %a "$root/var/lib/private/$daemon")" = 700 ]
    inside "$daemon" check >"$work/check" 2>&1
    code=$?
    cp "$work/check" "artifacts/deb/check-$daemon.txt"
    holds "$daemon check finds nothing that does not work" eval "[ $code = 0 ] || [ $code = 2 ] || { cat '$work/check'; false; }"
done
inside systemctl status --no-pager --full $daemons >artifacts/deb/status.txt 2>&1
