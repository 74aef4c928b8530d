# A backup while they work; then everything is purged, as on a host that was rebuilt, and put back: they go on where they were.
echo '-- backup, purge, restore'
archive() { echo "/root/$1.tar.gz"; }
in_archive() { tar -xzOf "$root$(archive "$1")" "$1/$2"; }
has_no_secret() { ! gzip -dc "$root$(archive "$1")" | grep -aF -e "$(value worker password)" -e "$(value telegram token)"; }
declare -F newcomer >/dev/null || newcomer() { sign_up "$1"; soon "${2:-20}" is_disabled "$1"; } # NAME SECONDS
count_mails() { page mails | tr '{' '\n' | grep -F "$1" | grep -cF "$2"; } # RECIPIENT WORDS
unmarked() { page mails | tr '{' '\n' | grep -F "$1" | grep -vcF 'perhaps again'; } # RECIPIENT, how many mails that do not say so

# After so many only a digest is mailed for an hour; what follows begins quietly, with those who are there.
inside sh -c 'systemctl stop grafana-auto-disable && rm -rf /var/lib/private/grafana-auto-disable/*'
holds 'its memory lost, it begins with those who are there' inside grafana-auto-disable baseline --all
inside systemctl start grafana-auto-disable
holds 'a newcomer before it is locked' newcomer before.backup
holds 'and the admins have the mail' soon 20 has_mail lindiwe@athena.example before.backup
for daemon in $daemons; do
    holds "$daemon: a backup while it runs" inside "$daemon" backup "$(archive "$daemon")"
    holds "$daemon: for root alone" [ "$(stat -c '%a %U' "$root$(archive "$daemon")")" = '600 root' ]
    holds "$daemon: of one moment" eval "in_archive $daemon manifest.json | grep '\"isOfOneMoment\": true'"
    holds "$daemon: it can be put back" eval "inside $daemon backup rehearse $(archive "$daemon") | grep 'This backup can be restored'"
    holds "$daemon: without a secret" has_no_secret "$daemon"
    holds "$daemon: not put back while it runs; it says how to stop it" eval "! inside $daemon restore $(archive "$daemon") --replace 2>'$work/refused' && grep 'systemctl stop $daemon' '$work/refused'"
done
inside sh -c 'cd /usr/share/doc/grafana-auto-disable/examples && for kind in service timer; do cp backup.$kind /etc/systemd/system/grafana-auto-disable-backup.$kind; done; systemctl daemon-reload'
holds 'the example makes one each night' eval 'inside systemctl start grafana-auto-disable-backup.service && ls "$root"/var/backups/grafana-auto-disable/grafana-auto-disable-*.tar.gz'
inside sh -c 'cp /usr/share/doc/grafana-auto-disable/examples/backup-rehearse.service /etc/systemd/system/grafana-auto-disable-backup-rehearse.service; systemctl daemon-reload'
holds 'another example tries it' inside systemctl start grafana-auto-disable-backup-rehearse.service
inside sh -c 'rm /etc/systemd/system/grafana-auto-disable-backup*; systemctl daemon-reload'

waiting=$(known)
holds 'somebody who comes after it is locked' newcomer after.backup
holds 'and approved by command' inside grafana-auto-disable approve --yes email:after.backup@example.net
told=$(count_mails lindiwe@athena.example before.backup)
reported=$(unmarked first2lead@athena.example)

mkdir "$work/defaults"
cp -p "$root"/etc/default/{athena-workers,grafana-*} "$work/defaults/"
holds 'everything is purged' eval 'patience=120 inside apt-get purge -y -q athena-workers-common athena-workers-runtime athena-workers athena-workers-decisions $daemons </dev/null && [ ! -e "$root/var/lib/private/grafana-auto-disable" ]'
# Two come now; the word that somebody was at work will be true of neither, and cover the first.
sign_up before.the.word
sleep 1
until=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sleep 1
sign_up while.nobody.guards
holds 'and installed again' install "$version"
cp -p "$work/defaults/"* "$root/etc/default/"
inside systemctl daemon-reload
mark
holds 'grafana-auto-disable: put back, with the word that it was at work until then' inside grafana-auto-disable restore "$(archive grafana-auto-disable)" --guarded-until "$until"
cp "$work/said" "$shown/restore-grafana-auto-disable.txt"
for daemon in $daemons; do
    [ "$daemon" = grafana-auto-disable ] || holds "$daemon: put back" inside "$daemon" restore "$(archive "$daemon")"
    holds "$daemon starts" inside systemctl enable --now "$daemon"
    holds "$daemon: the directory is the service's own, 0700, and all in it 0600" eval "[ \"\$(stat -c %a '$root/var/lib/private/$daemon')\" = 700 ] && [ -z \"\$(find '$root/var/lib/private/$daemon' \\( -type f ! -perm 600 \\) -o -user root)\" ]"
    holds "$daemon: the audit is whole and tells of it" eval "inside $daemon audit verify && grep -F '\"event\":\"restored\"' '$root/var/lib/private/$daemon/audit.jsonl'"
done
holds 'the first look after it is told of' soon 30 eval "inside journalctl -q -o cat -u grafana-auto-disable ATHENA_EVENT=gate-restored | grep 'First look'"
holds 'the same people wait' soon 20 eval '[ "$(known)" -ge "$waiting" ]'
holds 'nobody was told of them again' [ "$(count_mails lindiwe@athena.example before.backup)" = "$told" ]
holds 'who was made within 14 hours before that word is locked' soon 20 is_disabled before.the.word
holds 'and the admins are asked' soon 20 has_mail lindiwe@athena.example before.the.word
holds 'they have a mail about the restore' soon 20 has_mail lindiwe@athena.example 'Restored from a backup'
holds 'who was approved by command since is inside: the log still shows it' eval 'spoken grafana-auto-disable "Approved after.backup" && ! is_disabled after.backup'
holds 'who came while nobody was there is locked' soon 20 is_disabled while.nobody.guards
holds 'a newcomer is locked' newcomer after.restore
holds 'First2Lead has no mail more that does not say that it may be known' [ "$(unmarked first2lead@athena.example)" = "$reported" ]
holds 'no unit is red' none_failed

# The same host, by a slip of the hand: the older memory in the place of the newer one, and that is kept.
inside systemctl stop grafana-auto-disable
holds 'over a memory only when asked' eval '! inside grafana-auto-disable restore "$(archive grafana-auto-disable)"'
holds 'asked, it is replaced' inside grafana-auto-disable restore "$(archive grafana-auto-disable)" --replace --guarded-until "$until"
holds 'and kept beside it' eval '[ -s "$(echo "$root"/var/lib/private/grafana-auto-disable/before-restore-*)/state.json" ]'
holds 'it starts with it' inside systemctl start grafana-auto-disable
holds 'and locks' newcomer after.replace
