#!/bin/sh
# Install the named Debian packages that are missing, with apt, and with sudo if not
# root.  If that isn't possible, print them and exit with status 78.
set -eu

give_up() {
	echo "limn: $1; install these packages, or what your system calls them:" >&2
	echo "$missing" | tr ' ' '\n' | sed '/^$/d; s/^/  /' >&2
	exit 78
}

missing=$*
for tool in dpkg-query apt-get; do
	command -v $tool >/dev/null || give_up "this is no Debian"
done
missing=
for p; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) || state=
	[ "$state" = installed ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || give_up "not root, and there is no sudo"
	sudo=sudo
	[ -t 0 ] || sudo -n true 2>/dev/null || give_up "sudo asks for a password"
fi
echo "limn: installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words, and sudo may be none
{
	$sudo apt-get -q update &&
		$sudo apt-get -q install -y --no-install-recommends $missing
} || give_up "apt-get failed"
