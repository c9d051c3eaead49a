#!/bin/sh
# Where every request must fail (bad key, no credit, no such model), the other
# jobs of a run don't ask, and what is under way is kept.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

# shellcheck disable=SC2119 # no options
mock_start --
export OPENAI_API_KEY=sk-test ANTHROPIC_API_KEY=sk-ant-test
mkdir prompts && cp "$top/prompts/imagegen.md" prompts
manifest=outputs/ep/images/manifest.json
run_make() { make -f "$top/mk/limn.mk" BIN="$bin" "$@"; }

# 12 chapters, with prompts of the author's own where their number is in $1
fresh() {
	rm -rf outputs
	mkdir -p outputs/ep
	jq -n --argjson own "$1" '{schema_version: "1.0", episode_id: "ep", title: "E", total_chapters: 12,
		estimated_duration_seconds: 12, chapters: [range(1; 13) | (if . < 10 then "0\(.)" else "\(.)" end) as $n |
		{chapter_id: "ch\($n)", title: "T \($n)", order: ., narration: {text: "N.", word_count: 1, estimated_duration_seconds: 1},
		visual: {type: "diagram", description: "Picture \($n).", image_prompt: (if . as $i | $own | index($i) then "Prompt \($n)." else null end)},
		overlays: [], transitions: {in: "cut", out: "cut"}, notes: null}]}' >outputs/ep/chapters.json
	mock_reset
}
all=$(jq -nc '[range(1; 13)]')
# ROUTE: the calls that began a moment after the first had its answer, which
# took it $1 s
late() { jq -s --arg r "$1" --argjson d "$2" 'map(select(.route == $r)) | (map(.at) | min) as $first | map(select(.at > $first + $d + 0.15)) | length' "$mock/log"; }
key='"status": 401, "body": {"error": {"message": "Incorrect API key provided.", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}}'
quota='"status": 429, "body": {"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}}'
model='"status": 404, "body": {"error": {"message": "The model does not exist.", "type": "invalid_request_error", "param": null, "code": "model_not_found"}}'

for what in key quota model; do
	case $what in
	key) answer=$key status=77 says="401 invalid_api_key (request req_mock_" ;;
	quota) answer=$quota status=77 says="429 insufficient_quota: You exceeded your current quota." ;;
	model) answer=$model status=78 says="404 model_not_found: The model does not exist." ;;
	esac
	fresh "$all"
	script "{\"route\": \"images\", \"delay\": 0.3, \"times\": 0, $answer}"
	run_make -k -j4 $manifest >log 2>&1
	is "$what: make fails" "$?" 2
	ok "... no more calls than were under way: $(calls images)" test "$(calls images)" -le 4 -a "$(late images 0.3)" -eq 0
	is "... each chapter has the status $status" "$(grep -c "\.response\.json\] Error $status\$" log)" 12
	is "... those that asked say why" "$(grep -c "call-dalle: ch[0-9]*: image: $says" log)" "$(calls images)"
	# the provider's own words on a key are not repeated
	is "... and so do those that didn't" "$(grep -c "call-dalle: ch[0-9]*: image: not asked, for another was told: $says" log)" "$((12 - $(calls images)))"
	was=$(calls images)
	run_make -k -j4 imagegen EP=ep >log 2>&1
	is "... the next run asks again" "$?" 2
	is "... the next run asks again: calls images > was" "$(($(calls images) > was))" 1
	is "... the next run asks again: calls images <= was + 4" "$(($(calls images) <= was + 4))" 1
	like "... its [FAIL] has the reason" "$(grep '^\[FAIL\]' log)" "\[FAIL\] ep: call-dalle: ch*: image: $says"
	mock_reset
	run_make -j4 $manifest >log 2>&1
	is "... and when that is mended, all is drawn" "$?" 0
	is "... and when that is mended, all is drawn: calls of the image API" "$(calls images)" 12
done

# what is under way is kept
fresh "$all"
script "{\"route\": \"images\", \"match\": \"Prompt 01\", \"delay\": 0.2, $key}" \
	'{"route": "images", "delay": 0.5, "times": 0}'
run_make -k -j4 $manifest >log 2>&1
is "one is refused while three are under way" "$?" 2
is "... calls of the image API" "$(calls images)" 4
is "... these are drawn" "$(cd outputs/ep/images && echo *.png)" "ch02.png ch03.png ch04.png"
mock_reset
run_make -j4 $manifest >log 2>&1
is "... and not bought again" "$?" 0
is "... and not bought again: calls of the image API" "$(calls images)" 9

# who waits, for whatever, doesn't ask after that
fresh "$all"
script '{"route": "images", "match": "Prompt 02", "status": 429, "headers": {"Retry-After": "0.6"}}' \
	"{\"route\": \"images\", \"match\": \"Prompt 01\", \"delay\": 0.3, $key}" \
	'{"route": "images", "delay": 0.3, "times": 0}'
run_make -k -j2 $manifest >log 2>&1
is "who waits to try again doesn't" "$?" 2
is "... calls of the image API" "$(calls images)" 2
like "... but says why" "$(cat log)" "call-dalle: ch02: image: not asked, for another was told: 401"
fresh "$all"
script "{\"route\": \"images\", \"times\": 0, $key}"
IMAGE_GEN_RPM=120 run_make -k -j12 $manifest >log 2>&1
is "who waits for his turn doesn't ask" "$?" 2
is "... calls of the image API" "$(calls images)" 1
jq '.chapters[].visual.image_prompt = "The same."' outputs/ep/chapters.json >t && mv t outputs/ep/chapters.json
mock_reset
script "{\"route\": \"images\", \"times\": 0, \"delay\": 0.3, $key}"
run_make -k -j4 $manifest >log 2>&1
is "who waits for another with the same request doesn't ask" "$?" 2
is "... calls of the image API" "$(calls images)" 1

# whom it is about
fresh '[1, 2, 3]'
script "{\"route\": \"messages\", \"times\": 0, \"delay\": 0.2, $key}"
run_make -k -j4 $manifest >log 2>&1
is "the LLM refuses: the pictures whose prompts are there are drawn" "$?" 2
is "... calls of the image API" "$(calls images)" 3
is "... the pictures" "$(cd outputs/ep/images && echo *.png)" "ch01.png ch02.png ch03.png"
ok "... and the LLM isn't asked any more: $(calls messages)" test "$(calls messages)" -le 4 -a "$(late messages 0.2)" -eq 0
is "... each chapter says so" "$(grep -c 'gen-prompt: ch[0-9]*: prompt: .*401 ' log)" 9
fresh '[1, 2, 3]'
script "{\"route\": \"images\", \"times\": 0, $key}"
run_make -k -j4 $manifest >log 2>&1
is "the image API refuses: the prompts are written" "$?" 2
is "... calls of the language model" "$(calls messages)" 9
fresh '[10, 11, 12]'
script "{\"route\": \"chat\", \"times\": 0, $model}"
run_make -k -j4 $manifest LLM_PROVIDER=openai >log 2>&1
is "a model that one address has only for the other is no matter" "$?" 2
is "... calls of the image API" "$(calls images)" 3
is "... the pictures" "$(cd outputs/ep/images && echo *.png)" "ch10.png ch11.png ch12.png"

# whose run it is
mkdir -p p
for i in 1 2 3 4; do echo "Prompt $i." >p/$i; done
ask() { call-dalle -o r.json "$@"; }
mock_reset
script "{\"route\": \"images\", \"times\": 0, $key}"
LIMN_RUN=r1 fails 77 "a run" ask --answers=s1 p/1
LIMN_RUN=r1 fails 77 "... isn't asked for again" ask --answers=s1 p/2
is "..." "$(calls images)" 1
LIMN_RUN=r2 fails 77 "another run is" ask --answers=s1 p/2
is "..." "$(calls images)" 2
LIMN_RUN=r2 fails 77 "another store" ask --answers=s2 p/2
is "... is another matter" "$(calls images)" 3
fails 77 "without a run" ask --answers=s1 p/2
fails 77 "... nothing is shared" ask --answers=s1 p/2
is "..." "$(calls images)" 5
LIMN_RUN=r1 fails 77 "without a store" ask p/1
LIMN_RUN=r1 fails 77 "... neither" ask p/1
is "..." "$(calls images)" 7
LIMN_RUN=r2 fails 77 "of the run that was told last" ask --answers=s1 p/1
is "... it is known" "$(calls images)" 7
OPENAI_BASE_URL=http://localhost:${api##*:}/v1 LIMN_RUN=r2 fails 77 "another address" ask --answers=s1 p/1
is "... is asked" "$(calls images)" 8
mock_reset
LIMN_RUN=r4 ask --answers=s1 p/3
script "{\"route\": \"images\", $key}"
LIMN_RUN=r4 fails 77 "a refusal" ask --answers=s1 p/2
is "what is in the store is served all the same" "$(LIMN_RUN=r4 ask --answers=s1 p/3 2>&1; echo $?)" 0
is "... calls of the image API" "$(calls images)" 2
for body in '' 'r4' "$(printf 'r4\n77')" "$(printf 'r4\nx\ny')" "$(head -c 5000 /dev/zero | tr '\0' x)"; do
	for f in s1/stopped.*; do printf '%s' "$body" >"$f"; done
	rm -f r.json
	LIMN_RUN=r4 ask --answers=s1 p/4 >said 2>&1
	is "a note that nobody wrote like this is no matter" "$?" 0
	is "... its messages" "$(cat said)" ""
	rm -f s1/*.json
done

# what must not stop the others
for answer in '"status": 400, "body": {"error": {"message": "No.", "type": "x", "code": "moderation_blocked"}}' \
	'"status": 429, "times": 3, "headers": {"Retry-After": "0.01"}' \
	'"status": 500, "times": 3, "headers": {"Retry-After": "0.01"}, "body": {"error": {"message": "x"}}' \
	'"reset": true' '"body": "<html>", "type": "text/html"' \
	'"status": 400, "body": {"error": {"message": "Bad size.", "code": "invalid_value", "param": "size"}}'; do
	fresh "$all"
	script "{\"route\": \"images\", \"match\": \"Prompt 01\", $answer}"
	run_make -k -j12 $manifest >log 2>&1
	is "$answer: the others are drawn" "$?" 2
	is "... the pictures" "$(cd outputs/ep/images && echo *.png | wc -w)" 11
done
finish
