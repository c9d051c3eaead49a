#!/bin/sh
# Fail as the tools do: print the errors on standard error, and add them to the log.
#
#	fail.sh STATUS			standard input has the errors, one a line
set -u
while IFS= read -r line; do
	printf '%s\n' "$line" >&2
	[ -z "${LIMN_LOG:-}" ] || [ ! -d "${LIMN_LOG%/*}" ] ||
		jq -nc --arg run "${LIMN_RUN:-}" --arg line "$line" --argjson status "$1" '{$run,
			tool: ($line | sub(": .*"; "")), chapter: null, stage: null, $status,
			setting: null, message: ($line | sub("^[^:]*: "; ""))}' >>"$LIMN_LOG"
done
exit "$1"
