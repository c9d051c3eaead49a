#!/bin/sh
# List the answers by time, and print how to delete them; or delete them.
#
#	sh purge-answers.sh STORE [yes]
set -eu
store=$1 yes=${2-}

answers() { find "$store" -maxdepth 1 -name '*.json' ! -name '*.damaged.*' "$@"; }
line='[.bought_at, .episode_id // "-", .chapter_id // "-", .kind, .model,
	"$\(.cost_usd)", .request_sha256] | join("  ")'
# The cost is the last column but one, because a model's name may have spaces.
# shellcheck disable=SC2016 # awk
sum='{ print; sum += substr($(NF - 1), 2) }
	END { printf "%d answers, $%.4f\n", NR, sum }'

if [ ! -e "$store/lock" ]; then
	echo "There are no answers in $store."
	exit
fi
answers -exec jq -r "$line" {} + | LC_ALL=C sort | LC_ALL=C awk "$sum"
if [ -z "$yes" ]; then
	echo "This was paid for.  To delete all of $store: make purge-answers YES=1"
	exit
fi
find "$store" -maxdepth 1 -type f -regextype posix-extended -regex \
	'.*/([0-9a-f]{64}\..*|lock|stopped\..*|\.tmp\..*)' -delete
rmdir "$store" 2>/dev/null || :
echo "All answers in $store are deleted."
