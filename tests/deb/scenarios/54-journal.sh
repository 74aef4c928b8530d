# What happens to a journal: rotated, emptied to make room, damaged by a disk. What can be read is read, and what cannot is said.
echo '-- the journal rotated, emptied, damaged'
journal=$(ls -d "$root"/var/log/journal/*/ | head -n 1)
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
window() { sleep 1; inside grafana-active-users once --from "$began" --to "$(now)" --output json | tee "$work/window"; }
pids() { local daemon; for daemon in $daemons; do show "$daemon" MainPID; done; }
began=$(now)
mark
holds 'the journal is rotated' inside journalctl --rotate
holds 'a newcomer after that is locked' newcomer after.rotation
holds 'nothing was missed' eval '! said grafana-auto-disable log-gap'
holds 'a window across the rotation was seen whole' eval 'window | grep "\"complete\": *true" || { cat "$work/window"; false; }'
holds 'it is rotated and emptied' inside journalctl --rotate --vacuum-files=1
holds 'a newcomer after that is locked, too' newcomer after.vacuum
holds 'of a window that began before, it is said that the log begins later' eval 'window | grep "begins at" || { cat "$work/window"; false; }'

# A kilobyte of each four is rubbish now, in the last third of what is written on: tail_object_offset of the header tells how far that is.
damage() { # FILE
    local end
    end=$(od -An -tu8 -j136 -N8 "$1" | tr -d ' ')
    perl -we 'my ($file, $end) = @ARGV; open(my $f, "+<", $file) or die $!; for (my $at = int($end * 0.7); $at <= $end; $at += 4096) {
        sysseek($f, $at, 0); syswrite($f, join "", map chr rand 256, 1..1024) == 1024 or die $! }' "$1" "$end"
}
inside journalctl --rotate
sleep 1
began=$(now)
for n in 1 2 3 4 5 6 7 8; do sign_up "to.be.damaged.$n"; done
sleep 1
inside journalctl --rotate
archived=$(ls -t "$journal"system@*.journal | head -n 1)
damage "$archived"
holds 'a part that is archived is damaged: journalctl says so, too' eval '! inside journalctl --verify --file="/${archived#"$root"/}"'
holds 'a newcomer is locked' newcomer after.damage
holds 'of a window over it, it is said which part could not be read, and what to do' eval 'window | grep "damaged.*journalctl --rotate" || { cat "$work/window"; false; }'
holds 'what can be read is read' eval '[ "$(sed -n "s/.*\"linesRead\": *\([0-9]*\).*/\1/p" "$work/window")" -gt 0 ]'

# Whether journald goes on in a file that it damages no further hangs on where the rubbish lies: then only the list can tell of a newcomer.
holds 'the list is looked at as it is by default' look_every 15s
before=$(pids)
damage "$journal/system.journal"
holds 'the part that is being written is damaged: a newcomer is locked' newcomer after.worse.damage 40
holds 'another one is, too' newcomer after.worst.damage 40
holds 'of a window over all of it, it is said that it was not seen whole' eval 'window | grep "\"complete\": *false" || { cat "$work/window"; false; }'
for daemon in $daemons; do holds "$daemon lives" runs "$daemon"; done
note "$([ "$before" = "$(pids)" ] && echo 'no daemon was started anew by all that' || echo 'a daemon was started anew over it, and went on')"
inside journalctl --rotate --vacuum-files=1 >/dev/null 2>&1
look_every 10m
