# The page behind the links of mails: what its unit lets it do, and that the daemon can have its socket where it asks.
echo '-- the page of decisions'
page=athena-workers-decisions
status_of() { reach curl -s -o "$work/page" -w '%{http_code}' --max-time 20 "http://127.0.0.1:8377$1"; } # PATH
token=$(printf 'k%.0s' $(seq 43))
holds 'nothing of it is enabled, and nothing runs' eval '! runs $page.socket && ! runs $page.service && [ ! -e "$root/etc/systemd/system/sockets.target.wants/$page.socket" ]'
holds 'its settings are for root alone, and hold every setting' eval '[ "$(stat -c "%a %U:%G" "$root/etc/default/$page")" = "600 root:root" ] && inside $page print settings | cmp - "$root/etc/default/$page"'
holds 'the folder is for root and its group' [ "$(inside stat -c '%a %U:%G' "/run/$page")" = "2770 root:$page" ]
holds 'the daemon is of that group' eval '[[ " $(show grafana-auto-disable SupplementaryGroups) " = *" $page "* ]]'
holds 'its socket is opened' inside systemctl enable --now "$page.socket"
holds 'who asks for nothing starts it, and is told nothing' [ "$(status_of /)" = 404 ]
holds 'it runs as its own user, and is ready' eval 'runs $page.service && [ "$(inside ps -o user:32= -p "$(show $page MainPID)")" = "$page" ]'
holds 'nobody reaches it from elsewhere' eval '[ -z "$(reach ss -Hltn "sport = :8377" | grep -v "127.0.0.1:8377")" ]'
in_its_place() { inside nsenter --target "$(show "$page" MainPID)" --mount -- "$@"; } # COMMAND…
holds 'it sees neither settings nor what the daemons keep' eval 'in_its_place ls /usr/lib/athena-workers && ! in_its_place ls /etc/default && ! in_its_place ls /var/lib/private && ! in_its_place ls /var/log'
holds 'while nobody answers there, it says to decide in Grafana' eval '[ "$(status_of "/athena/decide/$token")" = 503 ] && grep -q "decide in Grafana" "$work/page"'
holds 'and so does its check' eval 'inside $page check; [ $? = 1 ]'
holds 'its journal names no token' eval 'inside journalctl -q -u $page -o json | grep -q "grafana-auto-disable does not answer" && ! inside journalctl -q -u $page -o json | grep -q "$token"'
holds 'journalctl -x knows its events' explained "$page"
holds 'it stops when it is asked to' eval 'inside systemctl disable --now $page.socket && inside systemctl stop $page.service && [ "$(show $page Result)" = success ]'
holds 'no unit is red' none_failed
