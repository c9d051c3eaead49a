#!/bin/sh
# A key is seen in the request's header, and nowhere else: everything is run
# with a canary for a key, and every file, message and command line looked at.
# shellcheck source=tests/lib.sh disable=SC2086 # $make is words
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
canary=CANARY$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
mkdir watch
echo "$canary" >watch/pattern
make="make -f $top/mk/limn.mk BIN=$bin"

mock_start --
mkdir -p outputs/ep
jq '.episode_id = "ep"' "$top/outputs.example/bitcoin-nedir/chapters.json" >outputs/ep/chapters.json
touch watch/on
(
	while [ -e watch/on ]; do
		for p in /proc/[0-9]*/cmdline; do
			grep -qaF -f watch/pattern "$p" 2>/dev/null && echo "$p" >>watch/seen
		done
	done
) &
watcher=$!

# everything that a person might do; what is said goes to the file said.*
echoes='{"error": {"message": "Incorrect API key provided: KEY", "type": "KEY", "code": "KEY", "param": "KEY"}, "request_id": "KEY"}'
n=0
run() {
	n=$((n + 1))
	"$@" >"said.$n.out" 2>"said.$n.err"
	echo $? >>statuses
}
headers() { printf '"x-request-id": "%s", "request-id": "%s", "Retry-After": "0.01"' "$1" "$1"; }
refusal() { # ROUTE STATUS KEY: the API repeats the key wherever it can
	script "{\"route\": \"$1\", \"times\": 0, \"status\": $2, \"headers\": {$(headers "$3")}, \"body\": $(printf '%s' "$echoes" | sed "s/KEY/$3/g")}"
}
everything() {
	open=sk-$canary ant=sk-ant-$canary
	chapter=outputs/ep/chapters.json
	rm -rf outputs/ep/images outputs/ep/imagegen outputs/.answers
	run $make -n outputs/ep/images/manifest.json
	run $make DRY_RUN=1 imagegen EP=ep
	run $make plan EP=ep
	for status in 400 401 403 404 429 500 502; do
		mock_reset
		refusal messages $status "$ant"
		refusal images $status "$open"
		run $make -k -j4 imagegen EP=ep
		run call-dalle -o r.json "$work/prompt.txt"
	done
	mock_reset
	script "{\"route\": \"messages\", \"headers\": {$(headers "$ant")}, \"body\": {\"id\": \"$ant\", \"type\": \"message\", \"role\": \"assistant\", \"model\": \"$ant\", \"content\": [{\"type\": \"text\", \"text\": \"My key is $ant.\"}], \"stop_reason\": \"end_turn\", \"usage\": {\"input_tokens\": 1, \"output_tokens\": 1}}}" \
		"{\"route\": \"images\", \"headers\": {$(headers "$open")}, \"body\": \"<html>$open</html>\", \"type\": \"text/html\"}" \
		"{\"route\": \"images\", \"headers\": {$(headers "$open")}, \"body\": {\"created\": 1, \"data\": [{\"url\": \"$api/pictures/$open.png\", \"revised_prompt\": \"$open\"}]}}"
	run $make -k imagegen EP=ep V=1
	mock_reset
	run $make -k --trace imagegen EP=ep
	run $make -j8 imagegen EP=ep V=1
	run $make -j8 imagegen EP=ep FORCE=1 V=1
	run $make verify EP=ep
	run $make plan EP=ep JSON=1
	run $make -d -q outputs/ep/images/manifest.json
	jq '.chapters[1]' $chapter >ch.json
	run gen-prompt ch.json
	run gen-prompt --dry-run ch.json
	run call-dalle --dry-run "$work/prompt.txt"
	run call-dalle --models
	OPENAI_BASE_URL="https://user:$open@example.invalid/v1" run call-dalle "$work/prompt.txt"
	IMAGE_GEN_MODEL=no-such run call-dalle "$work/prompt.txt"
	run $make clean
}
seen() { # NAME: nothing of what lies about has the canary
	is "$1: in no file, no message" "$(grep -rlaF -f watch/pattern . --exclude-dir=mock --exclude-dir=watch --exclude=.env | tr '\n' ' ')" ""
	is "$1: on no command line" "$(cat watch/seen 2>/dev/null)" ""
	ok "$1: the API was asked with it" grep -qF -f watch/pattern "$mock/log"
}
echo "A quiet picture." >prompt.txt

export OPENAI_API_KEY="sk-$canary" ANTHROPIC_API_KEY="sk-ant-$canary"
everything
seen "a key in the environment"
ok "a key in the environment: much of what was run succeeded" test "$(grep -c '^0$' statuses)" -gt 6
ok "a key in the environment: not all of what was run succeeded" grep -q '^[1-9]' statuses
unset OPENAI_API_KEY ANTHROPIC_API_KEY

mock_stop
mock_start --
rm -f said.*
umask 077
printf 'OPENAI_API_KEY = "sk-%s"\nexport ANTHROPIC_API_KEY=sk-ant-%s # mine\n' "$canary" "$canary" >.env
umask 022
everything
$make -p -q outputs/ep/images/manifest.json >said.p 2>&1
seen "a key in .env"

for bad in "$canary OPENAI" "=sk-$canary" "OPENAI_API_KEY='sk-$canary" "OPENAI_API_KEY=sk-$canary
	$canary"; do
	printf '%s\n' "$bad" >.env
	run $make plan EP=ep
	run call-dalle prompt.txt
done
rm .env
seen "a key in a broken .env"
OPENAI_API_KEY="sk-$canary
X-Header: y" run call-dalle prompt.txt
is "a key with a newline in it is refused" "$(tail -n 1 statuses)" 77
seen "a key with a newline"
fails 2 "a key on make's command line is refused" $make plan EP=ep OPENAI_API_KEY=sk-other
is "... and not in the output" "$(echo "$out" | grep -c sk-other)" 0
is "... and not in the message" "$(echo "$err" | grep -c sk-other)" 0
rm watch/on
wait $watcher

# Crashed while it reads its input, of which a pipe holds only a part.
cat >crash.pl <<'END'
my $pid = open(my $in, "|-") // die;
exec @ARGV if !$pid;
syswrite($in, "x" x 70000) or die;
kill SEGV => $pid;
close $in;
print $? & 128 ? "core" : "no core";
END
# shellcheck disable=SC3045 # where it is undefined, there is nothing to test
crash() { (ulimit -c unlimited 2>/dev/null; perl crash.pl "$@"); }
if [ "$(crash perl -e '<STDIN>')" = core ]; then
	is "a crash of gen-prompt leaves no core dump" "$(crash gen-prompt -t "$top/prompts/imagegen.md")" "no core"
	is "a crash of call-dalle leaves no core dump" "$(crash call-dalle)" "no core"
	is "a crash of download leaves no core dump" "$(crash download)" "no core"
else
	skip "a crash leaves no core dump" "no program leaves one here"
fi
finish
