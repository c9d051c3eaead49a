#!/bin/sh
# make install, and the chain with what was installed.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# What is compiled already is compiled again only for another prefix.
[ "$bin" != "$top/bin" ] || cp -a "$top/build" o
install() { make -s -j2 -C "$top" O="$work/o" BIN="$work/o/bin" prefix="$work/usr" V=1 "$@"; }

ok "make install" install install
is "the tools" "$(ls usr/bin | tr '\n' ' ')" "call-dalle check-png download draw-storyboard gen-prompt manage-jobs migrate-db placeholder-png plan-episode record-asset report-cost serve-gallery split-chapters thumbnail-png verify-manifest write-entry write-gallery write-manifest write-overview write-provenance write-settings "
is "a manual for each" "$(ls usr/share/man/man1 | tr '\n' ' ')" "call-dalle.1 check-png.1 download.1 draw-storyboard.1 gen-prompt.1 manage-jobs.1 migrate-db.1 placeholder-png.1 plan-episode.1 record-asset.1 report-cost.1 serve-gallery.1 split-chapters.1 thumbnail-png.1 verify-manifest.1 write-entry.1 write-gallery.1 write-manifest.1 write-overview.1 write-provenance.1 write-settings.1 "
is "the formats, and the overview" "$(ls usr/share/man/man5 usr/share/man/man7 | grep -c limn)" 9
ok "the catalogue" cmp "$top/tools/models.json" usr/share/limn/models.json
mkdir elsewhere && cd elsewhere || exit 1
PATH=/usr/bin:/bin make -f "$work/usr/share/limn/mk/limn.mk" demo >log 2>&1
is "the demo, elsewhere, without the source" "$? $(grep -c '^\[OK\]' log) $(ls outputs/bitcoin-nedir/images | grep -c png)" "0 2 8"
cat >Makefile <<END
include $work/usr/share/limn/mk/limn.mk
END
is "included in a makefile of one's own" "$(make imagegen EP=bitcoin-nedir)" "[SKIP] bitcoin-nedir -> already up-to-date"
jq '.chapters[1]' outputs/bitcoin-nedir/chapters.json | ../usr/bin/gen-prompt >log
is "a pipe, elsewhere, by the installed template" "$(jq -r .template.name log)" imagegen
for tool in gen-prompt call-dalle; do
	ok "$tool --models, elsewhere" ../usr/bin/$tool --models
	is "... the catalogue that was installed" "$(../usr/bin/$tool --models)" "$("$bin/$tool" --models)"
done
mv ../usr/share/limn/models.json ..
fails 78 "... and no other" ../usr/bin/gen-prompt --models
like "... it says where that should be" "$err" "nor is $work/usr/share/limn/models.json; install limn again"
mv ../models.json ../usr/share/limn
is "what is to be bought, elsewhere" "$(make -f "$work/usr/share/limn/mk/limn.mk" plan EP=bitcoin-nedir JSON=1 OPENAI_BASE_URL=http://127.0.0.1:9/v1 IMAGE_GEN_PROVIDER=openai | jq -c '[.images, .cost_usd > 0.2]')" "[6,true]"
cd ..
touch installed
ok "make install DESTDIR=" install DESTDIR="$work/stage" prefix=/opt/limn install
is "another prefix compiles only the modules that look there" \
	"$(find o -name '*.o' -newer installed | sort | tr '\n' ' ')" \
	"o/lib/chapter/template.o o/lib/model/catalogue.o "
is "... stages it" "$(find stage -name limn.mk -exec grep -c '^BIN := /opt/limn/bin$' {} +)" 1
for dir in 'prefix=/a b' 'DESTDIR=/a b' "prefix=/a	b"; do
	fails 2 "make install $dir" install "$dir" install
	is "... is refused, in a line" "$(echo "$err" | sed 's/.*\*\*\* //')" "limn: there must be no space in prefix and DESTDIR.  Stop."
	is "... before anything is made" "$(ls "$top"/b /a b 2>/dev/null)" ""
done
ok "make uninstall" install uninstall
is "... leaves nothing" "$(find usr -type f)" ""
finish
