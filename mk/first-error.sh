#!/bin/sh
# The first error of this run (LIMN_RUN) in a log: its tool and its message, a line
# each; nothing if there is none.
#
#	first-error.sh LOG
set -u
jq -Rr 'fromjson? | select(.run == env.LIMN_RUN and .status != 0) | .tool, .message' "$1" \
	2>/dev/null | head -n 2
