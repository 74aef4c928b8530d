# No room where the daemons keep their state: a small file system of its own for each, which is filled up.
echo '-- disk full'
state=/var/lib/private
small() { # DAEMON: its state on 1 MiB
    inside sh -c "systemctl stop $1 && cp -a $state/$1 /root/$1.kept && mount -t tmpfs -o size=1M,mode=0700 tmpfs $state/$1 \
        && chown --reference=/root/$1.kept $state/$1 && cp -a /root/$1.kept/. $state/$1/ && systemctl start $1"
}
fill() { inside sh -c "dd if=/dev/zero of=$state/$1/filler bs=4k 2>/dev/null; dd if=/dev/zero of=$state/$1/filler.more bs=1 2>/dev/null; ! echo more >$state/$1/filler.none"; }
for daemon in $daemons; do
    holds "$daemon: its state lies on a small disk" small "$daemon"
done
mark
for daemon in $daemons; do holds "$daemon: that disk is full" fill "$daemon"; done
holds 'a newcomer is locked all the same' newcomer disk.full
holds 'and the admins have the mail' soon 20 has_mail lindiwe@athena.example disk.full
holds 'the journal says that the state cannot be written' soon 20 said grafana-auto-disable trouble-began
inside systemctl status --no-pager --full $daemons
inside journalctl -q -o cat --after-cursor="$cursor"
