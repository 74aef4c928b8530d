#!/bin/sh
# The whole of the image: the program, the libraries of this Debian that it calls, authorities and time zones; no shell, nothing else.
#   packaging/container/rootfs.sh PROGRAM FOLDER
# Runs in the Dockerfile and, for the test of these settings, on a Debian 12 or 13 as it is.
set -eu
program=${1:?the native program} root=${2:?a folder that is not there yet}
mkdir -p "$root/usr/lib/athena-workers" "$root/usr/bin" "$root/usr/share" "$root/etc/ssl/certs" "$root/var/lib/athena" "$root/run" "$root/tmp" "$root/proc" "$root/dev"
install -m 0755 "$program" "$root/usr/lib/athena-workers/athena-workers"
for name in grafana-auto-disable grafana-compliance grafana-active-users; do
    ln -s athena-workers "$root/usr/lib/athena-workers/$name"
    ln -s "../lib/athena-workers/$name" "$root/usr/bin/$name"
done
ln -s ../lib/athena-workers/athena-workers "$root/usr/bin/athena-workers"

# What it is linked with, and what .NET opens by itself for TLS. A name that is a link is copied with what it leads to.
with() { mkdir -p "$root$(dirname "$1")"; cp -L "$1" "$root$1"; }
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do with "$library"; done
for library in libssl.so.3 libcrypto.so.3; do with "$(ldconfig -p | sed -n "s/.*$library (libc6,x86-64.*=> //p" | head -n 1)"; done
for library in libssl.so.3 libcrypto.so.3; do
    ldd "$(ldconfig -p | sed -n "s/.*$library (libc6,x86-64.*=> //p" | head -n 1)" | grep -o '/[^ ]*' | while read -r needed; do [ -e "$root$needed" ] || with "$needed"; done
done

cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp -R /usr/share/zoneinfo "$root/usr/share/"
rm -rf "$root"/usr/share/zoneinfo/posix "$root"/usr/share/zoneinfo/right
# A user of its own number: no root, and nobody else's.
printf 'athena:x:65532:65532::/run:/sbin/nologin\n' >"$root/etc/passwd"
printf 'athena:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
chown 65532:65532 "$root/var/lib/athena" "$root/run" 2>/dev/null || true
