# Back to the timer and forth again: whatever fails or is killed on the way, somebody guards, and everything comes to its end.
echo '-- hand back, take over again, failures and kills on the way'
rm -f "$work/enough"
daemon=grafana-auto-disable
hand_back() { patience=200 inside "$daemon" revert "$@" </dev/null; }
old_guards() { runs "$daemon.timer" && [ "$(show "$daemon.service" FragmentPath)" = "/etc/systemd/system/$daemon.service" ] && ! [ -L "$root/etc/systemd/system/multi-user.target.wants/$daemon.service" ]; }
ours_guards() { runs "$daemon.service" && [ "$(show "$daemon.service" FragmentPath)" = "/lib/systemd/system/$daemon.service" ] && inside systemctl -q is-enabled "$daemon.service" && ! [ -e "$root/etc/systemd/system/$daemon.timer" ]; }
as_written() { for unit in "$work/units/$daemon".*; do cmp "$unit" "$root/etc/systemd/system/$(basename "$unit")" || return 1; done; [ "$(readlink "$root/etc/systemd/system/timers.target.wants/$daemon.timer")" = "../$daemon.timer" ]; }
nothing_left() { ! ls -d "$root"/etc/systemd/system/*-before* "$root"/etc/systemd/system/timers.target.wants/*-before* "$root"/run/systemd/system/*trial* "$root"/var/lib/athena-workers/take-over/* 2>/dev/null; }

crowd back & crowd=$!
soon 20 test -s "$work/back"
holds 'revert while people sign up' hand_back
touch "$work/enough"
wait "$crowd"
holds 'the old timer guards, ours is stopped and does not start at boot' old_guards
holds 'its units are as they were, byte for byte' as_written
holds 'each of those who signed up is locked' soon 20 all_disabled back
holds 'a newcomer is locked by the old guard' newcomer old.again
holds 'revert once more finds that there is nothing to do' hand_back

# A directory that cannot be made: check does not need it, the daemon does.
echo 'CONTROL_DIR=/nowhere' >>"$root/etc/default/$daemon"
before=$(units)
fails() { take_over "$daemon" --yes; [ $? = 1 ]; }
holds 'an activation to a unit that cannot start fails' fails
cp "$work/take-over" "$shown/take-over-failed.txt"
holds 'it says why' grep -F '/nowhere' "$work/take-over"
holds 'units, links and settings are as they were' eval '[ "$(units)" = "$before" ] || diff <(echo "$before") <(units)'
holds 'the old timer guards' old_guards
holds 'nobody is mailed that nobody guards' eval '! has_mail ops@athena.example "grafana-auto-disable has stopped"'
holds 'a newcomer is locked' newcomer after.failure
sed -i '/^CONTROL_DIR=/d' "$root/etc/default/$daemon"

# Killed with -9: after a while, and as soon as something has been done.
etc=$root/etc/systemd/system
stands_in() { [ -e "$etc/$daemon-before.timer" ]; }
old_is_away() { [ ! -e "$etc/$daemon.timer" ]; }
ours_is_at_boot() { [ -L "$etc/multi-user.target.wants/$daemon.service" ]; }
after() { sleep "$1"; }
killed() { # COMMAND…: an activation is killed when it succeeds
    inside sh -c "$daemon activate --yes </dev/null >/root/take-over 2>&1 & echo \$! >/root/pid; wait" &
    local run=$!
    until "$@" || ! kill -0 "$run" 2>/dev/null; do sleep 0.01; done
    inside sh -c 'kill -9 $(cat /root/pid)' 2>/dev/null
    wait "$run" 2>/dev/null
}
unfinished() { [ -e "$root/var/lib/athena-workers/take-over/$daemon.json" ]; }
cut_off=0
for when in 'after 0.5' 'after 1.5' stands_in old_is_away ours_is_at_boot; do
    killed $when
    ! unfinished || cut_off=$((cut_off + 1))
    holds "an activation is killed ($when): a newcomer is locked all the same" newcomer "killed.${when// /.}"
    case $when in old_is_away) holds 'revert undoes what was begun' eval 'hand_back && old_guards && as_written && nothing_left' ;; esac
done
holds "of those, $cut_off were cut off amid their work" [ "$cut_off" -gt 1 ]
holds 'the next activation comes to its end' take_over "$daemon" --yes
holds 'ours guards' ours_guards
holds 'nothing of the attempts is left' nothing_left
holds 'a newcomer is locked' newcomer after.kills

# The power fails in the middle. What Grafana has in its database is written first: it is not its loss that is looked at.
power_cut() { page grafana/dump -X POST >/dev/null; sync -f "$root"; kill -KILL "$machine_init" "$machine_pid"; wait "$machine_pid" 2>/dev/null; }
hand_back >/dev/null 2>&1
for when in stands_in old_is_away ours_is_at_boot; do
    killed $when
    power_cut
    holds "the power fails amid an activation ($when): the machine starts" boot "$root"
    soon 30 page state >/dev/null
    holds 'somebody guards: a newcomer is locked' newcomer "power.$when" 40
    holds 'the next activation comes to its end' take_over "$daemon" --yes
    holds 'ours guards, and nothing is left' eval 'ours_guards && nothing_left'
    hand_back >/dev/null 2>&1
done
holds 'the old timer guards' old_guards
holds 'activate again' take_over "$daemon" --yes
holds 'ours guards' ours_guards
holds 'who waits is still known' eval '[ "$(known)" -gt 0 ]'
holds 'a newcomer is locked by ours' newcomer taken.again
holds 'the audit is whole' inside grafana-auto-disable audit verify
holds 'no unit is red' none_failed
# After so many only a digest is mailed for an hour; what follows begins quietly.
holds 'handed back, its memory lost, it takes over again' eval 'hand_back && rm -rf "$root/var/lib/private/$daemon" && take_over "$daemon" --yes'

holds 'removing a daemon says how its old timer comes back' eval 'patience=120 inside apt-get remove -y -q grafana-compliance >"$work/removed" 2>&1 </dev/null; grep -F "grafana-compliance revert" "$work/removed" && grep -F "enable --now grafana-compliance.timer" "$work/removed"'
holds 'installed again, it takes over again' eval 'install "$version" && take_over grafana-compliance --yes'
