#!/bin/bash
# Starts a stand-in Grafana with people and recorded traffic, a mail catcher, a page that shows them, and grafana-auto-disable beside it.
# Ctrl-C ends all of it and leaves nothing behind. Needs no root, no account and no network.
#   tests/demo/demo.sh [CONFIGURATION]
set -euo pipefail
cd "$(dirname "$0")/../.."
configuration=${1:-Debug}
favourite_port=8080

echo "Building…"
for project in sandbox src/AutoDisable; do
    output=$(dotnet build "$project" -c "$configuration" -v quiet 2>&1) || { echo "$output" >&2; exit 1; }
done
sandbox=$PWD/sandbox/bin/$configuration/net10.0/athena-sandbox.dll
daemon=$PWD/src/AutoDisable/bin/$configuration/net10.0/grafana-auto-disable.dll

directory=$(mktemp -d "${TMPDIR:-/tmp}/athena-demo-XXXXXX")
sandbox_pid='' daemon_pid=''

# The daemon first, as when a host goes down: it still has its mail server and Grafana to say goodbye to.
finish() {
    set +e
    trap '' INT TERM HUP PIPE
    for pid in $daemon_pid $sandbox_pid; do
        kill -TERM "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    rm -rf "$directory"
    echo "The demo has ended; $directory is removed."
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
page_port=0
if is_free $favourite_port; then page_port=$favourite_port; fi

start_sandbox() {
    rm -f "$directory/sandbox.json"
    dotnet "$sandbox" demo --directory "$directory" --port 0 --page-port "$page_port" --smtp-port 0 \
        --audit "$directory/state/audit.jsonl" >"$directory/sandbox.out" 2>&1 &
    sandbox_pid=$!
    until [ -s "$directory/sandbox.json" ]; do
        kill -0 "$sandbox_pid" 2>/dev/null || return 1
        sleep 0.1
    done
}

# Somebody may take the port between the look and the start: then any free one will do.
if ! start_sandbox; then
    page_port=0
    start_sandbox || { cat "$directory/sandbox.out" >&2; exit 1; }
fi

# Reads one value of sandbox.json: VALUE, or OBJECT VALUE.
value() {
    if [ $# = 1 ]; then sed -n "s/^  \"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$directory/sandbox.json"
    else sed -n "/^  \"$1\": {/,/^  }/s/^    \"$2\": \"\{0,1\}\([^\",]*\).*/\1/p" "$directory/sandbox.json"; fi
}

# A command of its own for the second terminal: the daemon's program with the demo's settings.
command=$directory/grafana-auto-disable
mkdir -m 700 "$directory/state" "$directory/run"
(
    umask 077
    cat >"$command" <<SETTINGS
#!/bin/bash
# The settings of this demo, as /etc/default/grafana-auto-disable would hold them.
export GRAFANA_URL=$(value grafana) LOG=file:$(value logFile)
export GRAFANA_USER=$(value worker user) GRAFANA_PASSWORD=$(value worker password)
export SMTP_HOST=$(value smtp host) SMTP_PORT=$(value smtp port) SMTP_SECURITY=none
export MAIL_FROM=grafana@athena.example MAIL_TO=lindiwe@athena.example,johan@athena.example MAIL_APPLICANT=received,approved
export STATE_DIR=$directory/state CONTROL_DIR=$directory/run ATHENA_DEFAULTS_DIR=$directory
exec dotnet "$daemon" "\$@"
SETTINGS
)
chmod 700 "$command"

echo
echo "Remembering who is there, as one does before the first start: grafana-auto-disable baseline --all"
"$command" baseline --all 2>&1 | sed -n 's/^Baseline made/  &/p'
echo

cat <<TEXT
  Athena Workers, demo      $(value page)

  Open that address and try:
    - Sign up in the form, as a stranger. Grafana lets you in at once; the daemon locks you within moments.
    - Read the mail that the admins get, as it looks in a mail program.
    - Approve or reject yourself, as the admin: approved, you are never locked again, and everybody is told.
    - Sign up with a hostile name:  <script>alert(1)</script>
    - Stop the mail server or Grafana (lights at the top right), sign up, start it again.

  In a second terminal:
    $command status
    $command pending
    $command approve WHO
    $command history WHO

  Ctrl-C ends the demo. What the daemon says follows.

TEXT

"$command" run &
daemon_pid=$!
wait -n "$daemon_pid" "$sandbox_pid" || true
echo "A part of the demo has ended by itself; what the sandbox said:" >&2
cat "$directory/sandbox.out" >&2
exit 1
