#!/bin/sh
# The modules of tools/lib: what includes what goes one way, and only mains exit.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# "FROM TO" for each include of one module by another
(cd "$top/tools/lib" && grep -H '^#include "' ./*.[ch] ./*/*.[ch]) |
	sed -nE 's|^\./(.*)\.[ch]:#include "(.*)\.h"|\1 \2|p' |
	awk '$1 != $2' | sort -u >modules
# the same for rooms; what stands in none is of every tool
awk '{
	for (i = 1; i <= 2; i++)
		if (!sub("/.*", "", $i))
			$i = "base"
	if ($1 != $2)
		print
}' modules | sort -u >rooms

ok "the modules include each other" test -s modules
is "no module includes one that includes it" "$(tsort modules 2>&1 >order)" ""
ok "the rooms include each other" test -s rooms
is "no room includes from one that includes from it" "$(tsort rooms 2>&1 >order)" ""

# but for memory, a buffer's ceiling and the command line
is "no module ends the process" "$(cd "$top/tools/lib" &&
	grep -nE '\<(die|die_of|exit|[a-z_]+_or_die)\(' ./*.c ./*/*.c |
	grep -vE '^\./(err|buf|cli|or-die|or-die-json|database/db-or-die)\.c:')" ""
finish
