# The packages of 0.1.0, which divided the program otherwise, and this version over them.
echo '-- upgrade from 0.1.0'
sum=$(sha256sum <"$root/etc/default/athena-workers")
holds 'this version goes, settings and state stay' eval 'patience=120 inside apt-get remove -y -q athena-workers-common athena-workers-runtime athena-workers $daemons </dev/null && [ -e "$root/etc/default/athena-workers" ]'
holds 'the packages of 0.1.0 install' install "$oldest"
for daemon in $daemons; do holds "$daemon of 0.1.0 runs" eval "inside systemctl start $daemon && soon 20 runs $daemon"; done
holds 'a newcomer is locked' newcomer of.0.1.0
waiting=$(known)
pid=$(show grafana-auto-disable MainPID)
holds 'this version installs over them' install "$version"
holds 'what ran is restarted' soon 20 restarted grafana-auto-disable "$pid"
for daemon in $daemons; do
    holds "$daemon runs, and is a link to the one program" eval "soon 20 runs $daemon && [ \"\$(readlink -f $root/usr/bin/$daemon)\" = \"$root/usr/lib/athena-workers/athena-workers\" ] && [ -L $root/usr/lib/athena-workers/$daemon ]"
done
holds 'state is kept: the same people wait' eval '[ "$waiting" -gt 0 ] && [ "$(known)" = "$waiting" ]'
sign_up after.0.1.0
holds 'and it locks' soon 20 is_disabled after.0.1.0
holds 'athena-workers status speaks for all' eval 'inside athena-workers status >"$work/states"; cat "$work/states"; [ "$(grep -Ec "^grafana-[a-z-]+ +(ok|TROUBLE) " "$work/states")" = 3 ]'
holds 'purging what is left of the old package takes nothing away' eval 'patience=120 inside apt-get purge -y -q athena-workers-runtime </dev/null && [ "$(sha256sum <"$root/etc/default/athena-workers")" = "$sum" ] && runs grafana-auto-disable'
holds 'no unit is red' none_failed
