# shellcheck shell=sh
# A real browser, for tests of pages: headless Chromium, driven by chromedriver
# (W3C WebDriver) with curl and jq.  After lib.sh (and mock.sh, if it is used):
#
#	. "$top/tests/browser.sh"
#	browser_start			start one; it ends with the test, anyhow
#	browser_stop
#	go URL				open it and wait until it is loaded; the
#					same but for a hash: js location.reload()
#	js SCRIPT [ARGUMENT...]		what the script returns, text as it is, else
#					JSON; its arguments are arguments[0]...
#	value EXPRESSION		what it is worth: js "return EXPRESSION"
#	until_js NAME EXPRESSION	a test: it becomes true within 30 seconds
#	click SELECTOR			the first that is so, if it can be clicked;
#					else it fails
#	keys KEY...			Enter, Escape, Tab, ArrowLeft... or text
#	size WIDTHxHEIGHT		of the window, in pixels
#	light, dark			what is preferred; light at first
#	screen_media, print_media	what the page is for; screen at first
#	scripts_on, scripts_off		of pages that are opened from now on
#	screenshot FILE [WIDTHxHEIGHT]	what is seen, a PNG
#	whole FILE			the whole page as wide as the window
#	pdf FILE			as it is printed, in screen_media
#	console				errors and warnings since it was asked last
#	requests			the URLs asked for, since then
#	webdriver METHOD PATH [JSON]	what else the driver can, in the session
#	cdp COMMAND JSON		what else Chromium can (its DevTools)
#	screenshots			where pictures are left for people to look at
#
# Each is in the test's own directory with its home and its port, so that tests
# run side by side; no display, no D-Bus and no network are needed, and root may
# run it.  $work/browser/log has what chromedriver said.
# shellcheck disable=SC2154 # work and top are lib.sh's
browser=$work/browser
browser_pid='' driver_pid='' driver='' session=''
# shellcheck disable=SC2034 # for the test
screenshots=$top/build/screenshots
at_exit browser_stop

# Run in a group of its own, which what it leaves behind can be ended by.
browser_run() {
	exec env -u http_proxy -u https_proxy -u all_proxy -u XDG_CONFIG_HOME \
		-u XDG_CACHE_HOME -u XDG_RUNTIME_DIR -u DISPLAY -u WAYLAND_DISPLAY \
		HOME="$browser/home" TMPDIR="$browser/tmp" TZ=UTC \
		DBUS_SESSION_BUS_ADDRESS=disabled: DBUS_SYSTEM_BUS_ADDRESS=disabled: \
		setsid "$@"
}
# Until a command says something, as long as the process is there.
browser_wait_for() { # PID NAME COMMAND...
	browser_who=$1 browser_what=$2 browser_wait=0
	shift 2
	until browser_said=$("$@" 2>/dev/null) && [ "$browser_said" ]; do
		browser_wait=$((browser_wait + 1))
		if [ $browser_wait -gt 600 ] || ! kill -0 "$browser_who" 2>/dev/null; then
			browser_fails "$browser_what doesn't start; is /proc there? $(
				tail -n 3 "$browser/log")"
		fi
		sleep 0.05
	done
}
browser_start() {
	browser_stop
	rm -rf "$browser"
	mkdir -p "$browser/home" "$browser/tmp" "$screenshots"
	: >"$browser/log"
	browser_run chromium --headless=new --no-sandbox --disable-gpu \
		--disable-dev-shm-usage --user-data-dir="$browser/profile" \
		--remote-debugging-port=0 --no-first-run --no-default-browser-check \
		--no-proxy-server --disable-extensions --disable-breakpad \
		--disable-background-networking --disable-sync \
		--disable-component-update --disable-popup-blocking \
		--password-store=basic --hide-scrollbars \
		--force-color-profile=srgb --lang=en-US --window-size=1600,1000 \
		about:blank </dev/null >>"$browser/log" 2>&1 &
	browser_pid=$!
	browser_run chromedriver --port=0 </dev/null >>"$browser/log" 2>&1 &
	driver_pid=$!
	browser_wait_for $driver_pid chromedriver \
		sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$browser/log"
	driver=http://127.0.0.1:$browser_said/session
	browser_wait_for $browser_pid chromium \
		sed -n 1p "$browser/profile/DevToolsActivePort"
	# By its address: a bare system may not know who localhost is, and a
	# browser that the driver starts is asked for by that name.
	session=$(browser_ask POST "$driver" "$(jq -n --arg at "127.0.0.1:$browser_said" '
		{capabilities: {alwaysMatch: {
			"goog:loggingPrefs": {browser: "ALL", performance: "ALL"},
			timeouts: {script: 60000, pageLoad: 60000, implicit: 0},
			"goog:chromeOptions": {debuggerAddress: $at}}}}')" |
		jq -r '.sessionId // empty')
	[ "$session" ] || browser_fails "chromium can't be driven"
	go about:blank
	size 1600x1000
	light
	console >/dev/null
	requests >/dev/null
}
browser_stop() {
	[ -z "$session" ] || browser_ask DELETE "$driver/$session" >/dev/null
	for browser_who in $browser_pid $driver_pid; do
		kill -TERM "-$browser_who" 2>/dev/null
		wait "$browser_who" 2>/dev/null
		# what it started and left
		kill -KILL "-$browser_who" 2>/dev/null
	done
	browser_pid='' driver_pid='' session=''
	return 0
}
browser_fails() {
	echo "Bail out! $1"
	exit 1
}
# The value of an answer; what the driver complains of is a note.  curl is the only
# process of most calls: a jq takes longer to start than the browser to answer.
browser_ask() { # METHOD URL [JSON]
	if [ $# -gt 2 ]; then
		browser_answer=$(curl -sS --noproxy '*' --max-time 90 -X "$1" \
			-H 'Content-Type: application/json' --data-binary "$3" "$2")
	else
		browser_answer=$(curl -sS --noproxy '*' --max-time 90 -X "$1" "$2")
	fi || return
	case $browser_answer in
	*'"value":{"error":'*)
		printf '%s\n' "$browser_answer" | jq -r '.value | "# \(.error): \(.message)"' |
			head -n 2 >&2
		return 1
		;;
	'{"value":'*)
		browser_answer=${browser_answer#'{"value":'}
		printf '%s\n' "${browser_answer%\}}"
		;;
	*) printf '%s\n' "$browser_answer" | jq -c .value ;;
	esac
}
webdriver() { browser_ask "$1" "$driver/$session/$2" ${3+"$3"}; }
cdp() {
	webdriver POST goog/cdp/execute "{\"cmd\": \"$1\", \"params\": ${2:-{\}}}"
}
# A text as JSON; a JSON text as it is, other values as JSON.
to_json() {
	printf '"%s"' "$(printf %s "$1" | sed -z 's/[\\"]/\\&/g; s/\t/\\t/g; s/\n/\\n/g')"
}
from_json() {
	case $1 in
	null) ;;
	*\\*) printf '%s\n' "$1" | jq -r . ;;
	\"*) browser_text=${1#\"} && printf '%s\n' "${browser_text%\"}" ;;
	*) printf '%s\n' "$1" ;;
	esac
}

go() {
	webdriver POST url "{\"url\": $(to_json "$1")}" >/dev/null
}
js() {
	browser_script=$(to_json "$1") browser_arguments=''
	shift
	for browser_argument; do
		browser_arguments="$browser_arguments${browser_arguments:+, }$(to_json "$browser_argument")"
	done
	browser_value=$(webdriver POST execute/sync \
		"{\"script\": $browser_script, \"args\": [$browser_arguments]}") || return
	from_json "$browser_value"
}
value() { js "return ($1)"; }
# The browser looks again and again.  A page that goes away ends that, so it is asked
# again then.
until_js() { # NAME EXPRESSION
	browser_script=$(to_json "
		const done = arguments[0], end = Date.now() + 30000;
		(function look() {
			let is;
			try { is = ($2); } catch (e) { is = String(e); }
			if (is === true || Date.now() > end)
				done(is);
			else
				setTimeout(look, 50);
		})();")
	for browser_wait in 1 2 3 4 5; do
		browser_is=$(webdriver POST execute/async \
			"{\"script\": $browser_script, \"args\": []}" 2>&1) && break
		sleep 0.1
	done
	[ "$browser_is" = true ]
	result $? "$1"
	[ "$browser_is" = true ] || note "never true: $2 (but $browser_is)"
}
click() {
	browser_element=$(webdriver POST element \
		"{\"using\": \"css selector\", \"value\": $(to_json "$1")}") || return
	browser_element=${browser_element%\"*}
	webdriver POST "element/${browser_element##*\"}/click" '{}' >/dev/null
}
keys() {
	webdriver POST actions "$(jq -n '
		{Enter: "\ue007", Escape: "\ue00c", Tab: "\ue004", Space: " ",
		Backspace: "\ue003", Home: "\ue011", End: "\ue010",
		ArrowLeft: "\ue012", ArrowUp: "\ue013", ArrowRight: "\ue014",
		ArrowDown: "\ue015"} as $names |
		{actions: [{type: "key", id: "keys", actions: [$ARGS.positional[] |
			if $names[.] then $names[.] else split("")[] end |
			{type: "keyDown", value: .}, {type: "keyUp", value: .}]}]}' \
		--args "$@")" >/dev/null
}
size() {
	cdp Emulation.setDeviceMetricsOverride "{\"width\": ${1%x*}, \"height\": ${1#*x},
		\"deviceScaleFactor\": 1, \"mobile\": false}" >/dev/null
}

# Media and colours are one setting; no media is what it would be.
browser_scheme=light browser_media=
browser_emulate() {
	cdp Emulation.setEmulatedMedia "{\"media\": \"$browser_media\", \"features\": [
		{\"name\": \"prefers-color-scheme\", \"value\": \"$browser_scheme\"}]}" >/dev/null
}
light() { browser_scheme=light && browser_emulate; }
dark() { browser_scheme=dark && browser_emulate; }
screen_media() { browser_media='' && browser_emulate; }
print_media() { browser_media=print && browser_emulate; }
scripts_on() { cdp Emulation.setScriptExecutionDisabled '{"value": false}' >/dev/null; }
scripts_off() { cdp Emulation.setScriptExecutionDisabled '{"value": true}' >/dev/null; }

# A frame later, with the pictures that are in it.
browser_settle() {
	webdriver POST execute/async "{\"args\": [], \"script\": $(to_json '
		const done = arguments[0];
		const images = [...document.images].filter(i => {
			const box = i.getBoundingClientRect();
			return !i.complete && box.bottom > 0 && box.top < innerHeight;
		});
		setTimeout(done, 5000);
		Promise.allSettled(images.map(i => i.decode())).then(() =>
			requestAnimationFrame(() => requestAnimationFrame(() => done())));
		')}" >/dev/null
}
browser_save() { # COMMAND JSON FILE
	cdp "$1" "$2" | sed 's/.*"data":"//; s/".*//' | base64 -d >"$3"
}
screenshot() {
	[ $# -lt 2 ] || size "$2"
	browser_settle
	browser_save Page.captureScreenshot '{"format": "png"}' "$1"
}
# The window is as high as the page for it: what is far below is drawn, too.
whole() {
	browser_was=$(value 'innerWidth + "x" + innerHeight')
	for browser_wait in 1 2; do
		size "${browser_was%x*}x$(value \
			'Math.min(document.documentElement.scrollHeight, 16000)')"
		browser_settle
	done
	browser_save Page.captureScreenshot '{"format": "png"}' "$1"
	size "$browser_was"
}
pdf() {
	browser_save Page.printToPDF '{"printBackground": true,
		"preferCSSPageSize": true}' "$1"
}

console() {
	webdriver POST se/log '{"type": "browser"}' |
		jq -r '.[] | select(.level == "SEVERE" or .level == "WARNING") |
			"\(.level): \(.message)"'
}
requests() {
	webdriver POST se/log '{"type": "performance"}' |
		jq -r '.[].message | fromjson.message |
			select(.method == "Network.requestWillBeSent") | .params.request.url'
}
