#!/bin/sh
# Installs the servers that other people wrote and our tests talk to. Does what it can and says in one line what is missing:
# the tests that need a missing server then print that they were not run.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)

if [ -x /usr/sbin/postfix ] && [ -x /usr/sbin/saslpasswd2 ]; then
    :
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >/dev/null 2>&1
    # Only the program is wanted: our tests start an instance of their own, the system's is never started.
    apt-get -qq install -y --no-install-recommends postfix sasl2-bin libsasl2-modules >/dev/null 2>&1 \
        || echo "interop: postfix could not be installed"
else
    echo "interop: postfix and sasl2-bin are missing, and only root can install them (apt-get install postfix sasl2-bin libsasl2-modules)"
fi

# PostgreSQL: the tests start a cluster of their own in a temporary directory; the system's is left alone.
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    :
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >/dev/null 2>&1
    # Debian would make and start a cluster for the system, which nobody asked for.
    if [ ! -d /etc/postgresql-common ] && apt-get -qq install -y --no-install-recommends postgresql-common >/dev/null 2>&1; then
        echo 'create_main_cluster = false' >>/etc/postgresql-common/createcluster.conf
    fi
    apt-get -qq install -y --no-install-recommends postgresql >/dev/null 2>&1 \
        || echo "interop: postgresql could not be installed"
else
    echo "interop: postgresql is missing, and only root can install it (apt-get install postgresql)"
fi

if [ -x /usr/lib/systemd/systemd-journal-remote ]; then
    :
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >/dev/null 2>&1
    apt-get -qq install -y --no-install-recommends systemd-journal-remote >/dev/null 2>&1 \
        || echo "interop: systemd-journal-remote could not be installed"
else
    echo "interop: systemd-journal-remote is missing, and only root can install it (apt-get install systemd-journal-remote)"
fi

# Says where on a telephone the buttons of our mails lie, and visits the page of the demo.
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then
    :
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >/dev/null 2>&1
    apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core >/dev/null 2>&1 \
        || echo "interop: chromium could not be installed"
else
    echo "interop: chromium is missing, and only root can install it (apt-get install chromium)"
fi

# What the documents say to write into it is tried in a server of the tests' own; the system's is not started.
if command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; then
    :
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >/dev/null 2>&1
    apt-get -qq install -y --no-install-recommends nginx-light >/dev/null 2>&1 \
        || echo "interop: nginx could not be installed"
else
    echo "interop: nginx is missing, and only root can install it (apt-get install nginx-light)"
fi

# Only looked into: installed, Debian would start servers that nobody asked for. Each is one program that needs nothing else.
prometheus="$root/artifacts/interop/prometheus"
if [ -x "$prometheus/usr/bin/promtool" ] && [ -x "$prometheus/usr/bin/amtool" ] && [ -x "$prometheus/usr/bin/prometheus-node-exporter" ]; then
    :
elif command -v apt-get >/dev/null && mkdir -p "$prometheus/packages"; then
    [ "$(id -u)" != 0 ] || apt-get -qq update >/dev/null 2>&1
    (cd "$prometheus/packages" && apt-get -qq download prometheus prometheus-alertmanager prometheus-node-exporter >/dev/null 2>&1 \
        && for package in *.deb; do dpkg -x "$package" "$prometheus" || exit; done) \
        || echo "interop: prometheus, prometheus-alertmanager and prometheus-node-exporter could not be fetched"
else
    echo "interop: prometheus, prometheus-alertmanager and prometheus-node-exporter are missing (Debian's packages)"
fi

npm_dir="$root/artifacts/interop"
if cmp -s "$root/tests/interop/package-lock.json" "$npm_dir/installed-lock.json"; then
    :
elif command -v npm >/dev/null; then
    mkdir -p "$npm_dir"
    cp "$root/tests/interop/package.json" "$root/tests/interop/package-lock.json" "$npm_dir/"
    if (cd "$npm_dir" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null 2>&1); then
        # The oldest and the newest PostgreSQL that born locked knows; their links are left to a script.
        for server in "$npm_dir"/node_modules/postgres-*; do
            [ ! -d "$server" ] || (cd "$server" && node scripts/hydrate-symlinks.js >/dev/null 2>&1)
        done
        cp "$root/tests/interop/package-lock.json" "$npm_dir/installed-lock.json"
    else
        echo "interop: axe-core, maildev, telegram-test-api and other versions of PostgreSQL could not be installed"
    fi
else
    echo "interop: npm is missing, so axe-core, maildev, telegram-test-api and other versions of PostgreSQL are too"
fi

command -v python3 >/dev/null || echo "interop: python3 is missing, which reads the mails back"
exit 0
