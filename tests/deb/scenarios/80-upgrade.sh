# The next version over this one.
echo '-- upgrade'
pid=$(show grafana-auto-disable MainPID)
sum=$(sha256sum <"$root/etc/default/grafana-auto-disable")
holds 'a newcomer before it is locked' newcomer before.upgrade
before=$(known)
holds 'the next version installs' install "$next"
holds 'what ran is restarted' soon 20 restarted grafana-auto-disable "$pid"
holds 'state is kept: the same people wait' eval '[ "$before" -gt 0 ] && [ "$(known)" = "$before" ]'
holds 'settings are kept' [ "$(sha256sum <"$root/etc/default/grafana-auto-disable")" = "$sum" ]
sign_up after.upgrade
holds 'and it locks' soon 20 is_disabled after.upgrade
holds 'no unit is red' none_failed
