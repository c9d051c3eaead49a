#!/bin/sh
# make install, and the chain with what was installed.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
install() { make -s -j2 -C "$top" O="$work/o" BIN="$work/o/bin" prefix="$work/usr" V=1 "$@"; }

ok "make install" install install
is "the tools" "$(ls usr/bin | tr '\n' ' ')" "draw-storyboard gen-prompt placeholder-png split-chapters verify-manifest write-entry write-manifest write-provenance "
is "a manual for each" "$(ls usr/share/man/man1 | tr '\n' ' ')" "draw-storyboard.1 gen-prompt.1 placeholder-png.1 split-chapters.1 verify-manifest.1 write-entry.1 write-manifest.1 write-provenance.1 "
is "the formats, and the overview" "$(ls usr/share/man/man5 usr/share/man/man7 | grep -c limn)" 5
mkdir elsewhere && cd elsewhere || exit 1
PATH=/usr/bin:/bin make -f "$work/usr/share/limn/mk/limn.mk" demo >log 2>&1
is "the demo, elsewhere, without the source" "$? $(grep -c '^\[OK\]' log) $(ls outputs/bitcoin-nedir/images | grep -c png)" "0 2 8"
cat >Makefile <<END
include $work/usr/share/limn/mk/limn.mk
END
is "included in a makefile of one's own" "$(make imagegen EP=bitcoin-nedir)" "[SKIP] bitcoin-nedir -> already up-to-date"
jq '.chapters[1]' outputs/bitcoin-nedir/chapters.json | ../usr/bin/gen-prompt >log
is "a pipe, elsewhere, by the installed template" "$(jq -r .template.name log)" imagegen
cd ..
ok "make install DESTDIR=" install DESTDIR="$work/stage" prefix=/opt/limn install
is "... stages it" "$(find stage -name limn.mk -exec grep -c '^BIN := /opt/limn/bin$' {} +)" 1
ok "make uninstall" install uninstall
is "... leaves nothing" "$(find usr -type f)" ""
finish
