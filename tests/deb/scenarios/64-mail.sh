# The mail server is down for an hour: nothing is lost, nothing comes twice, and no lock waits for it. The hour is simulated: the daemon's
# clock and timers run 120 times as fast (faketime), while the mail server is really away.
echo '-- the mail server is down for an hour'
echo '+0 x120' >"$root/var/lib/hour"
drop_in grafana-auto-disable.service <<'UNIT'
[Service]
Environment=LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME_TIMESTAMP_FILE=/var/lib/hour
Environment=FAKETIME_NO_CACHE=1 FAKETIME_DISABLE_SHM=1 NO_FAKE_STAT=1
WatchdogSec=0
UNIT
page mail/clear -X POST
page mail/stop -X POST
holds 'the daemon runs by a fast clock' inside systemctl restart grafana-auto-disable
holds 'a newcomer is locked although no mail can be sent' newcomer no.mail
holds 'status says that mails wait, and why' soon 10 eval 'inside grafana-auto-disable status | grep -E "mails? not sent yet: 127.0.0.1:2525 is not reachable"'
waiting() { grep -l "no.mail@example.net" "$root"/var/lib/private/grafana-auto-disable/outbox/*.json; }
tried() { sed -n 's/.*"attempts": *\([0-9]*\).*/\1/p' $(waiting) | sort -n | tail -n 1; }
passed_by() { inside grafana-auto-disable status | grep -Eq '^Running +for ([6-9][0-9]|1[01][0-9]) min'; }
holds 'an hour passes' soon 60 passed_by
holds 'in which it was tried again, with growing pauses' eval '[ "$(tried)" -ge 5 ] && [ "$(tried)" -le 8 ] || { tried; false; }'
mark
page mail/start -X POST
holds 'when the server is back the mail comes' soon 60 has_mail lindiwe@athena.example no.mail
holds 'once' eval 'sleep 3; [ "$(mails lindiwe@athena.example no.mail)" = 1 ] || { page mails; false; }'
holds 'and nothing waits any more' soon 30 eval 'inside grafana-auto-disable status | grep "^Mail *nothing waits"'
drop_out grafana-auto-disable.service
inside systemctl restart grafana-auto-disable
