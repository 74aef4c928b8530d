# A booted Debian in a container of its own, without a network but its loopback. To be sourced; needs root.
# After boot: inside COMMAND… runs in it, reach COMMAND… runs out here but in its network.

machine_root=''
machine_pid=''
machine_init=''
machine_groups=()

root_packages=systemd,systemd-sysv,dbus,ca-certificates,tzdata,procps,logrotate,libfaketime,postgresql,stunnel4,acl
# Made once a week, and when that list has changed: minbase and no more than what the daemons and these tests need. libnss-systemd is not
# among it: then a dynamic user has no entry anywhere, as in the smallest images that people run.
root_tar() { echo "artifacts/deb-root/$1-$(echo "$root_packages" | cksum | cut -d' ' -f1).tar"; } # RELEASE
root_made() { [ -n "$(find "$(root_tar "$1")" -mtime -7 2>/dev/null)" ]; } # RELEASE
make_root() { # RELEASE
    if root_made "$1"; then return 0; fi
    # mmdebstrap tells by the ending that a tar file is wanted, and makes a folder otherwise.
    local tar new
    tar=$(root_tar "$1") new=artifacts/deb-root/$1.new.tar
    mkdir -p "$(dirname "$tar")"
    timeout 600 mmdebstrap --quiet --variant=minbase \
        --include="$root_packages" \
        "$1" "$new" >"$tar.log" 2>&1 && mv "$new" "$tar"
}

# Control groups below those of this shell, in which a system is booted: in one that two systems share each would end the other's services.
make_groups() { # NAME
    local id controllers path folder
    machine_groups=()
    while IFS=: read -r id controllers path; do
        case $id:$controllers in
            0:) folder=/sys/fs/cgroup/unified; [ -d "$folder" ] || folder=/sys/fs/cgroup ;;
            *:name=systemd) folder=/sys/fs/cgroup/systemd ;;
            *) continue ;;
        esac
        [ -e "$folder/cgroup.procs" ] || continue
        mkdir -p "$folder${path%/}/$1" && machine_groups+=("$folder${path%/}/$1") || return 1
    done </proc/self/cgroup 2>/dev/null
    [ ${#machine_groups[@]} != 0 ]
}
remove_groups() {
    local group
    for group in "${machine_groups[@]}"; do find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null; done
    machine_groups=()
}

boot() { # FOLDER: an unpacked root
    machine_root=$1
    remove_groups # A power cut leaves them.
    make_groups "athena-test-$BASHPID"
    # Nothing is asked of the host's systemd, which may not run at all. Two people may test at the same time: a name of its own.
    # Control groups as Debian 12 has them, whatever the host has.
    (
        for group in "${machine_groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec systemd-nspawn --quiet --directory "$machine_root" --register=no --keep-unit --private-network \
            --link-journal=no --console=read-only --machine="athena-test-$BASHPID" --boot
    ) </dev/null >"$machine_root.console" 2>&1 &
    machine_pid=$!
    local n
    for n in $(seq 300); do
        kill -0 "$machine_pid" 2>/dev/null || return 1
        machine_init=$(pgrep -P "$machine_pid" | head -n 1)
        if [ -n "$machine_init" ] && inside systemctl is-system-running 2>/dev/null | grep -Eq '^(running|degraded)$'; then return 0; fi
        sleep 0.2
    done
    return 1
}

inside() {
    timeout "${patience:-60}" nsenter -t "$machine_init" -m -u -i -n -p -- \
        /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

reach() { timeout "${patience:-60}" nsenter -t "$machine_init" -n -- "$@"; }

shut_down() {
    [ -n "$machine_pid" ] || return 0
    kill -TERM "$machine_pid" 2>/dev/null # An orderly power-off.
    local n
    for n in $(seq 75); do kill -0 "$machine_pid" 2>/dev/null || break; sleep 0.2; done
    kill -KILL "$machine_init" "$machine_pid" 2>/dev/null
    wait "$machine_pid" 2>/dev/null
    machine_pid=''
    remove_groups
}
