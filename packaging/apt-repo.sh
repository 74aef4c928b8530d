#!/bin/bash
# Makes artifacts/apt, a signed repository of the packages in artifacts/deb and of those that were put into it before. It is served as it
# lies there, by any web server or as a folder; hosts that have its athena-workers.sources in /etc/apt/sources.list.d follow it by apt upgrade.
#   packaging/apt-repo.sh KEY URL
#   KEY   the builder's secret key, by its fingerprint or address (gpg --list-secret-keys)
#   URL   where hosts find it: https://packages.hospital.example/athena, or file:/srv/athena
set -euo pipefail
key=${1:-} url=${2:-}
[ -n "$key" ] && [ -n "$url" ] || { sed -n '4,6s/^# *//p' "$0" >&2; exit 64; }
cd "$(dirname "$0")/.."
tests/deb/needs.sh apt-ftparchive gpg
repository=artifacts/apt suite=dists/stable
packages=$(compgen -G 'artifacts/deb/*.deb') || { echo 'There are no packages: make deb' >&2; exit 1; }
gpg --batch --quiet --list-secret-keys "$key" >/dev/null || { echo "No secret key of $key: gpg --quick-generate-key $key" >&2; exit 1; }

rm -rf "${repository:?}/$suite"
mkdir -p "$repository/pool" "$repository/$suite/main/binary-amd64"
cp $packages "$repository/pool/"
cd "$repository"
apt-ftparchive packages pool >"$suite/main/binary-amd64/Packages"
gzip -9 --no-name --keep "$suite/main/binary-amd64/Packages"
field() { echo "APT::FTPArchive::Release::$1=$2"; }
apt-ftparchive -o "$(field Origin 'Digital-On Tech')" -o "$(field Label 'Athena Workers')" -o "$(field Suite stable)" -o "$(field Codename stable)" \
    -o "$(field Architectures amd64)" -o "$(field Components main)" release "$suite" >Release
mv Release "$suite/Release"
gpg --batch --yes --quiet --local-user "$key" --clearsign --output "$suite/InRelease" "$suite/Release"

{
    printf 'Types: deb\nURIs: %s\nSuites: stable\nComponents: main\nArchitectures: amd64\nSigned-By:\n' "$url"
    gpg --batch --armor --export-options export-minimal --export "$key" | sed 's/^$/./; s/^/ /'
} >athena-workers.sources
echo "Made $repository. Serve it at $url; on each host:"
echo "  sudo cp athena-workers.sources /etc/apt/sources.list.d/ && sudo apt update && sudo apt install athena-workers"
