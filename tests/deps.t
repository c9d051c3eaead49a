#!/bin/sh
# make deps where it can't install: the list, and why.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# Commands as on another system: only those that are named here.
mkdir none && for c in sh echo tr sed id; do
	ln -s "$(command -v $c)" none
done
run() { PATH=$1 sh "$top/mk/deps.sh" libjansson-dev no-such-package; }
fails 78 "no dpkg, no apt: status 78" run "$work/none"
is "... and the list" "$err" "limn: this is no Debian; install these packages, or what your system calls them:
  libjansson-dev
  no-such-package"

cp -R none user && for c in dpkg-query apt-get; do
	printf '#!/bin/sh\nexit 1\n' >user/$c && chmod +x user/$c
done
rm user/id && printf '#!/bin/sh\necho 1000\n' >user/id && chmod +x user/id
fails 78 "not root, and no sudo: status 78" run "$work/user"
is "... and the list of what is missing" "$err" "limn: not root, and there is no sudo; install these packages, or what your system calls them:
  libjansson-dev
  no-such-package"

cp -R user sudo && printf '#!/bin/sh\n[ "$1" = -n ] && exit 1\necho "sudo $*"\n' >sudo/sudo &&
	chmod +x sudo/sudo
fails 78 "a sudo that asks, and nobody there: status 78" run "$work/sudo" </dev/null
printf '#!/bin/sh\n[ "$1" = -n ] || echo "sudo $*"\n' >sudo/sudo
fails 0 "a sudo that doesn't ask" run "$work/sudo" </dev/null
is "... is asked to install what is missing" "$out" "limn: installing libjansson-dev no-such-package
sudo apt-get -q update
sudo apt-get -q install -y --no-install-recommends libjansson-dev no-such-package"

cp -R user root && rm root/id root/dpkg-query &&
	printf '#!/bin/sh\necho 0\n' >root/id && chmod +x root/id &&
	printf '#!/bin/sh\necho installed\n' >root/dpkg-query && chmod +x root/dpkg-query
fails 0 "nothing is missing: silent" run "$work/root"
is "... and no apt" "$out$err" ""
printf '#!/bin/sh\nexit 1\n' >root/dpkg-query
fails 78 "apt fails: status 78" run "$work/root"

# what is needed to build is said in a line
mkdir bare && for c in sh make mkdir touch echo cc gcc as ld; do
	[ -z "$(command -v $c)" ] || ln -sf "$(command -v $c)" bare
done
build() { PATH=$work/bare make -C "$top" O="$work/o" BIN="$work/b" "$work/b/write-manifest"; }
mkdir -p o b
fails 2 "no pkg-config: make fails" build
is "... and says so in a line" "$(echo "$err" | grep -c 'limn: no pkg-config; run: make deps')" 1
printf '#!/bin/sh\n[ "$2" != jansson ]\n' >bare/pkg-config && chmod +x bare/pkg-config
fails 2 "no jansson: make fails" build
is "... and says so in a line" "$(echo "$err" | grep -c 'limn: the library jansson is not installed; run: make deps')" 1
rm bare/cc bare/gcc
fails 2 "no compiler: make fails" build
is "... and says so in a line" "$(echo "$err" | grep -c 'limn: no C compiler')" 1
finish
