# A signed repository, as a host that has nothing of ours meets it: installed from it, and upgraded when it has the next version.
echo '-- repository'
export GNUPGHOME=$work/keys
mkdir -m 700 "$GNUPGHOME"
publish() { # VERSION
    rm -rf "$work/repository" && mkdir -p "$work"/repository/{artifacts/deb,packaging,tests/deb} \
        && cp packaging/apt-repo.sh "$work/repository/packaging/" && cp tests/deb/needs.sh "$work/repository/tests/deb/" && cp "$root"/opt/debs/"$1"/*.deb "$work/repository/artifacts/deb/" \
        && "$work/repository/packaging/apt-repo.sh" builder@hospital.example file:/opt/apt && rm -rf "$root/opt/apt" && cp -r "$work/repository/artifacts/apt" "$root/opt/apt"
}
# With this repository alone: no other can be reached here.
apt_get() { patience=300 inside apt-get -q -y -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=/opt/sources "$@" </dev/null; }
holds 'a builder has a key' gpg --batch --quiet --passphrase '' --quick-generate-key builder@hospital.example
holds 'a repository is made and signed with it' publish "$version"
mkdir -p "$root/opt/sources" && cp "$root/opt/apt/athena-workers.sources" "$root/opt/sources/"
holds 'the host takes it' apt_get update
holds 'one name installs all three' eval 'apt_get install --no-install-recommends athena-workers && inside grafana-compliance --version && inside grafana-active-users --version'
cp "$work/said" "$work/installed"
holds 'each says that it is there' [ "$(grep -c 'installed, not started\.' "$work/installed")" = 3 ]
holds 'the last word is what is next' eval '[ "$(tr -d "\r" <"$work/installed" | grep "^athena-workers: \|^grafana-.*: \|^athena-workers-decisions: " | tail -n 1)" = "athena-workers: installed. Next: sudo athena-workers setup" ]'
holds 'nothing runs by that' eval '! runs grafana-auto-disable'
holds 'it has the next version' publish "$next"
holds 'an upgrade takes it' eval 'apt_get update && apt_get upgrade && [ "$(inside dpkg-query -W -f "\${Version}" athena-workers-common)" = "$next" ]'
sed -i 's/^Label: Athena/Label: Athenaeum/' "$root/opt/apt/dists/stable/InRelease"
holds 'one that somebody changed is refused' eval 'apt_get update 2>&1 | tee "$work/refreshed" | grep -i "signature\|BADSIG" || { cat "$work/refreshed"; false; }'
gpgconf --kill all
unset GNUPGHOME
