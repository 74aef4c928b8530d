#!/bin/bash
# Starts a stand-in Grafana with people and recorded traffic, a mail catcher and a Telegram, a page that shows them, and beside it
# grafana-auto-disable, grafana-active-users and grafana-compliance.
# Ctrl-C ends all of it and leaves nothing behind. Needs no root, no account and no network.
#   tests/demo/demo.sh [CONFIGURATION]
set -euo pipefail
cd "$(dirname "$0")/../.."
configuration=${1:-Debug}
favourite_port=8080
# One clock everywhere: that of the mails, which is the daemons' own zone where nobody sets another.
zone=Africa/Johannesburg offset=02:00

# The first time there is much to fetch and to compile, and dotnet says nothing of it.
tests/progress.sh 'Building the stand-in for Grafana (1 of 2; minutes the first time)' dotnet build sandbox -c "$configuration" -v quiet
tests/progress.sh 'Building the daemons (2 of 2)' dotnet build src/Workers -c "$configuration" -v quiet
sandbox=$PWD/sandbox/bin/$configuration/net10.0/athena-sandbox.dll
program=$PWD/src/Workers/bin/$configuration/net10.0/athena-workers.dll

directory=$(mktemp -d "${TMPDIR:-/tmp}/athena-demo-XXXXXX")
sandbox_pid='' daemon_pid='' pulse_pid='' compliance_pid='' prometheus_pid=''

# The daemons first, as when a host goes down: they still have their mail server and Grafana to say goodbye to.
finish() {
    set +e
    trap '' INT TERM HUP PIPE
    touch "$directory/ending"
    for pid in $(cat "$directory"/{run,pulse-run,compliance-run}/pid 2>/dev/null); do kill -TERM "$pid" 2>/dev/null; done
    # shellcheck disable=SC2086 # those that were started
    [ -z "$daemon_pid" ] || wait $daemon_pid $pulse_pid $compliance_pid 2>/dev/null
    [ -z "$prometheus_pid" ] || { kill -TERM "$prometheus_pid" 2>/dev/null && wait "$prometheus_pid" 2>/dev/null; }
    [ -z "$sandbox_pid" ] || { kill -TERM "$sandbox_pid" 2>/dev/null && wait "$sandbox_pid" 2>/dev/null; }
    [ -z "$postgres" ] || as_postgres "$postgres/pg_ctl" stop -D "$postgres_directory/data" -m immediate -s
    rm -rf "$directory" ${postgres_directory:+"$postgres_directory"}
    echo "The demo has ended; $directory is removed."
}
trap finish EXIT
trap 'exit 0' INT TERM HUP

local_time() { TZ=$zone date "$@"; }
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
page_port=0
if is_free $favourite_port; then page_port=$favourite_port; fi

# Where PostgreSQL can be started the stand-in keeps its accounts there, and the page can have them born locked.
postgres='' postgres_directory='' postgres_owner='' grafana_database=''
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi; }
start_postgres() {
    local programs port sql
    programs=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1)
    [ -x "$programs/initdb" ] || return 1
    postgres_directory=$(mktemp -d "${TMPDIR:-/tmp}/athena-demo-postgres-XXXXXX")
    [ "$(id -u)" != 0 ] || chown postgres "$postgres_directory" || return 1
    until port=$((20000 + RANDOM % 10000)); is_free $port; do :; done
    as_postgres "$programs/initdb" -D "$postgres_directory/data" -U postgres -A trust --no-sync >/dev/null || return 1
    as_postgres "$programs/pg_ctl" start -D "$postgres_directory/data" -w -s -l "$postgres_directory/log" \
        -o "-c port=$port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off" || return 1
    postgres=$programs
    sql=("$programs/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres)
    "${sql[@]}" -c 'CREATE DATABASE grafana' || return 1
    tests/grafana-tables.sh | "${sql[@]}" -d grafana || return 1
    "${sql[@]}" -d grafana -f packaging/sql/grafana-auto-disable-grants.sql >/dev/null || return 1
    postgres_owner="Host=127.0.0.1;Port=$port;Username=postgres;Database=grafana;Maximum Pool Size=2"
    grafana_database="postgresql://grafana_auto_disable:demo@127.0.0.1:$port/grafana"
}
start_postgres 2>/dev/null || echo "No PostgreSQL could be started here (apt-get install postgresql), so the page cannot show accounts that are born locked."

# Where Prometheus is, it reads what the daemons count, and the page leads to its alerts.
prometheus=$(PATH="$PWD/artifacts/interop/prometheus/usr/bin:$PATH" command -v prometheus || true)
prometheus_port=''
if [ -n "$prometheus" ]; then until prometheus_port=$((20000 + RANDOM % 10000)); is_free $prometheus_port; do :; done; fi
start_prometheus() {
    {
        printf '%s\n' 'global: { scrape_interval: 5s, evaluation_interval: 5s }' "rule_files: ['$PWD/packaging/prometheus/athena.rules.yml']" 'scrape_configs:'
        for daemon in grafana-auto-disable grafana-active-users grafana-compliance; do
            printf '%s\n' "- job_name: $daemon" "  metrics_path: /sandbox/metrics/$daemon" "  static_configs: [{ targets: ['$1'], labels: { instance: demo } }]"
        done
    } >"$directory/prometheus.yml"
    "$prometheus" --config.file="$directory/prometheus.yml" --storage.tsdb.path="$directory/prometheus" \
        --web.listen-address="127.0.0.1:$prometheus_port" >"$directory/prometheus.out" 2>&1 &
    prometheus_pid=$!
}

start_sandbox() {
    rm -f "$directory/sandbox.json"
    dotnet "$sandbox" demo --directory "$directory" --port 0 --page-port "$page_port" --smtp-port 0 \
        --audit "$directory/state/audit.jsonl" --zone $zone --offset $offset \
        --daemons "grafana-auto-disable=$directory/run,grafana-active-users=$directory/pulse-run,grafana-compliance=$directory/compliance-run" \
        --metrics "$directory/metrics" ${prometheus_port:+--prometheus "http://127.0.0.1:$prometheus_port/"} \
        ${postgres_owner:+--postgres "$postgres_owner"} >"$directory/sandbox.out" 2>&1 &
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

page=$(value page)
[ -z "$prometheus" ] || start_prometheus "$(sed 's|^http://||; s|/$||' <<<"$page")"

# A command of its own for the second terminal: the daemon's program with the demo's settings.
command=$directory/grafana-auto-disable
mkdir -m 700 "$directory/state" "$directory/run"
mkdir -p "$directory"/metrics/grafana-{auto-disable,active-users,compliance}
(
    umask 077
    cat >"$command" <<SETTINGS
#!/bin/bash
# The settings of this demo, as /etc/default/grafana-auto-disable would hold them.
export GRAFANA_URL=$(value grafana) LOG=file:$(value logFile)
export GRAFANA_USER=$(value worker user) GRAFANA_PASSWORD=$(value worker password)
export SMTP_HOST=$(value smtp host) SMTP_PORT=$(value smtp port) SMTP_SECURITY=none
export MAIL_FROM=grafana@athena.example MAIL_TO=lindiwe@athena.example,johan@athena.example MAIL_APPLICANT=received,approved UNDO_FOR=0s
export TELEGRAM_API=$(value telegram api) TELEGRAM_BOT_TOKEN=$(value telegram token) TELEGRAM_CHAT_ID=$(value telegram chat)
export DECISION_TELEGRAM_USER_IDS=$(value telegram lindiwe)=lindiwe@athena.example
export GRAFANA_DATABASE=$grafana_database
export STATE_DIR=$directory/state CONTROL_DIR=$directory/run METRICS_DIR=$directory/metrics/grafana-auto-disable ATHENA_DEFAULTS_DIR=$directory/none
exec dotnet "$program" grafana-auto-disable "\$@"
SETTINGS
)
chmod 700 "$command"

# A pulse each minute, so that nobody has to wait for a quarter of an hour.
active_users=$directory/grafana-active-users
mkdir -m 700 "$directory/pulse-state" "$directory/pulse-run"
(
    umask 077
    cat >"$active_users" <<SETTINGS
#!/bin/bash
# The settings of this demo, as /etc/default/grafana-active-users would hold them.
export GRAFANA_URL=$(value grafana) LOG=file:$(value logFile)
export GRAFANA_USER=$(value worker user) GRAFANA_PASSWORD=$(value worker password)
export TELEGRAM_API=$(value telegram api) TELEGRAM_BOT_TOKEN=$(value telegram token) TELEGRAM_CHAT_ID=$(value telegram chat)
export PULSE_EVERY=1m SETTLE=2s
export STATE_DIR=$directory/pulse-state CONTROL_DIR=$directory/pulse-run METRICS_DIR=$directory/metrics/grafana-active-users ATHENA_DEFAULTS_DIR=$directory/none
exec dotnet "$program" grafana-active-users "\$@"
SETTINGS
)
chmod 700 "$active_users"

# Two hours are in the log that were over before the demo began: it decides them at its start, as it would after a night that it was off.
reports=$directory/grafana-compliance
mkdir -m 700 "$directory/compliance-state" "$directory/compliance-run"
(
    umask 077
    cat >"$reports" <<SETTINGS
#!/bin/bash
# The settings of this demo, as /etc/default/grafana-compliance would hold them.
export GRAFANA_URL=$(value grafana) LOG=file:$(value logFile)
export GRAFANA_USER=$(value worker user) GRAFANA_PASSWORD=$(value worker password) ADMIN_USER_IDS=1,$(value humanAdmin id)
export SMTP_HOST=$(value smtp host) SMTP_PORT=$(value smtp port) SMTP_SECURITY=none
export MAIL_FROM=grafana@athena.example REPORT_TO=reports@first2lead.example OPS_MAIL_TO=ops@athena.example
export REPORT_NOTE="Only administrators used Athena in this hour. It was agreed that First2Lead is told of each such hour."
export REPORT_HOURS=00-23 SETTLE=2s REPORT_SINCE=$(local_time -d "$(value past usersEnd) 1 minute ago" +%Y-%m-%dT%H:%M:%S%:z)
export STATE_DIR=$directory/compliance-state CONTROL_DIR=$directory/compliance-run METRICS_DIR=$directory/metrics/grafana-compliance ATHENA_DEFAULTS_DIR=$directory/none
exec dotnet "$program" grafana-compliance "\$@"
SETTINGS
)
chmod 700 "$reports"

echo
echo "Remembering who is there, as one does before the first start: grafana-auto-disable baseline --all"
"$command" baseline --all 2>&1 | sed -n 's/^Baseline made/  &/p'
"$command" decision-pin set lindiwe@athena.example <<<493027
echo

cat <<TEXT
  Athena Workers, demo      $page

  Open that address: what there is to try stands on the page, and is ticked as you do it.

  In a second terminal:
    $command status
    $command pending
    $command approve WHO
    $command history WHO
    $active_users once --from $(local_time -d '5 minutes ago' +%Y-%m-%dT%H:%M:%S%:z)
    $active_users silence 10m --reason "trying it"
    $reports explain $(local_time -d "$(value past adminsEnd)" +%Y-%m-%dT%H:%M%:z)
    $reports explain $(local_time -d "$(value past usersEnd)" +%Y-%m-%dT%H:%M%:z)
    $reports report

  Ctrl-C ends the demo. What the daemons say follows.

TEXT

# A daemon that is killed is back after a moment, as by systemd; one that ends by a fault of its own ends the demo. What ends the demo ends
# the daemons first, so a signal alone is no reason to go.
keep_running() { # COMMAND CONTROL_DIR
    local pid code
    trap : INT TERM HUP
    while [ ! -e "$directory/ending" ]; do
        "$1" run &
        pid=$!
        echo "$pid" >"$2/pid"
        code=0
        while kill -0 "$pid" 2>/dev/null; do wait "$pid" && code=0 || code=$?; done
        rm -f "$2/pid"
        [ ! -e "$directory/ending" ] || return 0
        [ "$code" = 0 ] || [ "$code" -gt 128 ] || return "$code"
        echo "$(basename "$1") was ended ($code) and starts again in 5 seconds, as systemd does it."
        sleep 5 || true
    done
}

keep_running "$command" "$directory/run" &
daemon_pid=$!
keep_running "$active_users" "$directory/pulse-run" &
pulse_pid=$!
keep_running "$reports" "$directory/compliance-run" &
compliance_pid=$!
wait -n "$daemon_pid" "$pulse_pid" "$compliance_pid" "$sandbox_pid" || true
echo "A part of the demo has ended by itself; what the sandbox said:" >&2
cat "$directory/sandbox.out" >&2
exit 1
