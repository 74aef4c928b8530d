# The packages beside guards of before that run: nothing changes.
echo '-- install beside running timers'
explained() { # DAEMON: each event that it can log is in the system's catalogue
    inside journalctl --dump-catalog | sed -n 's/^-- //p' | sort -u >"$work/known"
    inside "$1" print catalogue | sed -n 's/^-- //p' | sort -u >"$work/own"
    [ -s "$work/own" ] && [ -z "$(comm -13 "$work/known" "$work/own")" ]
}
sum=$(sha256sum <"$root/etc/default/grafana-auto-disable")
holds 'the packages install and ask nothing' install "$version"
cp "$work/said" "$shown/install.log"
holds 'the old timers go on' guard_runs
holds 'and it says what is next' grep -F 'installed; grafana-auto-disable.timer goes on. To put ours in its place: sudo grafana-auto-disable activate' "$shown/install.log"
holds 'the last word of all packages is the next step' eval 'grep "^athena-workers: \|^grafana-.*: \|^athena-workers-decisions: " "$shown/install.log" | tail -n 1 | grep -F "Next: " | grep -F "sudo grafana-auto-disable activate"'
completed() { inside bash -c ". /usr/share/bash-completion/completions/$1; COMP_WORDS=($1 $2) COMP_CWORD=1 COMP_LINE='$1 $2' COMP_POINT=$((${#1} + 1 + ${#2})); _athena_workers $1; echo \"\${COMPREPLY[*]}\""; } # COMMAND WORD
holds 'the shell completes its commands' [ "$(completed grafana-auto-disable app) $(completed athena-workers set)" = 'approve setup' ]
for daemon in $daemons; do
    holds "$daemon: the old unit is still in force" [ "$(show "$daemon.service" FragmentPath)" = "/etc/systemd/system/$daemon.service" ]
    holds "$daemon: its timer is untouched and active" runs "$daemon.timer"
    holds "$daemon: nothing of ours is enabled" [ ! -e "$root/etc/systemd/system/multi-user.target.wants/$daemon.service" ]
    holds "$daemon: settings are for root alone" [ "$(stat -c '%a %U:%G' "$root/etc/default/$daemon")" = '600 root:root' ]
    holds "$daemon: journalctl -x knows its events" explained "$daemon"
    holds "$daemon --version names the runtime" eval "inside $daemon --version | grep '\.NET [0-9]'"
    holds "$daemon: manual page, examples, command" eval '[ -e "$root/usr/share/man/man8/$daemon.8.gz" ] || [ -e "$root/etc/dpkg/dpkg.cfg.d/excludes" ] && [ -d "$root/usr/share/doc/$daemon/examples" ]'
done
holds 'a settings file of before is kept byte by byte' [ "$(sha256sum <"$root/etc/default/grafana-auto-disable")" = "$sum" ]
holds 'a fresh settings file holds every setting' eval 'inside grafana-active-users print settings | cmp - "$root/etc/default/grafana-active-users"'
holds 'and those that all of them can log' explained /usr/lib/athena-workers/athena-workers
holds 'each event is explained once' eval '[ -z "$(cat "$root"/usr/lib/systemd/catalog/{athena,grafana}-*.catalog | grep "^-- " | sort | uniq -d)" ]'
holds 'no unit is red' none_failed
