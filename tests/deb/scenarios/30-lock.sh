# A newcomer, from the line in the journal to the mail.
echo '-- lock'
began=$(date +%s%N)
sign_up journal.newcomer
holds 'a sign-up that the journal tells of is locked' soon 20 is_disabled journal.newcomer
printf '        seen as locked after %d ms\n' $(( ($(date +%s%N) - began) / 1000000 ))
holds 'the admins have its mail' soon 20 has_mail lindiwe@athena.example newcomer
holds 'the chat has a message' eval 'inside grafana-active-users pulse --test && page telegram | grep text'
inside journalctl -x --no-pager -u grafana-auto-disable _SYSTEMD_INVOCATION_ID="$(show grafana-auto-disable InvocationID)" >artifacts/deb/journal.txt 2>&1
