#!/bin/sh
# Runs a postfix of its own: postfix.sh start DIR PORT TLS_PORT, postfix.sh stop DIR.
# DIR holds cert.pem and key.pem; mails arrive in DIR/mail/NAME/new. The system's postfix is neither used nor touched.
# Login: grafana@hospital.example with password hunter-22 by PLAIN or LOGIN, only under TLS; nobody sends without it.
set -eu
action=$1
dir=$2

if [ "$action" = stop ]; then
    /usr/sbin/postfix -c "$dir/etc" stop >/dev/null 2>&1
    exit 0
fi

port=$3
tls_port=$4
user=$(id -u postfix)
group=$(id -g postfix)
chmod 755 "$dir"
mkdir -p "$dir/queue" "$dir/data" "$dir/mail" "$dir/etc/sasl"
chown postfix "$dir/data" "$dir/mail"

printf '%s' hunter-22 | /usr/sbin/saslpasswd2 -f "$dir/etc/sasl/db" -p -c -u hospital.example grafana
chown postfix "$dir/etc/sasl/db"
# Debian's postfix looks beside main.cf whatever cyrus_sasl_config_path says; others obey the setting.
cat > "$dir/etc/sasl/smtpd.conf" <<END
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: $dir/etc/sasl/db
mech_list: PLAIN LOGIN
END

cat > "$dir/etc/mailboxes" <<END
admin@hospital.example admin/
second@hospital.example second/
ünï@hospital.example uni/
END

cat > "$dir/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file_prefixes = $dir
maillog_file = $dir/log
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.hospital.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
virtual_mailbox_domains = hospital.example
virtual_mailbox_base = $dir/mail
virtual_mailbox_maps = texthash:$dir/etc/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:$user
virtual_gid_maps = static:$group
smtputf8_enable = yes
smtpd_tls_cert_file = $dir/cert.pem
smtpd_tls_key_file = $dir/key.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = $dir/etc/sasl
smtpd_sasl_local_domain = hospital.example
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
disable_dns_lookups = yes
END

cat > "$dir/etc/master.cf" <<END
127.0.0.1:$port inet n - n - - smtpd
127.0.0.1:$tls_port inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END

/usr/sbin/postfix -c "$dir/etc" start >"$dir/start" 2>&1 || { cat "$dir/start" >&2; exit 1; }
