#!/bin/sh
# The store of answers: what is kept, when, and what becomes of it when it is
# damaged, when tools are killed, interrupted, or there is no room.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

# shellcheck disable=SC2119 # no options
mock_start --
export OPENAI_API_KEY=sk-test ANSWERS_DIR=store
sha() { sha256sum | cut -d' ' -f1; }
# NAME ARGUMENT...: asked for p.txt, the tool succeeds in silence; its answer
# is out.json
asks() {
	name=$1
	shift
	rc=$(call-dalle -o out.json "$@" p.txt 2>&1; echo $?)
	is "$name" "$rc" 0
}
# the same, and it says what is like PATTERN
asks_saying() {
	name=$1 pattern=$2
	shift 2
	fails 0 "$name" call-dalle -o out.json "$@" p.txt
	like "... and says so" "$err" "$pattern"
}
hex() { jq -r '.request_sha256[7:]' out.json; }
picture() { jq -r '.picture_sha256[7:]' out.json; }
files() { (cd "${1:-store}" && find . -type f | sed 's|^\./||' | sort | tr '\n' ' '); }
new() { # TEXT: another request, in p.txt, and an empty log and script
	echo "$1" >p.txt
	mock_reset
	rm -f out.json
}
now() { cut -d' ' -f1 /proc/uptime; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { print b - a }'; }
within() { # NAME SECONDS MIN MAX
	ok "$1 ($2 s)" awk -v s="$2" -v a="$3" -v b="$4" 'BEGIN { exit !(s >= a && s <= b) }'
}

# --- an entry

new "A quiet picture."
LIMN_RUN=run-1 asks "a picture is bought"
n=$(hex) p=$(picture)
is "the store has the entry, the picture, the locks" "$(files)" "$(printf '%s\n' "$n.json" "$p.png" lock | sort | tr '\n' ' ')"
is "the picture as received" "$(sha <"store/$p.png")" "$p"
is "... is not in the answer" "$(jq -c .data out.json)" '[{}]'
is "... which download takes from there" "$(download out.json | sha)" "$p"
is "... as a file of its own" "$(download -o out.png out.json && stat -c %h "store/$p.png" out.png | tr '\n' ' ')" "1 1 "
is "... and dates as ever" "$(find out.png -newer "store/$p.png")" out.png
is "on standard output the picture is in it" "$(call-dalle p.txt | jq -r '.data[0].b64_json' | base64 -d | sha)" "$p"
fails 66 "download, without the store" env -u ANSWERS_DIR download -o out.png out.json
like "... says what to name" "$err" "out.json: its picture is in a store of answers; name that with --answers or ANSWERS_DIR"
mkdir other
fails 66 "download, with another store" download --answers=other -o out.png out.json
like "... says what to do" "$err" "delete out.json, and run again"
is "the keys of an entry" "$(jq -c keys_unsorted "store/$n.json")" \
	'["request_sha256","kind","model","endpoint","bought_at","run","purchase","episode_id","chapter_id","request_id","cost_usd","cost_source","request","answer","picture_sha256","sha256"]'
is "... say what was asked, where" "$(jq -c '[.kind, .model, .endpoint, .run, .request_id, .cost_source]' "store/$n.json")" \
	"[\"image\",\"gpt-image-2.6-flare\",\"$OPENAI_BASE_URL/images/generations\",\"run-1\",\"req_mock_000001\",\"measured\"]"
is "... and what was answered, without the picture" "$(jq -c '.answer.data' "store/$n.json")" '[{"b64_json":""}]'
call-dalle --dry-run p.txt >body
is "... of this very request" "$(jq -c .request "store/$n.json")" "$(jq -c . body)"
is "its name is the hash of where, newline, what" "$({ printf '%s\n' "$OPENAI_BASE_URL/images/generations"; cat body; } | sha)" "$n"
is "its last line but one is the hash of the lines before it" "$(tail -n 2 "store/$n.json")" "  \"sha256\": \"sha256:$(head -n -2 "store/$n.json" | sha)\"
}"
is "it is indented by two blanks" "$(jq --indent 2 . "store/$n.json" | sha)" "$(sha <"store/$n.json")"
is "what it cost is no more than was estimated, and printed as money" "$(grep -c '^  "cost_usd": 0\.0[0-9]*,$' "store/$n.json")" 1

ed_ch='{"episode_id": "ep", "chapter_id": "ch02", "title": "T", "order": 1, "narration": {"text": "N."}, "visual": {"type": "diagram", "description": "D.", "image_prompt": null}}'
echo "$ed_ch" >ch.json
export ANTHROPIC_API_KEY=sk-ant-test
gen-prompt -t "$top/prompts/imagegen.md" -o prompt.json ch.json
q=$(jq -r '.llm.request_sha256[7:]' prompt.json)
is "an LLM's answer is kept the same way" "$(jq -c '[.kind, .model, .endpoint, .picture_sha256, (.answer.content | length)]' "store/$q.json")" \
	"[\"prompt\",\"claude-sonnet-5-5\",\"$ANTHROPIC_BASE_URL/v1/messages\",null,1]"
gen-prompt -t "$top/prompts/imagegen.md" -o prompt2.json ch.json
is "... and served" "$(calls messages)" 1
ok "... and served: the same bytes" cmp prompt.json prompt2.json
is "no key is in the store" "$(grep -rlF sk- store | wc -l)" 0

# --- the directory

cp out.json first.json
for dir in store/ "$work/store" "$work/store/" ./store .//store; do
	rm -f out.json
	ANSWERS_DIR=$dir asks "the store as $dir"
	ok "... is the same" cmp out.json first.json
	is "... is not bought again" "$(calls images)" 1
done
ANSWERS_DIR='' asks "an empty ANSWERS_DIR is none"
is "... so it is bought" "$(calls images)" 2
new "elsewhere"
asks "--answers makes the directories it needs" --answers=a/b/c/
is "... and keeps there" "$(files a/b/c | wc -w)" 3
echo text >file
mock_reset
for dir in file file/below /dev/null /proc/nowhere; do
	fails 73 "the store can't be $dir" call-dalle --answers=$dir p.txt
	like "... it says what to look at" "$err" "call-dalle: $dir: the store of answers can't be made here; look at ANSWERS_DIR"
done
fails 78 "a path too long" call-dalle --answers="$(printf 'x/%.0s' $(seq 2100))" p.txt
is "... nothing was asked" "$(calls images)" 0

# --- once more, on purpose

new "Forced."
asks "bought"
for i in 1 2 3 4 5; do
	cp "store/$(hex).json" "was.$i"
	asks "--force: bought anew, for the $i. time" --force
done
is "... each time" "$(calls images)" 6
n=$(hex)
is "each former answer is beside the last, as it was" "$(for i in 1 2 3 4 5; do cmp "store/$n.$i.json" was.$i && echo same; done | tr '\n' ' ')$(ls store/"$n".*)" \
	"same same same same same $(for i in 1 2 3 4 5; do echo "store/$n.$i.json"; done)
store/$n.json"
for i in 1 2 3; do
	LIMN_RUN=r2 asks "--force within one run ($i)" --force
done
is "... buys once" "$(calls images)" 7
LIMN_RUN=r3 asks "... the next run" --force
is "... buys again" "$(calls images)" 8
LIMN_RUN=r4 asks "without --force"
is "... the last one will do" "$(calls images)" 8
pids=
for i in 1 2 3 4; do
	LIMN_RUN=r5 call-dalle --force -o "o.$i" p.txt 2>/dev/null &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # words
wait $pids
is "--force of four at once in a run buys once" "$(calls images)" 9
is "--force of four at once in a run: all have the same answer" "$(sha256sum <o.1)|$(sha256sum <o.1)|$(sha256sum <o.1)" \
	"$(sha256sum <o.2)|$(sha256sum <o.3)|$(sha256sum <o.4)"

# --- damage

flip() { # FILE: the byte in its middle
	at=$(($(wc -c <"$1") / 2))
	printf '%b' "\\0$(printf '%o' $((($(od -An -j$at -N1 -tu1 "$1") + 1) % 256)))" |
		dd of="$1" bs=1 seek=$at conv=notrunc 2>/dev/null
}
spoil() { # HOW FILE
	case $1 in
	flipped) flip "$2" ;;
	"cut short") truncate -s -1 "$2" ;;
	"made longer") echo >>"$2" ;;
	emptied) : >"$2" ;;
	"a directory") rm "$2" && mkdir "$2" ;;
	"a dangling link") rm "$2" && ln -s nowhere "$2" ;;
	"too large") truncate -s 70M "$2" ;;
	"another's") cp "store/$other.${2##*.}" "$2" ;;
	missing) rm "$2" ;;
	esac
}
new "Another."
asks "another answer"
other=$(hex)
cp "store/$(picture).png" "store/$other.png"
for how in flipped "cut short" "made longer" emptied "a directory" "a dangling link" "too large" "another's"; do
	new "An entry, $how."
	asks "an entry to be spoilt"
	n=$(hex)
	spoil "$how" "store/$n.json"
	asks_saying "... $how: bought anew" "call-dalle: store/$n.json: its bytes are not those that were kept; it is set aside, as .damaged"
	is "... once" "$(calls images)" 2
	ok "... that is beside it" test -e "store/$n.damaged.1.json" -o -L "store/$n.damaged.1.json"
	asks "... then all is well"
	is "... without a call" "$(calls images)" 2
	[ ! -d "store/$n.damaged.1.json" ] || rmdir "store/$n.damaged.1.json"
done
for how in flipped "cut short" "made longer" emptied "a directory" "a dangling link" "too large" "another's" missing; do
	new "A picture, $how."
	asks "a picture to be spoilt"
	n=$(hex) p=$(picture)
	cp out.json first.json
	spoil "$how" "store/$p.png"
	asks_saying "... $how: bought anew" "call-dalle: store/$n.json: its picture is gone; it is set aside, as .damaged"
	is "... once" "$(calls images)" 2
	is "... and delivered whole" "$(download out.json | sha)" "$(picture)"
	asks "... then all is well"
	is "... without a call" "$(calls images)" 2
	rm -rf "store/$p.damaged.1.png"
done
new "Often."
asks "an entry to be spoilt"
n=$(hex)
for i in 1 2 3 4 5; do
	flip "store/$n.json"
	call-dalle p.txt >out.json 2>/dev/null
done
is "damaged five times: five are set aside, none is served" "$(find store -name "$n.damaged.*.json" | wc -l)" 5
is "... calls of the image API" "$(calls images)" 6
mkdir "store/$n.raw"
asks_saying "a directory in the place of a raw answer" "$n.raw: it is no answer; it is set aside"
for raw in '' 'x' '{"data": []}' "$(printf '{"data": []}\n{"kind": 1}')" "$(printf '{"data": []}\n[]')"; do
	mock_reset
	printf '%s\n' "$raw" >"store/$n.raw"
	call-dalle -o out.json p.txt >/dev/null 2>&1
	call-dalle -o out.json p.txt >said 2>&1
	rc=$?
	is "a raw answer that nobody wrote like this stops nobody: $(echo "$raw" | tr '\n' ' ')" "$rc" 0
	is "... nothing is said" "$(cat said)" ""
	is "... it is gone" "$(ls store/"$n".raw 2>/dev/null)" ""
done

# --- killed between the two steps

raw_of() { # ENTRY: as the answer was before it was taken apart
	{
		jq -c --arg b "$(base64 -w 0 "store/$(jq -r '.picture_sha256[7:]' "$1").png")" \
			'.answer | .data[0].b64_json = $b' "$1"
		jq -c '{kind, model, bought_at, run, request_id}' "$1"
	}
}
new "Killed."
LIMN_RUN=k1 asks "bought"
cp out.json first.json
n=$(hex) p=$(picture)
raw_of "store/$n.json" >raw
rm "store/$n.json" "store/$p.png"
cp raw "store/$n.raw"
asks "a raw answer is finished"
is "... without a call, nor a key" "$(calls images)" 1
ok "... without a call, nor a key: the same bytes" cmp out.json first.json
is "... and is gone: its entry is left" "$(ls store/"$n"*)" "store/$n.json"
is "... and is gone: its picture is left" "$(ls store/"$p"*)" "store/$p.png"
cp raw "store/$n.raw"
asks "one whose entry is there already"
is "... isn't kept twice" "$(ls store/"$n"*)" "store/$n.json"
rm "store/$n.json"
cp raw "store/$n.raw"
LIMN_RUN=k1 asks "... with --force, in the run that bought it" --force
is "... no call" "$(calls images)" 1
is "... no call: what the file says" "$(jq -r .run out.json)" k1
rm "store/$n.json"
cp raw "store/$n.raw"
LIMN_RUN=k2 asks "... with --force in another run" --force
is "... buys" "$(calls images)" 2
is "... in this run" "$(jq -r .run out.json)" k2
ok "... and keeps the former" cmp raw "store/$n.1.raw"

new "Its host hangs."
script '{"route": "picture", "hang": true}'
call-dalle --provider=dalle3 -o out.json p.txt &
pid=$!
until_is 1 calls picture
kill -9 $pid
wait $pid 2>/dev/null
is "killed while the picture is fetched: the answer is there" "$(find store -name '*.raw' ! -name '*.*.raw' | wc -l)" 1
mock_reset
asks "... the next run fetches it" --provider=dalle3
is "... and buys nothing" "$(calls images)" 0
is "... and buys nothing: calls" "$(calls picture)" 1
is "... and buys nothing: the files" "$(find store -name '*.raw' ! -name '*.*.raw' | wc -l)" 0
is "... whole" "$(download out.json | sha)" "$(picture)"

new "Its host is down."
script '{"route": "picture", "status": 500, "times": 3, "headers": {"Retry-After": "0.01"}}'
fails 69 "a picture that can't be fetched" call-dalle --provider=dalle3 -o out.json p.txt
like "... is said" "$err" "call-dalle: image: *gave up after 3 tries"
asks "... the next run does it" --provider=dalle3
is "... and buys nothing" "$(calls images)" 1
is "... and buys nothing: calls" "$(calls picture)" 4
for status in 403 404 410; do
	echo "Its URL has expired: $status." >p.txt
	was=$(calls images)
	script "{\"route\": \"picture\", \"match\": \"1792x\", \"status\": $status}"
	fails 76 "a URL that has expired ($status)" call-dalle -s 1792x1024 --provider=dalle3 -o out.json p.txt
	like "... is said, and what to do" "$err" "$status: the picture's URL has expired; FORCE=1 CHAPTER="
	script "{\"route\": \"picture\", \"match\": \"1792x\", \"status\": $status}"
	fails 76 "... it isn't bought anew by itself" call-dalle -s 1792x1024 --provider=dalle3 -o out.json p.txt
	is "... that is one call" "$(($(calls images) - was))" 1
	asks "... but with --force" --force -s 1792x1024 --provider=dalle3
	is "... that is another" "$(($(calls images) - was))" 2
done

# --- answers that can't be read

unreadable() { # NAME WHY SCRIPT: it is kept as it came, and not bought again
	new "$1"
	script "$3"
	fails 76 "$1" call-dalle --chapter=ch02 -o out.json p.txt
	like "... is said, and what to do" "$err" "call-dalle: ch02: image: $2; it was paid for, and is kept as store/*.raw; FORCE=1 CHAPTER=ch02 asks for another, or put a picture of your own at own/ch02.png"
	ok "... nothing is delivered" test ! -e out.json
	was=$err
	fails 76 "... the next run" call-dalle --chapter=ch02 -o out.json p.txt
	is "... says the same" "$err" "$was"
	is "... and asks nobody" "$(calls images)" 1
	raw=$(echo "$err" | sed 's/.* is kept as \(.*\)\.raw;.*/\1/')
}
# FILE: the answer is in the store, byte by byte, before its line of facts
is_kept_as() { ok "... it is kept as it came" cmp -n "$(stat -c %s "$1")" "$raw.raw" "$1"; }
asks_by_force() {
	asks "... but with --force another is bought" --force
	is "... that is two calls" "$(calls images)" 2
	is "... the first stays" "$(ls "$raw.1.raw")" "$raw.1.raw"
}
printf nonsense >came
unreadable "200 and no JSON" "it is not JSON: *" '{"route": "images", "body": "nonsense"}'
is_kept_as came
asks_by_force
printf '{"data": [' >came
unreadable "200 and half of it" "it is not JSON: *" '{"route": "images", "body": "{\"data\": ["}'
is_kept_as came
asks_by_force
printf '[]' >came
unreadable "200 and a list" "it is JSON, but not an object" '{"route": "images", "body": []}'
is_kept_as came
printf '<html><title>Sign in</title></html>' >came
unreadable "200 and HTML" "it is not JSON: *" '{"route": "images", "body": "<html><title>Sign in</title></html>", "type": "text/html"}'
is_kept_as came
unreadable "200 and nothing" "it is empty" '{"route": "images", "body": ""}'
jq -n '{created: 1, data: [{b64_json: "AAAA"}]}' | iconv -t UTF-16 >came
unreadable "200 and UTF-16" "it is not JSON: *" "{\"route\": \"images\", \"file\": \"$work/came\"}"
is_kept_as came
asks_by_force
gzip -c "$top/tests/answers.t" >came
unreadable "200 and gzip that nobody says is gzip" "it is not JSON: *" "{\"route\": \"images\", \"file\": \"$work/came\"}"
is_kept_as came

# --- answers that can

new "with a BOM"
jq -n '{created: 1, data: [{b64_json: "AAAA"}]}' >whole
{ printf '\357\273\277'; cat whole; } >came
script "{\"route\": \"images\", \"file\": \"$work/came\"}"
asks "200 and a BOM"
is "... is read" "$(jq -r .picture_sha256 out.json)" "sha256:$(printf '\0\0\0' | sha)"
new "gzip"
gzip -c whole >came
script "{\"route\": \"images\", \"file\": \"$work/came\", \"headers\": {\"Content-Encoding\": \"gzip\"}}"
asks "200 and gzip"
is "... is read" "$(jq -r .picture_sha256 out.json)" "sha256:$(printf '\0\0\0' | sha)"
new "an error"
script '{"route": "images", "body": {"error": {"message": "Try later.", "type": "server_error", "code": null}}}'
fails 76 "200 and an error" call-dalle -o out.json p.txt
fails 76 "... the next run" call-dalle -o out.json p.txt
is "... asks nobody" "$(calls images)" 1
asks "... but with --force" --force
new "base64"
script '{"route": "images", "body": {"created": 1, "data": [{"b64_json": "*not base64*"}]}}'
fails 76 "base64 that is none" call-dalle -o out.json p.txt
like "... is said" "$err" "data\[0\].b64_json is no base64"
fails 76 "... is an answer, and kept" call-dalle -o out.json p.txt
is "... so it isn't bought again" "$(calls images)" 1
asks "... but with --force" --force
new "empty"
script '{"route": "images", "body": {"created": 1, "data": []}}'
fails 76 "200 and no picture" call-dalle -o out.json p.txt
fails 76 "... is an answer, and kept" call-dalle -o out.json p.txt
is "... so it isn't bought again" "$(calls images)" 1
asks "... but with --force" --force
jq -n '[range(1500000)] | {created: 1, data: [{b64_json: "AAAA"}], usage: {x: .}}' >big.json
unreadable "an entry that would be too long" "it can't be kept as JSON" "{\"route\": \"images\", \"file\": \"$work/big.json\"}"
script '{"route": "images", "headers": {"x-request-id": "caf\u00e9 \u2028"}}'
asks "an odd request id is no matter" --force

# --- at once

mkdir at
new "At once."
script '{"route": "images", "delay": 0.3, "times": 0}'
for i in $(seq 16); do
	call-dalle -o "at/$i.json" p.txt 2>"at/$i.said" &
	echo $! >>at/pids
done
rc=''
while read -r pid; do
	wait "$pid"
	rc=$rc$?
done <at/pids
is "16 at once all succeed" "$rc" 0000000000000000
is "... buy once" "$(calls images)" 1
is "... the same" "$(sha256sum at/*.json | cut -d' ' -f1 | sort -u | wc -l)" 1
is "... the others say that they wait" "$(cat at/*.said | sort | uniq -c | sed 's/^ *//')" "15 call-dalle: another process is buying the same answer; waits for it"
new "At once, and no store yet."
rm -r at && mkdir at
script '{"route": "images", "delay": 0.2, "times": 0}'
for i in $(seq 16); do
	call-dalle --answers=deep/er/store -o "at/$i.json" p.txt 2>/dev/null &
	echo $! >>at/pids
done
while read -r pid; do wait "$pid"; done <at/pids
is "16 at once that all make the store buy once" "$(calls images)" 1
new "The holder is killed."
script '{"route": "images", "hang": true}'
call-dalle p.txt >/dev/null 2>&1 &
pid=$!
until_is 1 calls images
call-dalle -o out.json p.txt 2>said &
two=$!
until_is 1 grep -c waits said
kill -9 $pid
wait $pid 2>/dev/null
wait $two
is "the lock of one that was killed is free" "$?" 0
is "... calls of the image API" "$(calls images)" 2
new "Others."
script '{"route": "images", "hang": true}'
call-dalle p.txt >/dev/null 2>&1 &
pid=$!
until_is 1 calls images
echo "others still" >p.txt
asks "another request waits for nobody"
kill -9 $pid
wait $pid 2>/dev/null

# --- interrupted

cat >spawn <<'END'
# PIDFILE COMMAND...: run it with no signal ignored; print what ended it
my $file = shift;
my $pid = fork;
if (!$pid) { $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP); exec @ARGV }
open my $f, '>', $file; print $f $pid; close $f;
waitpid $pid, 0;
printf "signal %d status %d\n", $? & 127, $? >> 8;
END
spawn() { # COMMAND...; $pid is its number, and "ended" says how it ended
	rm -f pid
	perl spawn pid "$@" >ended 2>said &
	spawned=$!
	wait_for test -s pid
	pid=$(cat pid)
}
for signal in INT TERM HUP; do
	new "Interrupted by $signal."
	script '{"route": "images", "delay": 0.5}'
	spawn call-dalle -o out.json p.txt
	until_is 1 calls images
	kill -$signal "$pid"
	wait $spawned
	like "SIG$signal during a call is said" "$(cat said)" "a call is under way, and paid for: waits for its answer; interrupt once more to give it up"
	is "... the tool dies by it" "$(cat ended)" "signal $(kill -l $signal 2>/dev/null | grep -x '[0-9]*' || case $signal in INT) echo 2 ;; TERM) echo 15 ;; HUP) echo 1 ;; esac) status 0"
	asks "... the answer is kept"
	is "... so there is one call" "$(calls images)" 1
done
new "Twice."
script '{"route": "images", "hang": true}'
spawn call-dalle -o out.json p.txt
until_is 1 calls images
kill -INT "$pid"
until_is 1 grep -c 'under way' said
kill -TERM "$pid"
kill -INT "$pid"
sleep 0.6 # SIGDEFER_SAME_S is 0.5
ok "signals that come together are one" kill -0 "$pid"
at=$(now)
kill -INT "$pid"
wait $spawned
within "one that comes later ends it at once" "$(since "$at")" 0 0.4
is "... with its status" "$(cat ended)" "signal 0 status 130"
new "A wait."
script '{"route": "images", "status": 429, "headers": {"Retry-After": "30"}}'
spawn call-dalle -o out.json p.txt
until_is 1 grep -c 'waits 30.0 s' said
at=$(now)
kill -INT "$pid"
wait $spawned
within "SIGINT during a wait ends it at once" "$(since "$at")" 0 0.5
is "... by the signal" "$(cat ended)" "signal 2 status 0"
is "... without another call" "$(calls images)" 1
is "... and doesn't claim that one is under way" "$(grep -c 'under way' said)" 0
new "A turn."
IMAGE_GEN_RPM=1 asks "a call with a limit"
echo "a turn to come" >p.txt
export IMAGE_GEN_RPM=1
spawn call-dalle -o out.json p.txt
unset IMAGE_GEN_RPM
until_is 1 grep -c 'for its turn' said
at=$(now)
kill -INT "$pid"
wait $spawned
within "SIGINT while it waits for its turn ends it at once" "$(since "$at")" 0 0.5
is "... by the signal" "$(cat ended)" "signal 2 status 0"
is "... without another call" "$(calls images)" 1
new "Fails after an interrupt."
script '{"route": "images", "delay": 0.3, "status": 500, "times": 0}'
spawn call-dalle -o out.json p.txt
until_is 1 calls images
kill -INT "$pid"
wait $spawned
is "a call that fails after SIGINT ends the tool by the signal" "$(cat ended)" "signal 2 status 0"
is "a call that fails after SIGINT isn't tried again" "$(calls images)" 1
new "make"
mkdir -p outputs/ep
jq -n --argjson c "$ed_ch" '{schema_version: "1.0", episode_id: "ep", title: "E", total_chapters: 1,
	estimated_duration_seconds: 1, chapters: [$c | del(.episode_id) | .visual.image_prompt = "The one of make." |
	. + {overlays: [], transitions: {in: "cut", out: "cut"}, notes: null} | .narration += {word_count: 1, estimated_duration_seconds: 1}]}' >outputs/ep/chapters.json
script '{"route": "images", "delay": 0.5}'
unset ANSWERS_DIR
# it sends its children what it is sent, and so they have it twice
spawn setsid make -f "$top/mk/limn.mk" BIN="$bin" -j2 outputs/ep/images/manifest.json
until_is 1 calls images
kill -TERM -"$pid"
wait $spawned
until_is 0 sh -c 'pgrep -cx call-dalle -s '"$pid"' || :'
ok "SIGTERM of make and its children: make is ended" grep -q 'signal 15\|status [1-9]' ended
make -f "$top/mk/limn.mk" BIN="$bin" outputs/ep/images/manifest.json >log 2>&1
is "... the answer is kept all the same" "$?" 0
is "... the answer is kept all the same: calls of the image API" "$(calls images)" 1

# --- what make does with it

run_make() { make -f "$top/mk/limn.mk" BIN="$bin" "$@"; }
before=$(cd outputs/.answers && find . -type f -exec sha256sum {} + | sort)
run_make clean >/dev/null 2>&1
is "make clean leaves the store alone" "$(cd outputs/.answers && find . -type f -exec sha256sum {} + | sort)" "$before"
run_make outputs/ep/images/manifest.json >log 2>&1
is "... so make buys nothing" "$?" 0
is "... so make buys nothing: calls of the image API" "$(calls images)" 1
fails 0 "purge-answers lists" run_make purge-answers
n=$(jq -r .request_sha256 outputs/ep/imagegen/ch02.response.json)
like "... what was bought, when, for how much" "$out" "20??-??-??T??:??:??Z  ep  ch02  image  gpt-image-2.6-flare  \$0.04*  $n"
is "... by time" "$(echo "$out" | grep -n '^20' | LC_ALL=C sort -c -t: -k2 2>&1)" ""
is "... with their number and sum" "$(echo "$out" | grep ' answers, ')" "$(jq -rs '"\(length) answers, $\(map(.cost_usd) | add | . * 1e4 | round / 1e4)"' outputs/.answers/*.json)"
like "... and how to delete it" "$out" "This was paid for.  To delete all of outputs/.answers: make purge-answers YES=1"
is "... but deletes nothing" "$(cd outputs/.answers && find . -type f -exec sha256sum {} + | sort)" "$before"
run_make purge-answers YES=0 >/dev/null
is "... nor with YES=0" "$(cd outputs/.answers && find . -type f -exec sha256sum {} + | sort)" "$before"
fails 0 "... but with YES=1" run_make purge-answers YES=1
is "... as it says" "$(echo "$out" | tail -n 1)" "All answers in outputs/.answers are deleted."
ok "... all of it" test ! -e outputs/.answers
mkdir mine && cp p.txt mine && ANSWERS_DIR=mine call-dalle p.txt >/dev/null
run_make purge-answers ANSWERS_DIR=mine YES=1 >/dev/null
is "... and nothing else" "$(files mine)" "p.txt "
mock_reset
fails 0 "... and no second time" run_make purge-answers YES=1
is "... which it says" "$out" "There are no answers in outputs/.answers."
for dir in s1 ./s1 s1/ "$work/s1" "$work/s1/"; do
	rm -rf outputs/ep/images outputs/ep/imagegen
	run_make outputs/ep/images/manifest.json ANSWERS_DIR="$dir" >log 2>&1
	is "make ANSWERS_DIR=$dir" "$?" 0
	is "... calls of the image API" "$(calls images)" 1
done

# --- no room

export ANSWERS_DIR=full/answers
if mkdir full && mount -t tmpfs -o size=20M tmpfs full 2>/dev/null; then
	at_exit 'umount -l "$work/full" 2>/dev/null'
	new "No room."
	dd if=/dev/zero of=full/fill bs=1M count=5 2>/dev/null
	fails 74 "less room than an answer may need" call-dalle -o out.json p.txt
	is "... nothing is bought" "$(calls images)" 0
	like "... which it says" "$err" "full/answers: the disk is full: less than 16777216 bytes are free; make room first, nothing was bought"
	rm full/fill
	new "No room any more."
	script '{"route": "images", "delay": 1}'
	call-dalle -o out.json p.txt 2>said &
	pid=$!
	until_is 1 calls images
	dd if=/dev/zero of=full/fill bs=1M 2>/dev/null
	wait $pid
	is "no room when the answer comes: exit status" "$?" 74
	like "... says where" "$(cat said)" "call-dalle: full/answers/*.raw: No space left on device"
	like "... and what was lost" "$(cat said)" "call-dalle: image: this answer was paid for, and is lost, as it can't be kept; see to the store of answers, then run again"
	is "... nothing half written" "$(ls full/answers out.json 2>/dev/null)" "full/answers:
lock"
	rm full/fill
	asks "... the next run asks anew"
	new "Room for the one, not for the other."
	script '{"route": "picture", "delay": 1}'
	call-dalle --provider=dalle3 -o out.json p.txt 2>said &
	pid=$!
	until_is 1 calls picture
	dd if=/dev/zero of=full/fill bs=1M 2>/dev/null
	wait $pid
	is "no room for the picture: exit status" "$?" 74
	is "... the answer is kept" "$(find full/answers -name '*.raw' | wc -l)" 1
	is "... the answer is kept: it isn't said" "$(grep -c lost said)" 0
	rm full/fill
	asks "... the next run goes on from there" --provider=dalle3
	is "... and buys nothing" "$(calls images)" 1
	mount -o remount,ro full
	cp out.json first.json
	new "read-only"
	fails 73 "a store that can't be written to" call-dalle p.txt
	is "... nothing is bought" "$(calls images)" 0
	umount full
else
	skip "a full disk" "needs root to mount"
fi
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	mkdir -m 755 locked && touch locked/lock && chmod 666 locked/lock
	chmod 755 . && new "A store of others."
	# a copy, for others may not reach the project, as in root's home
	mkdir -p reach/bin reach/tools && cp "$bin/call-dalle" reach/bin && cp "$top/tools/models.json" reach/tools
	fails 73 "a directory that can't be written to" setpriv --reuid 65534 --clear-groups reach/bin/call-dalle --answers=locked p.txt
	is "... nothing is bought" "$(calls images)" 0
else
	skip "a directory that can't be written to" "needs root"
fi

finish
