# A daemon that fails again and again: told once, at the fifth failure, and once when it holds again.
echo '-- failing again and again'
inside /usr/lib/athena-workers/crash-watch over grafana-auto-disable # What was killed above is another matter.
page mail/clear -X POST
drop_in grafana-auto-disable.service <<'UNIT'
[Service]
RestartSec=300ms
UNIT
drop_in athena-workers-holds@grafana-auto-disable.timer <<'UNIT'
[Timer]
OnActiveSec=
OnActiveSec=8s
UNIT
crash() { # TIMES
    local n pid
    for n in $(seq "$1"); do
        pid=$(show grafana-auto-disable MainPID)
        inside kill -9 "$pid" && soon 20 restarted grafana-auto-disable "$pid" || return 1
    done
}
crashing='grafana-auto-disable on .* fails again and again'
told() { page mails | tr '{' '\n' | grep -F ops@athena.example | grep -c "$1"; } # a pattern: the host's name is not ours
holds 'it fails four times, and is back each time' crash 4
sleep 1
holds 'nobody is told of that' [ "$(told "$crashing")" = 0 ]
holds 'it fails a fifth time' crash 1
holds 'our people have a mail that it fails again and again' soon 20 eval '[ "$(told "$crashing")" = 1 ]'
number=$(page mails | tr '{' '\n' | grep "$crashing" | sed -n 's/.*"number":\([0-9]*\),.*/\1/p')
holds 'the mail says how often and why' eval 'page "mails/$number" | grep "It failed 5 times" | grep "signal, KILL"'
page "mails/$number" | sed 's/.*"text":"//; s/","attachments.*//; s/\\n/\n/g' >"$shown/mail-fails-again-and-again.txt"
holds 'it fails twice more' crash 2
holds 'and locks whenever it runs' newcomer between.crashes
holds 'when it holds there is a mail that it does' soon 40 eval '[ "$(told "grafana-auto-disable on .* holds again")" = 1 ]'
holds 'there was no second mail about its failing' [ "$(told "$crashing")" = 1 ]
holds 'and it is forgotten' soon 10 inside test ! -e /run/athena-workers/grafana-auto-disable.failures
drop_out grafana-auto-disable.service
drop_out athena-workers-holds@grafana-auto-disable.timer
