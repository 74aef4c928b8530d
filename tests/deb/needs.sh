#!/bin/bash
# Installs what the packages are made and tested with, or says in one line what is missing (exit code 1).
#   tests/deb/needs.sh PROGRAM…
set -u
declare -A package=(
    [dh]=debhelper [dpkg-buildpackage]=dpkg-dev [lintian]=lintian [mmdebstrap]=mmdebstrap [systemd-nspawn]=systemd-container
    [systemd-analyze]=systemd [curl]=curl [nsenter]=util-linux [qemu-x86_64]=qemu-user [apt-ftparchive]=apt-utils [gpg]=gnupg [cc]=gcc [objcopy]=binutils [stdio.h]=libc6-dev)
is_there() { case $1 in *.h) [ -e "/usr/include/$1" ] ;; *) command -v "$1" >/dev/null ;; esac; }
missing=()
for program in "$@"; do is_there "$program" || missing+=("${package[$program]}"); done
[ ${#missing[@]} = 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    timeout 300 apt-get -qq update >/dev/null 2>&1
    timeout 600 apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1
fi

for program in "$@"; do is_there "$program" || { echo "missing: ${missing[*]} (as root: apt-get install ${missing[*]})"; exit 1; }; done
