# The mail server is down for an hour: nothing is lost, nothing comes twice, and locking does not wait. The hour is simulated: the
# daemon's clocks run sixty times as fast (faketime), the mail server is really away.
echo '-- the mail server is down for an hour'
printf '+0 x60\n' >"$root/var/lib/hour"
drop_in grafana-auto-disable.service <<'UNIT'
[Service]
Environment=LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME_TIMESTAMP_FILE=/var/lib/hour
Environment=FAKETIME_NO_CACHE=1 FAKETIME_DISABLE_SHM=1 NO_FAKE_STAT=1
WatchdogSec=0
UNIT
page mail/clear -X POST
page mail/stop -X POST
mark
holds 'the daemon runs by a fast clock' inside systemctl restart grafana-auto-disable
holds 'a newcomer is locked although no mail can be sent' newcomer no.mail
sleep 3
inside grafana-auto-disable status
