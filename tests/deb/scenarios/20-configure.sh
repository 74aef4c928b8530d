# Settings, rehearsal, and from the timers to the daemons while people sign up: as the README says it.
echo '-- configure, simulate, activate'
groups() { inside systemctl show -P SupplementaryGroups grafana-auto-disable; }
inside groupadd -r grafana
settings athena-workers <<SETTINGS
GRAFANA_USER=$(value worker user)
GRAFANA_PASSWORD=$(value worker password)
LOG=journal:grafana-server.service
OPS_MAIL_TO=ops@athena.example
SETTINGS
# The list is looked at so seldom that only the journal can have told of a newcomer.
settings grafana-auto-disable <<SETTINGS
export GRAFANA_URL=http://127.0.0.1:3000
MAIL_TO=lindiwe@athena.example
POLL_INTERVAL=10m
SMTP_SERVER=mail.example.org
SETTINGS
settings grafana-active-users <<SETTINGS
TELEGRAM_API=http://127.0.0.1:8081
TELEGRAM_BOT_TOKEN=$(value telegram token)
TELEGRAM_CHAT_ID=$(value telegram chat)
SETTINGS
settings grafana-compliance <<SETTINGS
REPORT_TO=first2lead@athena.example
SETTINGS
# The mail server is known to another program of the host only.
( umask 077; printf '%s\n' 'defaults' 'tls off' 'account default' 'host 127.0.0.1' 'port 2525' 'auth off' 'password "s3cret #1"' 'from grafana@athena.example' >"$root/etc/msmtprc" )
mkdir "$work/units"
for daemon in $daemons; do cp -a "$root/etc/systemd/system/$daemon".{service,timer} "$work/units/"; done
units() { ( cd "$root/etc" && sha256sum systemd/system/grafana-*.{service,timer} default/* && ls -ld systemd/system/grafana-*.* && readlink systemd/system/timers.target.wants/grafana-* && ! ls systemd/system/multi-user.target.wants/grafana-a* systemd/system/*-before* 2>/dev/null ); }
take_over() { patience=200 inside "$1" activate "${@:2}" </dev/null >"$work/take-over" 2>&1; local code=$?; cat "$work/take-over"; cat "$work/take-over" >>"$work/all-said"; return $code; }

before=$(units)
holds 'simulate runs beside the old timer' inside grafana-auto-disable simulate --since 1d
refused() { take_over grafana-auto-disable; [ $? = 78 ]; }
holds 'activate without a mail server is refused with exit code 78' refused
holds 'it names what it understands of the old settings, and what not' eval 'grep "2 understood: MAIL_TO, POLL_INTERVAL" "$work/take-over" && grep "no \"export\": GRAFANA_URL is not set" "$work/take-over" && grep "SMTP_SERVER.*did you mean SMTP_HOST" "$work/take-over"'
holds 'and the mail server that it has found, which it would take with --yes' grep -F 'Repeat with --yes' "$work/take-over"
holds 'a dry run says what would be done' eval 'take_over grafana-auto-disable --dry-run --yes && grep -F "Would move /etc/systemd/system/grafana-auto-disable.timer" "$work/take-over"'
holds 'nothing was changed by that' [ "$(units)" = "$before" ]
holds 'the old timer goes on' guard_runs

crowd() { local n; for n in $(seq 900); do [ ! -e "$work/enough" ] || break; sign_up "$1.$n"; echo "$n" >"$work/$1"; sleep 0.2; done; }
all_disabled() { page users | tr '{' '\n' >"$work/users"; [ "$(grep -F "\"$1." "$work/users" | grep -c '"isDisabled":true')" = "$(cat "$work/$1")" ]; } # CROWD
crowd came & crowd=$!
holds 'people sign up' soon 20 test -s "$work/came"
began=$(date +%s%N)
holds 'grafana-auto-disable takes over meanwhile' take_over grafana-auto-disable --yes
note "in $(( ($(date +%s%N) - began) / 1000000 )) ms"
cp "$work/take-over" "$shown/take-over.txt"
touch "$work/enough"
wait "$crowd"
note "$(cat "$work/came") people signed up while guards changed"
holds 'each of them is locked, by one guard or the other' soon 20 all_disabled came
# After so many only a digest is mailed for an hour; what follows begins quietly.
holds 'handed back, its memory lost, it takes over again' eval 'inside grafana-auto-disable hand-back && rm -rf "$root/var/lib/private/grafana-auto-disable" && take_over grafana-auto-disable --yes'
for daemon in grafana-active-users grafana-compliance; do holds "$daemon takes over" take_over "$daemon" --yes; done
holds 'what is taken from the other program is never shown' eval '! grep -F s3cret "$work/all-said"'
holds 'it is where it belongs, for root alone' eval '[ "$(stat -c "%a %U" "$root/etc/default/grafana-auto-disable")" = "600 root" ] && grep -xF "MAIL_FROM=grafana@athena.example" "$root/etc/default/grafana-auto-disable"'
holds 'our unit is in force, with the group of the log where that exists, and that of the page of decisions' [ "$(groups | tr ' ' '\n' | sort | paste -sd' ')" = 'athena-workers-decisions grafana systemd-journal' ]
kept() { local unit; for unit in "$work"/units/*; do cmp "$unit" "$root"/var/lib/athena-workers/replaced/*/"$(basename "$unit")" || return 1; done; }
holds 'the old units are kept as they were' kept
for daemon in $daemons; do
    holds "$daemon runs, and starts at boot" eval 'runs "$daemon" && inside systemctl -q is-enabled "$daemon"'
    holds "$daemon: nothing of the old timer is left in force" eval '! inside systemctl list-units --all --plain --no-legend "$daemon.timer" "$daemon-before*" "$daemon-trial*" | grep .'
    ready=$(( ($(show "$daemon" ActiveEnterTimestampMonotonic) - $(show "$daemon" ExecMainStartTimestampMonotonic)) / 1000 ))
    note "start to READY: $ready ms"
    holds "$daemon: state directory is 0700 and its own" [ "$(stat -c %a "$root/var/lib/private/$daemon")" = 700 ]
    inside "$daemon" check >"$work/check" 2>&1
    code=$?
    cp "$work/check" "$shown/check-$daemon.txt"
    holds "$daemon check finds nothing that does not work" eval "[ $code = 0 ] || [ $code = 2 ] || { cat '$work/check'; false; }"
    holds "$daemon activate finds that there is nothing to do" take_over "$daemon"
done
holds 'the audit tells of it, and is whole' eval 'inside grafana-auto-disable audit verify && grep -F "\"taken-over\"" "$root/var/lib/private/grafana-auto-disable/audit.jsonl"'
holds 'no unit is red' none_failed
inside systemctl status --no-pager --full $daemons >"$shown/status.txt" 2>&1
