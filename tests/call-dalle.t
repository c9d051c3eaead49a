#!/bin/sh
# call-dalle: the request it sends, the answer it writes, and what it takes from
# the store.  (What it does when the API fails is in retry.t.)
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
mock_start -p 0
OPENAI_API_KEY=sk-canary-7
export OPENAI_API_KEY

style='Professional educational content illustration for Bitcoin/cryptocurrency video. Clean, modern, minimalist design. '
sent() { jq -c "select(.route == \"images\") | $1" mock/log | tail -n 1; }
sha() { sha256sum | cut -d' ' -f1; }
asks() { # NAME ARGUMENT...: it does, in silence; the answer is in a.json
	name=$1
	shift
	rc=$(call-dalle -o a.json "$@" 2>&1; echo $?)
	is "$name" "$rc" 0
}

# --- what is sent

printf '  A red\n\tsquare: "ş"\n\n' >p.txt
asks "plain text" p.txt
is "is sent with the style, trimmed, and nothing but these fields" "$(sent .body)" \
	"{\"model\":\"gpt-image-2.6-flare\",\"prompt\":\"${style}A red\\n\\tsquare: \\\"ş\\\"\",\"n\":1,\"size\":\"2048x1152\",\"quality\":\"high\"}"
is "... with the key in the header" "$(sent '.headers.authorization, .headers["content-type"], .path' | jq -r .)" "/v1/images/generations"
is "... as a bearer's" "$(sent .headers.authorization)" '"Bearer sk-canary-7"'
is "... as JSON" "$(sent '.headers["content-type"]')" '"application/json"'
call-dalle --dry-run p.txt >dry
is "--dry-run prints just these bytes" "$(jq -c . dry | sha)" "$(sent .body | sha)"
is "... and no more" "$(tail -c 2 dry)" '"}'
is "... by whose hash the request is known" "$(jq -r .request_sha256 a.json)" \
	"sha256:$({ printf '%s\n' "$OPENAI_BASE_URL/images/generations"; cat dry; } | sha)"
is "... without a call" "$(calls images)" 1
is "... nor a key" "$(env -u OPENAI_API_KEY -u OPENAI_BASE_URL call-dalle --dry-run p.txt | cmp - dry 2>&1)" ""
ok "standard input is read" sh -c 'call-dalle --dry-run <p.txt | cmp - dry && call-dalle --dry-run - <p.txt | cmp - dry'
jq -n --rawfile p p.txt '{chapter_id: "ch02", episode_id: "ep", title: "x", prompt: $p}' >p.json
is "the prompt of a JSON object, as it is" "$(call-dalle --dry-run p.json | jq .prompt)" "$(jq -n --arg s "$style" --rawfile p p.txt '$s + $p')"
printf '[1, "a"]' >list.json
is "a list is plain text" "$(call-dalle --dry-run list.json | jq -r .prompt)" "${style}[1, \"a\"]"
printf '\357\273\277{"prompt": "x"}' >bom.json
is "a BOM is no matter" "$(call-dalle --dry-run bom.json | jq -r .prompt)" "${style}x"
printf '%s' "${style}once" >p2.txt
is "the style is put there once" "$(call-dalle --dry-run p2.txt | jq -r .prompt)" "${style}once"
is "... another one" "$(echo once | IMAGE_GEN_STYLE_PREFIX='Ink: ' call-dalle --dry-run | jq -r .prompt)" "Ink: once"
is "options win over the environment" "$(echo x | IMAGE_GEN_MODEL=gpt-image-2 IMAGE_GEN_SIZE=1024x1024 IMAGE_GEN_QUALITY=low \
	call-dalle --dry-run -m gpt-image-2.5-flare --size 1536x864 -q max | jq -c 'del(.prompt)')" \
	'{"model":"gpt-image-2.5-flare","n":1,"size":"1536x864","quality":"max"}'
is "... which wins over the default" "$(echo x | IMAGE_GEN_MODEL=gpt-image-2 IMAGE_GEN_SIZE=1024x1024 IMAGE_GEN_QUALITY=low \
	call-dalle --dry-run | jq -c 'del(.prompt)')" '{"model":"gpt-image-2","n":1,"size":"1024x1024","quality":"low"}'
is "--provider=dalle3: the model of old, as it was asked" "$(echo x | call-dalle --dry-run --provider=dalle3 | jq -c 'del(.prompt)')" \
	'{"model":"dall-e-3","n":1,"size":"1792x1024","quality":"standard"}'
is "a local model" "$(echo 'a|b <sd_cpp_extra_args>c' | call-dalle --dry-run -m sd-turbo | jq -c .)" \
	"{\"model\":\"sd-turbo\",\"prompt\":\"${style}a b  c\",\"n\":1,\"size\":\"2048x1152\"}"
echo '{"chapter_id": "ch02", "visual": {}}' >slice.json
is "--dry-run of a chapter without its prompt says so" "$(call-dalle --dry-run slice.json | jq -r .prompt)" \
	"${style}(the LLM has yet to write this prompt)"
fails 65 "... else it is no input" call-dalle slice.json
is "... as is said" "$err" "call-dalle: slice.json: prompt: is missing, or not a text; gen-prompt writes one"

# --- what is written

is "the keys of the answer, in their order" "$(jq -c keys_unsorted a.json)" \
	'["created","data","prompt","style_prefix","model","size","quality","usage","request_sha256","request_id","bought_at","run","cost_usd","cost_source","picture_sha256"]'
is "... and of its picture" "$(jq -c '.data | map(keys)' a.json)" '[["b64_json"]]'
is "the prompt as sent" "$(jq .prompt a.json)" "$(jq .prompt dry)"
is "the settings" "$(jq -c '[.style_prefix, .model, .size, .quality, .run]' a.json)" "[\"$style\",\"gpt-image-2.6-flare\",\"2048x1152\",\"high\",null]"
is "the picture's hash" "$(jq -r .picture_sha256 a.json)" "sha256:$(jq -r '.data[0].b64_json' a.json | base64 -d | sha)"
is "the provider's request id" "$(jq -r .request_id a.json)" "req_mock_000001"
like "when it was bought" "$(jq -r .bought_at a.json)" "20??-??-??T??:??:??Z"
is "what it cost, by its usage" "$(jq -c '[.cost_source, (.cost_usd * 1e6 | round) == .usage.input_tokens * 5 + .usage.output_tokens * 30]' a.json)" '["measured",true]'
is "... printed as money" "$(sed -n 's/^  "cost_usd": 0\.\([0-9]*\),$/\1/p' a.json | grep -cx '[0-9]\{2,6\}')" 1
is "LIMN_RUN is noted" "$(LIMN_RUN=r7 call-dalle p.txt | jq -r .run)" r7
asks "a model that answers with a URL" --provider=dalle3 p.txt
is "... of which there is no hash yet" "$(jq -c '[(.data[0].url | startswith("http://127.0.0.1:")), .picture_sha256, .usage, .cost_usd, .cost_source]' a.json)" \
	'[true,null,null,0.08,"estimated"]'
is "... and a prompt of its own" "$(jq -r '.data[0].revised_prompt' a.json)" "$(jq -r .prompt a.json), in one clear scene with soft light"
ok "... download knows what to do" sh -c 'download a.json | pngcheck -q'
asks "a local server" -m local-x p.txt
is "... is free" "$(jq -c '[.model, .quality, .cost_usd == 0, .cost_source]' a.json)" '["local-x",null,true,"estimated"]'
asks "... whose usage is all zero" -m local-url-x p.txt
is "... is free, too" "$(jq -c '[.cost_usd == 0, .cost_source]' a.json)" '[true,"estimated"]'
mock_reset
script '{"route": "images", "body": {"created": 5, "data": [{"b64_json": "AAAA", "x": 1}, {"b64_json": "BBBB"}], "odd": {"deep": [[]]}}}'
asks "several pictures, and what nobody asked for" p.txt
is "... the first one is taken, and that isn't" "$(jq -c '[.created, .data, .odd, .cost_source]' a.json)" '[5,[{"b64_json":"AAAA"}],null,"estimated"]'
script '{"route": "images", "body": {"data": [{"b64_json": "A\/A+"}]}}' '{"route": "images", "body": "{\"data\": [{\"b64_json\": \"A\\/A\\u002b\"}]}"}'
asks "no time, and escapes" p.txt
is "... are no matter" "$(jq -c '[.created, .data]' a.json)" '[null,[{"b64_json":"A/A+"}]]'
asks "... nor other escapes" p.txt
is "... of the same" "$(jq -c .data a.json)" '[{"b64_json":"A/A+"}]'

# --- the store

mock_reset
asks "with a store" --answers=store p.txt
cp a.json first.json
asks "... the same again" --answers=store p.txt
is "... buys once" "$(calls images)" 1
ok "... and the bytes are the same" cmp a.json first.json
ok "... without a key, too" sh -c 'env -u OPENAI_API_KEY ANSWERS_DIR=store call-dalle -o b.json p.txt && cmp b.json first.json'
asks "... --force buys anew" --answers=store --force p.txt
is "... as it says" "$(calls images)" 2
mock_reset
asks "a URL" --answers=store --provider=dalle3 p.txt
is "... is fetched when it is bought" "$(calls images)" 1
is "... is fetched when it is bought: calls" "$(calls picture)" 1
is "... is fetched when it is bought: what the file says" "$(jq -r .picture_sha256 a.json)" "sha256:$(download --answers=store a.json | sha)"
is "... and isn't in the answer" "$(jq -c '.data | map(keys)' a.json)" '[["revised_prompt"]]'
cp a.json first.json
asks "... from the store" --answers=store --provider=dalle3 p.txt
is "... no call at all" "$(calls images)" 1
is "... no call at all: calls" "$(calls picture)" 1
is "... no call at all: the same bytes" "$(cmp a.json first.json 2>&1)" ""
printf 'ch01\nch02\n' >index
printf '{"chapter_id": "ch02", "episode_id": "ep", "prompt": "P"}' >p.json
is "--progress: bought" "$(NO_COLOR=1 call-dalle --progress=index --answers=store -o a.json p.json 2>&1)" "    2/2  ch02  image  gpt-image-2.6-flare \$0.0425"
is "... and from the store" "$(NO_COLOR=1 call-dalle --progress=index --answers=store -o a.json p.json 2>&1)" "    2/2  ch02  image  from the store"
is "--chapter" "$(NO_COLOR=1 call-dalle --progress=index --chapter=ch01 --answers=store -o a.json p.json 2>&1)" "    1/2  ch01  image  from the store"

# --- what the episode was begun with

asks "--defaults" --defaults=d.json --answers=store p.txt
is "... are kept after a good answer" "$(jq -c '[.IMAGE_GEN_MODEL, .IMAGE_GEN_SIZE]' d.json)" '["gpt-image-2.6-flare","2048x1152"]'
echo '{"IMAGE_GEN_MODEL": "gpt-image-2", "IMAGE_GEN_SIZE": "1024x1024"}' >d.json
is "... and asked for again" "$(call-dalle --dry-run --defaults=d.json p.txt | jq -c '[.model, .size]')" '["gpt-image-2","1024x1024"]'
rm d.json
call-dalle --dry-run --defaults=d.json p.txt >out
is "... a dry run keeps nothing" "$(ls d.json 2>&1 >/dev/null | wc -l)" 1

# --- a picture by hand

base64 -d >hand.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
END
cp hand.png ch02.png
mock_reset
asks "--picture by hand" --picture=ch02.png p2.txt
is "... nobody is asked" "$(calls images)" 0
is "... which the answer says" "$(jq -c '[.kept, .data, .model, .cost_usd == 0, .request_sha256, .picture_sha256]' a.json)" '["ch02.png",[],"gpt-image-2.6-flare",true,null,null]'
is "... and download keeps it" "$(download --keep -o ch02.png a.json 2>/dev/null; cmp ch02.png hand.png; echo $?)" 0
rm ch02.png
asks "... none there" --answers=bought --picture=ch02.png p2.txt
is "... one call" "$(calls images)" 1
is "... one call: what the file says" "$(jq -c '[.kept, (.data | length)]' a.json)" "[null,1]"
download --answers=bought -o ch02.png a.json
echo other >p3.txt
asks "... a bought one there" --answers=bought --picture=ch02.png p3.txt
is "... another call" "$(calls images)" 2
is "... another call: what the file says" "$(jq -c .kept a.json)" null
is "... whose picture download takes" "$(download --keep --answers=bought -o ch02.png a.json 2>&1; sha <ch02.png)" "$(jq -r '.picture_sha256[7:]' a.json)"
rm a.json
asks "... another store doesn't know it" --answers=other --picture=ch02.png p.txt
is "... nobody is asked" "$(calls images)" 2
is "... nobody is asked: what the file says" "$(jq -r .kept a.json)" ch02.png
rm ch02.png

# --- an answer without a picture, and a refusal

for body in '{"created": 1, "data": []}' '{"created": 1}' '{"created": 1, "data": null}' '{"data": [{"url": ""}]}' '{"data": [{"b64_json": ""}]}'; do
	mock_reset
	script "{\"route\": \"images\", \"body\": $body}"
	echo "for $body" >q.txt
	fails 76 "$body" call-dalle --chapter=ch07 --answers=store -o new.json q.txt
	is "... is said" "$err" "call-dalle: ch07: image: there is no picture in the answer; FORCE=1 CHAPTER=ch07 asks for another, or put a picture of your own at own/ch07.png"
	fails 76 "... and not asked again" call-dalle --answers=store -o new.json q.txt
	is "... by itself" "$(calls images)" 1
	is "... by itself: the files" "$(ls new.json 2>/dev/null)" ""
	asks "... but with --force" --answers=store --force q.txt
done
mock_reset
script '{"route": "images", "status": 400, "body": {"error": {"type": "image_generation_user_error", "code": "moderation_blocked", "message": "No."}}}'
{ printf '{"chapter_id": "ch05", "episode_id": "ep9", "prompt": "Begin\\n\\u001b[31mred %s"}' "$(printf 'x%.0s' $(seq 300))"; } >p.json
fails 10 "a refusal" call-dalle -o new.json p.json
like "... says the chapter" "$err" "call-dalle: ch05: image: "
like "... the beginning of the prompt, in 200 letters" "$err" "the prompt is \"Begin *red $(printf 'x%.0s' $(seq 180))xx*...\"; "
is "... without its control bytes" "$(printf %s "$err" | tr -d '\n' | grep -c "$(printf '\033')")" 0
like "... and what to do" "$err" "; reword visual.description, or put a picture of your own at outputs/ep9/own/ch05.png"
is "... and nothing is written" "$(ls new.json 2>&1 >/dev/null | wc -l)" 1
script '{"route": "images", "status": 400, "body": {"error": {"code": "content_policy_violation", "message": "No."}}}'
jq -n '{chapter_id: "ch05", title: "t", visual: {type: "diagram", description: "d", image_prompt: "A duel."}}' | gen-prompt -t "$top/prompts/imagegen.md" >own.json
fails 10 "... of the author's own prompt" call-dalle own.json
like "... and what to reword" "$err" "; reword visual.image_prompt, or put a picture"
script '{"route": "images", "status": 400, "body": {"error": {"code": "content_policy_violation", "message": "No."}}}'
OUTPUTS_DIR=/o fails 10 "... of who knows what" call-dalle p.txt
like "... and where" "$err" "at /o/EP/own/CH.png"

# --- before anything is sent

mock_reset
stops() { # STATUS NAME PATTERN ARGUMENT...
	status=$1 name=$2 pattern=$3
	shift 3
	fails "$status" "$name" call-dalle "$@"
	like "... is said" "$err" "call-dalle: $pattern"
	is "... in one line, and nothing else" "$(echo "$err" | wc -l)$out" 1
}
OPENAI_BASE_URL=
stops 78 "an unknown model" "*no-such*" -m no-such p.txt
stops 78 "a retired one" "*dall-e-3*2026-05-12*IMAGE_GEN_MODEL=*" -m dall-e-3 p.txt
stops 78 "a size that it can't draw" "*1920x1080*" -s 1920x1080 p.txt
stops 78 "a quality that it doesn't know" "*best*" -q best p.txt
stops 78 "an unknown provider" "*provider*" --provider=midjourney p.txt
IMAGE_GEN_PROVIDER=storyboard stops 78 "storyboard, by name" "IMAGE_GEN_PROVIDER: storyboard asks no image API; set it to openai, or use draw-storyboard" p.txt
key=$OPENAI_API_KEY
unset OPENAI_API_KEY
stops 77 "no key" "no image API is asked without a key; set OPENAI_API_KEY in the environment or .env, or draw for nothing with draw-storyboard" p.txt
stops 77 "... with a provider" "OPENAI_API_KEY is not set" --provider=openai p.txt
OPENAI_BASE_URL=$api/v1
script '{"route": "images", "match": "no-key"}'
echo no-key >q.txt
fails 77 "no key, loopback: the provider isn't storyboard" call-dalle q.txt
is "... it asks, and hears no" "$(calls images)" 1
is "... it asks, and hears no: what was sent" "$(sent .headers.authorization)" null
export OPENAI_API_KEY="$key"
mock_reset
: >empty
stops 65 "an empty prompt" "empty: it is empty; a prompt is needed" empty
printf ' \n\t ' >empty
stops 65 "... a blank one" "empty: it is empty" empty
echo '{"prompt": " "}' >b.json
stops 65 "... in JSON" "b.json: prompt: it is empty" b.json
for json in '{"prompt": null}' '{"prompt": ["x"]}' '{}'; do
	echo "$json" >b.json
	stops 65 "$json" "b.json: prompt: is missing, or not a text" b.json
done
echo '{"prompt": "x"' >b.json
stops 65 "half a JSON object" "b.json:2:*; this is not the JSON it should be" b.json
for byte in '\0000' '\0001' '\0033' '\0015' '\0177'; do
	printf 'a%bb' "$byte" >b.txt
	stops 65 "the byte $byte" "b.txt: byte 2 is a control character" b.txt
done
printf 'a\377b' >b.txt
stops 65 "what is no UTF-8" "b.txt: it is not UTF-8" b.txt
for key in chapter_id episode_id; do
	jq -n --arg k $key '{prompt: "x", ($k): "../x"}' >b.json
	stops 65 "$key that is no id" "b.json: $key: ../x is not an id" b.json
done
stops 64 "... on the command line" "the command line: chapter_id: ../x is not an id" --chapter=../x p.txt
printf 'ş%.0s' $(seq $((32000 - 114))) >b.txt
ok "the longest prompt" call-dalle --dry-run b.txt
printf 'ş' >>b.txt
stops 65 "one letter more" "b.txt: prompt: with the style it has 32001 letters, and gpt-image-2.6-flare takes 32000; shorten it" b.txt
truncate -s 67108865 b.txt
stops 65 "more than 64 MiB" "b.txt: more than" b.txt
IMAGE_GEN_TIMEOUT=soon stops 78 "a time that is none" "*IMAGE_GEN_TIMEOUT*" p.txt
is "none of it was sent" "$(calls images)" 0
script '{"route": "images", "hang": true}'
IMAGE_GEN_TIMEOUT=1 fails 12 "IMAGE_GEN_TIMEOUT: no answer in time" call-dalle -o a.json p.txt

# --- the catalogue, and the key

ok "--models" sh -c 'call-dalle --models >models'
is "... names them" "$(grep -c '^gpt-image-2.6-flare \|^dall-e-3 ' models)" 2
asks "a last one" p.txt
is "the key is nowhere but in what was sent" "$(grep -rl 'sk-canary' . | sort | paste -sd ' ' -)" "./mock/log"
finish
