# What an admin of a system that none of us has booted runs there first: beside daemons that work, and without touching them.
echo '-- selftest'
selftest() { patience=320 inside athena-workers selftest /opt/athena-sandbox; }
its_own() { inside sh -c 'ls -d /run/athena-selftest-* /var/lib/athena-selftest-* /var/lib/private/athena-selftest-* 2>/dev/null; systemctl list-units --all --plain --no-legend "athena-selftest-*"' | grep .; }
of_daemons() { local daemon; for daemon in $daemons; do show "$daemon" MainPID; show "$daemon" NRestarts; done; }
ends_with() { local code=$1; shift; "$@"; [ $? = "$code" ]; } # CODE COMMAND…
before=$(of_daemons)
began=$SECONDS
holds 'all that it tries holds here' selftest
cp "$work/said" "$shown/selftest.txt"
note "$(tail -n 1 "$work/said"), in $((SECONDS - began)) s"
holds 'nothing of it is left' eval '! its_own'
holds 'whoever is not root is refused with 77' ends_with 77 inside runuser -u nobody -- athena-workers selftest /opt/athena-sandbox
holds 'what is no program is refused with 64' ends_with 64 inside athena-workers selftest /etc/debian_version
holds 'a program that plays no Grafana is a failure, and no more than that' eval 'ends_with 1 inside athena-workers selftest /bin/true && ! its_own'
killed_amid() { # PATTERN: of what is killed, -9, when its daemon runs
    selftest >/dev/null 2>&1 & local asked=$!
    soon 60 inside sh -c 'systemctl is-active -q "athena-selftest-*-gate.service"' && inside pkill -9 -f "$1"
    wait "$asked"
    soon 120 eval '! its_own >/dev/null'
}
holds 'killed by force amid it, all of it, nothing is left' killed_amid /usr/lib/athena-workers/selftest
holds 'nor where only whoever asked is killed' killed_amid '^athena-workers selftest|selftest /opt/'
holds 'the daemons never noticed' [ "$(of_daemons)" = "$before" ]
holds 'no unit is red' none_failed
