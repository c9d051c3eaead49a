#!/bin/sh
# gen-prompt: the prompts it composes, the requests, the templates it refuses,
# and what it makes of an LLM's answers.
# shellcheck disable=SC2016 # the dollars are jq's, and those of hostile text
# shellcheck disable=SC1111 # the quotes are meant to be read
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
unset LLM_PROVIDER LLM_MODEL LLM_BASE_URL LLM_TIMEOUT TEMPLATE ANSWERS_DIR \
	MAX_RETRIES IMAGE_GEN_PROVIDER IMAGE_GEN_MODEL IMAGE_GEN_STYLE_PREFIX \
	OPENAI_API_KEY OPENAI_BASE_URL ANTHROPIC_API_KEY ANTHROPIC_BASE_URL \
	LIMN_RUN

cat >t.md <<'EOT'
---
name: small
model: claude-sonnet-5-5
temperature: 0.3
max_tokens: 2048
description: A template: for tests
author: Ada
---

# System

You write prompts.

## Brand guidelines

Ink on
paper.

Calm.
- One

## diagram

Few shapes.

# Instructions

For {{ episode.title }}.

# Input

{{ chapter.title }}/{{ visual_type }}/{{ chapter.visuals[0].description }}/{{ narration_context }}

# Output

{{ not looked at
# Nor this
EOT

cat >slice.json <<'EOT'
{
  "episode_id": "ep",
  "episode_title": "Bitcoin Nedir?",
  "schema_version": "1.1",
  "chapter_id": "ch02",
  "title": "Şifreleme",
  "visual": {
    "type": "diagram",
    "description": "İki anahtar {{ chapter.title }} $(touch x) `touch x`",
    "image_prompt": null
  },
  "narration": {
    "text": "Merhaba {{ episode.id }} $(touch x)."
  }
}
EOT
change() { jq "$@" slice.json; }

# --- what it writes

hash=sha256:$(LC_ALL=C sed '1,/^---[[:space:]]*$/d' t.md |
	LC_ALL=C sed -z 's/^[[:space:]]*//; s/[[:space:]]*$//' |
	sha256sum | cut -c 1-64)
{
	sed '$d' slice.json | sed '$s/$/,/'
	sed "s/HASH/$hash/" <<'EOT'
  "prompt": "A clear, minimalist educational diagram for a video chapter titled “Şifreleme”.\n\nİki anahtar {{ chapter.title }} $(touch x) `touch x`\n\nThe narrator meanwhile says (for the meaning, not to be written in the image): “Merhaba {{ episode.id }} $(touch x).”\n\nFew shapes.\n\nInk on paper.\n\nCalm.\n- One\n\nThere is no text in the image: no words, letters, digits, captions or watermarks.",
  "source": "composed",
  "template": {
    "name": "small",
    "hash": "HASH"
  }
}
EOT
} >want.json
fails 0 'without an LLM, a prompt is composed' gen-prompt -t t.md -o got.json slice.json
is 'a prompt is composed without a message' "$err" ''
ok 'the prompt, byte for byte' cmp got.json want.json
gen-prompt -t t.md <slice.json >got.json
ok 'from standard input to standard output' cmp got.json want.json
gen-prompt --template=t.md - <slice.json >got.json
ok '- is standard input' cmp got.json want.json
gen-prompt -t t.md --output=- -- slice.json >got.json
ok '--output=- is standard output, and -- ends the options' cmp got.json want.json
gen-prompt -t t.md want.json >got.json
ok 'a prompt is a chapter, too: the same bytes' cmp got.json want.json
gen-prompt -t t.md -o new/dir/p.json slice.json
ok 'into a directory that is made' cmp new/dir/p.json want.json
ok 'no command in a chapter was run' test ! -e x

is 'the request' "$(gen-prompt -t t.md --dry-run slice.json)" '{
  "model": "claude-sonnet-5-5",
  "temperature": 0.3,
  "max_tokens": 2048,
  "system": "You write prompts.\n\n## Brand guidelines\n\nInk on\npaper.\n\nCalm.\n- One\n\n## diagram\n\nFew shapes.\n\nFor Bitcoin Nedir?.",
  "user": "Şifreleme/diagram/İki anahtar {{ chapter.title }} $(touch x) `touch x`/Merhaba {{ episode.id }} $(touch x)."
}'

prompt() { gen-prompt -t t.md | jq -r .prompt; }
like 'b_roll begins so' "$(change '.visual.type = "b_roll"' | prompt)" \
	'A calm, atmospheric background scene for'
is 'b_roll has not the part of another type' \
	"$(change '.visual.type = "b_roll"' | prompt | grep -c shapes)" 0
like 'screen_share begins so' \
	"$(change '.visual.type = "screen_share"' | prompt)" \
	'A clean mockup of an invented software interface for'
is 'no narration, no quotation' \
	"$(change '.narration.text = " \n"' | prompt | grep -c narrator)" 0
sed '/^## Brand/,/^Few/d' t.md >plain.md
is 'a template without parts' "$(gen-prompt -t plain.md slice.json |
	jq -r .prompt | sed -n '$p')" \
	'There is no text in the image: no words, letters, digits, captions or watermarks.'
is 'a template without parts: nothing of them is in the prompt' "$(gen-prompt -t plain.md slice.json |
	jq -r .prompt | grep -c -e Ink -e Few)" 0
sed 's/^## Brand guidelines/**Brand Guidelines:**/' t.md >bold.md
is 'a bold heading is one' "$(gen-prompt -t bold.md slice.json | jq .prompt)" \
	"$(jq .prompt want.json)"
sed 's/^Ink on/Ink\non/' t.md >wrapped.md
is 'lines wrapped in another way' \
	"$(gen-prompt -t wrapped.md slice.json | jq .prompt)" \
	"$(jq .prompt want.json)"

# --- the words of the narration

word=$(printf '%074d' 0 | sed 's/0/ş/g')
change --arg w "$word" \
	'.narration.text = "\($w) \($w) \($w) \($w) son"' >long.json
is 'the first words: 299 letters, and a word more would be 303' \
	"$(gen-prompt -t t.md long.json | jq -r .prompt |
		sed -n 's/.*image): “\(.*\)”$/\1/p')" "$word $word $word $word…"
change --arg w "$word" '.narration.text = ($w * 5)' >long.json
is 'one word of 370 letters is cut at 300' \
	"$(gen-prompt -t t.md long.json | jq -r .prompt |
		sed -n 's/.*image): “\(.*\)…”$/\1/p' | tr -d '\n' | wc -m)" 300
request() { gen-prompt -t t.md --dry-run | jq -r '.user | split("/")[-1]'; }
a299=$(printf '%0299d' 0 | tr 0 a)
is 'letter 300 is ş' "$(change --arg a "$a299" '.narration.text = $a + "şb"' |
	request)" "${a299}ş"
is 'letter 300 is an emoji' "$(change --arg a "$a299" \
	'.narration.text = $a + "🟠b"' | request)" "${a299}🟠"
is 'letter 301 is an emoji' "$(change --arg a "$a299" '.narration.text = $a + "a🟠"' |
	request)" "${a299}a"

# --- the author's own prompt

change '.visual.image_prompt = " A {{ chapter.title }}\u0007\t\"₿\"\\\n "' >own.json
gen-prompt -t t.md own.json >got.json
is 'the author'\''s prompt as it is' "$(jq .prompt got.json)" \
	"$(jq .visual.image_prompt own.json)"
is 'the author'\''s prompt: its source' "$(jq -r .source got.json)" author
is 'a blank prompt of the author'\''s is none' "$(change '.visual.image_prompt = " \n"' |
	gen-prompt -t t.md | jq -r .source)" composed
is 'the keys of a prompt, in their order' "$(jq -c keys_unsorted got.json)" \
	'["episode_id","episode_title","schema_version","chapter_id","title","visual","narration","prompt","source","template"]'

# --- chapters.json, in both spellings

jq '{chapters: [{}, del(.episode_id, .episode_title, .schema_version) +
	{order: 2, notes: "x"}]}' slice.json >chapters.json
jq '.chapters[1] |= (.visuals = [.visual, {type: "rubbish"}] | del(.visual))' \
	chapters.json >list.json
for f in chapters list; do
	jq '.chapters[1]' $f.json | gen-prompt -t t.md >$f.got
	is "a chapter of $f.json" "$(jq -c '[.episode_id, .episode_title,
		.schema_version, .prompt]' $f.got)" \
		"$(jq -c '[null, null, null, .prompt]' want.json)"
done
ok 'both spellings of visual: the same bytes' cmp chapters.got list.got
is 'a title that is not known is empty' "$(jq '.chapters[1]' list.json |
	gen-prompt -t t.md --dry-run | jq -r .system | sed -n '$p')" 'For .'

# --- which template

mkdir -p here/prompts
sed 's/^name: .*/name: here/' t.md >here/prompts/imagegen.md
sed 's/^name: .*/name: env/' t.md >env.md
name() { jq -r .template.name; }
is 'the template is prompts/imagegen.md' "$(cd here && gen-prompt ../slice.json | name)" here
is 'TEMPLATE goes before prompts/imagegen.md' \
	"$(cd here && TEMPLATE=../env.md gen-prompt ../slice.json | name)" env
is 'an empty TEMPLATE is none' \
	"$(cd here && TEMPLATE='' gen-prompt ../slice.json | name)" here
is '-t goes before TEMPLATE' "$(cd here &&
	TEMPLATE=../env.md gen-prompt -t ../t.md ../slice.json | name)" small
is 'the name of limn'\''s template' "$(gen-prompt -t "$top/prompts/imagegen.md" slice.json |
	name)" imagegen
is 'limn'\''s template: all places are filled in' "$(gen-prompt -t "$top/prompts/imagegen.md" --dry-run \
	slice.json | jq -r .user)" 'Chapter title: Şifreleme
Visual type: diagram
Visual description: İki anahtar {{ chapter.title }} $(touch x) `touch x`
Narration context (its beginning): Merhaba {{ episode.id }} $(touch x).'
for type in diagram b_roll screen_share; do
	is "limn's template has guidelines for all and for $type" "$(change --arg t $type \
		'.visual.type = $t' | gen-prompt -t "$top/prompts/imagegen.md" |
		jq -r .prompt | grep -c '^$')" 5
done

# --- BOM, CRLF and the hash

{
	printf '\357\273\277'
	sed 's/$/\r/' t.md
} >dos.md
gen-prompt -t dos.md --dry-run slice.json >got.json
gen-prompt -t t.md --dry-run slice.json >unix.json
ok 'BOM and CRLF: the same request' cmp got.json unix.json
is 'BOM and CRLF: the same prompt' "$(gen-prompt -t dos.md slice.json | jq .prompt)" \
	"$(jq .prompt want.json)"
for f in dos.md "$top/prompts/imagegen.md"; do
	is "the hash of ${f##*/}, by sed and sha256sum" \
		"$(gen-prompt -t "$f" slice.json | jq -r .template.hash)" \
		"sha256:$(LC_ALL=C sed '1,/^---[[:space:]]*$/d' "$f" |
			LC_ALL=C sed -z 's/^[[:space:]]*//; s/[[:space:]]*$//' |
			sha256sum | cut -c 1-64)"
done
hash() { gen-prompt -t "$1" slice.json | jq -r .template.hash; }
is 'the front matter is not hashed' "$(hash env.md)" "$hash"
{ cat t.md && printf ' \t\n\n'; } >blank.md
is 'blank space at the end is not hashed' "$(hash blank.md)" "$hash"
{ cat t.md && echo x; } >more.md
ok 'a note at the end is hashed' test "$(hash more.md)" != "$hash"

# --- --stamp

state() { stat -c '%i %y' p.json; }
date_of() { stat -c %Y "$1"; }
past=$(date -d 2020-01-01 +%s)
now=$(date +%s)
gen-prompt -t t.md -o p.json --stamp p.stamp slice.json
ok '--stamp, the first time: the prompt' cmp p.json want.json
is '--stamp, the first time: an empty stamp' "$(stat -c %s p.stamp)" 0
touch -d 2020-01-01 p.json p.stamp
before=$(state)
gen-prompt -t t.md -o p.json --stamp p.stamp slice.json
is '--stamp, the same prompt: left alone' "$(state)" "$before"
ok '--stamp, the same prompt: the stamp is dated' test "$(date_of p.stamp)" -ge "$now"
touch -d 2020-01-01 p.stamp
gen-prompt -t more.md -o p.json --stamp p.stamp slice.json
is 'another template, the same prompt: keeps its date' "$(date_of p.json)" "$past"
is 'another template, the same prompt: has the new hash' "$(jq -r .template.hash p.json)" "$(hash more.md)"
is 'another template, the same prompt: nothing else is new' "$(jq 'del(.template)' p.json)" \
	"$(jq 'del(.template)' want.json)"
ok 'another template, the same prompt: the stamp is dated' test "$(date_of p.stamp)" -ge "$now"
gen-prompt -t env.md -o p.json --stamp p.stamp slice.json
is 'another name of the template: keeps its date' "$(date_of p.json)" "$past"
is 'another name of the template: has the new name' "$(jq -r .template.name p.json)" env
sed 's/^Few shapes/More shapes/' t.md >edited.md
change '.visual.type = "b_roll"' >broll.json
gen-prompt -t t.md -o p.json broll.json
touch -d 2020-01-01 p.json
gen-prompt -t edited.md -o p.json --stamp p.stamp broll.json
is 'the part of another type edited: keeps its date' "$(date_of p.json)" "$past"
gen-prompt -t t.md -o p.json slice.json
touch -d 2020-01-01 p.json
gen-prompt -t edited.md -o p.json --stamp p.stamp slice.json
ok 'another prompt: has a new date' test "$(date_of p.json)" -ge "$now"
is 'another prompt: has the new hash' "$(jq -r .template.hash p.json)" "$(hash edited.md)"
touch -d 2020-01-01 p.json
change '.narration.text += "x"' | gen-prompt -t edited.md -o p.json --stamp p.stamp
ok 'another narration: replaced' test "$(stat -c %Y p.json)" -ge "$now"
gen-prompt -t edited.md -o p.json slice.json
touch -d 2020-01-01 p.json
gen-prompt -t edited.md -o p.json slice.json
ok 'without --stamp: replaced' test "$(stat -c %Y p.json)" -ge "$now"
for old in 'not JSON' '{"template": 1}' '[]' '' "$(jq 'del(.template)' want.json)"; do
	printf '%s' "$old" >p.json
	gen-prompt -t t.md -o p.json --stamp p.stamp slice.json
	ok "an old file of ${#old} useless bytes: replaced" cmp p.json want.json
done
chmod 0 p.json
gen-prompt -t t.md -o p.json --stamp p.stamp slice.json
ok 'an old file that nobody may read: replaced' cmp p.json want.json
rm -f p.json p.stamp
mkfifo p.json
timeout 10 jq -c . p.json >fifo.got &
ok 'a FIFO is written to, not waited for' timeout 10 \
	gen-prompt -t t.md -o p.json --stamp p.stamp slice.json
wait
is 'a FIFO gets all of the prompt' "$(jq -c . want.json)" "$(cat fifo.got)"
rm -f p.json p.stamp
fails 65 'a failure with --stamp' gen-prompt -t t.md -o p.json \
	--stamp p.stamp t.md
ok 'a failure with --stamp leaves no stamp' test ! -e p.stamp

# --- templates that are refused, and where

# bad WHERE TEXT SED-SCRIPT: the template, edited so, is refused
bad() {
	sed "$3" t.md >bad.md
	fails 65 "refused at $1: $2" gen-prompt -t bad.md slice.json
	like "refused at $1: $2: the place is said" "$err" "gen-prompt: bad.md:$1: "
	ok "refused at $1: $2: the reason is said" test "${err#*"$2"}" != "$err"
	is "refused at $1: $2: in one line" "$(printf '%s\n' "$err" | wc -l)" 1
}
bad 1:1 'the front matter is missing' 1d
bad 1:1 'the front matter is missing' '1s/.*/----/'
bad 1:1 'the front matter is missing' '1s/^/ /'
bad 1:1 'the front matter has no end' '8d'
bad 1:1 'the front matter has no end' '8s/^/ /'
for field in name model temperature max_tokens description author; do
	bad 7:1 "$field is missing" "/^$field:/d"
done
bad 3:1 'model is empty' '3s/:.*/:/'
bad 3:1 'model is empty' "3s/:.*/: ' '/"
bad 3:1 'name is there twice' '3s/.*/name: x/'
bad 3:3 'the key Model is not known' '3s/.*/  Model : x/'
bad 5:1 'the key top_p is not known' '5s/^/top_p: 1\n/'
bad 5:1 'mäx is not "key: value"' '5s/.*/mäx/'
bad 4:14 'warm is not a number from 0 to 2' '4s/:.*/: warm/'
bad 4:14 '2.1 is not a number' '4s/:.*/: 2.1/'
bad 4:14 '-1 is not a number' '4s/:.*/: -1/'
bad 4:14 'nan is not a number' '4s/:.*/: nan/'
bad 4:14 '0x1 is not a number' '4s/:.*/: 0x1/'
bad 4:14 '. is not a number' '4s/:.*/: ./'
bad 4:15 '0.3 # low is not a number' '4s/:.*/:  0.3 # low/'
bad 5:13 'many is not a number from 1 to 1000000' '5s/:.*/: many/'
bad 5:13 '0 is not a number' '5s/:.*/: 0/'
bad 5:13 '2.5 is not a number' '5s/:.*/: 2.5/'
bad 5:13 '9999999999999999999999999999999999 is not' \
	'5s/:.*/: 9999999999999999999999999999999999/'
bad 2:7 'the quote is not closed' "2s/:.*/: 'x/"
bad 2:7 'the quote is not closed' '2s/:.*/: "/'
bad 2:7 'the quote is not closed' '2s/:.*/: "a" "b"/'
bad 9:3 'text before the first section' '9s/.*/  Hallo/'
bad 10:1 '# Role is not a section; there are # System, # Instructions, # Input' \
	'10s/.*/# Role/'
bad 25:1 '# System is there twice' '25s/.*/# System/'
bad 31:1 '# Input is empty' '/^{{ chapter/d'
bad 22:1 '# System is missing' '10,25d'
bad 30:1 '# Input is missing' '/^# Input/,$d'
bad 28:5 '{{ chapter.titel }} is not known; use one of chapter.title, ' \
	'28s/{.*/{{ chapter.titel }}/'
bad 31:8 '{{ b }} is not known' '31s/.*/Ağ ₿🟠: {{ b }}/'
bad 31:1 '{{ chapter.visuals[1].type }} is not known' \
	'31s/.*/{{ chapter.visuals[1].type }}/'
for place in '' 'chapter . title' 'chapter.title[300]' 'chapter.title[:]' \
	'chapter.title[:-1]' 'chapter.title[:x]' 'chapter.title[1:2]' \
	'chapter.title[:1' 'chapter.title[:1] x' 'chapter.title[:1234567890]' \
	'chapter.title x' 'Chapter.title' '{ chapter.title' 'chapter.title|upper' \
	'chapter.title[                                        :1]'; do
	bad 31:1 "{{ $place }} is not known" "31s/.*/{{ $place }}/"
done
bad 12:19 '{{ is not closed' '12s/$/{{ chapter.title }/'
bad 12:19 '{{ is not closed' '12s/$/{{/'
bad 12:19 '{{ is not closed' '12s/$/{{ chapter.title\n}}/'
bad 31:1 '{% is not understood' '31s/^/{% if x %}/'
bad 31:4 'the byte 0xff is not text' '31s/.*/Ağ \xff/'
bad 31:1 'the byte 0xc0 is not text' '31s/.*/\xc0\xaf/'
bad 31:1 'the byte 0xe0 is not text' '31s/.*/\xe0\x80\xaf/'
bad 31:1 'the byte 0xf0 is not text' '31s/.*/\xf0\x80\x80\xaf/'
bad 31:1 'the byte 0xed is not text' '31s/.*/\xed\xa0\x80/'
bad 31:1 'the byte 0xf4 is not text' '31s/.*/\xf4\x90\x80\x80/'
bad 31:2 'the byte 0x00 is not text' '31s/.*/x\x00/'
bad 37:1 'the byte 0xc5 is not text' '$s/.*/\xc5/'

printf '\377\376-\000-\000-\000' >bad.md
fails 65 'UTF-16 is refused' gen-prompt -t bad.md slice.json
: >bad.md
fails 65 'an empty template is refused' gen-prompt -t bad.md slice.json
{ cat t.md && head -c 262144 /dev/zero | tr '\0' x; } >bad.md
fails 65 'a template of over 256 KiB is refused' gen-prompt -t bad.md slice.json
like 'a template of over 256 KiB: the message' "$err" 'bad.md: more than 262144 bytes'
sed 's/^Few.*/{{ chapter.narration.text }}/' t.md >bad.md
change --arg n "$(printf '%01000d' 0)" '.narration.text = $n * 1100' >big.json
fails 0 'a narration of 1 MB' gen-prompt -t bad.md -o p.json big.json
is 'a narration of 1 MB is in the prompt' "$(jq '.prompt | length > 1100000' \
	p.json)" true
fails 0 'a narration of 1 MB is in the request' gen-prompt -t bad.md --dry-run big.json
four='{{ chapter.narration.text }}'
four=$four$four$four$four
sed "s/^Few.*/$four/" t.md >bad.md
fails 65 'a narration of 1 MB, four times, is too much' gen-prompt -t bad.md --dry-run big.json
like 'a narration of 1 MB, four times: the message' "$err" 'bad.md: more than 4194304 bytes when its places'
fails 65 'a narration of 1 MB, four times in a part, is too much' gen-prompt -t bad.md big.json
size=$(sed '/^# Input/,$d' t.md | wc -c)
i=0
while [ $i -lt "$size" ]; do
	head -c $i t.md >bad.md
	gen-prompt -t bad.md slice.json >/dev/null 2>&1
	[ $? -eq 65 ] || break
	i=$((i + 7))
done
ok 'the template cut off anywhere is refused' test $i -ge "$size"

# --- chapters that are refused

fails 65 'a title_card has no prompt' \
	sh -c 'jq ".visual.type = \"title_card\"" slice.json | gen-prompt -t t.md'
is 'a title_card: the message says who draws it' "$err" 'gen-prompt: standard input: visual.type: a title_card needs no prompt; placeholder-png draws it'
change '.visual.type = "talking_head"' >bad.json
fails 65 'a talking_head has no prompt' gen-prompt -t t.md bad.json
fails 65 'a talking_head has no request' gen-prompt -t t.md --dry-run bad.json
change 'del(.visual)' >bad.json
fails 65 'a chapter without a picture' gen-prompt -t t.md bad.json
change '.visual.description = ""' >bad.json
fails 65 'a chapter without a description' gen-prompt -t t.md bad.json
like 'a chapter without a description: the message says where' "$err" 'bad.json: visual.description: is empty'
printf '{"title": "\377"}' >bad.json
fails 65 'a chapter in no UTF-8' gen-prompt -t t.md bad.json
head -c 100000 /dev/zero | tr '\0' '[' >bad.json
fails 65 'a chapter of deep nesting' gen-prompt -t t.md bad.json
: >bad.json
fails 65 'an empty chapter' gen-prompt -t t.md bad.json

# --- usage, environment, failures

fails 64 'an unknown option' gen-prompt --frobnicate slice.json
fails 64 'two files' gen-prompt -t t.md slice.json slice.json
fails 64 '--stamp without -o' gen-prompt -t t.md --stamp s slice.json
fails 64 '--stamp with -o -' gen-prompt -t t.md -o - --stamp s slice.json
fails 64 '--stamp with --dry-run' \
	gen-prompt -t t.md -o p.json --stamp s --dry-run slice.json
fails 66 'no such chapter' gen-prompt -t t.md none.json
like 'no such chapter: it is named' "$err" 'none.json: No such file'
fails 66 'no such template' gen-prompt -t none.md slice.json
fails 66 'no such TEMPLATE' env TEMPLATE=none.md gen-prompt slice.json
if gen-prompt slice.json >/dev/null 2>&1; then
	skip 'no template at all' 'one is installed'
else
	fails 66 'no template at all' gen-prompt slice.json
	like 'no template at all: the message says what to do' "$err" 'prompts/imagegen.md'
fi
for p in '' none; do
	fails 0 "LLM_PROVIDER='$p'" env LLM_PROVIDER=$p gen-prompt -t t.md slice.json
	is "LLM_PROVIDER='$p' composes" "$(printf '%s' "$out" | jq -r .source)" composed
done
fails 78 'a provider that there is not' gen-prompt --provider=oracle -t t.md slice.json
is 'a provider that there is not: the message has those there are' "$err" \
	'gen-prompt: LLM_PROVIDER: there is no such provider; use openai, anthropic or none'

fails 74 '/dev/full' sh -c 'gen-prompt -t t.md slice.json >/dev/full'
fails 74 '-o /dev/full' gen-prompt -t t.md -o /dev/full slice.json
fails 74 '--dry-run to /dev/full' gen-prompt -t t.md --dry-run -o /dev/full slice.json
fails 74 '--help to /dev/full' sh -c 'gen-prompt --help >/dev/full'
fails 74 'a closed pipe' unread sh -c "trap '' PIPE; exec gen-prompt -t t.md big.json"
like 'a closed pipe: the message' "$err" 'gen-prompt: standard output: Broken pipe'
cp want.json p.json
fails 65 'bad input' gen-prompt -t t.md -o p.json t.md
ok 'bad input leaves the old output' cmp p.json want.json
fails 73 'no directory to write to' gen-prompt -t t.md -o t.md/p.json slice.json
fails 74 'a directory is no chapter' gen-prompt -t t.md .
mkdir limited
cp want.json limited/p.json
(
	ulimit -f 0
	trap '' XFSZ
	exec gen-prompt -t edited.md -o limited/p.json slice.json
) 2>/dev/null
is 'a full disk' $? 74
ok 'a full disk leaves the old output' cmp limited/p.json want.json
is 'a full disk: nothing is left over' "$(ls -A limited)" p.json

printf 'ch01\nch02\n' >index
fails 0 '--progress' env NO_COLOR=1 gen-prompt -t t.md --progress=index -o p.json slice.json
is '--progress says what was done' "$err" '    2/2  ch02  prompt  composed'
fails 0 '--progress of the author'\''s own' env NO_COLOR=1 gen-prompt -t t.md --progress=index -o p.json own.json
is '--progress says that it is the author'\''s own' "$err" '    2/2  ch02  prompt  author'

# --- what an LLM is asked

is 'Anthropic: the request, without a key' \
	"$(gen-prompt --provider=anthropic -t t.md --dry-run slice.json)" \
	'{"model":"claude-sonnet-5-5","system":"You write prompts.\n\n## Brand guidelines\n\nInk on\npaper.\n\nCalm.\n- One\n\n## diagram\n\nFew shapes.\n\nFor Bitcoin Nedir?.","messages":[{"role":"user","content":"Şifreleme/diagram/İki anahtar {{ chapter.title }} $(touch x) `touch x`/Merhaba {{ episode.id }} $(touch x)."}],"max_tokens":2048,"thinking":{"type":"between_tools"},"output_config":{"effort":"low"}}'
is 'OpenAI: the request' \
	"$(gen-prompt --provider=openai -t t.md --dry-run slice.json)" \
	'{"model":"gpt-6-luna","messages":[{"role":"system","content":"You write prompts.\n\n## Brand guidelines\n\nInk on\npaper.\n\nCalm.\n- One\n\n## diagram\n\nFew shapes.\n\nFor Bitcoin Nedir?."},{"role":"user","content":"Şifreleme/diagram/İki anahtar {{ chapter.title }} $(touch x) `touch x`/Merhaba {{ episode.id }} $(touch x)."}],"max_completion_tokens":2048,"reasoning_effort":"none"}'
is 'the author'\''s own: no request' \
	"$(gen-prompt --provider=openai -t t.md --dry-run own.json)" null
request() { # PROVIDER [OPTION...]: what is asked, but for the texts
	provider=$1
	shift
	gen-prompt --provider="$provider" -t t.md --dry-run "$@" slice.json |
		jq -c 'del(.system, .messages)'
}
is 'a model that takes a temperature gets it' "$(request anthropic -m claude-sonnet-4-6)" \
	'{"model":"claude-sonnet-4-6","max_tokens":2048,"temperature":0.3}'
is 'a model that can do without thinking is told to' "$(request anthropic -m claude-haiku-5-5)" \
	'{"model":"claude-haiku-5-5","max_tokens":2048,"thinking":{"type":"disabled"}}'
is 'a model that always thinks is told to think little' "$(request anthropic -m claude-opus-5-5)" \
	'{"model":"claude-opus-5-5","max_tokens":2048,"output_config":{"effort":"low"}}'
is 'a model that takes a temperature only without thinking gets both' "$(request openai -m gpt-5.6-luna)" \
	'{"model":"gpt-5.6-luna","max_completion_tokens":2048,"temperature":0.3,"reasoning_effort":"none"}'

model() { request "$@" | jq -r .model; }
is 'LLM_MODEL goes before the template' \
	"$(LLM_MODEL=claude-haiku-5-5 model anthropic)" claude-haiku-5-5
is '-m goes before LLM_MODEL' \
	"$(LLM_MODEL=claude-haiku-5-5 model anthropic -m claude-opus-5-5)" claude-opus-5-5
is 'an empty LLM_MODEL is none' "$(LLM_MODEL='' model anthropic)" claude-sonnet-5-5
is 'OpenAI, and a template that names a Claude: the catalogue'\''s default' \
	"$(model openai)" "$(jq -r .defaults.LLM_MODEL "$top/tools/models.json")"
is 'LLM_MODEL goes before the catalogue'\''s default' "$(LLM_MODEL=gpt-5.6-luna model openai)" gpt-5.6-luna
sed 's/^model: .*/model: gpt-6.1-terra/' t.md >gpt.md
is 'OpenAI, and a template that names one of theirs: that' "$(gen-prompt -t gpt.md \
	--provider=openai --dry-run slice.json | jq -r .model)" gpt-6.1-terra
fails 78 'Anthropic, and a template that names one of OpenAI'\''s' \
	gen-prompt -t gpt.md --provider=anthropic --dry-run slice.json
is 'Anthropic, and a template that names one of OpenAI'\''s: the message' "$err" 'gen-prompt: gpt.md: model: gpt-6.1-terra is not one that anthropic has; set LLM_MODEL'
sed 's/^model: .*/model: claude-haiku-4-5/' t.md >alias.md
is 'OpenAI, and a template with a Claude'\''s alias: the catalogue'\''s default' "$(gen-prompt -t alias.md --provider=openai --dry-run slice.json | jq -r .model)" \
	"$(jq -r .defaults.LLM_MODEL "$top/tools/models.json")"
sed 's/^model: .*/model: claude-sonet/' t.md >typo.md
for p in openai anthropic; do
	fails 78 "a model that $p never had" \
		gen-prompt -t typo.md --provider=$p --dry-run slice.json
	like "a model that $p never had: the message" "$err" 'gen-prompt: claude-sonet: limn knows no'
	is "a model that $p never had: a server of one's own may have it" "$(LLM_BASE_URL=http://localhost:9 \
		gen-prompt -t typo.md --provider=$p --dry-run slice.json |
		jq -c '[.model, .max_tokens, .temperature]')" \
		'["claude-sonet",2048,0.3]'
done
fails 78 'a retired model' gen-prompt -t t.md --provider=anthropic \
	-m claude-sonnet-4-20250514 slice.json
like 'a retired model: the message says since when, and what to set' "$err" \
	'claude-sonnet-4-20250514 was retired on 2026-06-15; set LLM_MODEL='
sed 's/^max_tokens: .*/max_tokens: 128001/' t.md >tokens.md
fails 78 'more tokens than it writes' \
	gen-prompt -t tokens.md --provider=anthropic --dry-run slice.json
is 'more tokens than it writes: the message says where' "$err" 'gen-prompt: tokens.md: max_tokens: claude-sonnet-5-5 writes no more than 128000; lower it in the template'
{
	sed '/^# Input/,$d' t.md
	printf '# Input\n{{ episode.title }}\n'
} >empty.md
jq 'del(.episode_title)' slice.json >untitled.json
fails 65 'a chapter that leaves nothing to ask' \
	gen-prompt -t empty.md --provider=openai --dry-run untitled.json
is 'a chapter that leaves nothing to ask: the message says where' "$err" 'gen-prompt: empty.md: # Input is empty when its places are filled in from this chapter; write more into it'
is 'a chapter that leaves nothing to ask, without an LLM: no error' "$(gen-prompt -t empty.md --dry-run untitled.json | jq .user)" '""'
fails 0 '--models needs no input' gen-prompt --models
like '--models lists the models' "$out" claude-sonnet-5-5
fails 77 'no key' gen-prompt -t t.md --provider=anthropic slice.json
like 'no key: the message says which' "$err" 'gen-prompt: ANTHROPIC_API_KEY is not set; '
fails 0 'no key is needed for the author'\''s own' \
	gen-prompt -t t.md --provider=anthropic --answers=never own.json
ok 'no store is made for the author'\''s own' test ! -e never

# --- what becomes of its answers

mock_start --
export ANTHROPIC_API_KEY=sk-ant-test OPENAI_API_KEY=sk-oai-test LLM_PROVIDER=anthropic
ask() { gen-prompt -t t.md "$@" slice.json; }
last() { tail -n 1 "$mock/log" | jq -r "$1"; }
fails 0 'an LLM is asked' ask -o llm.json
is 'an LLM is asked without a message' "$err" ''
is 'the keys of an LLM'\''s prompt' "$(jq -c keys_unsorted llm.json)" \
	'["episode_id","episode_title","schema_version","chapter_id","title","visual","narration","prompt","source","template","llm"]'
is 'the keys of what is known of the answer' "$(jq -c '.llm | keys_unsorted' llm.json)" \
	'["provider","model","params","request_sha256","request_id","bought_at","run","input_tokens","output_tokens","cost_usd","cost_source"]'
is 'whose prompt it is' "$(jq -c '[.source, .llm.provider, .llm.model, .llm.cost_source,
	.llm.run]' llm.json)" '["llm","anthropic","claude-sonnet-5-5","measured",null]'
is 'Anthropic: the key is in its header' "$(last '.headers["x-api-key"]')" sk-ant-test
is 'Anthropic: the version is in its header' "$(last '.headers["anthropic-version"]')" 2023-06-01
ask --dry-run >body
is 'what is sent is what a dry run says' "$(last '.body | tojson')" "$(jq -c . body)"
is 'the hash is that of the address and what is sent' "$(jq -r .llm.request_sha256 llm.json)" \
	"sha256:$({ printf '%s/v1/messages\n' "$api" && cat body; } | sha256sum | cut -c 1-64)"
is 'an LLM is asked once' "$(calls messages)" 1
ask --provider=openai -o oai.json
is 'OpenAI: whose prompt it is' "$(jq -c '[.source, .llm.provider, .llm.model, .llm.cost_source]' \
	oai.json)" '["llm","openai","gpt-6-luna","measured"]'
is 'OpenAI: the key is in its header' "$(last '.headers.authorization')" 'Bearer sk-oai-test'
is 'OpenAI: the path of its address' "$(last .path)" /v1/chat/completions
ask -m claude-opus-5-5 -o opus.json
ok 'thoughts are passed over' test "$(jq '.prompt | length' opus.json)" -gt 500
is 'a local model is free' "$(ask --provider=openai -m local-llama |
	jq -c '[.llm.model, .llm.cost_usd + 0]')" '["local-llama",0]'

prose=$(printf 'word %.0s' $(seq 160))
prose=${prose% }
says() { # TEXT [STOP]: the next answer is that
	script "$(jq -cn --arg t "$1" --arg s "${2-end_turn}" '{route: "messages",
		body: {id: "msg", type: "message", role: "assistant", model: "m",
		content: [{type: "text", text: $t}], stop_reason: $s,
		usage: {input_tokens: 1000, output_tokens: 100}}}')"
}
says "Here is the prompt:

\`\`\`
“$prose”
\`\`\`"
is 'what is around a prompt is taken off' "$(ask | jq -r .prompt)" "$prose"
says "$prose"
is 'tokens and cost' "$(ask | jq -c '[.llm.input_tokens, .llm.output_tokens,
	.llm.cost_usd]')" '[1000,100,0.003]'
script "$(jq -cn --arg t "$prose" '{route: "messages", body: {content:
	[{type: "text", text: $t}]}}')"
is 'an answer without usage is estimated' "$(ask | jq -c '[.llm.input_tokens,
	.llm.cost_source, .llm.cost_usd > 0.02]')" '[null,"estimated",true]'

refused='“İki anahtar {{ chapter.title }} $(touch x) `touch x`”: reword visual.description, give visual.image_prompt, or put a picture at own/ch02.png of the episode'
cp want.json p.json
says 'I' refusal
fails 10 'a refusal' ask -o p.json
is 'a refusal: the message has the ways out' "$err" "gen-prompt: ch02: prompt: refused by the LLM; $refused"
ok 'a refusal leaves the old output' cmp p.json want.json
script '{"route":"chat","body":{"choices":[{"message":{"content":null,"refusal":"I can not."},"finish_reason":"stop"}]}}'
fails 10 'a refusal in words' ask --provider=openai
is 'a refusal in words: the message has them' "$err" "gen-prompt: ch02: prompt: refused by the LLM: I can not.; $refused"
script '{"route":"chat","body":{"choices":[{"message":{"content":"A"},"finish_reason":"content_filter"}]}}'
fails 10 'a refusal by a filter' ask --provider=openai
script '{"route":"chat","status":400,"body":{"error":{"message":"No.","type":"invalid_request_error","code":"content_policy_violation"}}}'
fails 10 'a refusal by a policy' ask --provider=openai
like 'a refusal by a policy: the message has the ways out' "$err" "; $refused"
script '{"route":"messages","body":{"content":[],"stop_reason":"refusal"}}'
fails 10 'a refusal of the chapter that was named' ask --chapter=ch77
like 'a refusal of the chapter that was named: it is in the message' "$err" 'gen-prompt: ch77: prompt: refused by the LLM; '
like 'a refusal of the chapter that was named: where its picture may be put' "$err" own/ch77.png
refuses_in_words() { # TEXT
	says "$1"
	fails 10 "a refusal in an answer's words: $1" ask -o p.json
	like "a refusal in an answer's words: $1: the message" "$err" "prompt: refused by the LLM: $1; “"
	ok "a refusal in an answer's words: $1: the old output stays" cmp p.json want.json
}
refuses_in_words "I'm sorry, but I can't help with that."
refuses_in_words "Üzgünüm, bu konuda yardımcı olamam."
refuses_in_words "Es tut mir leid, dabei kann ich nicht helfen."
says 'No.'
fails 10 'fewer than 8 words' ask -o p.json
like 'fewer than 8 words are quoted' "$err" "the LLM wrote no prompt, but 1 word: No.; “"
is "fewer than 8 words of the author's own are a prompt" "$(jq '.visual.image_prompt = "A cat."' slice.json | gen-prompt -t t.md | jq -r .prompt)" "A cat."
script "$(jq -cn --arg t "$prose" '{route: "messages", body: {content: $t}}')"
fails 76 'a string where a list should be' ask -o p.json
script "$(jq -cn --arg t "$prose" '{route: "chat", body: {content: $t}}')"
fails 76 'a string where a list should be, of OpenAI' ask --provider=openai -o p.json

sed 's/^temperature: .*/temperature: 1.5/' t.md >hot.md
n=$(calls messages)
fails 78 'a temperature that Anthropic has not' env LLM_MODEL=claude-sonnet-4-6 gen-prompt --provider=anthropic -t hot.md slice.json
like 'a temperature that Anthropic has not: the message names the line' "$err" "gen-prompt: hot.md:$(grep -n ^temperature hot.md | cut -d: -f1): temperature: claude-sonnet-4-6 takes 0 to 1; lower it in the template"
is 'a temperature that Anthropic has not: nobody is asked' "$(calls messages)" "$n"
fails 66 'a template that is not there' gen-prompt -t nope.md slice.json
like 'a template that is not there: the message says what to do' "$err" "nope.md: No such file or directory; name a template with -t or TEMPLATE"
unusable() { # WORDS TEXT [STOP]
	says "$2" "${3-end_turn}"
	fails 76 "unusable: $1" ask -o p.json
	like "unusable: $1: the chapter is said" "$err" "gen-prompt: ch02: prompt: "
	ok "unusable: $1: the reason is said" test "${err#*"$1"}" != "$err"
	ok "unusable: $1: the old output stays" cmp p.json want.json
}
unusable 'the answer is cut off; raise max_tokens in the template' "$prose" max_tokens
unusable 'the answer is cut off' "$prose" model_context_window_exceeded
unusable 'the answer has no text in it; ask again with --force (in make: FORCE=1 CHAPTER=ch02)' ''
unusable 'the answer has no text in it' '"```"'
unusable 'the answer has {{ in it' "$prose {{ chapter.title }}"
unusable 'the answer has the control byte 0x1b in it' "$prose $(printf '\033')[1m"
unusable 'the answer has the control byte 0x9b in it' "$prose $(printf '\302\233')"
script '{"route":"messages","body":"<html>","type":"text/html"}'
fails 76 'what is not the API is no prompt' ask
script '{"route":"messages","body":"not JSON"}'
fails 76 'not JSON is no prompt' ask

# --- what the image model takes

four=$(printf 'ş ş ş ş ş ş ş %03954d' 0 | sed 's/0/ş/g')
dalle() { env IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_STYLE_PREFIX="$1" \
	gen-prompt -t t.md slice.json; }
style=$(printf '%032d' 0 | sed 's/0/ğ/g')
says "$four"
fails 0 '4000 letters with the style' dalle "$style"
says "$four"
fails 76 '4001 letters with the style' dalle "${style}x"
like '4001 letters with the style: the message says how many' "$err" 'the prompt has 3968 letters, and the image model takes 3967; '
says "$four$four"
fails 0 'nobody counts for a storyboard' env IMAGE_GEN_PROVIDER=storyboard \
	gen-prompt -t t.md slice.json
mock_reset
fails 78 'an image model that there is not' env OPENAI_BASE_URL= \
	IMAGE_GEN_MODEL=dall-e-9 gen-prompt -t t.md slice.json
is 'an image model that there is not: nothing is bought' "$(calls messages)" 0

# --- what somebody should look at

says 'A very short prompt of just eight words.'
fails 0 'a short prompt' ask --answers=doubts
is 'a short prompt is warned of' "$err" 'gen-prompt: ch02: prompt: the prompt has 8 words, not 150 to 250; look at it before it is drawn'
fails 0 'a short prompt again' ask --answers=doubts
is 'a short prompt is not warned of again' "$err" ''
says "$prose A box labeled “BTC”."
fails 0 'a prompt for lettering' ask
is 'a prompt for lettering is warned of' "$err" 'gen-prompt: ch02: prompt: the prompt asks for lettering, “labeled”, which image models misspell; look at it before it is drawn'
says "$prose No box is labeled."
fails 0 'a prompt for no lettering' ask
is 'a prompt for no lettering is not warned of' "$err" ''

# --- the store

mock_reset
ask --answers=store -o one.json
ask --answers=store -o two.json
is 'the same request twice is bought once' "$(calls messages)" 1
ok 'the same request twice: the same file' cmp one.json two.json
jq '.chapter_id = "ch09" | .episode_id = "other"' slice.json |
	ANSWERS_DIR=store gen-prompt -t t.md -o three.json
is 'the same request for another chapter is not bought again' "$(calls messages)" 1
is 'the same request for another chapter: it has its own id' "$(jq -c '[.episode_id, .chapter_id]' three.json)" '["other","ch09"]'
is '--episode-id and --chapter name the episode and the chapter' "$(ask --answers=store --episode-id=-Q --chapter=c9 |
	jq -c '[.episode_id, .chapter_id]')" '["-Q","c9"]'
ANSWERS_DIR=store ask --answers= >/dev/null
is 'an empty --answers is none' "$(calls messages)" 2
ask --answers=store --force -o four.json
is '--force buys anew' "$(calls messages)" 3
ok '--force has the new answer' test "$(jq -r .llm.request_id four.json)" != \
	"$(jq -r .llm.request_id one.json)"
is 'LIMN_RUN is the run that bought it' "$(LIMN_RUN=r1 ask --answers=store --force | jq -r .llm.run)" r1
fails 0 'without a key, from the store' env ANTHROPIC_API_KEY= \
	gen-prompt -t t.md --answers=store slice.json
mock_reset
says "$prose" refusal
fails 10 'a refusal is kept in the store' ask --answers=refusals --defaults=never.json
ok 'a refusal writes no --defaults' test ! -e never.json
fails 10 'a refusal from the store' ask --answers=refusals
is 'a refusal from the store costs nothing' "$(calls messages)" 1
fails 0 'a refusal may be asked again with --force' ask --answers=refusals --force --defaults=defaults.json
ok '--defaults has what was a default' test -s defaults.json

step() { env NO_COLOR=1 gen-prompt -t t.md --progress=index -o p.json "$@" slice.json; }
says "$prose"
fails 0 '--progress of an LLM' step --answers=steps
is '--progress of an LLM says the price' "$err" '    2/2  ch02  prompt  llm $0.0030'
fails 0 '--progress of the store' step --answers=steps
is '--progress of the store says so' "$err" '    2/2  ch02  prompt  llm, from the store'

ask --answers=store -o s.json --stamp s.stamp
touch -d 2020-01-01 s.json s.stamp
before=$(stat -c '%i %y' s.json)
ask --answers=store -o s.json --stamp s.stamp
is '--stamp: the same answer: left alone' "$(stat -c '%i %y' s.json)" "$before"
LIMN_RUN=r2 ask --answers=store --force -o s.json --stamp s.stamp
is 'the same words, bought anew: keeps its date' "$(date_of s.json)" "$past"
is 'the same words, bought anew: has the new run' "$(jq -r .llm.run s.json)" r2
gen-prompt -t more.md --answers=store -o s.json --stamp s.stamp slice.json
is 'another template of the same request: keeps its date' "$(date_of s.json)" "$past"
is 'another template of the same request: has the new hash' \
	"$(jq -r .template.hash s.json)" "$(hash more.md)"
says "$prose"
ask --answers=store --force -o s.json --stamp s.stamp
ok 'other words: has a new date' test "$(date_of s.json)" -ge "$now"
touch -d 2020-01-01 s.json
jq --arg p "$prose" '.visual.image_prompt = $p' slice.json |
	gen-prompt -t t.md -o s.json --stamp s.stamp
ok 'the same words, now the author'\''s own: has a new date' \
	test "$(date_of s.json)" -ge "$now"

# --- settings, keys and failures

echo 'ANTHROPIC_API_KEY=sk-from-file' >.env
echo 'LLM_PROVIDER=anthropic' >>.env
chmod 600 .env
mock_reset
(
	unset ANTHROPIC_API_KEY LLM_PROVIDER
	ask >/dev/null
)
is 'the key may be in .env' "$(last '.headers["x-api-key"]')" sk-from-file
rm .env
fails 77 'a bad key' env ANTHROPIC_API_KEY=sk-bad gen-prompt -t t.md slice.json
is 'a bad key is not shown' "$(printf '%s' "$err" | grep -c sk-bad)" 0
script '{"route":"messages","hang":true}'
fails 12 'no answer within LLM_TIMEOUT' env LLM_TIMEOUT=1 gen-prompt -t t.md slice.json
fails 78 'LLM_TIMEOUT that is no number' env LLM_TIMEOUT=soon gen-prompt -t t.md slice.json
like 'LLM_TIMEOUT that is no number: it is named' "$err" 'LLM_TIMEOUT'
fails 64 '--chapter that is no id' ask --chapter=a/b
fails 64 '--episode-id that is no id' ask --episode-id='a b'
fails 65 'a title_card is no matter for an LLM' sh -c 'jq ".visual.type = \"title_card\"" slice.json | gen-prompt -t t.md'
mock_stop
fails 69 'nobody there' env MAX_RETRIES=1 gen-prompt -t t.md slice.json
unset LLM_PROVIDER ANTHROPIC_API_KEY OPENAI_API_KEY

fails 0 '--help' gen-prompt --help
like '--help tells the usage' "$out" 'usage: gen-prompt '
fails 0 '--version' gen-prompt --version
like '--version tells the name' "$out" 'gen-prompt (limn) '

finish
