# shellcheck shell=sh
# TAP for shell tests.  A test script begins with
#
#	. "${0%/*}/lib.sh"
#
# and is then in an empty directory of its own, which is deleted at its end.  $top
# is the directory of the project, and $bin that of its programs, which are on PATH.
# A script ends with: finish
#
#	ok NAME COMMAND...		it succeeds
#	is NAME GOT WANT		the two are the same
#	like NAME TEXT PATTERN		the text has the pattern (as in case)
#	fails STATUS NAME COMMAND...	it exits with STATUS; $out and $err have its
#					output
#	skip NAME WHY			skip this test, and say why
#	unread COMMAND...		run it; nobody reads the pipe it writes to
#	wait_for COMMAND...	until it succeeds, for a minute at most
#	until_is WANT COMMAND...
#				until it prints that, for a minute at most
#	at_exit COMMAND...		run it when the test ends, before those given earlier
set -u
LC_ALL=C.UTF-8
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL MAKE_TERMERR MAKE_TERMOUT LIMN_LOG NO_COLOR V \
	OUTPUTS_DIR TEMPLATE EP CHAPTER FORCE DRY_RUN JSON YES SANITIZE T \
	IMAGE_GEN_PROVIDER IMAGE_GEN_MODEL IMAGE_GEN_SIZE IMAGE_GEN_QUALITY \
	IMAGE_GEN_STYLE_PREFIX IMAGE_GEN_RPM IMAGE_GEN_TIMEOUT LLM_PROVIDER \
	LLM_MODEL LLM_BASE_URL LLM_TIMEOUT DOWNLOAD_TIMEOUT MAX_RETRIES \
	MAX_EPISODE_COST_USD MAX_MONTH_COST_USD MAX_TOTAL_COST_USD OPENAI_API_KEY OPENAI_BASE_URL ANTHROPIC_API_KEY \
	ANTHROPIC_BASE_URL ANSWERS_DIR DATABASE LISTEN PORT LIMN_RUN LIMN_MAKE LIMN_TOKEN \
	http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY
top=$(cd "${0%/*}/.." && pwd)
bin=${BIN:-bin}
case $bin in /*) ;; *) bin=$top/$bin ;; esac
unset BIN
PATH=$bin:$PATH
# What a command says goes beside $work, so that the test finds only its own files.
# Another user may go through $room: a test lets them into $work.
room=$(mktemp -d) && chmod 711 "$room" && work=$room/w && mkdir -m 700 "$work" &&
	cd "$work" || exit 1
# A make that is killed leaves its FIFO behind (since 4.4).
export MAKE_TMPDIR="$room"
# Some tests leave directories that even their owner may not write to.
trap 'eval "$leaving"; cd /; rm -rf "$room" 2>/dev/null || { chmod -R u+rwx "$room"; rm -rf "$room"; }' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
count=0 failed=0 leaving='' whole=''
newline='
'

at_exit() { leaving="$*; $leaving"; }

# A title that begins with "..." goes on with the last one that doesn't.
result() {
	count=$((count + 1))
	case $2 in
	'... '*) set -- "$1" "$whole $2" ;;
	*) whole=$2 ;;
	esac
	if [ "$1" -eq 0 ]; then
		printf 'ok %d - %s\n' "$count" "$2"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n' "$count" "$2"
	fi
}
note() { printf '%s\n' "$*" | sed 's/^/# /' >&2; }
ok() {
	name=$1
	shift
	if "$@" >"$room/said" 2>&1; then
		result 0 "$name"
	else
		result 1 "$name"
		note "failed: $*"
		note "$(head -c 2000 "$room/said")"
	fi
}
is() {
	if [ "$2" = "$3" ]; then
		result 0 "$1"
	else
		result 1 "$1"
		note "got:  $2"
		note "want: $3"
	fi
}
like() {
	case $2 in
	*$3*) result 0 "$1" ;;
	*)
		result 1 "$1"
		note "got:       $2"
		note "want like: $3"
		;;
	esac
}
fails() {
	want=$1 name=$2
	shift 2
	"$@" >"$room/out" 2>"$room/err"
	got=$?
	# A test has hundreds of these, so no process is started to read one line.
	out='' err='' _line=''
	# shellcheck disable=SC2034 # for the test to look at
	[ ! -s "$room/out" ] || out=$(cat "$room/out")
	while IFS= read -r _line || [ "$_line" ]; do
		err=$err${err:+$newline}$_line
	done <"$room/err"
	if [ "$got" -eq "$want" ]; then
		result 0 "$name"
	else
		result 1 "$name"
		note "status $got, not $want: $*"
		note "$err"
	fi
}
unread() {
	[ -e "$room/closed" ] || mkfifo "$room/closed"
	{
		read -r _line <"$room/closed"
		"$@"
		echo $? >"$room/status"
	} | {
		exec <&-
		echo >"$room/closed"
	}
	read -r _line <"$room/status"
	return "$_line"
}
wait_for() {
	_tries=0
	until "$@" 2>/dev/null; do
		_tries=$((_tries + 1))
		[ $_tries -lt 3000 ] || {
			note "never true: $*"
			return 1
		}
		sleep 0.02
	done
}
prints() { # WANT COMMAND...
	_want=$1
	shift
	[ "$("$@")" = "$_want" ]
}
until_is() { wait_for prints "$@"; }
skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}
finish() {
	echo "1..$count"
	exit "$((failed > 0))"
}
