#!/bin/sh
# write-provenance: what it writes, its hashes, what a database adds, what it
# refuses.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

w=outputs/ep/imagegen
m=outputs/ep/images/manifest.json
mkdir -p $w outputs/ep/images
cat >t.md <<'END'
---
name: a name: “ş”
model: claude-sonnet-5-5
temperature: 1
max_tokens: 100
description: For tests
author: Ada
---

# System

Draw.

# Input

{{ chapter.title }}

END
printf '%s\n' ch02 ch01 ch10 >$w/chapters.index
printf '{"chapter_id": "ch01"}\n' >$w/ch01.chapter.json
printf '{"chapter_id": "ch02", "title": "ş"}' >$w/ch02.chapter.json
printf 'any bytes: \0\377\n' >$w/ch10.chapter.json
jq -n '{episode_id: "ep", schema_version: "1.0", generated_at: "2026-02-28T10:30:00Z", images: [
	{chapter_id: "c1", file_path: "images/ch02.png", visual_type: "diagram"},
	{chapter_id: "c2", file_path: "images/ch01.png", visual_type: "title_card"},
	{chapter_id: "c3", file_path: "images/ch10.png", visual_type: "b_roll"},
	{chapter_id: "c4", file_path: "images/ş \"x\".png", visual_type: "screen_share"},
	{chapter_id: "c5", file_path: "images/ch11.png", visual_type: "talking_head"}]}' >$m
touch -d 2026-02-28T10:30:00.123456789Z $m

plain() { printf %s "$1" | LC_ALL=C tr -c '[:print:]' '?'; }
run() { write-provenance -t t.md --episode=outputs/ep "$@"; }
field() { run $m | jq -r ".$1"; }
now() { sed 's/^  "timestamp": "[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z"/  "timestamp": "NOW"/' "$@"; }
template_hash() { # as limn-template(5) has it
	LC_ALL=C sed '1,/^---[[:space:]]*$/d' "$1" |
		LC_ALL=C sed -z 's/^[[:space:]]*//; s/[[:space:]]*$//' |
		sha256sum | cut -c 1-64
}
input_hash() { # as limn-provenance(5) has it
	(cd $w && sed 's/$/.chapter.json/' chapters.index | xargs cat | sha256sum | cut -c 1-64)
}

# --- what it writes

before=$(date -u +%Y-%m-%dT%H:%M:%SZ)
fails 0 "a provenance" run -o got $m
is "a provenance: no output" "$out" ""
is "a provenance: no message" "$err" ""
after=$(date -u +%Y-%m-%dT%H:%M:%SZ)
cat >want <<END
{
  "stage": "imagegen",
  "episode_id": "ep",
  "timestamp": "NOW",
  "prompt_name": "a name: “ş”",
  "prompt_version": null,
  "prompt_hash": "sha256:$(template_hash t.md)",
  "model": null,
  "model_params": {},
  "image_gen_model": null,
  "input_files": [
    "outputs/ep/chapters.json"
  ],
  "input_content_hash": "sha256:$(input_hash)",
  "output_files": [
    "outputs/ep/images/manifest.json",
    "outputs/ep/images/ch02.png",
    "outputs/ep/images/ch01.png",
    "outputs/ep/images/ch10.png",
    "outputs/ep/images/ş \"x\".png",
    "outputs/ep/images/ch11.png"
  ],
  "input_tokens": 0,
  "output_tokens": 0,
  "image_count": 5,
  "generated_count": 3,
  "template_count": 2,
  "cost_usd": 0.0,
  "duration_seconds": 0.0
}
END
is "... byte for byte" "$(now got | diff - want)" ""
t=$(jq -r .timestamp got)
is "... of now" "$(printf '%s\n' "$before" "$t" "$after" | sort -c 2>&1)" ""
touch -d 2020-01-01 $m
run -o got $m
is "... dated now" "$(find got -newer $m)" got
fails 0 "to standard output" run $m
is "... the same" "$(echo "$out" | now | diff - want)" ""
is "from standard input" "$(run <$m | now | diff - want)" ""
is "from -, to -" "$(run -o - - <$m | now | diff - want)" ""
fails 0 "from a file, to -" run -o - $m
is "from a file, to -: the same bytes" "$(echo "$out" | now | diff - want)" ""
is "from a file, to -: no message" "$err" ""
fails 0 "to a device" run -o /dev/null $m
run -o got <$m
is "from standard input: dated now" "$(find got -newer $m)" got
is "--output, and a directory that is made" "$(run --output=new/dir/got $m && now new/dir/got | diff - want)" ""
is "--template" "$(write-provenance --template=t.md --episode outputs/ep $m | now | diff - want)" ""
mkdir prompts && sed 's/^name: .*/name: default/' t.md >prompts/imagegen.md
is "without it, prompts/imagegen.md" "$(write-provenance --episode=outputs/ep $m | jq -r .prompt_name)" default
cp $m ./-x.json
is "-- ends the options" "$(run -- -x.json | now | diff - want)" ""

# --- limn-provenance(5) has these keys, and in this order

page() {
	awk '/^\.It Cm .* Pq/ { for (i = 3; $i != "Pq"; i++) if ($i != ",") print $i }' \
		"$top/tools/limn-provenance.5" | paste -sd ' ' -
}
is "the keys are those of limn-provenance(5)" "$(run --partial=ch01 $m | jq -r 'keys_unsorted | join(" ")')" "$(page)"
is "... of which three are of some chapters only" "$(page | sed 's/ [^ ]* [^ ]* [^ ]*$//')" "$(jq -r 'keys_unsorted | join(" ")' got)"

# --- the hashes

sed 's/^author: .*/author: Bob/' t.md >t2.md
is "the template's front matter is not in its hash" "$(run -t t2.md $m | jq -r .prompt_hash)" "sha256:$(template_hash t.md)"
echo >>t2.md
is "blank lines at the template's ends are not in its hash" "$(run -t t2.md $m | jq -r .prompt_hash)" "sha256:$(template_hash t.md)"
sed -i s/Draw/Paint/ t2.md
is "... but what it says" "$(run -t t2.md $m | jq -r .prompt_hash)" "sha256:$(template_hash t2.md)"
is "... which is another" "$(template_hash t2.md | grep -c "$(template_hash t.md)")" 0
first=$(field input_content_hash)
echo >>$w/ch01.chapter.json
is "another slice, another hash" "$(field input_content_hash)" "sha256:$(input_hash)"
is "... indeed" "$(field input_content_hash | grep -c "$first")" 0
printf '%s\n' ch01 ch02 ch10 >$w/chapters.index
is "another order, another hash" "$(field input_content_hash)" "sha256:$(input_hash)"
printf 'ch01\n\nch10' >$w/chapters.index
is "empty lines, and none at the end" "$(field input_content_hash)" "sha256:$(cat $w/ch01.chapter.json $w/ch10.chapter.json | sha256sum | cut -c 1-64)"
: >$w/chapters.index
is "no chapters" "$(field input_content_hash)" "sha256:$(sha256sum </dev/null | cut -c 1-64)"
printf '%s\n' ch02 ch01 >$w/chapters.index

# --- the counts

counts() { jq -n "{episode_id: \"ep\", images: [$1] | to_entries | map(.value + {chapter_id: \"ch\(.key)\"})}" | run | jq -c '[.image_count, .generated_count, .template_count, (.output_files | length)]'; }
picture='file_path: "images/x.png"'
is "no pictures" "$(counts '')" "[0,0,0,1]"
is "cards only" "$(counts "{$picture, visual_type: \"title_card\"}, {$picture, visual_type: \"talking_head\"}")" "[2,0,2,3]"
is "drawn ones only" "$(counts "{$picture, visual_type: (\"diagram\", \"b_roll\", \"screen_share\")}")" "[3,3,0,4]"
is "a thousand" "$(counts "range(1000) | {$picture, visual_type: (if . % 10 == 0 then \"title_card\" else \"diagram\" end)}")" "[1000,900,100,1001]"

# --- --partial, --began

tail_of() { run "$@" $m | sed -n '/"duration_seconds"/,$p'; }
is "--partial: three keys more" "$(tail_of --partial='ch02  ch10 ')" '  "duration_seconds": 0.0,
  "partial": true,
  "chapters": [
    "ch02",
    "ch10"
  ],
  "total_cost_usd": 0.0
}'
is "... of no chapters" "$(run --partial= $m | jq -c '[.partial, .chapters]')" '[true,[]]'
uptime() { cut -d ' ' -f 1 /proc/uptime; }
began() { run --began="$1" $m | jq '.duration_seconds | if . == 0 then 0 else . end'; }
between() { # NAME GOT MIN MAX
	is "$1" "$(jq -n "$2 >= $3 and $2 <= $4")" true
}
between "--began: just now" "$(began "$(uptime)")" 0 5
between "... ten seconds ago" "$(began "$(uptime | awk '{ printf "%.2f", $1 - 10 }')")" 10 15
between "... when the machine was started" "$(began 0)" "$(uptime) - 5" "$(uptime) + 5"
is "... in the future" "$(began 99999999999)" 0
is "... in an endless number" "$(began "$(head -c 1000 /dev/zero | tr '\0' 9)")" 0
like "... to a hundredth" "$(began "$(uptime | awk '{ printf "%.2f", $1 - 10 }')" | sed 's/[0-9]*//; s/[0-9]\{1,2\}$/nn/; s/^$/.nn/')" .nn
for bad in '' x 5x 5s nan inf -inf infinity -5 -0 +5 ' 5' '5 ' 1e3 0x10 1,5 1.2.3 . .. '1 2' "$(printf '5\033')"; do
	fails 64 "--began='$(plain "$bad")'" run --began="$bad" -o none $m
	is "... is said in one line" "$(printf '%s\n' "$err" | sed 's/^write-provenance: --began: .* is not a number of seconds$/said/')" said
done
ok "a --began that is none: nothing is written" test ! -e none

# --- with a database

sql() { sqlite3 -batch limn.db "$@"; }
with() { run -d limn.db "$@"; }
purchases=0
# EPISODE RUN KIND STATE MICROS [INPUT_TOKENS OUTPUT_TOKENS]
bought() {
	purchases=$((purchases + 1))
	sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256, state, cost_micros,
		estimate_micros, run, reserved_at, input_tokens, output_tokens)
		VALUES ('p$purchases', '$1', '$3', 'm', 'sha256:$purchases', '$4', $5, $5, '$2',
		'2026-02-28 10:30:00', ${6:-NULL}, ${7:-NULL})"
}
# [the run's micro-dollars, its tokens, all micro-dollars]
costs() { LIMN_RUN=$1 with --partial= $m | jq -c '[.cost_usd * 1e6, .input_tokens, .output_tokens, .total_cost_usd * 1e6 | round]'; }

fails 0 "a database" with -o got $m
is "... is made" "$(sql 'PRAGMA integrity_check')" ok
is "a database: no output" "$out" ""
is "a database: no message" "$err" ""
is "... only the version is another" "$(run $m | now | diff - got | grep '^[<>]' | grep -v '"timestamp"')" '<   "prompt_version": null,
>   "prompt_version": 1,'
is "... which is the default of its name" "$(sql 'SELECT name, version, content_hash, model, is_default FROM prompt_versions')" \
	"$(sed -n 's/^name: //p' t.md)|1|sha256:$(template_hash t.md)|claude-sonnet-5-5|1"
is "the same body, the same version" "$(with $m | jq .prompt_version)" 1
is "the same body, no new row" "$(sql 'SELECT count(*) FROM prompt_versions')" 1
sed 's/^author: .*/author: Bob/; s/^temperature: .*/temperature: 0/' t.md >t3.md
is "... though its head is another" "$(with -t t3.md $m | jq .prompt_version)" 1
is "a new body, the next" "$(with -t t2.md $m | jq .prompt_version)" 2
is "... which is the default then" "$(sql 'SELECT version, is_default FROM prompt_versions ORDER BY version' | paste -sd ' ')" "1|0 2|1"
is "the former body, the former version" "$(with $m | jq .prompt_version)" 1
sed 's/^name: .*/name: another/' t.md >t3.md
is "another name counts anew" "$(with -t t3.md $m | jq .prompt_version)" 1
sqlite3 theirs.db <"$top/tests/pipeline.sql"
fails 0 "another program's prompt_versions" run -d theirs.db -t t2.md $m
is "... its columns are filled in, too" "$(sqlite3 theirs.db "SELECT template_path, model, printf('%g', temperature), max_tokens, is_default FROM prompt_versions ORDER BY id DESC LIMIT 1")" \
	"t2.md|$(sed -n 's/^model: *//p' t2.md)|$(sed -n 's/^temperature: *//p' t2.md)|$(sed -n 's/^max_tokens: *//p' t2.md)|1"
is "--database" "$(run --database=limn.db -t t2.md $m | jq .prompt_version)" 2
is "DATABASE" "$(DATABASE=limn.db run -t t2.md $m | jq .prompt_version)" 2
is "... -d goes before it" "$(DATABASE=/none/x.db with -t t2.md $m | jq .prompt_version)" 2
is "... empty: none" "$(DATABASE='' run $m | jq .prompt_version)" null
is "nothing was bought" "$(costs r1)" "[0,0,0,0]"
bought ep r1 prompt settled 3150 300 150
bought ep r1 prompt unknown 100000
bought ep r1 image settled 42400 5000 6000
bought ep r1 image released 800000
bought ep r2 image sent 1
bought ep r2 prompt reserved 20 7 8
bought other r1 prompt settled 7000000 70 80
bought ep '' prompt settled 1000000 900 900
is "what the run has spent, all but what was released; the tokens of prompts; and in all" "$(costs r1)" "[145550,300,150,1145571]"
is "... of another run" "$(costs r2)" "[21,7,8,1145571]"
is "... of one that bought nothing" "$(costs r3)" "[0,0,0,1145571]"
is "... of none" "$(costs '')" "[0,0,0,1145571]"
is "... as exact as that" "$(LIMN_RUN=r1 with $m | grep -c '^  "cost_usd": 0.14555,$')" 1
is "without --partial there is no sum of all" "$(LIMN_RUN=r1 with $m | jq 'has("total_cost_usd")')" false
# what the answers say doesn't count, then
echo '{"prompt": "x", "llm": {"model": "claude-sonnet-5-5", "params": {"max_tokens": 5}, "request_sha256": "sha256:x", "run": "r9", "input_tokens": 1, "output_tokens": 2, "cost_usd": 5}}' >$w/ch01.prompt.json
is "the ledger is right, not the answers" "$(costs r9)" "[0,0,0,1145571]"
is "... as without it" "$(LIMN_RUN=r9 run --partial= $m | jq -c '[.cost_usd, .input_tokens, .output_tokens, .total_cost_usd | . + 0]')" "[5,1,2,5]"
is "... but the model is who answered" "$(with $m | jq -c '[.model, .model_params]')" '["claude-sonnet-5-5",{"max_tokens":5}]'
rm $w/ch01.prompt.json
sql "UPDATE ledger SET cost_micros = 9000000000000" && is "nine million dollars each" "$(costs r3)" "[0,0,0,54000000000000]"
run -o good $m
cp good got
bad_database() { # STATUS NAME
	fails "$1" "a database $2" run -d bad.db -o got $m
	is "a database $2: one line, with its name" "$(printf '%s\n' "$err" | sed 's/^write-provenance: bad.db: .*[a-z].*/said/')" said
	ok "a database $2: the old output stands" cmp got good
	rm -rf bad.db bad.db-*
}
echo "This is no database, but a text of some length." >bad.db
bad_database 74 "that is none"
mkdir bad.db
bad_database 74 "that is a directory"
sql ".backup bad.db"
sqlite3 bad.db "INSERT INTO schema_migrations (version, applied_at) VALUES ('999_limn', 'x')"
bad_database 78 "of a newer limn"

# --- the command line

fails 64 "no --episode" write-provenance -t t.md $m
is "no --episode: the message" "$err" "write-provenance: --episode=DIR is needed"
fails 64 "two manifests" run $m $m
fails 64 "an option that it hasn't" run -x $m
for option in --episode --began --partial --template --output --database -t -o -d; do
	fails 64 "$option without a value" run $m $option
done

# --- what is missing, and what can't be written

run -o good $m
cp good got
gone() { # STATUS NAME MESSAGE ARGUMENT...
	status=$1 what=$2 message=$3
	shift 3
	fails "$status" "$what" run -o got "$@"
	is "$what: no output" "$out" ""
	is "$what: the message" "$err" "write-provenance: $message"
	ok "$what: the old output stands" cmp got good
}
gone 66 "no such manifest" "none: No such file or directory" none
gone 66 "no such template" "none.md: No such file or directory" -t none.md $m
gone 66 "no such episode" "none/imagegen/chapters.index: No such file or directory" --episode=none $m
gone 66 "an episode without a name" "/imagegen/chapters.index: No such file or directory" --episode= $m
gone 74 "a directory for a manifest" "outputs: Is a directory" outputs
gone 74 "a directory for a template" "outputs: Is a directory" -t outputs $m
echo ch77 >>$w/chapters.index
gone 66 "no such slice" "$w/ch77.chapter.json: No such file or directory" $m
mkdir $w/ch77.chapter.json
gone 74 "a directory for a slice" "$w/ch77.chapter.json: Is a directory" $m
rm -r $w/ch77.chapter.json
mv $w/chapters.index saved
gone 66 "no index" "$w/chapters.index: No such file or directory" $m
mkdir $w/chapters.index
gone 74 "a directory for an index" "$w/chapters.index: Is a directory" $m
rmdir $w/chapters.index
printf 'ch02\nch01\n' >$w/chapters.index
fails 73 "an output below a file" run -o good/got $m
fails 73 "an output that is a directory" run -o outputs $m
fails 74 "a full disk" run -o /dev/full $m
is "a full disk: the message" "$err" "write-provenance: /dev/full: No space left on device"
fails 74 "standard output full" sh -c "write-provenance -t t.md --episode=outputs/ep $m >/dev/full"
fails 74 "standard output closed" sh -c "write-provenance -t t.md --episode=outputs/ep $m >&-"
unread run $m 2>/dev/null
status=$?
like "a closed pipe: status 74 or SIGPIPE" " 74 141 " " $status "
fails 74 "no room for all of it" sh -c \
	"trap '' XFSZ; ulimit -f 1; exec write-provenance -t t.md --episode=outputs/ep -o got $m"
ok "no room for all of it: the old output stands" cmp good got
is "no room for all of it: nothing is left over" "$(find . -name '.tmp*')" ""

# --- manifests, templates and indexes that mean harm

bad_manifest() { # NAME: of the file bad
	fails 65 "a manifest $1" run -o got bad
	is "a manifest $1: no output" "$out" ""
	is "a manifest $1: one line, with its name" "$(printf '%s\n' "$err" | sed 's/^write-provenance: bad[:0-9]* .*[a-z].*/said/')" said
	ok "a manifest $1: the old output stands" cmp got good
}
for bad in 'no JSON' '' 5 null '"x"' '[]' '{}' '{"images": []}' '{"episode_id": "ep"}' '{"episode_id": 5, "images": []}' \
	'{"episode_id": [], "images": []}' '{"episode_id": null, "images": []}' '{"episode_id": "", "images": []}' \
	'{"episode_id": "../x", "images": []}' '{"episode_id": "a\nb", "images": []}' '{"episode_id": "\u001b[31m", "images": []}' \
	'{"episode_id": "ep", "images": {}}' '{"episode_id": "ep", "images": 5}' '{"episode_id": "ep", "images": null}' \
	'{"episode_id": "ep", "images": "x"}' '{"episode_id": "ep", "images": [5]}' '{"episode_id": "ep", "images": [[]]}' \
	'{"episode_id": "ep", "images": [{}]}' '{"episode_id": "ep", "images": [null]}' \
	'{"episode_id": "ep", "images": [{"chapter_id": "a", "file_path": 5}]}' '{"episode_id": "ep", "images": [{"chapter_id": "a", "file_path": null}]}' \
	'{"episode_id": "ep", "images": [{"chapter_id": "a", "file_path": "images/x"}, {"chapter_id": "b"}]}' '{"episode_id": "ep", "images": [], "images": []}' \
	'{"episode_id": "ep", "images": [{"chapter_id": "a", "file_path": "\u0000"}]}' '{"episode_id": "ep", "images": []' '{"episode_id": "ep", "images": []} 5'; do
	printf '%s' "$bad" >bad
	bad_manifest "that is '$bad'"
done
printf '{"episode_id": "ep", "images": [{"chapter_id": "a", "file_path": "\377"}]}' >bad
bad_manifest "in no UTF-8"
is "types that are none are no pictures of a drawn chapter" "$(counts "{$picture}, {$picture, visual_type: (5, null, [], {})}")" "[5,0,5,6]"
is "a path of 1 MB, and control bytes" "$(jq -n '{episode_id: "ep", images: [{chapter_id: "a", file_path: ("x" * 1000000 + "\u001b\n\"")}]}' | run | jq '.output_files[1] | length')" 1000014

for bad in '' 'no front matter' '---' '# System'; do
	printf '%s' "$bad" >bad.md
	fails 65 "a template that is '$bad'" run -t bad.md -o got $m
	like "a template that is '$bad': the message" "$err" "write-provenance: bad.md:"
done
bad_index() { # NAME: of the index
	fails 65 "an index $1" run -o got $m
	is "an index $1: no output" "$out" ""
	is "an index $1: one line, with its name" "$(printf '%s\n' "$err" | LC_ALL=C sed "s|^write-provenance: $w/chapters.index: .*[a-z].*|said|")" said
	ok "an index $1: the old output stands" cmp got good
}
for bad in 'ch01 ' ' ch01' 'ch 01' ../imagegen/ch01 /etc/passwd -x . 'ch01\033[31m' 'ch01\r' 'ch01\0' 'ch01\0\nch99' '\0377' ç '{}' \
	"$(head -c 65 /dev/zero | tr '\0' x)" "$(head -c 100000 /dev/zero | tr '\0' x)"; do
	printf 'ch02\n%b\n' "$bad" >$w/chapters.index
	bad_index "with '$(printf %s "$bad" | head -c 70)'"
done
printf 'a\033[31m\302\233b\n' >$w/chapters.index
is "control bytes of an index are escaped in the message" "$(run $m 2>&1)" "write-provenance: $w/chapters.index: a\\x1b[31m\\xc2\\x9bb: is not an id"
yes ch01 | head -c 1048577 >$w/chapters.index
bad_index "over 1 MiB"
printf 'ch02\nch01\n' >$w/chapters.index
truncate -s 67108865 $w/ch01.chapter.json
fails 65 "a slice over 64 MiB" run -o got $m
is "a slice over 64 MiB: the message" "$err" "write-provenance: $w/ch01.chapter.json: more than 67108864 bytes; that is too much"
bad=$(printf 'e\377p')
mkdir -p "$bad/imagegen" && : >"$bad/imagegen/chapters.index"
fails 65 "an episode in no UTF-8" run --episode="$bad" $m
is "an episode in no UTF-8: the message" "$err" "write-provenance: $bad: a name in it is not UTF-8"
fails 74 "a path too long" run --episode="$(head -c 5000 /dev/zero | tr '\0' x)" $m
finish
