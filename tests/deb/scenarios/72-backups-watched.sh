# Backups of somebody else's, in a folder that is closed to the daemon: it says so, and what opens it, and that opens it and no more.
echo '-- backups that are watched'
inside sh -c 'install -d -m 0750 -o postgres -g postgres /var/backups/grafana && runuser -u postgres -- sh -c "umask 077; echo a dump >/var/backups/grafana/grafana.dump; touch -d -1hour /var/backups/grafana/grafana.dump"'
echo 'WATCH_BACKUPS=/var/backups/grafana/*.dump' >>"$root/etc/default/grafana-active-users"
watched() { { inside grafana-active-users check || true; } | grep -E "$1"; } # PATTERN
told() { { inside grafana-active-users status 2>&1 || true; } | grep -F "/var/backups/grafana/*.dump: $1"; } # WORDS
holds 'the daemon runs with it' inside systemctl restart grafana-active-users
holds 'check, as root, says that the daemon may not look there, and what opens it' watched '^warning Backups: /var/backups/grafana may not be looked into → .*sudo groupadd -rf athena-backups, sudo setfacl -m g:athena-backups:rx /var/backups/grafana'
holds 'and so does status' soon 30 told '/var/backups/grafana may not be looked into'
inside groupadd -rf athena-backups
holds 'what it says is done' inside setfacl -m g:athena-backups:rx /var/backups/grafana
inside sh -c 'mkdir -p /etc/systemd/system/grafana-active-users.service.d && printf "[Service]\nSupplementaryGroups=athena-backups\n" >/etc/systemd/system/grafana-active-users.service.d/override.conf && systemctl daemon-reload'
holds 'the daemon starts with it' inside systemctl restart grafana-active-users
holds 'it sees the backup' watched '^ok +Backups /var/backups/grafana/\*\.dump: the newest is 6[0-9] min old and has 7 bytes'
holds 'and so does status' soon 30 told 'the newest is'
holds 'its age is a metric' soon 60 inside grep '^athena_grafana_backup_age_seconds' /run/athena-workers-metrics/grafana-active-users/metrics.prom
as_it() { inside setpriv --reuid 65534 --regid 65534 --groups "$(inside getent group athena-backups | cut -d: -f3)" "$@"; }
holds 'the group opens names, and no backup' eval 'as_it ls -l /var/backups/grafana/grafana.dump && ! as_it cat /var/backups/grafana/grafana.dump && ! as_it touch /var/backups/grafana/planted'
inside sh -c 'touch -d -30hours /var/backups/grafana/grafana.dump'
holds 'one that is too old is said' watched '^warning Backups: the newest backup, grafana.dump, is 30 h old; BACKUP_MAX_AGE is 26h → Did the job that makes it run'
sed -i '/^WATCH_BACKUPS=/d' "$root/etc/default/grafana-active-users"
inside sh -c 'rm -r /etc/systemd/system/grafana-active-users.service.d/override.conf /var/backups/grafana; systemctl daemon-reload; systemctl restart grafana-active-users; groupdel athena-backups'
holds 'and without it the daemon runs as before' runs grafana-active-users
