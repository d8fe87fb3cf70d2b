#!/bin/sh
# Puts docker-registry 2.8.2 of Debian 12 into the folder $1, as `registry`. Needs apt-get, dpkg-deb and sha256sum; needs
# no root and installs nothing: apt works in folders of its own. $DEBIAN_MIRROR names another mirror.
set -eu

out=$1
version=2.8.2+ds1-1
case $(dpkg --print-architecture) in
  amd64) sum=a9bd06c0e006854608f8469b4371743f40604ad90975532bb3b7ceeb72fe2913 ;;
  arm64) sum=652d4e3fe828ccf9b80962dce13f813fb969f1d5e1dae7d7ceff79ec9a5ed651 ;;
  *) echo 'no package is known for this architecture' >&2; exit 1 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p lists/partial archives/partial root
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
printf 'deb [signed-by=%s] %s bookworm main\n' /usr/share/keyrings/debian-archive-keyring.gpg "$mirror" > sources.list

apt() {
  apt-get -q -o Acquire::http::Timeout=30 -o Acquire::Retries=2 \
    -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache::Archives="$work/archives" \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User="$(id -un)" "$@"
}

apt update
apt download "docker-registry=$version"
echo "$sum  $(echo docker-registry_*.deb)" | sha256sum -c -
dpkg-deb -x docker-registry_*.deb root
cp root/usr/bin/docker-registry "$out/registry"
"$out/registry" --version
