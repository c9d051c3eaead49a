#!/bin/sh
# The recipe of an episode's fragment, imagegen/chapters.mk.
#
#	split.sh BIN FRAGMENT CHAPTERS RECORD-ASSET'S ARGUMENT ...
#
# If this recipe failed, make would stop for all episodes.  So if chapters.json has
# errors, or the database refuses the episode, it writes a fragment that says so, and
# the reason to chapters.errors.  A fragment that is cut off sets no id, and make
# writes it again.
set -u
bin=$1 fragment=$2 chapters=$3
shift 3
dir=${fragment%/imagegen/chapters.mk} by=

mkdir -p "$dir/imagegen" || exit 73
said=$("$bin/record-asset" "$@" 2>&1)
status=$?
if [ $status -ne 0 ]; then
	by=database
else
	said=$("$bin/split-chapters" -o "$dir/imagegen" "$chapters" 2>&1)
	status=$?
	if [ $status -ne 65 ]; then
		[ -z "$said" ] || printf '%s\n' "$said" >&2
		rm -f "$dir/imagegen/chapters.errors"
		exit $status
	fi
fi
printf '%s\n' "$said" >"$dir/imagegen/chapters.errors" || exit 73
# shellcheck disable=SC2016 # it is make that expands it
printf 'id := %s\nrefused := %s\ninclude $(LIMN)mk/refused.mk\n' "${dir##*/}" \
	"$status${by:+ $by}" >"$fragment" || exit 73
