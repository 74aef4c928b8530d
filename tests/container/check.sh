#!/bin/bash
# The image's files and the pod's settings without a cluster: the root that the Dockerfile copies, mounted for reading alone, an unprivileged
# user without capabilities, secrets as files, no systemd, no shell, no /etc/default. Needs root (namespaces), make native and make contract.
#   tests/container/check.sh
set -uo pipefail
cd "$(dirname "$0")/../.."
program=artifacts/native/athena-workers sandbox=artifacts/contract/athena-sandbox
passed=0 failed=0
not_run() { echo "Not run: $1"; printf '\n0 passed, 0 failed, 1 skipped\n'; exit 0; }
[ "$(id -u)" = 0 ] || not_run "only root makes a root that is mounted for reading alone"
unshare --mount --pid --fork true 2>/dev/null || not_run "this machine allows no namespaces"
for file in "$program" "$sandbox"; do [ -x "$file" ] || { echo "$file is missing: make native contract" >&2; exit 1; }; done

work=$(mktemp -d) root=$work/root
stand_in=
cleanup() {
    [ -z "$stand_in" ] || kill "$stand_in" 2>/dev/null
    for pod in "$work"/*.pod; do [ ! -e "$pod" ] || kill -9 "$(cat "$pod")" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
ok() { passed=$((passed + 1)); printf 'ok      %s\n' "$1"; }
bad() { failed=$((failed + 1)); printf 'FAILED  %s\n' "$1"; tail -n 12 "$work/said" | sed 's/^/        /'; }
holds() { local name=$1; shift; if "$@" >"$work/said" 2>&1; then ok "$name"; else bad "$name"; fi; } # NAME COMMAND…
soon() { local until=$((SECONDS + $1)); shift; until "$@"; do [ $SECONDS -lt $until ] || return 1; sleep 0.2; done; } # SECONDS COMMAND…

# What the manifest says, which is what is tried; only where things are is this machine's.
manifest=packaging/kubernetes/grafana-auto-disable.yaml
user=$(sed -n 's/.*runAsUser: //p' $manifest)
says() { grep -qF -- "$1" $manifest; }
holds 'the manifest: a root for reading alone' says 'readOnlyRootFilesystem: true'
holds 'the manifest: no capability, none to be won' eval "says 'drop: [ALL]' && says 'allowPrivilegeEscalation: false'"
holds 'the manifest: one replica' says 'replicas: 1'
holds 'the manifest: an ordinary user' [ "${user:-0}" -gt 0 ]

holds 'the image is made' packaging/container/rootfs.sh "$program" "$root"
size=$(du -sb "$root" | cut -f1)
printf '        %s bytes, of which the program %s\n' "$size" "$(stat -c %s "$program")"
holds 'it is at most 45 MB' [ "$size" -le 45000000 ]
holds 'no shell is in it' eval "[ -z \"\$(find $root -name sh -o -name bash -o -name busybox)\" ]"

# A pod: namespaces of its own, the root mounted for reading, the claim, an emptyDir, the secrets' files, /proc and the plainest /dev.
cat >"$work/pod.sh" <<'POD'
daemon=$1 root=$2 work=$3 user=$4; shift 4
mount --bind "$root" "$root" && mount -o remount,bind,ro,nosuid,nodev "$root" || exit 125
mount -t proc -o nosuid,noexec,nodev none "$root/proc" || exit 125
mount -t tmpfs -o "mode=0755,nosuid,noexec,nodev" none "$root/run" || exit 125
mkdir -p "$root/run/$daemon" "$root/run/secrets/athena" "$root/run/metrics" "$root/run/log"
mount --bind "$work/metrics-$daemon" "$root/run/metrics" && mount --bind "$work/run-$daemon" "$root/run/$daemon" && mount --bind "$work/state-$daemon" "$root/var/lib/$daemon" || exit 125
mount --bind "$work/secrets" "$root/run/secrets/athena" && mount -o remount,bind,ro "$root/run/secrets/athena" || exit 125
mount --bind "$work/grafana" "$root/run/log" && mount -o remount,bind,ro "$root/run/log" || exit 125
mount -t tmpfs -o mode=0755 none "$root/dev" && mknod -m 666 "$root/dev/null" c 1 3 && mknod -m 666 "$root/dev/urandom" c 1 9 || exit 125
mount -o remount,ro "$root/dev" && mount -o remount,ro "$root/run" || exit 125
mapfile -t settings <"$work/settings.env"
exec env -i "${settings[@]}" HOME=/run CREDENTIALS_DIRECTORY=/run/secrets/athena METRICS_DIR=/run/metrics \
    /usr/bin/setpriv --no-new-privs --clear-groups /usr/bin/unshare --root="$root" --wd=/ -S "$user" -G "$user" "/usr/bin/$daemon" "$@"
POD
pod() { # DAEMON COMMAND…
    local daemon=$1
    mkdir -p "$root/var/lib/$daemon" "$work/state-$daemon" "$work/run-$daemon" "$work/metrics-$daemon"
    chown "$user:$user" "$work/state-$daemon" "$work/run-$daemon" "$work/metrics-$daemon"
    exec unshare --mount --pid --fork --kill-child --uts bash -c 'hostname "$1-0"; . "$0"' "$work/pod.sh" "$daemon" "$root" "$work" "$user" "${@:2}"
}
says_in() { ( pod "$@" ); } # DAEMON COMMAND…
tells() { local words=$1 heard; shift; heard=$(says_in "$@" 2>&1); echo "$heard"; grep -qE -- "$words" <<<"$heard"; } # WORDS DAEMON COMMAND…, whatever it ends with
begin() { ( pod "$1" run ) >>"$work/$1.log" 2>&1 & echo $! >"$work/$1.pod"; } # DAEMON
inner() { pgrep -P "$(cat "$work/$1.pod")" | head -n 1; } # the daemon's own process
ends_with() { local code=$1 got; shift; "$@"; got=$?; [ "$got" = "$code" ] || { echo "it ended with $got"; return 1; }; } # CODE COMMAND…

# The stand-in for Grafana, mail server and chat, on this machine.
mkdir "$work/grafana" "$work/secrets"
"$sandbox" demo --directory "$work/grafana" --port 0 --page-port 0 --smtp-port 0 --telegram-port 0 --speed 0 --smtp-tls --log-mode file >"$work/stand-in.log" 2>&1 &
stand_in=$!
soon 30 [ -s "$work/grafana/sandbox.json" ] || { cat "$work/stand-in.log"; exit 1; }
value() { sed -n "/\"$1\": {/,/}/s/.*\"$2\": \"\{0,1\}\([^\",]*\).*/\1/p" "$work/grafana/sandbox.json"; }
plain() { sed -n "s/^  \"$1\": \"\([^\"]*\)\".*/\1/p" "$work/grafana/sandbox.json"; }
page() { curl -sS -m 20 "$(plain page)/sandbox/$1" "${@:2}"; }
is_disabled() { page users | tr '{' '\n' | grep -F "\"$1@example.net\"" | grep -q '"isDisabled":true'; }
has_mail() { [ "$(mails "$1")" -gt 0 ]; }
mails() { page mails | tr '{' '\n' | grep -cF "$1"; }
sign_up() { page signup -H 'Content-Type: application/json' -d "{\"name\":\"$1\",\"email\":\"$1@example.net\",\"password\":\"a-long-pass-word\"}" >/dev/null; }
soon 10 [ -s "$work/grafana/grafana.log" ]
chmod 0755 "$work" "$work/grafana"; chmod 0644 "$work/grafana/grafana.log"

# The example's settings; where they lead is this stand-in.
here="GRAFANA_URL=$(plain grafana) GRAFANA_PUBLIC_URL= GRAFANA_CA_FILE= LOG=file:/run/log/grafana.log LOKI_QUERY= LOKI_CA_CERT_PATH=
    SMTP_HOST=$(value smtp host) SMTP_PORT=$(value smtp port) SMTP_CA_FILE=/run/secrets/athena/ca.pem TELEGRAM_API=$(value telegram api) TELEGRAM_CHAT_ID=$(value telegram chat)"
cp packaging/kubernetes/settings.env "$work/settings.env"
for line in $here; do
    sed -i "/^${line%%=*}=/d" "$work/settings.env"
    [ -z "${line#*=}" ] || echo "$line" >>"$work/settings.env"
done
sed -i '/^#/d; /^$/d' "$work/settings.env"
secret() { printf %s "$2" >"$work/secrets/$1"; }
secret grafana_user "$(value worker user)"
secret grafana_password "$(value worker password)"
secret telegram_bot_token "$(value telegram token)"
cp "$work/grafana/smtp.pem" "$work/secrets/ca.pem"
chown -R "root:$user" "$work/secrets"; chmod 0750 "$work/secrets"; chmod 0440 "$work/secrets"/*

holds 'an empty volume: grafana-auto-disable ends with 78' ends_with 78 says_in grafana-auto-disable run
holds 'it says what is missing' tells 'There is no baseline yet' grafana-auto-disable run
holds 'the job makes the baseline' says_in grafana-auto-disable baseline --all
begin grafana-auto-disable
holds 'the daemon works, without systemd' soon 30 says_in grafana-auto-disable status --alive
process=$(inner grafana-auto-disable)
holds 'as an ordinary user' eval "grep -P '^Uid:\t$user\t$user\t$user\t$user' /proc/$process/status"
holds 'without a capability, and none to be won' eval "grep -P '^CapEff:\t0+\$' /proc/$process/status && grep -P '^NoNewPrivs:\t1' /proc/$process/status"
holds 'the root cannot be written' eval "grep -E '^[^ ]+ / [^ ]+ ro,' /proc/$process/mounts"
sign_up first
holds 'a stranger is locked' soon 20 is_disabled first
holds 'and the admins are mailed, over TLS' soon 20 has_mail first@example.net
holds 'check finds the mail server in order' tells '^ok +Mail: .* Tls' grafana-auto-disable check
holds 'and Grafana' tells '^ok +Signed in as' grafana-auto-disable check
holds 'metrics are written for the neighbour' soon 40 grep -q '^athena_lock_' "/proc/$process/root/run/metrics/metrics.prom"
before=$(mails first@example.net)
kill -9 "$process"; wait "$(cat "$work/grafana-auto-disable.pod")" 2>/dev/null
sign_up second
begin grafana-auto-disable
holds 'killed and begun anew: who came meanwhile is locked' soon 30 is_disabled second
holds 'and their mail comes' soon 20 has_mail second@example.net
holds 'nobody is mailed twice' [ "$(mails first@example.net)" = "$before" ]

page grafana/stop -X POST >/dev/null
holds 'Grafana away: status says so' soon 40 ends_with 1 says_in grafana-auto-disable status
holds 'and the liveness probe does not have it begun anew' says_in grafana-auto-disable status --alive
page grafana/start -X POST >/dev/null

for daemon in grafana-compliance grafana-active-users; do
    begin $daemon
    holds "$daemon works as well" soon 30 says_in $daemon status --alive
done
for daemon in grafana-auto-disable grafana-compliance grafana-active-users; do
    process=$(inner $daemon)
    kill -TERM "$process"
    holds "$daemon ends in order" ends_with 0 wait "$(cat "$work/$daemon.pod")"
    rm "$work/$daemon.pod"
done

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
