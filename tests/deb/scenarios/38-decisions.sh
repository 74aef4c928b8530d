# The page behind the links of mails: what its unit lets it do, and that the daemon can have its socket where it asks.
echo '-- the page of decisions'
page=athena-workers-decisions
status_of() { reach curl -s -o "$work/page" -w '%{http_code}' --max-time 20 "http://127.0.0.1:8377$1"; } # PATH
token=$(printf 'k%.0s' $(seq 43))
holds 'nothing of it is enabled, and nothing runs' eval '! runs $page.socket && ! runs $page.service && [ ! -e "$root/etc/systemd/system/sockets.target.wants/$page.socket" ]'
row() { { inside athena-workers status || true; } | grep "^$page *$1"; } # WORDS
holds 'its row among the others says that nobody uses it, which is no fault' eval 'row "ok *off: nobody decides from a mail" && inside $page check | grep -i "^note .*nobody answers at"'
holds 'its settings are for root alone, and hold every setting' eval '[ "$(stat -c "%a %U:%G" "$root/etc/default/$page")" = "600 root:root" ] && inside $page print settings | cmp - "$root/etc/default/$page"'
holds 'the folder is for root and its group' [ "$(inside stat -c '%a %U:%G' "/run/$page")" = "2770 root:$page" ]
holds 'the daemon is of that group' eval '[[ " $(show grafana-auto-disable SupplementaryGroups) " = *" $page "* ]]'
holds 'its socket is opened' inside systemctl enable --now "$page.socket"
holds 'who asks for nothing starts it, and is told nothing' [ "$(status_of /)" = 404 ]
holds 'it runs as its own user, and is ready' eval 'runs $page.service && [ "$(inside ps -o user:32= -p "$(show $page MainPID)")" = "$page" ]'
holds 'nobody reaches it from elsewhere' eval '[ -z "$(reach ss -Hltn "sport = :8377" | grep -v "127.0.0.1:8377")" ]'
in_its_place() { inside nsenter --target "$(show "$page" MainPID)" --mount -- "$@"; } # COMMAND…
holds 'where it runs there are neither settings nor what the daemons keep' [ "$(in_its_place sh -c 'ls -A /etc/default /var/lib/private /var/log | grep -v ":$" | grep . || echo none')" = none ]
holds 'while nobody answers there, it says to decide in Grafana' eval '[ "$(status_of "/athena/decide/$token")" = 503 ] && grep -q "decide in Grafana" "$work/page"'
holds 'and so do its check and its row' eval '{ inside $page check; [ $? = 1 ]; } && row "TROUBLE *links lead nowhere"'
holds 'its journal names no token' eval 'inside journalctl -q -u $page -o json | grep -q "grafana-auto-disable does not answer" && ! inside journalctl -q -u $page -o json | grep -q "$token"'
holds 'journalctl -x knows its events' explained "$page"
printf 'DECISION_URL=http://127.0.0.1:8377\nDECISION_MAIL_TO=lindiwe@athena.example\n' >>"$root/etc/default/grafana-auto-disable"
holds 'set up, the daemon answers it' eval 'inside systemctl restart grafana-auto-disable && soon 30 inside $page check'
holds 'at a socket that is for both' [ "$(inside stat -c '%a %G' "/run/$page/desk")" = "660 $page" ]
holds 'a link that never was is not open, and looks as none does' eval '[ "$(status_of "/athena/decide/$token")" = 404 ] && mv "$work/page" "$work/closed" && [ "$(status_of /)" = 404 ] && cmp "$work/page" "$work/closed"'
holds 'the daemon finds the page where browsers do, as it leaves' eval '{ inside grafana-auto-disable check || [ $? = 2 ]; } | grep -F "The page of decisions answers at http://127.0.0.1:8377, byte for byte as it leaves this host"'
holds 'its row says that it is well, and so does the line of a plugin' eval 'row "ok *shows the pages of links" && inside $page status --output nagios | grep "^ATHENA-WORKERS-DECISIONS OK"'
holds 'its lines are among those of all' eval 'inside athena-workers logs -q -n 2000 -o json | grep "\"_SYSTEMD_UNIT\" *: *\"$page.service\"" >/dev/null'
page mail/clear -X POST
echo DECISION_LISTEN=nonsense >>"$root/etc/default/$page"
holds 'with a faulty setting it does not start, and its socket is given up' eval 'inside systemctl stop $page.service; [ "$(status_of /)" = 000 ] && soon 20 eval "[ \"\$(show $page.socket ActiveState)\" = failed ]"'
holds 'our people have a mail of that' soon 30 eval '[ "$(mails ops@athena.example "$page on ")" = 1 ]'
holds 'which says what does not work, and its row why' eval 'page "mails/$(page mails | tr "{" "\n" | grep -F "$page on " | sed -n "s/.*\"number\":\([0-9]*\),.*/\1/p")" | grep "lead nowhere" && row "TROUBLE *links lead nowhere: its socket has failed"'
sed -i '/^DECISION_LISTEN=nonsense/d' "$root/etc/default/$page"
holds 'put right, it is there again' eval 'inside systemctl reset-failed $page.service $page.socket && inside systemctl start $page.socket && [ "$(status_of /)" = 404 ]'
holds 'nobody was told twice' [ "$(mails ops@athena.example "$page on ")" = 1 ]
# The daemons' metrics at a port of their own, which the socket unit opens.
listens() { inside sh -c "mkdir -p /etc/systemd/system/$page.socket.d && printf '[Socket]\n$1' >/etc/systemd/system/$page.socket.d/override.conf && systemctl daemon-reload && systemctl stop $page.socket $page.service && systemctl start $page.socket"; } # LINES
metrics() { reach curl -sS --max-time 20 -w '%{http_code} %{content_type}' "http://127.0.0.1:9469$1"; } # PATH
echo METRICS_LISTEN=127.0.0.1:9469 >>"$root/etc/default/$page"
holds 'check says that its socket unit does not listen for Prometheus yet' eval '{ inside $page check || true; } | grep "^warning *METRICS_LISTEN is 127.0.0.1:9469, and the socket unit does not listen there"'
holds 'then it does' listens 'ListenStream=127.0.0.1:9469\n'
holds 'Prometheus gets what the daemons wrote' soon 30 eval 'metrics /metrics >"$work/metrics" && grep "^athena_daemon_file_served{.*daemon=.grafana-auto-disable.} 1" "$work/metrics" && grep "^200 text/plain; version=0.0.4" "$work/metrics"'
holds 'nothing else is there, and no metric where the page is' eval '[ "$(metrics "/athena/decide/$token")" = "404 " ] && [ "$(status_of /metrics)" = 404 ]'
holds 'the program has no network for it' [ "$(show $page.service PrivateNetwork)" = yes ]
holds 'check names each file' eval '{ inside $page check || true; } | grep "^ok *Metrics of grafana-active-users: written .* ago, served at 127.0.0.1:9469"'
echo DECISION_LISTEN=no >>"$root/etc/default/$page"
holds 'without a page' listens 'ListenStream=\nListenStream=127.0.0.1:9469\n'
holds 'the metrics are there, and no page' eval 'metrics /metrics | grep "^200 " && [ "$(status_of /)" = 000 ] && inside $page status | grep "answers Prometheus at 127.0.0.1:9469"'
sed -i '/^METRICS_LISTEN=/d; /^DECISION_LISTEN=no/d' "$root/etc/default/$page"
inside sh -c "rm -r /etc/systemd/system/$page.socket.d; systemctl daemon-reload; systemctl stop $page.socket $page.service; systemctl start $page.socket"
sed -i '/^DECISION_/d' "$root/etc/default/grafana-auto-disable"
holds 'and without a page it works as before' inside systemctl restart grafana-auto-disable
holds 'it stops when it is asked to' eval 'inside systemctl disable --now $page.socket && inside systemctl stop $page.service && [ "$(show $page Result)" = success ]'
holds 'no unit is red' none_failed
