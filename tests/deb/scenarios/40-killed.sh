# A daemon that is killed, that hangs, that cannot read its settings.
echo '-- killed, stuck, misconfigured'
pid=$(show grafana-auto-disable MainPID)
killed() { [ "$pid" != 0 ] && inside kill "$1" "$pid"; }
holds 'it is killed with -9' killed -9
holds 'after kill -9 it is back' soon 30 restarted grafana-auto-disable "$pid"
sign_up after.kill
holds 'and locks' soon 20 is_disabled after.kill
drop_in grafana-auto-disable.service <<'UNIT'
[Service]
WatchdogSec=4s
TimeoutStopSec=2s
RestartSec=300ms
UNIT
inside systemctl restart grafana-auto-disable
pid=$(show grafana-auto-disable MainPID)
holds 'it is stopped with SIGSTOP' killed -STOP
sign_up while.stuck
holds 'stuck (SIGSTOP), the watchdog ends it and it is back' soon 60 restarted grafana-auto-disable "$pid"
holds 'and locks who came meanwhile' soon 30 is_disabled while.stuck
drop_out grafana-auto-disable.service
cp "$root/etc/default/grafana-auto-disable" "$work/settings"
echo 'POLL_INTERVAL=often' >>"$root/etc/default/grafana-auto-disable"
inside systemctl restart grafana-auto-disable >/dev/null 2>&1
holds 'misconfigured it fails with 78 and is not started again' soon 20 eval '[ "$(show grafana-auto-disable ExecMainStatus)" = 78 ] && [ "$(show grafana-auto-disable ActiveState)" = failed ]'
holds 'and our people have a mail that says what is not being done' soon 30 has_mail ops@athena.example 'has stopped working'
cp "$work/settings" "$root/etc/default/grafana-auto-disable"
holds 'put right, it starts' inside systemctl start grafana-auto-disable
