# A fresh host, from the packages to guarded with one command, as README says it. (92 has installed them.)
echo '-- fresh host'
began=$SECONDS
( umask 077; value telegram token >"$root/root/token" )
# What a fresh host is not asked for: where this Telegram is. The account is made by account create, which takes its time; here it is there.
printf '%s\n' "GRAFANA_USER=$(value worker user)" "GRAFANA_PASSWORD=$(value worker password)" >>"$root/etc/default/athena-workers"
echo 'TELEGRAM_API=http://127.0.0.1:8081' >>"$root/etc/default/grafana-active-users"
set_up() {
    patience=120 inside athena-workers setup --yes --send-test "$@" --set SMTP_HOST=127.0.0.1 --set SMTP_PORT=2525 --set SMTP_SECURITY=none \
        --set MAIL_FROM=grafana@athena.example --set OPS_MAIL_TO=ops@athena.example --set MAIL_TO=lindiwe@athena.example --set ADMIN_USER_IDS=1,4 \
        --set REPORT_TO=first2lead@athena.example --set "TELEGRAM_CHAT_ID=$(value telegram chat)" --secret TELEGRAM_BOT_TOKEN=/root/token </dev/null 2>&1
}
holds 'setup shows what it would write' eval 'set_up --dry-run | grep "+ SMTP_HOST=127.0.0.1" && ! grep SMTP_HOST=127 "$root/etc/default/athena-workers"'
set_up >"$shown/setup.txt"
code=$?
holds 'it writes that, and finds that all works' eval "[ $code = 0 ] || { cat '$shown/setup.txt'; false; }"
holds 'no secret is shown' eval '! grep -F "$(value telegram token)" "$shown/setup.txt" && ! grep -F "$(value worker password)" "$shown/setup.txt"'
holds 'the settings are for root alone' eval 'for file in athena-workers $daemons; do [ "$(stat -c "%a %U" "$root/etc/default/$file")" = "600 root" ] || exit 1; done'
holds 'once more it has nothing to write' eval 'patience=120 inside athena-workers setup --yes </dev/null | grep "what a fresh host needs is set"'
holds 'what is set stays' eval 'patience=60 inside athena-workers setup --yes --set SMTP_HOST=elsewhere.example </dev/null; [ $? = 64 ] && grep -x SMTP_HOST=127.0.0.1 "$root/etc/default/athena-workers"'
holds 'everybody who is there may stay' eval 'patience=120 inside grafana-auto-disable activate --all --yes </dev/null'
for daemon in grafana-compliance grafana-active-users; do holds "$daemon is put in force" eval "patience=120 inside $daemon activate --yes </dev/null"; done
# The chat's daemon may say that many signed up: they did.
holds 'all of them run, and say how they are' eval '{ inside athena-workers status || true; } | tee "$work/overview" | grep "^grafana-auto-disable *ok " && [ "$(grep -c "^grafana-" "$work/overview")" = 3 ] && ! grep "OFF\|unknown" "$work/overview"'
holds 'a newcomer is locked' newcomer fresh.newcomer
holds 'and the admins have its mail' soon 20 has_mail lindiwe@athena.example fresh.newcomer
note "$((SECONDS - began)) s from installed to guarded, tests between"

# Purged by mistake: as its last words say.
holds 'purged, it says how what it knew is put back' eval 'patience=120 inside apt-get purge -y -q grafana-auto-disable 2>&1 </dev/null | tee "$work/removed" | grep "To put them back"'
put_back=$(tr -d '\r' <"$work/removed" | sed -n 's/.*To put them back, before the daemon is installed again: //p' | sed 's/sudo //g')
# Here others keep it open; where none does it was purged too, and made anew it must be closed, or systemd starts nothing in it.
holds 'the folder around it is made as systemd wants it' eval 'grep -F "install -d -m 0700 /var/lib/private /var/lib/private/grafana-auto-disable " <<<"$put_back"'
holds 'that works' inside sh -c "$put_back"
holds 'installed, set up and put in force again' eval 'install "$next" && { patience=120 inside athena-workers setup --yes --set MAIL_TO=lindiwe@athena.example </dev/null; } && patience=120 inside grafana-auto-disable activate --yes </dev/null'
holds 'it knows who waits' eval 'inside grafana-auto-disable pending | grep fresh.newcomer'
holds 'and the audit is whole' inside grafana-auto-disable audit verify
