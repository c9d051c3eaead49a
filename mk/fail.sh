#!/bin/sh
# Fail as the tools do: print the errors on standard error, and add them to the log.
#
#	fail.sh STATUS			standard input has the errors, one a line
set -u
why=$(cat)
printf '%s\n' "$why" >&2
[ -z "${LIMN_LOG:-}" ] || [ ! -d "${LIMN_LOG%/*}" ] ||
	printf '%s\n' "$why" | jq -Rc --arg run "${LIMN_RUN:-}" --argjson status "$1" '{$run,
		tool: sub(": .*"; ""), chapter: null, stage: null, $status,
		setting: null, message: sub("^[^:]*: "; "")}' >>"$LIMN_LOG"
exit "$1"
