# Removed, installed again, purged.
echo '-- remove, install again, purge'
before=$(known)
touch "$root/var/lib/private/grafana-auto-disable/born-locked"
holds 'removing says that new accounts are no longer disabled' eval 'patience=120 inside apt-get remove -y -q grafana-auto-disable 2>&1 </dev/null | tee "$work/removed" | grep "NO LONGER being disabled"'
holds 'and how what is left in the database goes' grep "DROP SCHEMA athena_workers CASCADE" "$work/removed"
holds 'nothing of it runs' eval '! inside pgrep -f /usr/lib/athena-workers/grafana-auto-disable'
holds 'its state and settings stay' eval '[ -s "$root/var/lib/private/grafana-auto-disable/state.json" ] && [ -s "$root/etc/default/grafana-auto-disable" ]'
holds 'installed again' install "$next"
holds 'it starts with its state' eval 'inside systemctl start grafana-auto-disable && [ "$(known)" -ge "$before" ]'
holds 'purging works' eval 'patience=120 inside apt-get purge -y -q athena-workers-common athena-workers-runtime athena-workers athena-workers-decisions $daemons 2>&1 </dev/null | tee "$work/removed"; [ "${PIPESTATUS[0]}" = 0 ]'
holds 'and says it once more' grep "DROP SCHEMA athena_workers CASCADE" "$work/removed"
left() {
    find "$root/etc" "$root/var/lib" "$root/usr" "$root/run" "$root/lib/systemd" -xdev \( -name '*athena-workers*' $(printf -- '-o -name *%s* ' $daemons) \) 2>/dev/null
    inside sh -c 'ls -d /run/grafana-[ac]* /run/athena-workers-decisions /run/athena-workers-metrics 2>/dev/null; systemctl list-units --all --plain --no-legend "grafana-a*" "grafana-c*" "athena-*"'
}
kept() { # For each a copy of its own, for root alone; that of the gate has its audit.
    local daemon
    for daemon in $daemons; do [ "$(stat -c '%a %U' "$root"/var/backups/athena-workers/$daemon-purged-*.tar.gz | sort -u)" = '600 root' ] || { ls -l "$root/var/backups/athena-workers"; return 1; }; done
    tar -tzf "$(ls -t "$root"/var/backups/athena-workers/grafana-auto-disable-purged-*.tar.gz | head -n 1)" | grep audit.jsonl
}
without_session() { for copy in "$root"/var/backups/athena-workers/*-purged-*.tar.gz; do if tar -tzf "$copy" | grep -q grafana-session; then echo "$copy"; return 1; fi; done; }
holds 'no copy has a session in Grafana' without_session
holds 'it names the account that stays in Grafana' grep "the daemons' account .* stays in Grafana" "$work/removed"
holds 'but a copy of each state and audit, and says where it is' eval 'kept && grep "grafana-compliance: its state and audit are kept in /var/backups/athena-workers/grafana-compliance-purged-" "$work/removed"'
# systemd forgets a unit that is gone a moment after it was named last.
holds 'and leaves nothing' eval 'soon 10 eval "[ -z \"\$(left)\" ]" || { left; false; }'
