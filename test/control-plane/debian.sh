#!/bin/sh
# Puts kube-apiserver and kubectl 1.20.2, built from the source package of Debian 12, and etcd from its
# package, into the folder $1. For machines that reach a mirror of Debian ($DEBIAN_MIRROR) but no Go
# modules. Needs apt-get, dpkg-deb, tar, patch, gcc and make; needs no root and installs nothing: apt works in
# folders of its own, and packages are unpacked beside them. Built with so much newer a Go, this API server
# dies when it is sent custom resources; nothing else is known to be wrong with it.
set -eu

out=$1
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"

mkdir -p lists/partial archives/partial root
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
key=/usr/share/keyrings/debian-archive-keyring.gpg
printf 'deb [signed-by=%s] %s bookworm main\ndeb-src [signed-by=%s] %s bookworm main\n' \
  "$key" "$mirror" "$key" "$mirror" > sources.list

apt() {
  apt-get -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache::Archives="$work/archives" \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User="$(id -un)" "$@"
}

apt update
apt source --download-only kubernetes
# This Kubernetes wants a Go of its time, and rsync and jq in its make files.
apt download etcd-server golang-1.19-go golang-1.19-src rsync libpopt0 libxxhash0 jq libjq1 libonig5
for package in *.deb; do dpkg-deb -x "$package" root; done

source=$work/go/src/k8s.io/kubernetes
mkdir -p "$source"
tar -xzf kubernetes_*.orig.tar.gz -C "$source" --strip-components=1
tar -xJf kubernetes_*.debian.tar.xz -C "$work"
grep -v '^#' debian/patches/series | while read -r name; do
  [ -z "$name" ] || patch -d "$source" -p1 < "debian/patches/$name"
done

libraries=$(dirname "$(find "$work/root/usr/lib" -name 'libjq.so.1' | head -n 1)")
export LD_LIBRARY_PATH="$libraries"
export PATH="$work/root/usr/bin:$work/root/usr/lib/go-1.19/bin:$PATH"
export GOROOT="$work/root/usr/lib/go-1.19" GOPATH="$work/go" GOCACHE="$work/go-cache"
export GO111MODULE=off GOFLAGS= GOTOOLCHAIN=local
export KUBE_GIT_VERSION=v1.20.2 KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20 KUBE_GIT_TREE_STATE=archive KUBE_GIT_COMMIT=debian

make -C "$source" WHAT='cmd/kube-apiserver cmd/kubectl'

cp "$source"/_output/bin/kube-apiserver "$source"/_output/bin/kubectl "$out"
cp root/usr/bin/etcd "$out"
