# Grafana is started anew; then its database is restored from an older dump, in which somebody is inside whom we have locked since.
echo '-- Grafana started anew, its database restored'
holds 'the list is looked at each second' look_every 1s
mark
holds 'Grafana is started anew' eval 'inside systemctl restart grafana-server && soon 30 page state'
holds 'a newcomer is locked' newcomer grafana.anew
holds 'the daemon is still signed in by the session that it had' eval '! spoken grafana-auto-disable "Opened a session"'
inside systemctl stop grafana-auto-disable
sign_up before.dump
holds 'a dump is made while a newcomer is still inside' eval 'page grafana/dump -X POST && cp "$root/var/lib/stand-in/database.json" "$root/var/lib/older.json"'
holds 'they are locked when the daemon runs again' eval 'inside systemctl start grafana-auto-disable && soon 20 is_disabled before.dump'
holds 'one who comes after the dump is locked' newcomer after.dump
id_of() { page users | tr '{' '\n' | sed -n "s/^\"id\":\([0-9]*\),.*\"$1@example.net\".*/\1/p"; }
selector_of() { echo "id:$(id_of "$1")"; }
id=$(id_of after.dump)
mark
restore() { inside systemctl stop grafana-server && mv "$root/var/lib/older.json" "$root/var/lib/stand-in/database.json" && inside systemctl start grafana-server && soon 30 page state; }
holds 'the dump is restored' restore
# The list cannot tell a restored row from one that an admin enabled; people can, and are asked.
holds 'who is inside by that is reported to the admins' soon 30 has_mail lindiwe@athena.example 'the log does not show by whom: before.dump'
holds 'and locked again by the command that the mail names' eval 'inside grafana-auto-disable reject --yes "$(selector_of before.dump)" && is_disabled before.dump'
holds 'a newcomer gets an id that somebody had before' eval 'sign_up id.again && [ "$(id_of id.again)" = "$id" ]'
holds 'they are locked as well' soon 20 is_disabled id.again
holds 'the list is looked at seldom again' look_every 10m
