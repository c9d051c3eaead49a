#!/bin/sh
# split-chapters: what it takes, what it refuses, what it writes and leaves.
# shellcheck disable=SC1003,SC2016 # hostile ids; the dollars are jq's
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

dir=outputs/ep/imagegen
in=outputs/ep/chapters.json
mkdir -p outputs/ep

cat >good.json <<'EOF'
{
  "schema_version": "1.0",
  "episode_id": "ep",
  "title": "Bitcoin Nedir?",
  "total_chapters": 3,
  "estimated_duration_seconds": 120,
  "chapters": [
    {
      "chapter_id": "ch01",
      "title": "Giriş",
      "order": 1,
      "narration": {
        "text": "Merhaba.",
        "word_count": 1,
        "estimated_duration_seconds": 1
      },
      "visual": {
        "type": "title_card",
        "description": "Logo",
        "image_prompt": null
      },
      "overlays": [],
      "transitions": {
        "in": "fade",
        "out": "cut"
      },
      "notes": "Hook"
    },
    {
      "chapter_id": "ch02",
      "title": "Bitcoin’in Tarihi",
      "order": 2,
      "narration": {
        "text": "İlk blok, \"genesis\": 3 Ocak 2009."
      },
      "visual": {
        "type": "diagram",
        "description": "Bir çizgi",
        "image_prompt": "A line / a road"
      }
    },
    {
      "chapter_id": "ch03",
      "title": "Son",
      "order": 3,
      "narration": {
        "text": "Hoşça kalın."
      },
      "visual": {
        "type": "b_roll",
        "description": "Gün batımı",
        "image_prompt": null
      }
    }
  ]
}
EOF

# Split what FILTER makes of good.json, over what is there.
splits_failed=0
split() {
	jq "$@" good.json >"$in" && split-chapters -o "$dir" "$in" && return
	splits_failed=$((splits_failed + 1))
	return 1
}
fresh() {
	rm -rf "$dir"
	split .
}
# Date all outputs long ago; then: which of them were written since?
age() { touch -d 2020-01-01T00:00:00Z "$dir"/*; }
written() {
	find "$dir" -type f -newermt 2020-01-02 -printf '%f\n' | sort |
		paste -sd ' ' -
}
names() { find "$1" -mindepth 1 -printf '%f\n' | sort | paste -sd ' ' -; }
slice() { jq -c "$2" "$dir/$1.chapter.json"; }
sum() { find "$dir" -type f -exec sha256sum {} + | sort; }
lines() { if [ -n "$1" ]; then printf '%s\n' "$1" | wc -l; else echo 0; fi; }

# --- the command line

fails 0 "--help" split-chapters --help
like "--help is on standard output" "$out" "usage: split-chapters "
fails 0 "--version" split-chapters --version
like "--version says whose it is" "$out" "split-chapters (limn) "
fails 64 "an option that it doesn't have" split-chapters -x good.json
fails 64 "-o without a directory" split-chapters good.json -o
fails 64 "two files" split-chapters good.json good.json
like "... names the second" "$err" "split-chapters: good.json: "
echo '{}' >bad.json
# a document that is refused, lest files should land in the root directory
fails 64 "an empty -o" split-chapters -o '' bad.json
fails 66 "a file that isn't there" split-chapters none.json
is "... one line says which" "$err" \
	"split-chapters: none.json: No such file or directory"
fails 74 "a directory for a file" split-chapters outputs
fails 74 "a full disk under --help" sh -c 'split-chapters --help >/dev/full'

# --- without -o it only validates

fails 0 "validates" split-chapters good.json
is "... silently" "$out$err" ""
fails 0 "validates standard input" sh -c 'split-chapters <good.json'
is "... silently, too" "$out$err" ""
fails 0 "standard input is also called -" sh -c 'split-chapters - <good.json'
cp good.json ./-dash.json
fails 0 "-- ends the options" split-chapters -- -dash.json
rm ./-dash.json
fails 65 "errors on standard input" sh -c 'echo "[]" | split-chapters'
like "... are said of it" "$err" "split-chapters: standard input: "
is "nothing was written" "$(find . -newer good.json -type f ! -name bad.json)" ""

# --- with -o

fails 0 "splits" split .
is "... silently" "$out$err" ""
is "the files are these" "$(names "$dir")" \
	"ch01.chapter.json ch02.chapter.json ch03.chapter.json chapters.index chapters.mk"
cat >want <<'EOF'
{
  "episode_id": "ep",
  "episode_title": "Bitcoin Nedir?",
  "schema_version": "1.0",
  "chapter_id": "ch02",
  "title": "Bitcoin’in Tarihi",
  "visual": {
    "type": "diagram",
    "description": "Bir çizgi",
    "image_prompt": "A line / a road"
  },
  "narration": {
    "text": "İlk blok, \"genesis\": 3 Ocak 2009."
  }
}
EOF
ok "a slice, byte for byte" cmp want "$dir/ch02.chapter.json"
is "a card's slice" "$(slice ch01 '[.visual.type, .visual.image_prompt, .narration]')" \
	'["title_card",null,{"text":"Merhaba."}]'
printf 'ch01\nch02\nch03\n' >want
ok "the index, byte for byte" cmp want "$dir/chapters.index"
cat >want <<'EOF'
# split-chapters wrote this; do not edit.
id := ep
schema := 1.0
all := ch01 ch02 ch03
drawn := ch02 ch03
include $(LIMN)mk/chapter.mk
EOF
ok "the fragment, byte for byte" cmp want "$dir/chapters.mk"
cat >rules.mk <<'EOF'
$(info $(id)|$(all)|$(drawn)|$(filter-out $(drawn),$(all))|$(schema))
EOF
mkdir mk && mv rules.mk mk/chapter.mk
cat >try.mk <<EOF
include $dir/chapters.mk
all: ; @:
EOF
is "make reads it: id, all, drawn, cards, schema version" "$(make -f try.mk)" \
	"ep|ch01 ch02 ch03|ch02 ch03|ch01|1.0"
ok "DIR may end in slashes" split-chapters -o "$dir//" "$in"
for d in imagegen ./imagegen ../ep/imagegen; do
	ok "from the episode's directory: -o $d" \
		sh -c "cd outputs/ep && split-chapters -o $d chapters.json"
done
ok "without directories in DIR" split-chapters -o flat "$in"
ok "... the same slices" cmp flat/ch02.chapter.json "$dir/ch02.chapter.json"
rm -rf flat

# --- what is dated, and when

rm -rf "$dir"
mkfifo fifo
{ split-chapters -o "$dir" fifo || cat fifo; } >log 2>&1 &
exec 3>fifo # goes on when it has been opened at the other end
sleep 0.05
touch marker
cat good.json >&3
exec 3>&-
wait "$!"
ok "outputs are dated when the input was opened" \
	test "$dir/chapters.mk" -ot marker -a "$dir/ch01.chapter.json" -ot marker
rm fifo

fresh
age
split .
is "the same again: only the fragment is written" "$(written)" "chapters.mk"
age
split -c .
is "reformatted: only the fragment" "$(written)" "chapters.mk"
age
split -S .
is "keys in another order: only the fragment" "$(written)" "chapters.mk"
age
split '.estimated_duration_seconds = 7 | .chapters[] |= (.notes = "x"
	| .transitions = {} | .overlays = [1] | .narration.word_count = 9
	| .narration.estimated_duration_seconds = 9 | .more = {"a": 1})'
is "what no picture shows: only the fragment" "$(written)" "chapters.mk"
age
split '.chapters[] |= (.visuals = [.visual] | del(.visual))'
is "visuals for visual: only the fragment" "$(written)" "chapters.mk"
age
split '.chapters[1].visual.description = "İki çizgi"'
is "one description: its slice and the fragment" "$(written)" \
	"ch02.chapter.json chapters.mk"
is "... holds it" "$(slice ch02 .visual.description)" '"İki çizgi"'
split .
age
split '.chapters[2].narration.text = "Hoşça kal."'
is "a narration: its slice and the fragment" "$(written)" \
	"ch03.chapter.json chapters.mk"
split .
age
split '.title = "Bitcoin"'
is "the episode's title: all slices" "$(written)" \
	"ch01.chapter.json ch02.chapter.json ch03.chapter.json chapters.mk"

fresh
age
split '.chapters[0].order = 3 | .chapters[2].order = 1'
is "reordered: index and fragment" "$(written)" "chapters.index chapters.mk"
is "... by the orders, not by the list" \
	"$(paste -sd ' ' "$dir/chapters.index")" "ch03 ch02 ch01"
is "... in the fragment as well" "$(make -f try.mk)" \
	"ep|ch03 ch02 ch01|ch03 ch02|ch01|1.0"
split .
age
split '.chapters |= (reverse)'
is "the list turned round, orders and all: only the fragment" "$(written)" \
	"chapters.mk"
age
split 'del(.chapters[1]) | .chapters[1].order = 2 | .total_chapters = 2'
is "one deleted: index and fragment" "$(written)" "chapters.index chapters.mk"
is "... it is out of the index" "$(paste -sd ' ' "$dir/chapters.index")" \
	"ch01 ch03"
ok "... but its slice is left alone" test -e "$dir/ch02.chapter.json"

# --- an input from the future

fresh
touch -d '+1 day' "$in"
fails 0 "from the future" split-chapters -o "$dir" "$in"
like "... with a warning" "$err" "split-chapters: $in: "
like "... that says so" "$err" future
is "... of one line" "$(lines "$err")" 1
touch marker
ok "... it is dated now" test ! "$in" -nt marker
ok "... and the fragment isn't older" test ! "$in" -nt "$dir/chapters.mk"
is "... again: silent" "$(split-chapters -o "$dir" "$in" 2>&1)" ""
touch -d '+1 day' good.json
fails 0 "from the future, without -o" split-chapters good.json
is "... is nobody's business" "$err" ""
ok "... and not touched" test good.json -nt marker
touch good.json

# --- chapters as they come

split '.chapters[1].visual.image_prompt = ""'
is "an empty image_prompt is none" "$(slice ch02 .visual.image_prompt)" null
split '.chapters[1].visual.image_prompt = " \n\t"'
is "a blank image_prompt is none" "$(slice ch02 .visual.image_prompt)" null
split 'del(.chapters[1].visual.image_prompt)'
is "a missing image_prompt is none" "$(slice ch02 .visual.image_prompt)" null
split 'del(.chapters[1].narration)'
is "no narration is an empty one" "$(slice ch02 .narration)" '{"text":""}'
split '.chapters[1].narration = null'
is "a null narration is an empty one" "$(slice ch02 .narration)" '{"text":""}'
split '.chapters[1] |= (.visuals = [.visual, 7, {}] | del(.visual)
	| .visuals[0].description = "Birinci")'
is "of visuals the first is drawn, the others are not looked into" \
	"$(slice ch02 .visual.description)" '"Birinci"'
split '.chapters[1] |= (.visuals = [.visual] | .visual = null)'
is "visual may be null beside visuals" "$(slice ch02 .visual.type)" '"diagram"'
split '.schema_version = "1.7"'
is "minor schema versions are taken, and passed on" \
	"$(slice ch01 .schema_version)" '"1.7"'
fails 0 "total_chapters as it should be, one chapter" \
	split '.chapters |= .[0:1] | .total_chapters = 1'
fails 0 "unknown keys, of any type" split '.x = [[{}]] | .chapters[0].y = 1e9
	| .chapters[0].visual.z = null | .chapters[0].narration.w = "ü"'
fails 0 "overlays, transitions, notes and durations are not looked into" \
	split '.estimated_duration_seconds = "long" | .chapters[] |= (
		.overlays = 3 | .transitions = "none" | .notes = [1]
		| .narration.word_count = "many"
		| .narration.estimated_duration_seconds = {})'
is "... silently" "$err" ""
for t in diagram b_roll screen_share; do
	split ".chapters[0].visual.type = \"$t\""
	is "$t is drawn" "$(make -f try.mk)" \
		"ep|ch01 ch02 ch03|ch01 ch02 ch03||1.0"
done
for t in title_card talking_head; do
	split ".chapters[1].visual.type = \"$t\""
	is "$t is a card" "$(make -f try.mk)" \
		"ep|ch01 ch02 ch03|ch03|ch01 ch02|1.0"
done

fresh
rm "$dir"/*
fails 0 "chapters without a picture" split '
	.chapters[0] |= del(.visual) | .chapters[1] |= (del(.visual) | .visuals = [])
	| .chapters[3] = (.chapters[1] | .chapter_id = "ch04" | .order = 4
		| .visual = null) | .total_chapters = 4'
like "... are counted" "$err" "3 of 4"
is "... in one line" "$(lines "$err")" 1
is "... and skipped" "$(paste -sd ' ' "$dir/chapters.index")" ch03
is "... in the fragment as well" "$(make -f try.mk)" "ep|ch03|ch03||1.0"
is "... and have no slice" "$(names "$dir")" \
	"ch03.chapter.json chapters.index chapters.mk"
fails 0 "no chapter has a picture" split '.chapters[] |= del(.visual)'
is "... the index is empty" "$(wc -c <"$dir/chapters.index")" 0
is "... and the fragment has no ids" "$(make -f try.mk)" "ep||||1.0"
fails 0 "a note is said without -o, too" sh -c \
	'jq "del(.chapters[0].visual)" good.json | split-chapters'
like "... of standard input" "$err" "split-chapters: standard input: 1 of 3"

# --- ids

long=$(printf '%064d' 0)
for id in a 0 A-_b "$long"; do
	fails 0 "chapter id $id" split --arg id "$id" '.chapters[0].chapter_id = $id'
	ok "... names its slice" test -e "$dir/$id.chapter.json"
done
for id in -QuuHAnujx _a a 0 "$long"; do
	mkdir -p "outputs/$id"
	jq --arg id "$id" '.episode_id = $id' good.json >"outputs/$id/chapters.json"
	fails 0 "episode id $id" split-chapters -o "outputs/$id/imagegen" \
		"outputs/$id/chapters.json"
done
(
	cd outputs &&
	split-chapters -o "-QuuHAnujx/imagegen" ./-QuuHAnujx/chapters.json
) 2>err
is "... as the first word of -o" "$?$(cat err)" 0

# --- what is refused: status 65, nothing written, each error one line with
# its place
#
#	refused NAME LINES PATTERN	what is in bad.json
#	bad NAME LINES PATTERN FILTER	what FILTER makes of good.json

refused() {
	rm -rf outputs/ep/imagegen
	cp bad.json "$in"
	split-chapters -o "$dir" "$in" >out 2>err
	is "$1" "$?, $(grep -c "^split-chapters: $in:" err) of $(wc -l <err), $(
		wc -c <out), $(names outputs/ep)" "65, $2 of $2, 0, chapters.json"
	like "$1: says where" "$(cat err)" \
		"split-chapters: $in:$(echo "$3" | sed 's/[][]/\\&/g')"
}
bad() {
	name=$1 count_wanted=$2 pattern=$3
	shift 3
	jq "$@" good.json >bad.json || exit 1
	refused "$name" "$count_wanted" "$pattern"
}

# the encoding
iconv -f UTF-8 -t UTF-16LE good.json >bad.json
refused "UTF-16LE without a BOM" 1 " this is UTF-16"
iconv -f UTF-8 -t UTF-16BE good.json >bad.json
refused "UTF-16BE without a BOM" 1 " this is UTF-16"
{ printf '\377\376' && iconv -f UTF-8 -t UTF-16LE good.json; } >bad.json
refused "UTF-16LE with a BOM" 1 " this is UTF-16"
{ printf '\376\377' && iconv -f UTF-8 -t UTF-16BE good.json; } >bad.json
refused "UTF-16BE with a BOM" 1 " this is UTF-16"
iconv -f UTF-8 -t UTF-32 good.json >bad.json
refused "UTF-32" 1 " this is UTF-16 or UTF-32"
{ printf '\357\273\277' && cat good.json; } >bad.json
fails 0 "a UTF-8 BOM is taken" split-chapters bad.json
is "... silently" "$err" ""
{ printf '\357\273\277\357\273\277' && cat good.json; } >bad.json
refused "two BOMs" 1 "1:"
for bytes in '\377' '\303' '\300\200' '\355\240\200' '\364\220\200\200'; do
	# shellcheck disable=SC2059
	sed "s/Hook/$(printf "$bytes" | od -An -vto1 | sed 's/ /\\o/g')/" \
		good.json >bad.json
	refused "bytes that are not UTF-8: $bytes" 1 "27:"
done
LC_ALL=C tr '\n' '\0' <good.json >bad.json
refused "NUL bytes" 1 ""
sed '/total_chapters/s/,/@,/' good.json | LC_ALL=C tr @ '\0' >bad.json
refused "a NUL behind a number" 1 "5:22: a NUL byte is not allowed"
for escape in '\\u0000' '\\ud800' '\\udc00' '\\ud800\\u0041' '\\udc00\\ud800'; do
	sed "s/Hook/a${escape}b/" good.json >bad.json
	refused "the escape $escape" 1 "27:"
done
sed 's/Hook/\\ud83d\\ude00/' good.json >bad.json
fails 0 "a whole surrogate pair is a letter" split-chapters bad.json

# the syntax, with line and column
: >bad.json
refused "an empty file" 1 "1:"
printf ' \n\n' >bad.json
refused "a blank file" 1 ""
printf 'Bitcoin Nedir?\n' >bad.json
refused "not JSON" 1 "1:"
head -c 700 good.json >bad.json
refused "cut off" 1 ""
{ cat good.json && echo x; } >bad.json
refused "something after the end" 1 "$(($(wc -l <good.json) + 1)):"
sed 's/"Hook"/"Hook",/' good.json >bad.json
refused "a comma too many" 1 "28:"
sed 's/"Hook"/\x27Hook\x27/' good.json >bad.json
refused "apostrophes for quotes" 1 "27:"
sed 's/"Hook"/NaN/' good.json >bad.json
refused "NaN" 1 "27:"
like "the column is there, too" "$(cat err)" "chapters.json:27:18: "
sed 's/"notes": "Hook"/"notes": 1, "notes": 2/' good.json >bad.json
refused "a key twice, where nobody looks" 1 "27:"
like "... names it" "$(cat err)" notes
sed 's/"episode_id": "ep",/& "episode_id": "ep",/' good.json >bad.json
refused "a key twice, even with the same value" 1 "3:"

# the depth
nest() { awk -v n="$1" -v s="$2" 'BEGIN { while (n-- > 0) printf "%s", s }'; }
deep() {
	{ printf '{"x":' && nest "$1" '[' && nest "$1" ']' && printf ',' &&
		tail -n +2 good.json; } >bad.json
}
deep 63
fails 0 "64 levels" split-chapters bad.json
deep 64
refused "65 levels" 1 "1:69: more than 64 levels"
nest 1000000 '[' >bad.json
refused "a million levels" 1 "1:65: more than 64 levels"
nest 1000000 '{"a":' >bad.json
refused "a million levels of objects" 1 "1:321: more than 64 levels"
nest 100000 '[]' >bad.json
refused "many brackets, but not deep" 1 "1:"

# the size
pad() {
	{
		cat good.json
		head -c $((67108864 - $(wc -c <good.json) + $1)) /dev/zero |
			tr '\0' ' '
	} >big.json
}
pad 0
fails 0 "64 MiB" split-chapters big.json
pad 1
fails 65 "64 MiB and a byte" split-chapters big.json
like "... names the limit" "$err" "split-chapters: big.json: more than 67108864 bytes"
rm big.json
fails 65 "an endless input" sh -c 'yes | split-chapters'
like "... names the limit" "$err" "standard input: more than 67108864 bytes"

# the number of chapters
many() {
	jq -c --argjson n "$1" '.chapters[0] as $c | .total_chapters = $n | .chapters
		= [range(1; $n + 1) as $i | $c | .chapter_id = "c\($i)"
			| .order = $i]' good.json
}
many 10000 >bad.json
fails 0 "10,000 chapters" split-chapters bad.json
many 10001 >bad.json
refused "10,001 chapters" 1 " chapters: "
like "... names the limit" "$(cat err)" "10000"

# the document
for doc in '[]' '[{}]'; do
	echo "$doc" >bad.json
	refused "the document $doc" 1 ""
done
for doc in 3 null true '"x"'; do
	echo "$doc" >bad.json
	refused "the document $doc" 1 ""
done
for version in 2 2.0 0.9 10.0 -1 1x '1.0)$(shell touch x)' 01.0; do
	bad "schema version $version" 1 " schema_version: " --arg v "$version" \
		'.schema_version = $v'
done
bad "schema_version a number" 1 " schema_version: is a number" '.schema_version = 1.0'
bad "schema_version missing" 1 " schema_version: is missing" 'del(.schema_version)'
bad "title missing" 1 " title: is missing" 'del(.title)'
bad "title empty" 1 " title: is empty" '.title = ""'
bad "title blank" 1 " title: is empty" '.title = " \n"'
bad "title null" 1 " title: is null" '.title = null'
bad "title a list" 1 " title: is a list" '.title = ["x"]'
bad "episode_id missing" 1 " episode_id: is missing" 'del(.episode_id)'
bad "episode_id a number" 1 " episode_id: is a number" '.episode_id = 7'
for id in 'a b' ../x ep/ep . .. ep:1 'e%' 'e#' ep.x 'é' "${long}1" \
	'$(shell touch x)' '${x}' 'a
b'; do
	bad "episode id $(printf %s "$id" | head -n 1)" 1 " episode_id: " \
		--arg id "$id" '.episode_id = $id'
done
bad "total_chapters too high" 1 " total_chapters: is 4, but there are 3" \
	'.total_chapters = 4'
bad "total_chapters too low" 1 " total_chapters: " '.total_chapters = 0'
bad "total_chapters negative" 1 " total_chapters: " '.total_chapters = -3'
bad "total_chapters a string" 1 " total_chapters: " '.total_chapters = "3"'
bad "chapters an object" 1 " chapters: " '.chapters = {} | .total_chapters = 0'
bad "chapters null" 1 " chapters: " '.chapters = null | .total_chapters = 0'
bad "chapters missing" 1 " chapters: " 'del(.chapters) | .total_chapters = 0'
bad "chapters empty" 1 " chapters: " '.chapters = [] | .total_chapters = 0'

# the chapters
bad "a chapter null" 1 " chapters[1]: is null" '.chapters[1] = null'
bad "a chapter a string" 1 " chapters[2]: is a string" '.chapters[2] = "ch03"'
bad "chapter_id missing" 1 " chapters[1].chapter_id: is missing" \
	'del(.chapters[1].chapter_id)'
bad "chapter_id empty" 1 " chapters[1].chapter_id: is empty" \
	'.chapters[1].chapter_id = ""'
bad "chapter_id a number" 1 " chapters[1].chapter_id: is a number" \
	'.chapters[1].chapter_id = 2'
for id in 'a b' ../x a/b . .. -x _x ch:1 ch% 'ch#' ch.1 'çh' "${long}1" \
	'$(shell touch x)' '$x' 'ch=1' 'ch;' 'ch\\' 'ch*' '~ch' 'ch01
'; do
	bad "chapter id $(printf %s "$id" | head -n 1)" 1 \
		" chapters[1].chapter_id: " --arg id "$id" \
		'.chapters[1].chapter_id = $id'
done
ok "no shell was run" test ! -e x
bad "a chapter id twice" 1 " chapters[2].chapter_id: " '.chapters[2].chapter_id = "ch01"'
like "... names it" "$(cat err)" '"ch01"'
bad "two chapter ids twice" 2 " chapters" '.chapters += [.chapters[0, 1]]
	| .chapters[3].order = 4 | .chapters[4].order = 5 | .total_chapters = 5'
bad "a chapter id twice, where the order is wrong as well" 2 " chapters" \
	'.chapters[2] |= (.chapter_id = "ch01" | .order = 7)'
bad "a chapter id twice, in a list that is not in order, one with an error" 2 \
	" chapters[1].title: is empty" '.chapters[0].order = 2
	| .chapters[1] |= (.order = 1 | .chapter_id = "ch01" | .title = "")'
bad "a chapter's title missing" 1 " chapters[2].title: is missing" \
	'del(.chapters[2].title)'
bad "a chapter's title blank" 1 " chapters[2].title: is empty" \
	'.chapters[2].title = "\t"'
bad "a chapter's title an object" 1 " chapters[2].title: is an object" \
	'.chapters[2].title = {}'
bad "order missing" 1 " chapters[0].order: is missing" 'del(.chapters[0].order)'
bad "order twice" 1 " chapters[2].order: " '.chapters[2].order = 1'
for order in 0 -1 4 99999999999 1.5 '"1"' null true '[]'; do
	bad "order $order" 1 " chapters[0].order: " ".chapters[0].order = $order"
done
for v in 7 '"diagram"' true '[]'; do
	bad "visual $v" 1 " chapters[1].visual: is " ".chapters[1].visual = $v"
done
for v in 7 '"diagram"' true '{}'; do
	bad "visuals $v" 1 " chapters[1].visuals: is " \
		".chapters[1] |= (del(.visual) | .visuals = $v)"
done
for v in 7 '"diagram"' null '[]'; do
	bad "visuals[0] $v" 1 " chapters[1].visuals[0]: is " \
		".chapters[1] |= (del(.visual) | .visuals = [$v])"
done
for v in '"photo"' '"Diagram"' '"diagram "' '""' 7 null '[]'; do
	bad "type $v" 1 " chapters[2].visual.type: " ".chapters[2].visual.type = $v"
done
bad "type missing" 1 " chapters[2].visual.type: is missing" \
	'del(.chapters[2].visual.type)'
bad "type, in visuals" 1 " chapters[2].visuals[0].type: " \
	'.chapters[2] |= (.visuals = [.visual] | del(.visual)
		| .visuals[0].type = "x")'
for v in '""' '" "' 7 null '{}'; do
	bad "description $v" 1 " chapters[0].visual.description: is " \
		".chapters[0].visual.description = $v"
done
bad "description missing" 1 " chapters[0].visual.description: is missing" \
	'del(.chapters[0].visual.description)'
for v in 7 false '{}' '["x"]'; do
	bad "image_prompt $v" 1 " chapters[1].visual.image_prompt: is " \
		".chapters[1].visual.image_prompt = $v"
	bad "narration.text $v" 1 " chapters[1].narration.text: is " \
		".chapters[1].narration.text = $v"
done
for v in 7 '"Merhaba."' '[]'; do
	bad "narration $v" 1 " chapters[1].narration: is " \
		".chapters[1].narration = $v"
done
bad "errors of a chapter without a picture" 1 " chapters[1].title: " \
	'.chapters[1] |= (del(.visual) | .title = "")'

# all of them at once
bad "two errors of one chapter" 2 " chapters[1].visual.type: is missing" \
	'.chapters[1].visual = {}'
like "... both are said" "$(cat err)" "description: is missing"
bad "errors here and there" 5 " title: is empty" '.title = ""
	| .total_chapters = 9 | .chapters[0].chapter_id = "a b"
	| .chapters[1].order = 0 | .chapters[2].visual.type = "x"'
cut -d : -f 3 err | paste -sd ' ' - >said
is "... each with its place" "$(cat said)" \
	" title  total_chapters  chapters[0].chapter_id  chapters[1].order  chapters[2].visual.type"
many 20 | jq '.chapters[].title = ""' >bad.json
refused "20 errors" 20 " chapters[19].title: is empty"
many 21 | jq '.chapters[].title = ""' >bad.json
refused "21 errors: 20, and how many more" 21 " chapters[19].title: is empty"
like "... 1 more" "$(tail -n 1 err)" " 1 more"
many 10000 | jq '.chapters[].title = ""' >bad.json
refused "10,000 errors: 20, and how many more" 21 " chapters[0].title: is empty"
like "... 9980 more" "$(tail -n 1 err)" " 9980 more"
bad "a type that would forge a line" 1 " chapters[2].visual.type: " \
	'.chapters[2].visual.type = "x\nsplit-chapters: all is well\u001b[31m"'
is "... has no control bytes" "$(tr -d '[:cntrl:]' <err | wc -c)" \
	"$(($(wc -c <err) - 1))"
bad "a type of a megabyte" 1 " chapters[2].visual.type: " \
	'.chapters[2].visual.type = ("x" * 1000000)'
ok "... is not said in full" test "$(wc -c <err)" -lt 2048

# --- the directory's name

mkdir -p outputs/other
cp good.json outputs/other/chapters.json
fails 65 "an episode in another's directory" \
	split-chapters -o outputs/other/imagegen outputs/other/chapters.json
like "... is said of its id" "$err" \
	"split-chapters: outputs/other/chapters.json: episode_id: "
like "... with what it is" "$err" '"ep"'
like "... and what the directory is called" "$err" '"other"'
ok "... nothing is written" test ! -e outputs/other/imagegen
ok "without -o the directory doesn't matter" \
	split-chapters outputs/other/chapters.json

# --- refused or failed: what was there stays

fresh
age
before=$(sum)
jq '.chapters[2].title = ""' good.json >"$in"
fails 65 "refused" split-chapters -o "$dir" "$in"
is "the former files stand" "$(sum)" "$before"
is "... dates and all" "$(written)" ""

split '.chapters[0].visual.description = "x"'
age
before=$(sum)
jq '.chapters[0].visual.description = ("x" * 5000)' good.json >"$in"
fails 74 "no room for a file" sh -c "trap '' XFSZ; ulimit -f 2
	exec split-chapters -o $dir $in"
like "... is said of that file" "$err" "split-chapters: $dir/ch01.chapter.json: "
is "... the former files stand" "$(sum)" "$before"
is "... and no other is beside them" "$(names "$dir" | wc -w)" 5
fresh
rm "$dir/ch02.chapter.json" "$dir/chapters.mk"
ln -s /dev/full "$dir/ch02.chapter.json"
fails 74 "a full disk" split-chapters -o "$dir" "$in"
like "... is said" "$err" "split-chapters: $dir/ch02.chapter.json: No space left"
ok "... and there is no fragment, which would say that all is there" \
	test ! -e "$dir/chapters.mk"
rm -rf "$dir"
: >"$dir"
fails 73 "a file where the directory should be" split-chapters -o "$dir" "$in"
like "... is said" "$err" "split-chapters: $dir/ch01.chapter.json: "
rm "$dir"

is "all that was to be split above was split" "$splits_failed" 0

# --- many at once

jq . good.json >"$in"
for i in 1 2 3 4 5 6 7 8; do
	split-chapters -o "$dir" "$in" 2>"err.$i" &
done
wait
is "eight at once say nothing" "$(cat err.*)" ""
is "... and leave nothing but the files" "$(names "$dir")" \
	"ch01.chapter.json ch02.chapter.json ch03.chapter.json chapters.index chapters.mk"
is "... which are whole" "$(make -f try.mk; slice ch03 .title)" \
	"ep|ch01 ch02 ch03|ch02 ch03|ch01|1.0
\"Son\""

# --- the examples

for episode in "$top"/outputs.example/*/; do
	id=$(basename "$episode")
	file=$episode/chapters.json
	fails 0 "the example $id" split-chapters -o "outputs/$id/imagegen" "$file"
	is "... silently" "$err" ""
	ok "... is printed as our files are" sh -c \
		'jq . "$1" | cmp - "$1"' sh "$file"
	ok "... counts its words and seconds" jq -e '
		all(.chapters[].narration; .word_count == (.text | split(" ") | length))
		and .estimated_duration_seconds
			== ([.chapters[].narration.estimated_duration_seconds] | add)
		and all(.chapters[]; .narration.estimated_duration_seconds as $seconds
			| all(.overlays[]; .start_offset_seconds
				+ .duration_seconds <= $seconds))' "$file"
done
is "all types of visual are among them" "$(jq -r \
	'.chapters[] | (.visual // .visuals[0]).type' "$top"/outputs.example/*/*.json |
	sort -u | paste -sd ' ' -)" \
	"b_roll diagram screen_share talking_head title_card"

finish
