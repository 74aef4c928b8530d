# No room where the daemons keep their state: a small file system of its own for each, which is filled up.
echo '-- disk full'
state=/var/lib/private
small() { # DAEMON: its state on 1 MiB
    inside sh -c "systemctl stop $1 && cp -a $state/$1 /root/$1.kept && mount -t tmpfs -o size=1M,mode=0700 tmpfs $state/$1 \
        && chown --reference=/root/$1.kept $state/$1 && cp -a /root/$1.kept/. $state/$1/ && systemctl start $1"
}
large() { # DAEMON: its state where it was
    inside sh -c "systemctl stop $1 && cp -a $state/$1 /root/$1.new && umount $state/$1 && rm -rf $state/$1 && mv /root/$1.new $state/$1 && rm -r /root/$1.kept && systemctl start $1"
}
fill() { inside sh -c "dd if=/dev/zero of=$state/$1/filler bs=4k 2>/dev/null; dd if=/dev/zero of=$state/$1/filler.more bs=1 2>/dev/null; ! echo more >$state/$1/filler.none"; }
status_says() { inside systemctl status --no-pager "$1" | grep -F "$2"; } # DAEMON WORDS
for daemon in $daemons; do holds "$daemon: its state lies on a small disk" small "$daemon"; done
mark
for daemon in $daemons; do holds "$daemon: that disk is full" fill "$daemon"; done
for daemon in $daemons; do holds "$daemon check says so, and what to do" eval '{ inside "$daemon" check || true; } | grep "FAILED  State: no room on the disk.*df -h"'; done

daemon=grafana-auto-disable
holds 'a newcomer is locked all the same' newcomer disk.full
holds 'the journal says that the state cannot be written, and what to do' soon 20 said $daemon trouble-began '(df -h'
holds 'the status line says it' soon 10 status_says $daemon 'The state cannot be written'
holds 'the admins have a mail about it' soon 20 has_mail lindiwe@athena.example 'cannot save its state'

daemon=grafana-active-users
inside $daemon silence 1h --reason 'to have something to remember' >/dev/null
holds 'the pulse: the journal says it' soon 20 said $daemon state-trouble 'make room there (df -h'
holds 'the pulse: the status line says it' soon 10 status_says $daemon 'NO PULSE IS SENT'

daemon=grafana-compliance
inside systemctl restart $daemon
holds 'the report: it starts all the same, and the journal says it' soon 20 said $daemon state-trouble 'make room there (df -h'
holds 'the report: the status line says it' soon 10 status_says $daemon 'could not be written'

inside systemctl status --no-pager --full $daemons >"$shown/status-disk-full.txt" 2>&1
mark
for daemon in $daemons; do inside sh -c "rm $state/$daemon/filler*"; done
holds 'there is room: the gate says that it is over' soon 20 said grafana-auto-disable trouble-over
holds 'and who was locked meanwhile is in its state' inside grep -rqF --include='state.json' --include='state.log' 'disk.full@example.net' $state/grafana-auto-disable
inside grafana-active-users silence off >/dev/null
# Whatever else is the matter at the moment, such as many sign-ups, makes it an error.
holds 'the pulse remembers again' soon 20 eval '{ inside grafana-active-users status 2>&1 || true; } | grep "^On disk *written"'
holds 'the report says that it is over' soon 40 said grafana-compliance state-well
for daemon in $daemons; do holds "$daemon: its state lies where it was" large "$daemon"; done
holds 'and a newcomer is locked' newcomer disk.well
