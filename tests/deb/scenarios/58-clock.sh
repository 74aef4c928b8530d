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
drop_in grafana-active-users.service <<'UNIT'
UNIT
inside systemctl restart systemd-journald grafana-server $daemons
holds 'Grafana is there' soon 30 page state
holds 'a newcomer is locked' newcomer clock.true
mark
clock +7200
holds 'two hours forward: a newcomer is locked' newcomer clock.forward
inside journalctl -q -o short-iso --after-cursor="$cursor" -u 'grafana-a*' -u 'grafana-c*'
