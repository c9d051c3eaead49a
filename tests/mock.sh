# shellcheck shell=sh
# The mock API, for tests that call an API.  After lib.sh:
#
#	. "$top/tests/mock.sh"
#	mock_start [OPTION...]		start mock-api; $api is its address, and
#					the tools call it.  A second call starts
#					another one
#	script LINE...			the next answers, a JSON object each
#	calls ROUTE			the number of calls: messages, chat,
#					images, picture
#	most ROUTE			the most of them at a time
#	mock_reset			forget the calls and the script
#	mock_stop			stop it; the end of the test does that, too
#
# A line of the script is for one request (or "times" requests; 0: all) of its
# "route" that has the text "match" in its body or path:
#
#	"status", "headers", "type"	as they are sent
#	"body", "file"			JSON, or a string as it is; or a file's bytes
#	"delay"				seconds until the answer
#	"cut", "reset", "drip", "hang"	stop after so many bytes of the body; RST and
#					no answer; so many bytes a second; never answer
#
# Everything else is as the API answers.  $work/mock/log has a JSON object for each
# request, and $work/mock/err has the errors of mock-api.
# shellcheck disable=SC2154 # work is lib.sh's
mock=$work/mock
mock_pid=
at_exit mock_stop

mock_start() {
	mock_stop
	rm -rf "$mock"
	mkdir -p "$mock"
	: >"$mock/log"
	: >"$mock/script"
	"${MOCK_API:-$top/build/tests/mock-api}" -s "$mock/script" \
		-l "$mock/log" --port-file "$mock/port" "$@" \
		</dev/null >/dev/null 2>"$mock/err" &
	mock_pid=$!
	mock_tries=0
	until [ -s "$mock/port" ]; do
		mock_tries=$((mock_tries + 1))
		if [ $mock_tries -gt 500 ] || ! kill -0 "$mock_pid" 2>/dev/null; then
			echo "Bail out! mock-api doesn't start: $(cat "$mock/err")"
			exit 1
		fi
		sleep 0.02
	done
	api=http://127.0.0.1:$(cat "$mock/port")
	ANTHROPIC_BASE_URL=$api
	OPENAI_BASE_URL=$api/v1
	export ANTHROPIC_BASE_URL OPENAI_BASE_URL
	unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY
}
mock_stop() {
	[ "$mock_pid" ] || return 0
	kill "$mock_pid" 2>/dev/null
	wait "$mock_pid" || echo "# mock-api: exit status $?" >&2
	mock_pid=
	sed 's/^/# /' "$mock/err" >&2
}
mock_reset() {
	: >"$mock/log"
	: >"$mock/script.new"
	mv "$mock/script.new" "$mock/script"
}
script() { printf '%s\n' "$@" >>"$mock/script"; }
calls() { grep -c "^{\"n\":[0-9]*,\"route\":\"$1\"" "$mock/log" || :; }
most() {
	sed -n "s/^{\"n\":[0-9]*,\"route\":\"$1\",\"at\":[^,]*,\"open\":\([0-9]*\).*/\1/p" \
		"$mock/log" | sort -n | tail -n 1
}
