# A newcomer, from the line in the journal to the mail.
echo '-- lock'
began=$(date +%s%N)
sign_up journal.newcomer
holds 'a sign-up that the journal tells of is locked' soon 20 is_disabled journal.newcomer
printf '        seen as locked after %d ms\n' $(( ($(date +%s%N) - began) / 1000000 ))
holds 'the admins have its mail' soon 20 has_mail lindiwe@athena.example newcomer
holds 'the chat has a message' eval 'inside grafana-active-users pulse --test && page telegram | grep text'

echo '-- what root asks and does by command'
# Which user may read the state and who may reach the socket hangs on systemd: since 257 they are two.
for daemon in $daemons; do
    holds "$daemon: status has an answer" eval '{ inside "$daemon" status 2>&1 || true; } | grep "^Running"'
    holds "$daemon: the audit is read" inside "$daemon" audit verify
    holds "$daemon: a backup is made while it runs" eval 'inside "$daemon" backup /root/asked.tar.gz && rm "$root/root/asked.tar.gz"'
done
counted() { inside setpriv --reuid 65534 --regid 65534 --clear-groups cat "/run/athena-workers-metrics/$1/metrics.prom"; }
for daemon in $daemons; do
    inside "$daemon" check >"$work/said" 2>&1
    holds "$daemon: its metrics are there for everybody, also after a check" eval 'soon 20 eval "counted $daemon | grep ^athena_daemon_well"'
done
holds 'the folder above is root'"'"'s, and the one with the socket nobody else'"'"'s' eval '[ "$(inside stat -c "%a %U" /run/athena-workers-metrics)" = "755 root" ] && [ "$(inside stat -Lc %a /run/grafana-auto-disable)" = 700 ]'
of_newcomer=email:journal.newcomer@example.net
holds 'pending names who waits' eval 'inside grafana-auto-disable pending | grep journal.newcomer'
holds 'approved by command, they are inside' eval 'inside grafana-auto-disable approve --yes "$of_newcomer" && ! is_disabled journal.newcomer'
holds 'their history tells of it' eval 'inside grafana-auto-disable history "$of_newcomer" | grep approved'
inside systemctl stop grafana-auto-disable
holds 'while the daemon is stopped the command locks them itself' eval 'inside grafana-auto-disable reject --yes "$of_newcomer" && is_disabled journal.newcomer'
inside systemctl start grafana-auto-disable
holds 'and the daemon goes on with what that wrote' eval '! inside grafana-auto-disable pending | grep journal.newcomer && inside grafana-auto-disable history "$of_newcomer" | grep rejected'
inside journalctl -x --no-pager -u grafana-auto-disable _SYSTEMD_INVOCATION_ID="$(show grafana-auto-disable InvocationID)" >"$shown/journal.txt" 2>&1
