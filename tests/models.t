#!/bin/sh
# models.json, as limn ships it: every field is as limn-models(5) says.  At run
# time only what a call needs is looked at.
# shellcheck disable=SC2016 # the dollars are jq's
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
file=$top/tools/models.json

cat >lib.jq <<'END'
def word: type == "string" and test("^[!-~]{1,128}$");
def words: type == "array" and all(.[]; word);
def date: type == "string" and test("^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$");
def whole($max): type == "number" and . == floor and . >= 1 and . <= $max;
def dollars($scale): type == "number" and . >= 0 and . <= 10000 and (. * $scale | . - round | fabs) < 0.001;
def size: test("^[1-9]\\d{0,4}x[1-9]\\d{0,4}$");
def within($rule): capture("^(?<w>\\d+)x(?<h>\\d+)$") | map_values(tonumber) | [.w, .h] | sort as [$a, $b]
	| all(.[]; . % $rule.multiple == 0) and $b <= $rule.max_edge and $b <= $a * $rule.max_ratio
	and $a * $b >= $rule.min_pixels and $a * $b <= $rule.max_pixels;
END
# good NAME FILTER: each part of the file that it puts out is bad.
good() { is "$1" "$(jq -cr "$(cat lib.jq) . as \$doc | $2" "$file" 2>&1)" ""; }
# models NAME KIND TEST: of every model of the kind
models() {
	of=".models[]"
	[ "$2" = any ] || of="$of | select(.kind == \"$2\")"
	good "$1" "$of | select(([$3] | all) | not) | .id"
}

good "the schema is 1" 'select(.schema != 1)'
good "the date of all" 'select(.as_of | date | not)'
good "the defaults" '.defaults | select(([.IMAGE_GEN_MODEL, .IMAGE_GEN_SIZE, .IMAGE_GEN_QUALITY, .LLM_MODEL] | words | not)
	or (.IMAGE_GEN_STYLE_PREFIX | type != "string"))'
for key in multiple max_edge max_ratio; do
	good "the $key of each size rule" ".size_rules[] | select(.$key | whole(65535) | not)"
done
for key in min_pixels max_pixels; do
	good "the $key of each size rule" ".size_rules[] | select(.$key | whole(100000000) | not)"
done
good "other sizes of a size rule" '.size_rules[] | select(.also // [] | words | not)'

models "ids" any '.id | word'
models "kinds" any '.kind | IN("image", "llm")'
models "providers" any '.provider | word'
models "aliases" any '.aliases // [] | words'
good "no two models of a name" '[.models[] | {k: [.kind, .provider, (.id, (.aliases // [])[])]}] | group_by(.k)[] | select(length > 1)[0].k'
models "dates" any '[.as_of, .retired_on] | all(.[]; . == null or date)'
models "replacements" any '.replacement as $r | $r == null or any($doc.models[]; .id == $r)'
models "sources" any '.sources | type == "array" and length > 0'

models "the wire of image models" image '.wire == "openai-images"'
models "what is sent" image '.fields.send | words and length > 0'
models "what is sent if it is named" image '(.fields.send_if_named // []) - .fields.send == []'
models "what is never sent" image '(.fields.never_send // []) as $never | .fields.send - $never == .fields.send'
models "sizes: a rule or a list" image '(.sizes.rule == null) != (.sizes.list == null)'
models "sizes: the rule is there" image '.sizes.rule as $r | $r == null or ($doc.size_rules | has($r))'
models "sizes: the list" image '.sizes.list // ["auto"] | words and length > 0 and all(.[]; . == "auto" or size)'
models "the default size" image '.sizes as $s | (.default_size // $doc.defaults.IMAGE_GEN_SIZE) |
	if $s.rule then $doc.size_rules[$s.rule] as $r | IN(($r.also // [])[]) or within($r) else IN($s.list[]) end'
models "qualities" image '.qualities // ["x"] | words and length > 0'
models "the default quality" image '.qualities as $all | $all == null or ((.default_quality // $doc.defaults.IMAGE_GEN_QUALITY) | IN($all[]))'
models "the kind of response" image '.response // "url" | IN("b64", "url")'
models "the longest prompt" image '.max_prompt_chars == null or (.max_prompt_chars | whole(100000000))'
models "what must not be in a prompt" image '.prompt_without // [] | all(.[]; type == "string" and . != "")'

models "the wire of LLMs" llm '.wire | IN("anthropic-messages", "openai-chat")'
models "the token field" llm '.token_field | IN("max_tokens", "max_completion_tokens")'
models "the longest answer" llm '.max_output == null or (.max_output | whole(1000000000))'
models "temperature" llm '.temperature | type == "boolean"'
models "thinking_off" llm '.thinking_off // {} | type == "object"'
models "effort" llm '[.effort, .reasoning_effort | select(. != null)] | words'

models "free or not" any '(.prices | type | IN("object", "null")) and (.prices.free | IN(null, true))'
models "the price of tokens of images" image '.prices.per_mtok // {text_in: 0, image_in: 0, image_out: 0} |
	(keys - ["image_in", "image_out", "text_in"] == []) and length == 3 and all(.[]; dollars(1000))'
models "the price of pictures" image '.prices.per_image // {} | all(.[]; type == "object" and length > 0 and all(.[]; dollars(1000000)))'
models "the formula for tokens" image '.prices.token_formula as $f | $f == null or
	($f.name == "axis" and .prices.per_mtok != null and ($f.factors | length > 0) and
	all($f.factors[], ($f.bounds // {})[]; whole(1000)))'
models "the price of an LLM's tokens" llm '.prices == null or .prices.free or
	(.prices.per_mtok | (.in, .out | type == "number"), all(.[]; dollars(1000)))'
models "the price of long prompts" llm '.prices.long_prompt // {over_tokens: 1, in: 0, out: 0} | (.over_tokens | whole(1000000000)) and
	([.in, .out] | all(.[]; type == "number")) and all(.[]; type == "number")'
finish
