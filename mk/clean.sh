#!/bin/sh
# Delete what limn made below OUTPUTS, but keep what was bought, which is in STORE
# and in defaults.json, and what others put there.
#
#	sh clean.sh OUTPUTS STORE
set -eu
outputs=$1 store=$2

# A PNG that limn drew names the tool, one of an API is in the store, and one of the
# author's own is in own/.
clean_images() { # EPISODE/
	LC_ALL=C grep -lazZE '^limn (draw-storyboard|placeholder-png|thumbnail-png)' \
		"$1"images/*.png "$1"images/thumbs/*.png 2>/dev/null |
		xargs -0 -r rm -f --
	for png in "$1"images/*.png; do
		[ -e "$png" ] || continue
		sum=$(sha256sum <"$png" 2>/dev/null) || continue
		[ ! -f "$store/${sum%% *}.png" ] || rm -f "$png"
	done
	for png in "$1"own/*.png; do
		copy=$1images/${png##*/}
		! cmp -s "$png" "$copy" || rm -f "$copy"
	done
}

for work in "$outputs"/*/imagegen/; do
	if [ ! -e "${work}chapters.mk" ] || [ -L "${work%/}" ]; then
		continue
	fi
	episode=${work%imagegen/}
	clean_images "$episode"
	rm -f "$episode"images/manifest.json "$episode"images/index.html \
		"$episode"images/.tmp.* "$episode"images/thumbs/.tmp.* \
		"$episode"provenance/imagegen_provenance.json \
		"$episode"provenance/.tmp.* \
		"$episode"dry-run/*.prompt-request.json \
		"$episode"dry-run/*.image-request.json
	find "$work" ! -name defaults.json -delete 2>/dev/null || :
	rmdir "$episode"images/thumbs "$episode"images "$episode"provenance \
		"$episode"dry-run 2>/dev/null || :
done
rm -f .env.mk
