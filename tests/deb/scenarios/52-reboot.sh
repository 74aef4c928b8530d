# The machine is started anew while people sign up.
echo '-- reboot'
began=$(date -u +%Y-%m-%dT%H:%M:%SZ)
holds 'a newcomer before it is locked' newcomer before.reboot
boot_id=$(inside cat /proc/sys/kernel/random/boot_id)
inside systemctl stop grafana-auto-disable
sign_up while.going.down
mark
shut_down
holds 'the machine starts anew' boot "$root"
holds 'it is another boot' [ "$(inside cat /proc/sys/kernel/random/boot_id)" != "$boot_id" ]
holds 'Grafana is there again' soon 90 page state
for daemon in $daemons; do holds "$daemon is there again" soon 30 runs "$daemon"; done
holds 'who signed up while it went down is locked' soon 30 is_disabled while.going.down
holds 'a newcomer after it is locked' newcomer after.reboot
holds 'the log was followed from one boot into the next without a gap' eval 'said grafana-auto-disable log-continues && ! said grafana-auto-disable log-gap'
seen() { inside grafana-active-users once --from "$began" --to "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --output json; }
holds 'a window across both boots was seen whole' eval 'seen | tee "$work/window" | grep "\"complete\": *true" || { cat "$work/window"; false; }'
