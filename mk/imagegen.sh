#!/bin/sh
# One episode of make imagegen: make its manifest, and print a line with the result.
#
#	imagegen.sh BIN DIRECTORY --force|'' --partial|'' MAKE ARGUMENT ...
#
# An episode that is up to date may be missing in the database, or have an error
# there.  So it is recorded again, and the errors in its gallery are removed.
set -u
bin=$1 dir=$2 force=$3 partial=$4
shift 4
episode=${dir##*/} manifest=$dir/images/manifest.json log=$dir/imagegen/log
newline='
'
trap 'exit 130' INT
trap 'exit 143' TERM

show() {
	[ ! -e "$dir/imagegen/chapters.index" ] ||
		"$bin/write-gallery" --episode="$dir" -o "$dir/images/index.html" 2>/dev/null
}
fail() {
	status=$?
	if [ -e "$dir/chapters.json" ]; then
		error=$(sh "${0%/*}/first-error.sh" "$log")
	else
		error="limn
Chapters file not found: $dir/chapters.json"
	fi
	message=${error#*"$newline"}
	printf '[FAIL] %s: %s\n' "$episode" "${error:+${error%%"$newline"*}: }${message:=make failed, see above}" >&2
	# shellcheck disable=SC2086 # it may be none
	"$bin/record-asset" --episode="$dir" $force --failed="$message" 2>/dev/null
	show
	exit $status
}
skip() {
	echo "[SKIP] $episode -> already up-to-date"
	exit 0
}
date_of() { stat -c %y "$manifest" 2>/dev/null; }

if [ -e "$dir/chapters.json" ]; then
	mkdir -p "$dir/imagegen"
	export LIMN_LOG="$log"
	# shellcheck disable=SC2086 # it may be none
	"$bin/record-asset" --episode="$dir" $force --check || fail
fi
if [ -z "$force" ]; then
	said=$("$@" -q "$manifest" 2>&1)
	status=$?
	printf '%s\n' "$said" | grep -E '^[a-z-]+: |: limn: ' | grep -Ev '^make|\*\*\*' >&2
	if [ $status -eq 0 ]; then
		"$bin/record-asset" --no-run --episode="$dir" "$manifest" || fail
		if [ -z "$partial" ] && [ -e "$log" ]; then
			rm -f "$log"
			show
		fi
		skip
	fi
fi
before=$(date_of)
"$@" "$manifest" || fail
[ "$(date_of)" != "$before" ] || skip
