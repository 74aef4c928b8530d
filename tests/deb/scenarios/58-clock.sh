# The clock is set, forward and back. A container shares the host's clock; so that of the programs that it matters to is set, by a library
# that is loaded before theirs (faketime): Grafana, journald, and the daemons. Timers run on, as they do on a machine.
echo '-- the clock is set'
clock() { printf '%s\n' "$1" >"$root/var/lib/clock.new" && mv "$root/var/lib/clock.new" "$root/var/lib/clock"; } # SECONDS from the true time
clock +0
for unit in systemd-journald grafana-server $daemons; do
    drop_in "$unit.service" <<'UNIT'
[Service]
Environment=LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME_TIMESTAMP_FILE=/var/lib/clock
Environment=FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1 NO_FAKE_STAT=1
UNIT
done
for daemon in $daemons; do cp "$root/etc/default/$daemon" "$work/$daemon.settings"; done
sed -i 's/^POLL_INTERVAL=.*/POLL_INTERVAL=5s/' "$root/etc/default/grafana-auto-disable"
echo 'REPORT_HOURS=0-23' >>"$root/etc/default/grafana-compliance"
inside systemctl restart systemd-journald grafana-server $daemons
holds 'Grafana is there' soon 90 page state
holds 'a newcomer is locked' newcomer clock.true
page telegram/clear -X POST
pulses() { page telegram | tr '{' '\n' | grep -c '"number"'; }
looked() { inside grafana-auto-disable status | sed -n 's/^Last look *\([0-9.]* [a-z]*\) ago, complete$/\1/p' | grep -x '[0-9.]* m\{0,1\}s'; } # seconds ago, not minutes or hours
decided() { inside journalctl -q -o json _SYSTEMD_UNIT=grafana-compliance.service ATHENA_EVENT="$1" | sed -n 's/.*"ATHENA_CASE" *: *"\([^"]*\)".*/\1/p'; }

mark
clock +7200
holds 'two hours forward: a newcomer is locked' newcomer clock.forward
holds 'the windows in between are read, and the newest is said in the chat' soon 60 eval '[ "$(said grafana-active-users window-read | wc -l)" -ge 8 ] && [ "$(pulses)" -ge 1 ]'
holds 'the hours in between are decided' soon 60 eval '[ "$({ decided window-decided; decided window-not-seen; } | sort -u | wc -l)" -ge 2 ]'

mark
clock +0
holds 'put right: the list is looked at as before, and not only in two hours' soon 15 looked
holds 'a newcomer is locked' newcomer clock.back
holds 'the pulse goes on with the window that runs, and the journal says why' soon 40 said grafana-active-users clock-set-back
clock +7200
holds 'two hours forward again: a newcomer is locked' newcomer clock.again
holds 'windows are said again' soon 60 eval '[ "$(said grafana-active-users window-read | wc -l)" -ge 8 ]'
sleep 2
holds 'no hour was decided twice' eval '[ -z "$({ decided window-decided; decided window-not-seen; } | sort | uniq -d)" ]'
clock +0
for daemon in $daemons; do cp "$work/$daemon.settings" "$root/etc/default/$daemon"; done
for unit in systemd-journald grafana-server $daemons; do drop_out "$unit.service"; done
inside systemctl restart systemd-journald grafana-server $daemons
holds 'with the true clock a newcomer is locked' eval 'soon 90 page state && newcomer clock.well'
