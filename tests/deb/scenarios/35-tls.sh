# TLS to all four peers, whose certificates an authority of the site has signed: the service itself must come through, not only root. And
# check says of each thing what the service finds.
echo '-- TLS to Grafana, the mail server, Telegram and PostgreSQL'
peers=peers.hospital.example
authority=/etc/ssl/hospital.pem
certify() {
    inside sh -ec "mkdir -p /etc/peers && cd /etc/peers
        grep -q $peers /etc/hosts || echo '127.0.0.1 $peers' >>/etc/hosts
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=Authority of the hospital' -keyout ca.key -out $authority
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=$peers -keyout peers.key -out peers.csr
        printf 'subjectAltName=DNS:$peers\n' >names
        openssl x509 -req -in peers.csr -CA $authority -CAkey ca.key -CAcreateserial -days 2 -extfile names -out peers.pem
        install -m 0600 -o postgres peers.key postgres.key"
}
# Each speaks TLS on a port of its own; the mail server also after STARTTLS.
present() {
    cat >"$root/etc/peers/stunnel.conf" <<PEERS
foreground = yes
cert = /etc/peers/peers.pem
key = /etc/peers/peers.key
[grafana]
accept = 127.0.0.1:3443
connect = 127.0.0.1:3000
[telegram]
accept = 127.0.0.1:8443
connect = 127.0.0.1:8081
[mail]
accept = 127.0.0.1:2465
connect = 127.0.0.1:2525
[mail-starttls]
accept = 127.0.0.1:2587
connect = 127.0.0.1:2525
protocol = smtp
PEERS
    inside systemd-run -q --unit=peers stunnel4 /etc/peers/stunnel.conf && soon 10 reach bash -c 'exec 3<>/dev/tcp/127.0.0.1/3443'
}
database() {
    inside systemctl start postgresql && as_postgres createdb grafana && tables | as_postgres psql -q -v ON_ERROR_STOP=1 grafana \
        && as_postgres psql -q -d grafana -f "$grants" \
        && as_postgres psql -q -c "ALTER ROLE grafana_auto_disable PASSWORD 'r0le-pass'" -c 'ALTER SYSTEM SET ssl = on' \
            -c "ALTER SYSTEM SET ssl_cert_file = '/etc/peers/peers.pem'" -c "ALTER SYSTEM SET ssl_key_file = '/etc/peers/postgres.key'" \
        && inside systemctl restart postgresql
}
holds 'an authority of the site and its certificate' certify
holds 'Grafana, mail server and Telegram speak TLS' present
holds 'PostgreSQL does' database
mkdir "$work/plain"
for file in athena-workers $daemons; do cp "$root/etc/default/$file" "$work/plain/"; done
cat >>"$root/etc/default/athena-workers" <<SETTINGS
GRAFANA_URL=https://$peers:3443
GRAFANA_CA_FILE=$authority
SMTP_HOST=$peers
SMTP_PORT=2465
SMTP_SECURITY=tls
SMTP_CA_FILE=$authority
SETTINGS
sed -i '/^SMTP_\(HOST\|PORT\|SECURITY\)=/d' $(printf "$root/etc/default/%s " $daemons)
echo "GRAFANA_DATABASE=postgresql://grafana_auto_disable:r0le-pass@$peers/grafana?sslmode=verify-full&sslrootcert=$authority" >>"$root/etc/default/grafana-auto-disable"
printf '%s\n' "TELEGRAM_API=https://$peers:8443" "TELEGRAM_CA_FILE=$authority" >>"$root/etc/default/grafana-active-users"
sees() { # DAEMON [CODE]: what check says, with the service's eyes; by default it finds nothing that does not work
    inside "$1" check >"$work/check" 2>&1
    local code=$?
    cat "$work/check"
    grep -q "^Looked as $1.service does" "$work/check" && { [ "$code" = "${2:-0}" ] || [ "${2:-0}:$code" = 0:2 ]; }
}
finds() { grep -E "^$1" "$work/check" | grep -F "$2" || { cat "$work/check"; false; }; } # OUTCOME WORDS
holds 'the daemons start with that' inside systemctl restart $daemons
holds 'check looks as the service does, and nothing fails' sees grafana-auto-disable
cp "$work/check" "$shown/check-tls.txt"
holds 'it reaches Grafana by TLS' finds ok "Grafana https://$peers:3443"
holds 'the mail server' finds ok "Mail: $peers:2465"
holds 'and PostgreSQL' finds ok 'external accounts can be locked'
holds 'so does that of grafana-compliance' sees grafana-compliance
holds 'so does that of grafana-active-users' sees grafana-active-users
holds 'it reaches Telegram by TLS' eval 'finds ok Telegram || finds ok bot'
mark
page mail/clear -X POST
holds 'a newcomer is locked by TLS' newcomer tls.newcomer
holds 'the mail comes by TLS' soon 20 has_mail lindiwe@athena.example tls.newcomer
holds 'a message comes to the chat by TLS' inside grafana-active-users pulse --test
holds 'whoever tells of a failure mails by TLS' eval 'inside systemctl start athena-workers-failed@grafana-auto-disable.service && soon 20 has_mail ops@athena.example "has stopped working"'
sed -i 's/^SMTP_PORT=.*/SMTP_PORT=2587/; s/^SMTP_SECURITY=.*/SMTP_SECURITY=starttls/' "$root/etc/default/athena-workers"
holds 'the mail server is reached by STARTTLS' eval 'sees grafana-compliance && finds ok "Mail: $peers:2587"'
drop_in grafana-compliance.service <<'UNIT'
[Service]
UnsetEnvironment=HOME
UNIT
holds 'also where a drop-in takes the home away' sees grafana-compliance
drop_out grafana-compliance.service

echo '-- check has the service'"'"'s eyes'
inside chmod 0600 "$authority"
holds 'what only root may read fails: the service may not' sees grafana-compliance 1
holds 'it says which file' finds FAILED "$authority"
inside chmod 0644 "$authority"
drop_in grafana-compliance.service <<'UNIT'
[Service]
RestrictAddressFamilies=
RestrictAddressFamilies=AF_UNIX
UNIT
holds 'what the sandbox forbids fails' sees grafana-compliance 1
drop_in grafana-compliance.service <<'UNIT'
[Service]
SupplementaryGroups=no-such-group
UNIT
as_itself() { inside grafana-compliance check >"$work/check" 2>&1; head -n 1 "$work/check" | grep -F 'not as the service, because its unit cannot be used' || { cat "$work/check"; false; }; }
holds 'a unit that cannot be used: it looks as itself, and its first line says so' as_itself
drop_out grafana-compliance.service
holds 'nothing of the checks is left' eval '! ls "$root"/run/systemd/system/grafana-*-check* 2>/dev/null && ! inside systemctl list-units --all --plain --no-legend "grafana-*-check.service" | grep .'
holds 'the daemon that runs keeps its socket' inside grafana-compliance status

for file in athena-workers $daemons; do cp "$work/plain/$file" "$root/etc/default/$file"; done
holds 'back without TLS they start' inside systemctl restart $daemons
# Only now: a daemon keeps its connection to the database open.
holds 'PostgreSQL is as it was' as_postgres psql -q -v ON_ERROR_STOP=1 -c 'ALTER SYSTEM RESET ALL' -c 'DROP DATABASE grafana' -c 'DROP ROLE grafana_auto_disable'
inside systemctl stop peers postgresql
page mail/clear -X POST
holds 'no unit is red' none_failed
