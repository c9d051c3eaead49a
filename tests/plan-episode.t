#!/bin/sh
# make plan and DRY_RUN=1: what would be bought, why, for how much, and how it
# would be asked; and that just this is what make then buys.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

# shellcheck disable=SC2119 # no options
mock_start --
run_make() { $make "$@"; }
export OPENAI_API_KEY=sk-test ANTHROPIC_API_KEY=sk-ant-test
jobs=-j8
new_episode ep1
sha() { sha256sum | cut -d' ' -f1; }

# [ARGUMENT...]: the plan of ep1 is in p.json
plan() {
	$make -s plan EP=ep1 JSON=1 "$@" >p.json 2>p.err
	rc=$?
}
states() { jq -r '[.chapters[] | .state + (if .reasons == [] then "" else ":" + (.reasons | join("+")) end)] | join(" ")' p.json; }
counts() { jq -r '"\(.prompts)+\(.images)"' p.json; }
# NAME STATES COUNTS [ARGUMENT...]
plans() {
	name=$1 want="0 $2 $3"
	shift 3
	plan "$@"
	is "$name" "$rc $(states) $(counts)" "$want"
}
bought() { echo "$(calls messages)+$(calls images)"; }
# All that is there, but for the API's own and what this test writes; and for the
# date of outputs/, where SQLite's own files of a database come and go.
tree() {
	find . -path ./mock -prune -o -path './p.*' -prune -o -path './tree.*' -prune -o \
		-name dry-run -prune -o ! -name . ! -path ./outputs ! -path './outputs/ep?' -printf '%p %y %T@\n' | sort
	find . -path ./mock -prune -o -path './p.*' -prune -o -path './tree.*' -prune -o \
		-name dry-run -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
}
current="card up_to_date up_to_date up_to_date"

# --- the states, and the reasons

tree >tree.1
plans "a new episode" "card buy:new buy:new buy:new" 3+3
is "... the keys of the document" "$(jq -c keys_unsorted p.json)" \
	'["episode_id","chapters","prompts","images","cost_usd","spent_usd","limit_usd","left_usd","month_left_usd","total_left_usd","missing_key"]'
is "... and of a chapter" "$(jq -c '.chapters | map(keys_unsorted) | unique' p.json)" \
	'[["chapter_id","state","reasons","prompt_usd","image_usd"]]'
is "... the chapters in their order" "$(jq -c '[.chapters[].chapter_id]' p.json)" '["ch01","ch02","ch03","ch04"]'
is "... the sums are right" "$(jq -c '((([.chapters[] | .prompt_usd + .image_usd] | add) - .cost_usd) | fabs) < 1e-9, (.spent_usd, .limit_usd | . + 0), ((.limit_usd - .cost_usd - .left_usd | fabs) < 1e-9)' p.json | tr '\n' ' ')" "true 0 10 true "
is "... a card costs nothing" "$(jq -c '.chapters[0] | [.prompt_usd, .image_usd | . + 0]' p.json)" '[0,0]'
is "... the others do" "$(jq -c '[.chapters[1:][] | .prompt_usd > 0.001 and .image_usd > 0.03] | unique' p.json)" '[true]'
is "... for people" "$($make -s plan EP=ep1 | sed 's/[0-9]\.[0-9]\{4\}/N/g; s/9\.[0-9][0-9]\.$/N./')" "ch01          card          
ch02          to buy          prompt \$N  picture \$N  (new)
ch03          to buy          prompt \$N  picture \$N  (new)
ch04          to buy          prompt \$N  picture \$N  (new)
To buy: 3 prompts, 3 pictures, \$N at most; \$N spent so far; after that the limit of \$10.00 leaves \$N."
tree >tree.2
ok "a plan changes nothing" diff tree.1 tree.2
is "... and asks nobody" "$(wc -l <"$mock/log")" 0
go imagegen EP=ep1 >/dev/null
is "then that is bought" "$rc" 0
is "... what was bought" "$(bought)" "3+3"
plans "... and all is up to date" "$current" 0+0
is "... for nothing" "$(jq -c '[.cost_usd + 0, (.spent_usd * 1e6 | round)]' p.json)" \
	"[0,$(jq '.cost_usd * 1e6 | round' outputs/ep1/provenance/imagegen_provenance.json)]"
like "... it says so" "$($make -s plan EP=ep1)" "Nothing to buy; \$0.* spent so far; the limit of \$10.00 leaves \$9."

cp -r outputs good
again() { rm -rf outputs && cp -r good outputs; }
edited() { # NAME FILTER STATES COUNTS
	ed ep1 "$2"
	plans "$1" "$3" "$4"
	again
}
edited "a description" '.chapters[1].visual.description = "New."' "card buy:description up_to_date up_to_date" 1+1
edited "a title" '.chapters[1].title = "New."' "card buy:description up_to_date up_to_date" 1+1
edited "a narration" '.chapters[1].narration.text = "New."' "card buy:description up_to_date up_to_date" 1+1
edited "a type" '.chapters[1].visual.type = "b_roll"' "card buy:description up_to_date up_to_date" 1+1
edited "a prompt of the author's" '.chapters[2].visual.image_prompt = "Mine."' "card up_to_date buy:prompt up_to_date" 0+1
edited "what no picture shows" '.chapters[2] |= (.notes = "x" | .narration.estimated_duration_seconds = 3)' "$current" 0+0
edited "a card of what was drawn" '.chapters[2].visual.type = "talking_head"' "card up_to_date card up_to_date" 0+0
edited "drawn, what was a card" '.chapters[0].visual.type = "diagram"' "buy:new up_to_date up_to_date up_to_date" 1+1
edited "no picture at all" 'del(.chapters[1].visual)' "card up_to_date up_to_date" 0+0
edited "another id" '.chapters[1].chapter_id = "renamed"' "card from_store up_to_date up_to_date" 0+0
edited "another order" '.chapters |= (reverse | to_entries | map(.value + {order: (.key + 1)}))' "up_to_date up_to_date up_to_date card" 0+0
edited "two at once" '.chapters[1].visual.description = "Both." | .chapters[3].visual.image_prompt = "Mine."' "card buy:description up_to_date buy:prompt" 1+2
fails 66 "a template that isn't there" plan-episode -t nope.md outputs/ep1
like "... what to do" "$err" "plan-episode: nope.md: No such file or directory; name a template with -t or TEMPLATE"
sed -i 's/F7931A/F7931B/' prompts/imagegen.md
plans "the template" "card buy:template buy:template buy:template" 3+3
cp "$top/prompts/imagegen.md" prompts
sed -i 's/^max_tokens: .*/max_tokens: 2000/' prompts/imagegen.md
plans "the template's head" "card buy:template buy:template buy:template" 3+3
cp "$top/prompts/imagegen.md" prompts
touch prompts/imagegen.md
plans "... only touched" "$current" 0+0
plans "the LLM" "card buy:llm buy:llm buy:llm" 3+3 LLM_MODEL=claude-opus-5-5
plans "... another provider's" "card buy:llm buy:llm buy:llm" 3+3 LLM_PROVIDER=openai
plans "no LLM" "card buy:prompt buy:prompt buy:prompt" 0+3 LLM_PROVIDER=none
plans "the model" "card buy:model buy:model buy:model" 0+3 IMAGE_GEN_MODEL=gpt-image-2.5-sunburst
plans "the size" "card buy:size buy:size buy:size" 0+3 IMAGE_GEN_SIZE=1536x864
big=$(jq .cost_usd p.json)
plans "... a small one" "card buy:size buy:size buy:size" 0+3 IMAGE_GEN_SIZE=1024x640
is "... costs less" "$(jq ".cost_usd < $big" p.json)" true
plans "the quality" "card buy:quality buy:quality buy:quality" 0+3 IMAGE_GEN_QUALITY=low
is "... costs less, too" "$(jq ".cost_usd < $big" p.json)" true
plans "the style" "card buy:style buy:style buy:style" 0+3 IMAGE_GEN_STYLE_PREFIX="In ink. "
plans "model, size, quality, style" "card buy:model+size+quality+style buy:model+size+quality+style buy:model+size+quality+style" 0+3 \
	IMAGE_GEN_MODEL=gpt-image-2.5-flare IMAGE_GEN_SIZE=1536x864 IMAGE_GEN_QUALITY=low IMAGE_GEN_STYLE_PREFIX=Ink
plans "a default that is named" "$current" 0+0 IMAGE_GEN_QUALITY=high IMAGE_GEN_SIZE=2048x1152
plans "FORCE=1" "card buy:force buy:force buy:force" 3+3 FORCE=1
plans "FORCE=1 of a chapter" "buy:force" 1+1 FORCE=1 CHAPTER=ch02
plans "... of two" "buy:force buy:force" 2+2 FORCE=1 CHAPTER='ch02 ch04'
plans "CHAPTER alone" "up_to_date" 0+0 CHAPTER=ch03
is "... says what all of it has cost" "$(jq '.spent_usd > 0.1' p.json)" true
OPENAI_BASE_URL=http://localhost:${api##*:}/v1 plans "another address for pictures" "$current" 0+0
ANTHROPIC_BASE_URL=http://localhost:${api##*:} plans "... for prompts" "$current" 0+0
plans "drafts" "card draft draft draft" 0+0 IMAGE_GEN_PROVIDER=storyboard
plans "... with an LLM's prompts" "card draft:new draft:new draft:new" 3+0 IMAGE_GEN_PROVIDER=storyboard LLM_PROVIDER=openai
mkdir outputs/ep1/own && cp outputs/ep1/images/ch02.png outputs/ep1/own/ch03.png
ed ep1 '.chapters[2].visual.description = "No matter."'
plans "a picture of one's own" "card up_to_date own up_to_date" 0+0
again
for f in images/ch02.png imagegen/ch02.response.json; do
	rm outputs/ep1/$f
	plans "$f is gone" "card from_store up_to_date up_to_date" 0+0
	again
done
rm -r outputs/ep1/imagegen outputs/ep1/images
plans "the workings are gone" "card from_store from_store from_store" 0+0
again
n=$(jq -r '.picture_sha256[7:]' outputs/ep1/imagegen/ch02.response.json)
rm "outputs/.answers/$n.png"
plans "a picture in the store is gone: it is in its place" "$current" 0+0
rm outputs/ep1/images/ch02.png outputs/ep1/imagegen/ch02.response.json
plans "... and there, too" "card buy:new up_to_date up_to_date" 0+1
again
# --- an answer that was paid for, and is of no use

line() { $make -s plan EP=ep1 2>&1 | grep "^$1 " | tr -s ' '; } # of CHAPTER
useless() { # NAME STATES LINE: the line of the chapter whose answer it is
	go imagegen EP=ep1 >/dev/null
	plans "$1" "$2" 0+0
	is "... the line says so, and the remedy" "$(line "${3%% *}")" "$3"
	was=$(bought)
	go imagegen EP=ep1 >/dev/null
	is "... it fails again" "$rc" 2
	is "... for nothing" "$(bought)" "$was"
}
ed ep1 '.chapters[1].visual.description = "Something bad."'
script '{"route": "messages", "match": "Something bad", "times": 0, "body": {"content": [{"type": "text", "text": "I cannot help with that."}], "stop_reason": "end_turn", "usage": {"input_tokens": 9, "output_tokens": 9}}}'
useless "a refusal of the LLM's" "card refused up_to_date up_to_date" \
	"ch02 refused the store has the LLM's refusal; FORCE=1 CHAPTER=ch02 buys another"
plans "... of a draft" "refused" 0+0 IMAGE_GEN_PROVIDER=storyboard LLM_PROVIDER=anthropic CHAPTER=ch02
plans "... with FORCE=1" "buy:force" 1+1 FORCE=1 CHAPTER=ch02
mock_reset
go imagegen EP=ep1 FORCE=1 CHAPTER=ch02 >/dev/null
plans "... which buys another" "$current" 0+0
again

ed ep1 '.chapters[2].visual.image_prompt = "Odd."'
script '{"route": "images", "match": "Odd", "body": "[]"}'
useless "an answer that is no object" "card up_to_date unreadable up_to_date" \
	"ch03 unreadable the store has an answer without a picture; FORCE=1 CHAPTER=ch03 buys another"
again

ed ep1 '.chapters[2].visual.image_prompt = "None."'
script '{"route": "images", "match": "None", "body": {"data": []}}'
go imagegen EP=ep1 >/dev/null
plans "an answer without a picture" "card up_to_date unreadable up_to_date" 0+0
again

ed ep1 '.chapters[1].visual.description = "Odd words."'
script '{"route": "messages", "match": "Odd words", "body": "[]"}'
go imagegen EP=ep1 >/dev/null
is "an answer that has no prompt" "$(line ch02)" "ch02 unreadable the store has an answer without a prompt; FORCE=1 CHAPTER=ch02 buys another"
again

ed ep1 '.chapters[2].visual.image_prompt = "Raw."'
go imagegen EP=ep1 CHAPTER=ch03 >/dev/null
entry=outputs/.answers/$(jq -r '.request_sha256[7:]' outputs/ep1/imagegen/ch03.response.json)
png=outputs/.answers/$(jq -r '.picture_sha256[7:]' outputs/ep1/imagegen/ch03.response.json).png
{ printf '{"data": [{"b64_json": "%s"}]}\n' "$(base64 -w0 "$png")"; jq -c . "$entry.json"; } >"$entry.raw"
rm -r "$entry.json" "$png" outputs/ep1/images/ch03.png outputs/ep1/imagegen/ch03.response.json
plans "an answer that nobody has taken apart yet" "card up_to_date from_store up_to_date" 0+0
was=$(bought)
go imagegen EP=ep1 >/dev/null
is "... the picture is made of it" "$rc" 0
is "... for nothing" "$(bought)" "$was"
again
rm -r outputs/.answers
plan
is "the store is gone: nothing needs it" "$rc" 0
is "... what was to be bought" "$(counts)" "0+0"
rm -r outputs/ep1/imagegen outputs/ep1/images
plan
is "... but all that is made again" "$rc" 0
is "... but all that is made again: what was to be bought" "$(counts)" "3+3"
ok "... a plan makes none" test ! -e outputs/.answers
again
env -u OPENAI_API_KEY -u ANTHROPIC_API_KEY "$bin/plan-episode" --answers=outputs/.answers --json outputs/ep1 >p.json
is "without keys an episode is planned as it was begun" "$(states)" "$current"
is "... for which none is needed" "$(jq -c .missing_key p.json)" null
without() { # NAME...: the plan to buy it all, by the vendors, without these keys
	(
		unset OPENAI_BASE_URL ANTHROPIC_BASE_URL "$@"
		"$bin/plan-episode" --json --force outputs/ep1 | jq -r .missing_key
	)
}
is "... but to buy it again" "$(without OPENAI_API_KEY) $(without ANTHROPIC_API_KEY) $(without OPENAI_API_KEY ANTHROPIC_API_KEY)" \
	"OPENAI_API_KEY ANTHROPIC_API_KEY OPENAI_API_KEY"
is "... with both" "$(without none)" null
is "... on this machine" "$(env -u OPENAI_API_KEY -u ANTHROPIC_API_KEY "$bin/plan-episode" --json --force outputs/ep1 | jq -r .missing_key)" null
like "... for people" "$(env -u OPENAI_API_KEY OPENAI_BASE_URL= "$bin/plan-episode" --force outputs/ep1)" "It can't be bought: OPENAI_API_KEY is not set."
new_episode ep2
env -u OPENAI_API_KEY -u ANTHROPIC_API_KEY OPENAI_BASE_URL= ANTHROPIC_BASE_URL= "$bin/plan-episode" outputs/ep2 >p.out
is "... a new one as drafts" "$(cut -c1-20 p.out | tail -n +2)" "ch02          draft 
ch03          draft 
ch04          draft 
Nothing to buy; \$0.0
Without OPENAI_API_K"

# --- chapters with one request

ed ep1 '.chapters |= map(.visual.type = "diagram" | .title = "T" | .narration.text = "N" | .visual.description = "The same.")'
plans "four chapters that ask for the same" "buy:new from_store from_store from_store" 1+1
plans "... when the first isn't asked for" "buy:description from_store" 1+1 CHAPTER='ch03 ch04'
mock_reset
go imagegen EP=ep1 >/dev/null
is "... are one call each" "$(bought)" 1+1
is "... and each is drawn" "$rc" 0
plans "... and then up to date" "up_to_date up_to_date up_to_date up_to_date" 0+0
plans "... once with FORCE=1, too" "buy:force from_store from_store from_store" 1+1 FORCE=1
ed ep1 '.chapters[1:3] |= map(.visual.image_prompt = "One.")'
plans "... with a prompt of one's own" "up_to_date buy:prompt from_store up_to_date" 0+1
again
# a picture that neither limn nor an API has made
base64 -d >outputs/ep1/images/ch02.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
END
ed ep1 '.chapters[1].visual.description = "By hand."'
plans "a picture that was put there by hand" "card own:description up_to_date up_to_date" 1+0
mock_reset
go imagegen EP=ep1 >/dev/null
is "... for which no other is bought" "$(bought)" 1+0
is "... and the run is good" "$rc" 0
again

# --- the plan is what is done

seed=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
random() { # N: 0 to N - 1
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	echo $(((seed / 65536) % $1))
}
note "the edits are by chance, from $seed"
set --
i=0
while [ $i -lt 10 ]; do
	i=$((i + 1))
	ch=$(random 4) what=
	case $(random 9) in
	0) ed ep1 ".chapters[$ch].visual.description = \"No. $i\"" what=description ;;
	1) ed ep1 ".chapters[$ch].visual.image_prompt = \"Prompt $i\"" what=prompt ;;
	2) ed ep1 ".chapters[$ch].visual.image_prompt = null" what="no prompt" ;;
	3) ed ep1 ".chapters |= map(.visual.type = \"diagram\" | .visual.description = \"Same $i\" | .title = \"S\" | .narration.text = \"S\")" what="all the same" ;;
	4) sed -i "s/F7931./F7931$i/" prompts/imagegen.md what=template ;;
	5) set -- IMAGE_GEN_QUALITY=low && what=low ;;
	6) set -- IMAGE_GEN_SIZE=1536x864 && what=small ;;
	7) set -- && what=default ;;
	8) set -- FORCE=1 CHAPTER=ch0$((ch + 1)) && what="force $((ch + 1))" ;;
	esac 2>/dev/null
	$make -s plan EP=ep1 JSON=1 "$@" >p.json
	was_p=$(calls messages) was_i=$(calls images)
	was=$(jq '.spent_usd' p.json)
	$make $jobs imagegen EP=ep1 "$@" >log 2>&1
	rc=$?
	is "edit $i ${what:-}, $*: bought as planned, $(jq .cost_usd p.json) at most" "$rc" 0
	is "... prompts and pictures" "$(($(calls messages) - was_p))+$(($(calls images) - was_i))" "$(counts)"
	cost=$(jq '.cost_usd' outputs/ep1/provenance/imagegen_provenance.json)
	ok "... and costs no more ($cost)" jq -e --argjson c "$cost" '.cost_usd >= $c or (.prompts + .images == 0)' p.json
	# of a prompt the most is a few times what it costs: the answer may be short
	ok "... nor nearly nothing" jq -e --argjson c "$cost" '.cost_usd * 0.1 <= $c' p.json
	case $* in FORCE*) set -- ;; esac
done
cp "$top/prompts/imagegen.md" prompts
again

# --- the limit

MAX_EPISODE_COST_USD=0.2 plan FORCE=1
is "over the limit: is said" "$rc" 0
is "... what the file says" "$(jq -c '[.limit_usd, .left_usd < 0, ((.limit_usd - .spent_usd - .cost_usd - .left_usd) | fabs) < 1e-9]' p.json)" "[0.2,true,true]"
like "... for people" "$(MAX_EPISODE_COST_USD=0.2 $make -s plan EP=ep1 FORCE=1)" "; that is \$0.* over the limit of \$0.20: set MAX_EPISODE_COST_USD."
MAX_EPISODE_COST_USD=soon fails 78 "a limit that is none" "$bin/plan-episode" outputs/ep1

# --- the database

db=outputs/limn.db
sql() { sqlite3 -batch $db "$@"; }
purchases=0
# EPISODE STATE MICROS [TIME]
purchase() {
	purchases=$((purchases + 1))
	sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256, state, cost_micros, estimate_micros,
		reserved_at) VALUES ('p$purchases', '$1', 'image', 'm', 'x', '$2', $3, $3,
		${4:-datetime('now')})"
}
# [spent, left, month_left, total_left] in micro-dollars, null as it is
money() { "$bin/plan-episode" --json "$@" outputs/ep1 | jq -c '[.spent_usd, .left_usd, .month_left_usd, .total_left_usd | if . then . * 1e6 | round else . end]'; }
is "spent is what the ledger has" "$(money -d $db)" "$(sql "SELECT '[' || sum(cost_micros) || ',' || (10000000 - sum(cost_micros)) || ',null,null]' FROM ledger")"
is "... as the answers have it" "$(money)" "$(money -d $db)"
sql "DELETE FROM ledger"
is "... though that is nothing" "$(money -d $db)" "[0,10000000,null,null]"
is "DATABASE" "$(DATABASE=$db money)" "[0,10000000,null,null]"
is "... --database goes before it" "$(DATABASE=x money --database=$db)" "[0,10000000,null,null]"
for state in reserved sent settled unknown; do
	purchase ep1 $state 1000000
done
purchase ep1 released 50000000
purchase other settled 300
purchase ep1 settled 20000 "'2020-01-31 23:59:59'"
purchase '' unknown 7000 "'2020-01-31 23:59:59'"
is "all but what was released" "$(money -d $db)" "[4020000,5980000,null,null]"
run="INSERT INTO pipeline_runs (episode_id, stage, status, started_at, estimated_cost_usd) SELECT id, 'TTS', 'SUCCESS'"
sql "INSERT INTO episodes (episode_id, status, created_at) VALUES ('other', 'NEW', 'x'); $run, datetime('now'), 0.5 FROM episodes WHERE episode_id = 'ep1';
	$run, datetime('now'), 0.1 FROM episodes WHERE episode_id = 'other'; $run, '2020-01-31 23:59:59', 0.01 FROM episodes WHERE episode_id = 'ep1'"
is "... and what other stages cost" "$(money -d $db)" "[4530000,5470000,null,null]"
export MAX_MONTH_COST_USD=20 MAX_TOTAL_COST_USD=30
is "the limits of all episodes" "$(money -d $db)" "[4530000,5470000,15399700,25362700]"
is "... and what is to be bought" "$("$bin/plan-episode" -d $db --json --force outputs/ep1 | jq -c '[(.spent_usd + .cost_usd + .left_usd, .month_left_usd + .cost_usd, .total_left_usd + .cost_usd) * 1e6 | round]')" "[10000000,15399700,25362700]"
is "... without a database, nobody knows" "$(money | jq -c '.[2:]')" "[null,null]"
line() { "$bin/plan-episode" -d $db outputs/ep1 | grep '[Bb]uy'; }
is "the tightest is said: the episode's" "$(line)" "Nothing to buy; \$4.5300 spent so far; the limit of \$10.00 leaves \$5.47."
is "... the month's" "$(MAX_MONTH_COST_USD=5.1 line)" "Nothing to buy; \$4.5300 spent so far; the limit of \$5.10 a month leaves \$0.49."
is "... that of all" "$(MAX_TOTAL_COST_USD=5 line)" "Nothing to buy; \$4.5300 spent so far; the limit of \$5.00 in all leaves \$0.36."
is "... which is over it" "$(MAX_TOTAL_COST_USD=1 line)" "Nothing to buy; \$4.5300 spent so far; that is \$3.6373 over the limit of \$1.00 in all: set MAX_TOTAL_COST_USD."
is "... or the month's" "$(MAX_MONTH_COST_USD=0 line)" "Nothing to buy; \$4.5300 spent so far; that is \$4.6003 over the limit of \$0.00 a month: set MAX_MONTH_COST_USD."
is "... of which nothing is left" "$(MAX_EPISODE_COST_USD=4.53 line)" "Nothing to buy; \$4.5300 spent so far; the limit of \$4.53 leaves \$0.00."
for limit in MONTH TOTAL; do
	fails 78 "MAX_${limit}_COST_USD that is none" env "MAX_${limit}_COST_USD=soon" "$bin/plan-episode" -d $db outputs/ep1
done
unset MAX_MONTH_COST_USD MAX_TOTAL_COST_USD
sql .dump >before
"$bin/plan-episode" -d $db outputs/ep1 >p.out
sql .dump >after
is "it is only read" "$(cmp before after 2>&1)" ""
is "one that isn't there" "$(money -d none.db | jq -c '.[0] > 100000')" true
ok "... is not made" test ! -e none.db
: >none.db
is "... an empty one isn't used, either" "$(money -d none.db | jq -c '.[0] > 100000') $(wc -c <none.db)" "true 0"
sqlite3 none.db "CREATE TABLE theirs (x)"
is "one without a ledger: nothing was spent" "$(money -d none.db)" "[0,10000000,null,null]"
echo "This is no database, but a text of some length." >none.db
fails 74 "one that is none" "$bin/plan-episode" -d none.db outputs/ep1
is "... is said" "$err" "plan-episode: none.db: this file is no SQLite database; name another with DATABASE, or run make rebuild-db"
again

# --- what is wrong

was=$(bought)
ed ep1 '.chapters[1].chapter_id = "ch01"'
fails 2 "a broken chapters.json" run_make -s plan EP=ep1
like "... is said" "$err" "plan-episode: outputs/ep1/chapters.json"
"$bin/plan-episode" outputs/ep1 >p.out 2>&1
is "... with its status" "$?" 65
new_episode ep2
fails 2 "two episodes, one of them broken" run_make -s plan EP='ep1 ep2'
like "... the other one is planned" "$out" "To buy: 3 prompts, 3 pictures"
again
new_episode ep2
fails 66 "no such episode" "$bin/plan-episode" outputs/none
fails 2 "... with make" run_make -s plan EP=none
fails 2 "no episode at all" run_make -s plan
fails 64 "... nor directory" "$bin/plan-episode"
fails 78 "a retired model" env IMAGE_GEN_MODEL=dall-e-3 OPENAI_BASE_URL= "$bin/plan-episode" outputs/ep1
like "... says the remedy" "$err" "plan-episode: dall-e-3 was retired on 2026-05-12; set IMAGE_GEN_MODEL="
fails 78 "a size that it can't draw" env IMAGE_GEN_SIZE=1920x1081 "$bin/plan-episode" outputs/ep1
fails 65 "a chapter that isn't there" "$bin/plan-episode" --chapter='ch02 ch0' outputs/ep1
is "... is said as make would say it" "$err" "plan-episode: outputs/ep1/chapters.json: there is no chapter ch0 with a picture; look at CHAPTER"
fails 66 "a template that isn't there" "$bin/plan-episode" -t none.md outputs/ep1
is "none of it was asked for" "$(bought)" "$was"

# --- a dry run

rm -rf outputs/ep2
new_episode ep2
ed ep2 '.chapters[2].visual.image_prompt = "Mine, \"ş\"\\n."'
dry=outputs/ep2/dry-run
tree >tree.1
mock_reset
# NAME [ARGUMENT...]
dry_run() {
	name=$1
	shift
	rm -rf $dry
	fails 0 "$name" run_make "$@" DRY_RUN=1
	is "... writes the requests" "$(cd $dry && echo *)" "ch02.image-request.json ch02.prompt-request.json ch03.image-request.json ch04.image-request.json ch04.prompt-request.json"
	tree >tree.2
	ok "... and changes nothing else" diff tree.1 tree.2
	is "... nor asks anybody" "$(wc -l <"$mock/log")" 0
	cat $dry/* | sha >p.sums
}
dry_run "a dry run with the file" outputs/ep2/images/manifest.json
cp p.sums p.first
dry_run "... of all, too" all
ok "... is the same" cmp p.sums p.first
rm -r outputs/ep1/dry-run
dry_run "... with imagegen" imagegen EP=ep2
ok "... is the same" cmp p.sums p.first
like "... and shows the plan" "$out" "To buy: 2 prompts, 3 pictures"
(
	unset OPENAI_API_KEY ANTHROPIC_API_KEY
	rm -rf $dry
	$make DRY_RUN=1 IMAGE_GEN_PROVIDER=openai LLM_PROVIDER=anthropic imagegen EP=ep2 >/dev/null 2>&1
	cat $dry/* | sha >p.sums
)
ok "... without a key" cmp p.sums p.first
(
	unset OPENAI_API_KEY ANTHROPIC_API_KEY
	rm -rf $dry
	$make DRY_RUN=1 imagegen EP=ep2 >/dev/null 2>&1
	cat $dry/* | sha >p.sums
)
ok "... nor a provider named" cmp p.sums p.first
is "where the LLM must be asked first, the request for the picture says so" "$(jq -r .prompt $dry/ch02.image-request.json)" \
	"Professional educational content illustration for Bitcoin/cryptocurrency video. Clean, modern, minimalist design. (not known before the LLM has answered ch02.prompt-request.json)"
is "no key is in it" "$(grep -rl sk- $dry)" ""
cp -r $dry dry.1
go imagegen EP=ep2 >/dev/null
is "really run" "$rc" 0
is "... what was bought" "$(bought)" "2+3"
for ch in ch02 ch04; do
	jq -S . dry.1/$ch.prompt-request.json >a
	is "the request to the LLM for $ch was just that" "$(jq -S 'select(.route == "messages") | .body' "$mock/log" | jq -sc --slurpfile a a 'map(select(. == $a[0])) | length')" 1
	is "... by its hash" "$({ echo "$api/v1/messages"; cat dry.1/$ch.prompt-request.json; } | sha)" "$(jq -r '.llm.request_sha256[7:]' outputs/ep2/imagegen/$ch.prompt.json)"
done
is "so was the request for the picture whose prompt was known" "$({ echo "$api/v1/images/generations"; cat dry.1/ch03.image-request.json; } | sha)" "$(jq -r '.request_sha256[7:]' outputs/ep2/imagegen/ch03.response.json)"
$make DRY_RUN=1 imagegen EP=ep2 >/dev/null 2>&1
for ch in ch02 ch03 ch04; do
	is "now that the prompts are known, the one for $ch is, too" "$({ echo "$api/v1/images/generations"; cat $dry/$ch.image-request.json; } | sha)" "$(jq -r '.request_sha256[7:]' outputs/ep2/imagegen/$ch.response.json)"
	jq -S . $dry/$ch.image-request.json >a
	is "... as it was sent" "$(jq -S 'select(.route == "images") | .body' "$mock/log" | jq -sc --slurpfile a a 'map(select(. == $a[0])) | length')" 1
done
rm -rf $dry
fails 0 "a dry run of a chapter" run_make DRY_RUN=1 imagegen EP=ep2 CHAPTER=ch03
is "... writes its request" "$(cd $dry && echo *)" "ch03.image-request.json"
rm -rf $dry
fails 0 "a dry run of drafts" run_make DRY_RUN=1 imagegen EP=ep2 IMAGE_GEN_PROVIDER=storyboard
ok "... has nothing to write" test ! -e $dry
$make DRY_RUN=1 imagegen EP=ep2 >/dev/null 2>&1
$make clean >/dev/null 2>&1
ok "make clean removes it" test ! -e $dry

# --- many chapters

mkdir -p outputs/many/imagegen outputs/many/images
jq '.episode_id = "many" | .total_chapters = 100 | .chapters = [range(100) as $i | .chapters[1] | .chapter_id = "c\($i)" | .order = $i + 1 | .title = "No. \($i)"]' \
	outputs/ep1/chapters.json >outputs/many/chapters.json
dd if=/dev/urandom bs=1M count=2 2>/dev/null | base64 -w 0 >b64
for i in $(seq 0 99); do
	{ printf '{"created": 1, "data": [{"b64_json": "' && cat b64 && printf '"}], "model": "x", "request_sha256": "sha256:%s"}\n' "$i"; } \
		>outputs/many/imagegen/"c$i.response.json"
done
began=$(cut -d' ' -f1 /proc/uptime)
plan EP=many
ended=$(cut -d' ' -f1 /proc/uptime)
is "100 chapters with 2 MB each" "$rc" 0
is "... what was to be bought" "$(counts)" "100+100"
took=$(awk -v a="$began" -v b="$ended" 'BEGIN { print b - a }')
ok "... in $took s" awk -v s="$took" 'BEGIN { exit !(s < 5) }'

# --- a purchase that failed, after gen-prompt wrote a new prompt

rm -rf outputs && cp -r good outputs
unset IMAGE_GEN_PROVIDER
ed ep1 '.chapters[1].visual.image_prompt = "Mine."'
mock_reset
script '{"route": "images", "status": 400, "body": {"error": {"code": "content_policy_violation", "message": "No."}}}'
go imagegen EP=ep1 >/dev/null
plans "after a purchase that failed" "card buy:prompt up_to_date up_to_date" 0+1
finish
