#!/bin/sh
# gen-prompt: the prompts it composes, the requests, the templates it refuses.
# shellcheck disable=SC2016 # the dollars are jq's, and those of hostile text
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
unset LLM_PROVIDER TEMPLATE

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
fails 0 'composes, and says nothing' gen-prompt -t t.md -o got.json slice.json
is 'nothing on standard error' "$err" ''
ok 'the prompt, byte for byte' cmp got.json want.json
gen-prompt -t t.md <slice.json >got.json
ok 'from standard input to standard output' cmp got.json want.json
gen-prompt --template=t.md - <slice.json >got.json
ok 'from -' cmp got.json want.json
gen-prompt -t t.md --output=- -- slice.json >got.json
ok 'to -, after --' cmp got.json want.json
gen-prompt -t t.md want.json >got.json
ok 'from a prompt of its own' cmp got.json want.json
gen-prompt -t t.md -o new/dir/p.json slice.json
ok 'into a directory that is made' cmp new/dir/p.json want.json
is 'nothing was run' "$(ls x 2>/dev/null)" ''

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
is 'and has not the part of another type' \
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
is 'and nothing of theirs' "$(gen-prompt -t plain.md slice.json |
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
is 'letter 301 is one' "$(change --arg a "$a299" '.narration.text = $a + "a🟠"' |
	request)" "${a299}a"

# --- the author's own prompt

change '.visual.image_prompt = " A {{ chapter.title }}\u0007\t\"₿\"\\\n "' >own.json
gen-prompt -t t.md own.json >got.json
is 'the author'\''s prompt as it is' "$(jq .prompt got.json)" \
	"$(jq .visual.image_prompt own.json)"
is 'and is said to be' "$(jq -r .source got.json)" author
is 'a blank one is none' "$(change '.visual.image_prompt = " \n"' |
	gen-prompt -t t.md | jq -r .source)" composed
is 'the keys, in their order' "$(jq -c keys_unsorted got.json)" \
	'["episode_id","episode_title","schema_version","chapter_id","title","visual","narration","prompt","source","template"]'

# --- chapters.json, in both spellings

jq '{chapters: [{}, del(.episode_id, .episode_title, .schema_version) +
	{order: 2, notes: "x"}]}' slice.json >chapters.json
jq '.chapters[1] |= (.visuals = [.visual, {type: "rubbish"}] | del(.visual))' \
	chapters.json >list.json
for f in chapters list; do
	jq '.chapters[1]' $f.json | gen-prompt -t t.md >$f.got
	is "the pipe, from $f.json" "$(jq -c '[.episode_id, .episode_title,
		.schema_version, .prompt]' $f.got)" \
		"$(jq -c '[null, null, null, .prompt]' want.json)"
done
ok 'both are the same' cmp chapters.got list.got
is 'a title that is not known is empty' "$(jq '.chapters[1]' list.json |
	gen-prompt -t t.md --dry-run | jq -r .system | sed -n '$p')" 'For .'

# --- which template

mkdir -p here/prompts
sed 's/^name: .*/name: here/' t.md >here/prompts/imagegen.md
sed 's/^name: .*/name: env/' t.md >env.md
name() { jq -r .template.name; }
is 'prompts/imagegen.md' "$(cd here && gen-prompt ../slice.json | name)" here
is 'TEMPLATE goes before it' \
	"$(cd here && TEMPLATE=../env.md gen-prompt ../slice.json | name)" env
is 'an empty TEMPLATE is none' \
	"$(cd here && TEMPLATE='' gen-prompt ../slice.json | name)" here
is '-t goes before both' "$(cd here &&
	TEMPLATE=../env.md gen-prompt -t ../t.md ../slice.json | name)" small
is 'ours is named so' "$(gen-prompt -t "$top/prompts/imagegen.md" slice.json |
	name)" imagegen
is 'ours fills in all' "$(gen-prompt -t "$top/prompts/imagegen.md" --dry-run \
	slice.json | jq -r .user)" 'Episode: Bitcoin Nedir?
Chapter title: Şifreleme
Visual type: diagram
Visual description: İki anahtar {{ chapter.title }} $(touch x) `touch x`
Narration context (its beginning): Merhaba {{ episode.id }} $(touch x).'
for type in diagram b_roll screen_share; do
	is "ours has guidelines for all and for $type" "$(change --arg t $type \
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
is 'and the same prompt' "$(gen-prompt -t dos.md slice.json | jq .prompt)" \
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
is 'nor is blank space at the end' "$(hash blank.md)" "$hash"
{ cat t.md && echo x; } >more.md
ok 'the note at the end is' test "$(hash more.md)" != "$hash"

# --- --stamp

state() { stat -c '%i %y' p.json; }
now=$(date +%s)
gen-prompt -t t.md -o p.json --stamp p.stamp slice.json
ok 'the first time: the prompt' cmp p.json want.json
is 'and an empty stamp' "$(stat -c %s p.stamp)" 0
touch -d 2020-01-01 p.json p.stamp
before=$(state)
gen-prompt -t more.md -o p.json --stamp p.stamp slice.json
is 'another template, the same prompt: left alone' "$(state)" "$before"
ok 'with the former hash' cmp p.json want.json
ok 'but the stamp is dated' test "$(stat -c %Y p.stamp)" -ge "$now"
gen-prompt -t env.md -o p.json --stamp p.stamp slice.json
is 'another name: left alone' "$(state)" "$before"
sed 's/^Few shapes/More shapes/' t.md >edited.md
change '.visual.type = "b_roll"' >broll.json
gen-prompt -t t.md -o p.json broll.json
touch -d 2020-01-01 p.json
before=$(state)
gen-prompt -t edited.md -o p.json --stamp p.stamp broll.json
is 'the part of another type edited: left alone' "$(state)" "$before"
gen-prompt -t t.md -o p.json slice.json
touch -d 2020-01-01 p.json
before=$(state)
gen-prompt -t edited.md -o p.json --stamp p.stamp slice.json
ok 'another prompt: replaced' test "$(state)" != "$before"
is 'with the new hash' "$(jq -r .template.hash p.json)" "$(hash edited.md)"
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
ok 'an old file that nobody may read' cmp p.json want.json
rm -f p.json p.stamp
mkfifo p.json
timeout 10 jq -c . p.json >fifo.got &
ok 'a FIFO is written to, not waited for' timeout 10 \
	gen-prompt -t t.md -o p.json --stamp p.stamp slice.json
wait
is 'all of it' "$(jq -c . want.json)" "$(cat fifo.got)"
rm -f p.json p.stamp
fails 65 'a failure with --stamp' gen-prompt -t t.md -o p.json \
	--stamp p.stamp t.md
ok 'leaves no stamp' test ! -e p.stamp

# --- templates that are refused, and where

# bad WHERE TEXT SED-SCRIPT: the template, edited so, is refused
bad() {
	sed "$3" t.md >bad.md
	fails 65 "refused at $1: $2" gen-prompt -t bad.md slice.json
	like 'and said so' "$err" "gen-prompt: bad.md:$1: "
	ok "in these words: $2" test "${err#*"$2"}" != "$err"
	is 'in one line' "$(printf '%s\n' "$err" | wc -l)" 1
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
like 'and said so' "$err" 'bad.md: more than 262144 bytes'
sed 's/^Few.*/{{ chapter.narration.text }}/' t.md >bad.md
change --arg n "$(printf '%01000d' 0)" '.narration.text = $n * 1100' >big.json
fails 0 'a narration of 1 MB' gen-prompt -t bad.md -o p.json big.json
is 'is in the prompt, and its beginning' "$(jq '.prompt | length > 1100000' \
	p.json)" true
fails 0 'and in the request' gen-prompt -t bad.md --dry-run big.json
four='{{ chapter.narration.text }}'
four=$four$four$four$four
sed "s/^Few.*/$four/" t.md >bad.md
fails 65 'four of it are too much' gen-prompt -t bad.md --dry-run big.json
like 'and said so' "$err" 'bad.md: more than 4194304 bytes when its places'
fails 65 'in a part, too' gen-prompt -t bad.md big.json
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
is 'and who draws it' "$err" 'gen-prompt: standard input: visual.type: a title_card needs no prompt; placeholder-png draws it'
change '.visual.type = "talking_head"' >bad.json
fails 65 'nor has a talking_head' gen-prompt -t t.md bad.json
fails 65 'not even in a dry run' gen-prompt -t t.md --dry-run bad.json
change 'del(.visual)' >bad.json
fails 65 'a chapter without a picture' gen-prompt -t t.md bad.json
change '.visual.description = ""' >bad.json
fails 65 'a chapter without a description' gen-prompt -t t.md bad.json
like 'and where' "$err" 'bad.json: visual.description: is empty'
printf '{"title": "\377"}' >bad.json
fails 65 'bad UTF-8' gen-prompt -t t.md bad.json
head -c 100000 /dev/zero | tr '\0' '[' >bad.json
fails 65 'deep nesting' gen-prompt -t t.md bad.json
: >bad.json
fails 65 'nothing' gen-prompt -t t.md bad.json

# --- usage, environment, failures

fails 64 'an unknown option' gen-prompt --frobnicate slice.json
fails 64 'two files' gen-prompt -t t.md slice.json slice.json
fails 64 '--stamp without -o' gen-prompt -t t.md --stamp s slice.json
fails 64 '--stamp with -o -' gen-prompt -t t.md -o - --stamp s slice.json
fails 64 '--stamp with --dry-run' \
	gen-prompt -t t.md -o p.json --stamp s --dry-run slice.json
fails 66 'no such chapter' gen-prompt -t t.md none.json
like 'and which' "$err" 'none.json: No such file'
fails 66 'no such template' gen-prompt -t none.md slice.json
fails 66 'no such TEMPLATE' env TEMPLATE=none.md gen-prompt slice.json
if gen-prompt slice.json >/dev/null 2>&1; then
	skip 'no template at all' 'one is installed'
else
	fails 66 'no template at all' gen-prompt slice.json
	like 'and what to do' "$err" 'prompts/imagegen.md'
fi
fails 78 'another LLM_PROVIDER' env LLM_PROVIDER=anthropic gen-prompt -t t.md slice.json
is 'and what to do' "$err" 'gen-prompt: LLM_PROVIDER=anthropic: this version composes prompts itself; set LLM_PROVIDER=none'
for p in '' none; do
	fails 0 "LLM_PROVIDER='$p'" env LLM_PROVIDER=$p gen-prompt -t t.md slice.json
done

fails 74 '/dev/full' sh -c 'gen-prompt -t t.md slice.json >/dev/full'
fails 74 '-o /dev/full' gen-prompt -t t.md -o /dev/full slice.json
fails 74 '--dry-run to /dev/full' gen-prompt -t t.md --dry-run -o /dev/full slice.json
fails 74 '--help to /dev/full' sh -c 'gen-prompt --help >/dev/full'
(
	trap '' PIPE
	gen-prompt -t t.md big.json 2>message
	echo $? >status
) | :
is 'a reader that went away' "$(cat status)" 74
like 'and said so' "$(cat message)" 'gen-prompt: standard output: Broken pipe'
cp want.json p.json
fails 65 'bad input' gen-prompt -t t.md -o p.json t.md
ok 'leaves the old output' cmp p.json want.json
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
ok 'leaves the old output, too' cmp limited/p.json want.json
is 'and nothing beside it' "$(ls -A limited)" p.json

printf 'ch01\nch02\n' >index
fails 0 '--progress' env NO_COLOR=1 gen-prompt -t t.md --progress=index -o p.json slice.json
is 'says what was done' "$err" '    2/2  ch02  prompt  composed'
fails 0 '--progress' env NO_COLOR=1 gen-prompt -t t.md --progress=index -o p.json own.json
is 'and from where' "$err" '    2/2  ch02  prompt  author'

fails 0 '--help' gen-prompt --help
like 'tells' "$out" 'usage: gen-prompt '
fails 0 '--version' gen-prompt --version
like 'tells' "$out" 'gen-prompt (limn) '

finish
