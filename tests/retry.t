#!/bin/sh
# What is tried again, when, and what never: one test a row of the rules, the
# waits by the clock of the API; and what is said of each shape of error.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
unset LIMN_RUN ANSWERS_DIR DATABASE MAX_RETRIES LLM_BASE_URL LLM_MODEL \
	IMAGE_GEN_MODEL IMAGE_GEN_SIZE IMAGE_GEN_QUALITY IMAGE_GEN_RPM \
	IMAGE_GEN_TIMEOUT LLM_TIMEOUT DOWNLOAD_TIMEOUT
key=sk-canary-Zx81Qw77
export OPENAI_API_KEY=$key ANTHROPIC_API_KEY=$key
export TEMPLATE="$top/prompts/imagegen.md"
echo 'A red cube on a table' >prompt.txt
jq '.chapters[1]' "$top/outputs.example/bitcoin-nedir/chapters.json" >chapter.json
mock_start --

json='"body":{"error":{"message":"Words.","type":"t","param":null,"code":"c"}}'
page='"type":"text/html","body":"<html>Bad Gateway</html>"'
soon='"headers":{"retry-after-ms":"20"}'

# As [SETTING...]: a run of call-dalle and what came of it.
draw() { # STATUS CALLS NAME [SETTING...]
	want_status=$1 want_calls=$2 name=$3
	shift 3
	fails "$want_status" "$name" env "$@" call-dalle -o answer.json prompt.txt
	is "$name: the number of calls is $want_calls" "$(calls images)" "$want_calls"
}
one_line() {
	script "$(printf '%s' "$1" | tr -d '\n\t')"
}
answer() { # STATUS MORE: the next answer, in place of those left over
	mock_reset
	one_line "{\"route\":\"images\",\"status\":$1,$2}"
}
gap() { # N [ROUTE]: the milliseconds from the Nth call to the next
	jq -rn --argjson n "$1" --arg route "${2:-images}" '
		[inputs | select(.route == $route) | .at] |
		if length > $n then (.[$n] - .[$n - 1]) * 1000 | floor
		else "no such call" end' "$mock/log"
}
# The wait before try N + 1: so long at least by the API's clock, and no more was
# meant than what is said.
waited() { # N MIN MAX [ROUTE]: milliseconds
	ok "$name: wait $1 is $2 ms or more" test "$(gap "$1" "${4:-images}")" -ge "$2"
	meant=$(printf '%s\n' "$err" | sed -n 's/.*; waits \([0-9]*\)\.\([0-9]\) s$/\1\200/p' | sed -n "${1}p")
	ok "$name: wait $1 is $3 ms at most" test "$meant" -le "$3"
}

# 429: the wait that is asked for.
answer 429 "$json,"'"headers":{"Retry-After":"1"}'
draw 0 2 "429, Retry-After in seconds"
waited 1 1000 1000
is "429: the wait is said" "$err" \
	"call-dalle: image: try 1 of 3: 429 c: Words. (request $(jq -rn \
		'first(inputs) | "req_mock_00000\(.n)"' "$mock/log")); waits 1.0 s"
answer 429 "$json,"'"headers":{"Retry-After":"0.6"}'
draw 0 2 "429, Retry-After in a fraction of a second"
waited 1 600 600
answer 429 "$json,"'"headers":{"retry-after-ms":"250","Retry-After":"30"}'
draw 0 2 "429, retry-after-ms goes before Retry-After"
waited 1 250 250
like "... the wait that is said" "$err" "waits 0.2 s"
answer 429 "$json,\"headers\":{\"Retry-After\":\"$(date -u -d '+3 sec' \
	'+%a, %d %b %Y %H:%M:%S GMT')\"}"
draw 0 2 "429, Retry-After is an HTTP date"
# a date has no fractions, and the API's own date may be a second late
waited 1 1000 3000
answer 429 "$json"',"times":2'
draw 0 3 "429 without Retry-After: our own wait"
waited 1 375 500
waited 2 750 1000
like "... the second wait is said" "$err" "try 2 of 3: 429 c: Words."
answer 429 "$json,"'"headers":{"Retry-After":"0"}'
draw 0 2 "429, Retry-After is 0: our own wait"
waited 1 375 500
answer 429 "$json,"'"headers":{"Retry-After":"-5"}'
draw 0 2 "429, Retry-After is no number of seconds: our own wait"
waited 1 375 500
answer 429 "$json,"'"headers":{"Retry-After":"121"}'
draw 75 1 "429, Retry-After is more than two minutes: no other try"
like "... says how long" "$err" "asks to wait 121 s"
answer 429 "$json,$soon,"'"times":0'
draw 75 3 "429 and no end: try later"
like "... says what the error is" "$err" "call-dalle: image: 429 c: Words."
like "... says how often it tried" "$err" "gave up after 3 tries; run again later"
answer 429 "$json,$soon,"'"times":0'
draw 75 5 "MAX_RETRIES is the number of tries" MAX_RETRIES=5
answer 429 "$json,$soon,"'"times":0'
draw 75 1 "MAX_RETRIES=1: one try" MAX_RETRIES=1
is "... nothing is said of waits" "$(printf '%s\n' "$err" | wc -l)" 1
mock_reset
draw 78 0 "MAX_RETRIES=0 is refused" MAX_RETRIES=0
answer 429 "$page,$soon"
draw 0 2 "429 from a proxy: again"

# The API is in trouble and says so.
for s in 500 503 529 408 409; do
	answer $s "$json,$soon"
	draw 0 2 "$s with the API's JSON: again"
done
answer 503 "$json"
draw 0 2 "503: our own wait"
waited 1 375 500
answer 503 "$json,"'"headers":{"Retry-After":"1"}'
draw 0 2 "503: the wait that is asked for"
waited 1 1000 1000
answer 500 "$json,$soon,"'"times":0'
draw 69 3 "500 and no end: unavailable"

# Sent, and no answer: never again in this run.
for s in 502 504; do
	answer $s "$json,$soon"
	draw 12 1 "$s: not again"
done
like "504: the message says that it may have been billed" "$err" "it may have been billed"
for s in 500 502 503 504; do
	answer $s "$page,$soon"
	draw 12 1 "$s with a proxy's page: not again"
done
answer 200 "$page,$soon"
draw 76 1 "200 with a proxy's page came whole: not again"
answer 500 '"body":""'
draw 12 1 "500 and no body: not again"
mock_reset
script '{"route":"images","reset":true}'
draw 12 1 "reset: not again"
mock_reset
script '{"route":"images","hang":true}'
draw 12 1 "no answer in time: not again" IMAGE_GEN_TIMEOUT=1
like "... the message says after how long" "$err" "no whole answer within 1 s; it may have been billed"
mock_reset
script '{"route":"images","drip":100}'
draw 12 1 "half an answer in time: not again" IMAGE_GEN_TIMEOUT=1
mock_reset
script '{"route":"images","cut":100}'
draw 12 1 "an answer that is cut off: not again"
like "... the message says that it is cut off" "$err" "cut off"
ok "no call that failed left an answer behind" test ! -e answer.json.tmp
rm -f answer.json
answer 200 '"body":"{\"created\": 1, \"data\": ["'
draw 76 1 "JSON that ends too early came whole: not again"
like "... the message says why it is no JSON" "$err" "it is not JSON: it is cut off"
answer 500 '"body":"{\"error\": {\"message\": \"No"'
draw 12 1 "an error that ends too early: not again"
like "... the message says that it is cut off" "$err" "500 with JSON that is cut off (request "
cat >large.pl <<'END'
use strict;
use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die;
open my $f, '>', 'large.new' or die;
print $f $server->sockport;
close $f;
rename 'large.new', 'large.port';
my $s = $server->accept;
$s->recv(my $request, 65536);
print $s "HTTP/1.1 200 OK\r\nX-Large: ", 'a' x 1e6, "\r\n\r\n{}";
END
perl large.pl &
wait_for test -s large.port
mock_reset
draw 12 0 "a header of 1 MB: not again" OPENAI_BASE_URL="http://127.0.0.1:$(cat large.port)/v1"
like "... the message says what is too large" "$err" "headers that are too large"
ok "... no output" test ! -e answer.json

# It never reached the API: again.
mock_start --late 600
began=$(date +%s%N)
draw 69 0 "nobody listens: tried again"
took=$((($(date +%s%N) - began) / 1000000))
ok "... with our own waits" test $took -ge 1125
is "... three tries" "$(printf '%s\n' "$err" | grep -c "waits\|gave up after 3")" 3
mock_start --late 1.5
draw 0 1 "somebody listens at last" MAX_RETRIES=5
like "... not at first" "$err" "call-dalle: image: try 1 of 5: "
mock_start --
port=$(cat "$mock/port")
draw 69 0 "no TLS there: tried again" MAX_RETRIES=2 \
	OPENAI_BASE_URL="https://127.0.0.1:$port/v1"
like "... two tries" "$err" "gave up after 2 tries"

# A certificate that nobody here trusts.
openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.pem -days 2 \
	-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null
openssl s_server -accept 127.0.0.1:0 -key tls.key -cert tls.pem -www >tls.out 2>&1 &
tls=$!
wait_for grep -q '^ACCEPT .*:[0-9]' tls.out
tls_port=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' tls.out)
mock_reset
draw 78 0 "a certificate that isn't trusted" OPENAI_BASE_URL="https://127.0.0.1:$tls_port/v1"
is "... is not tried again" "$(printf '%s\n' "$err" | grep -c 'try 1 of')" 0
like "... and the remedy is named" "$err" "set SSL_CERT_FILE to a file with the certificate of the authority"
fails 12 "... but one that SSL_CERT_FILE has is" env IMAGE_GEN_TIMEOUT=1 SSL_CERT_FILE="$work/tls.pem" \
	OPENAI_BASE_URL="https://127.0.0.1:$tls_port/v1" call-dalle -o answer.json prompt.txt
kill $tls
draw 78 0 "an SSL_CERT_FILE that isn't there" SSL_CERT_FILE="$work/none.pem" \
	OPENAI_BASE_URL="https://127.0.0.1:$port/v1"

# x-should-retry: the API knows better.
answer 500 "$json,"'"headers":{"x-should-retry":"false"}'
draw 69 1 "x-should-retry: false, of a 500"
answer 429 "$json,"'"headers":{"x-should-retry":"false","Retry-After":"1"}'
draw 75 1 "x-should-retry: false, of a 429"
answer 400 "$json,"'"headers":{"x-should-retry":"true","retry-after-ms":"20"}'
draw 0 2 "x-should-retry: true, of a 400"
answer 504 "$json,"'"headers":{"x-should-retry":"true","retry-after-ms":"20"}'
draw 0 2 "x-should-retry: true, of the API's own 504"
answer 502 "$page,"'"headers":{"x-should-retry":"true"}'
draw 12 1 "x-should-retry: true, of a proxy"
answer 429 '"headers":{"x-should-retry":"true"},
	"body":{"error":{"message":"m","type":"insufficient_quota"}}'
draw 77 1 "x-should-retry: true, but no credit"

# What no second try changes.
for c in insufficient_quota credit_balance_exhausted \
	organization_spend_limit_exceeded project_spend_limit_exceeded \
	organization_usage_limit_exceeded billing_hard_limit_reached; do
	for s in 429 400; do
		answer $s "\"headers\":{\"Retry-After\":\"1\"},
			\"body\":{\"error\":{\"message\":\"m\",\"code\":\"$c\"}}"
		draw 77 1 "$s $c"
	done
done
answer 401 '"body":{"error":{"message":"Incorrect API key provided: sk-ca**77",
	"type":"invalid_request_error","param":null,"code":"invalid_api_key"}}'
draw 77 1 "401"
is "... no part of the key is shown" \
	"$(printf %s "$err" | grep -c 'sk-ca')" 0
mock_reset
draw 77 1 "a bad OPENAI_API_KEY" OPENAI_API_KEY=sk-bad
like "... the message has the API's code" "$err" "invalid_api_key"
like "... the message says which key to set" "$err" "; set OPENAI_API_KEY"
answer 402 "$json"
draw 77 1 "402"
answer 403 '"body":{"error":{"message":"Your organization must be verified",
	"type":"invalid_request_error","param":null,"code":null}}'
draw 77 1 "403: not verified"
like "... the message says what to do" "$err" "verify the organization"
answer 404 '"body":{"error":{"message":"The model does not exist",
	"type":"invalid_request_error","param":null,"code":"model_not_found"}}'
draw 78 1 "404: no such model"
like "... the message says what to set" "$err" "set IMAGE_GEN_MODEL"
answer 404 '"type":"text/plain","body":"404 page not found\n"'
draw 78 1 "404: no such place"
like "... the message has the server's text" "$err" "404: 404 page not found"
like "... the message says what may be wrong" "$err" "is the base URL right?"
for s in 301 302 307 308; do
	answer $s '"headers":{"Location":"https://else.example/v1?k=1"},"body":""'
	draw 76 1 "$s: not followed"
	like "... says where to" "$err" "to https://else.example/v1 "
done
for c in content_policy_violation moderation_blocked contentFilter \
	content_filter; do
	answer 400 "\"body\":{\"error\":{\"message\":\"m\",\"code\":\"$c\"}}"
	draw 10 1 "refused: $c"
done
answer 400 '"body":{"error":{"message":"m","type":"image_generation_user_error"}}'
draw 10 1 "refused: image_generation_user_error"
like "... with the prompt" "$err" "A red cube on a table"
answer 200 '"body":{"error":{"message":"m","code":"insufficient_quota"}}'
draw 77 1 "200, but an error"
answer 200 '"body":{"error":"out of memory"}'
draw 76 1 "200, but an error of another kind"
rm -f answer.json

# Each shape of error, and what is said.
says() { # STATUS BODY TEXT
	answer "$1" "\"body\":$2"
	fails "$4" "$1 $2" call-dalle -o answer.json prompt.txt
	like "... $3" "$err" "image: $1$3 (request "
}
says 400 '{"error":{"message":"No.","type":"t","param":"size","code":"invalid_size"}}' \
	" invalid_size (size): No." 78
says 400 '{"error":{"message":"No.","type":"t","param":null,"code":null}}' \
	" t: No." 78
says 400 '{"error":{"message":"No.","type":"t","code":400}}' " t: No." 78
says 400 '{"error":"no such size"}' ": no such size" 78
says 400 '{"error":"bad_request","message":"no such size"}' \
	" bad_request: no such size" 78
says 422 '{"detail":"no such size"}' ": no such size" 78
says 422 '{"detail":[{"loc":["body","size"],"msg":"field required","type":"missing"}]}' \
	" missing (size): field required" 78
says 400 '{"object":"error","message":"No.","type":"BadRequestError","code":400}' \
	" BadRequestError: No." 78
says 400 '{"type":"error","error":{"type":"invalid_request_error","message":"No."}}' \
	" invalid_request_error: No." 78
says 413 '{"message":"Too large"}' ": Too large" 78
says 400 '{"error":{"message":"one\ntwo\u001b[31m\u0085","code":"c"}}' \
	" c: one two [31m" 78
long=$(printf '%0300d' 0)
says 400 "{\"error\":\"$long\"}" ": $(printf '%0200d' 0)..." 78

# A key that is repeated to us.
answer 400 "\"headers\":{\"x-request-id\":\"$key\"},
	\"body\":{\"error\":{\"message\":\"with $key in it\",\"code\":\"c\"}}"
draw 78 1 "a key in an error"
is "a key in an error: is not shown" "$(printf %s "$err" | grep -c "$key")" 0
like "... but stars" "$err" "with ******"
answer 302 "\"headers\":{\"Location\":\"https://else.example/$key\"},\"body\":\"\""
draw 76 1 "a key in a redirect"
is "a key in a redirect: is not shown" "$(printf %s "$err" | grep -c "$key")" 0
answer 200 "\"body\":{\"created\":1,\"data\":[{\"b64_json\":\"iVBORw0KGgo=\",
	\"revised_prompt\":\"$key\"}]}"
fails 0 "a key in an answer" call-dalle prompt.txt
is "... is not in the output" "$(printf %s "$out" | grep -c "$key")" 0
is "a key in an answer: no message" "$err" ""
like "... but stars" "$out" '"revised_prompt": "******'

# A signal while it waits.
answer 429 "$json,"'"headers":{"Retry-After":"60"}'
mkfifo signal.err
call-dalle prompt.txt >signal.out 2>signal.err &
pid=$!
exec 9<signal.err
read -r line <&9 # when it waits
like "a wait that will be interrupted is said" "$line" "waits 60.0 s"
began=$(date +%s)
kill $pid
wait $pid 2>/dev/null
is "a signal while it waits ends it" $? 143
ok "... before the wait is over" test $(($(date +%s) - began)) -lt 60
exec 9<&-

# The LLM, by the same rules.
ask() { # STATUS CALLS NAME [SETTING...]
	want_status=$1 want_calls=$2 name=$3
	shift 3
	fails "$want_status" "$name" env LLM_PROVIDER=anthropic "$@" \
		gen-prompt -o prompt.json chapter.json
	is "$name: the number of calls is $want_calls" "$(calls messages)" "$want_calls"
}
reply() { # STATUS TYPE MESSAGE MORE
	mock_reset
	one_line "{\"route\":\"messages\",\"status\":$1,\"body\":{\"type\":\"error\",
		\"error\":{\"type\":\"$2\",\"message\":\"$3\"${4:-}},
		\"request_id\":\"req_7\"}${5:-}}"
}
mock_reset
ask 0 1 "gen-prompt"
reply 529 overloaded_error Overloaded
ask 0 2 "529: again"
waited 1 375 500 messages
is "529: the wait is said" "$(printf %s "$err" | sed 's/waits 0\.[0-9] s/waits/')" \
	"gen-prompt: ch02: prompt: try 1 of 3: 529 overloaded_error: Overloaded (request req_mock_$(
		jq -rn 'first(inputs) | "\(1000000 + .n)"[1:]' "$mock/log")); waits"
reply 429 rate_limit_error slow "" ',"headers":{"retry-after":"1"}'
ask 0 2 "429: again"
waited 1 1000 1000 messages
reply 500 api_error broken "" ',"times":0,"headers":{"retry-after-ms":"20"}'
ask 69 3 "500 and no end"
reply 504 timeout_error slow
ask 12 1 "504: not again"
mock_reset
script '{"route":"messages","hang":true}'
ask 12 1 "no answer in time: not again" LLM_TIMEOUT=1
reply 429 rate_limit_error limit \
	',"details":{"error_code":"enforced_spend_limit_reached"}'
ask 77 1 "429, but it is the spend limit"
reply 400 invalid_request_error "Your credit balance is too low to access it"
ask 77 1 "no credit"
reply 402 billing_error m
ask 77 1 "billing_error"
reply 403 permission_error m
ask 77 1 "permission_error"
mock_reset
ask 77 1 "a bad key" ANTHROPIC_API_KEY=sk-bad
like "... the message says which key to set" "$err" "set ANTHROPIC_API_KEY"
reply 404 not_found_error "model: claude-x"
ask 78 1 "no such model"
like "... says what to set" "$err" "; set LLM_MODEL to a model"
reply 413 request_too_large m
ask 78 1 "too large"
like "... says what to shorten" "$err" "; shorten the chapter's narration or the template"
reply 400 invalid_request_error m
ask 78 1 "a bad request"
like "... says where it comes from" "$err" "; see the template (its model, temperature and max_tokens)"
is "... and nothing of pictures" "$(printf %s "$err" | grep -c 'size and quality')" 0

# Downloads are free, so all is tried again that may go better.
picture() { # MORE: the answer to the next download
	mock_reset
	script "{\"route\":\"picture\",$1}"
}
load() { # STATUS CALLS NAME [SETTING...]
	want_status=$1 want_calls=$2 name=$3
	shift 3
	fails "$want_status" "$name" env "$@" download -o picture.png url.json
	is "$name: the number of calls is $want_calls" "$(calls picture)" "$want_calls"
}
mock_reset
env IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_MODEL=dall-e-3 IMAGE_GEN_SIZE=1024x1024 \
	IMAGE_GEN_QUALITY=standard call-dalle -o url.json prompt.txt
is "an answer with an URL" "$(jq -r '.data[0].url | split("/")[2]' url.json)" \
	"127.0.0.1:$port"
load 0 1 "download"
cp picture.png first.png
for s in 500 502 503 504 429 408; do
	picture "\"status\":$s,$page,$soon"
	load 0 2 "download: $s: again"
done
picture "\"status\":503,$page,$soon,\"times\":0"
load 69 3 "download: 503 and no end"
picture '"reset":true'
load 0 2 "download: reset: again"
waited 1 375 500 picture
picture '"cut":100'
load 0 2 "download: cut off: again"
ok "... and whole" cmp first.png picture.png
picture '"hang":true'
load 0 2 "download: no answer in time: again" DOWNLOAD_TIMEOUT=1
for s in 403 404 410; do
	picture "\"status\":$s,\"body\":\"<Error/>\",\"type\":\"text/xml\""
	load 76 1 "download: $s: expired"
	like "... the message says what has expired" "$err" "the picture's URL has expired"
done
rm picture.png
picture '"status":302,"headers":{"Location":"again.png"},"body":""'
load 76 2 "download: a redirect is followed"
like "... to where it leads" "$(tail -n 1 "$mock/log")" "/pictures/again.png"
for u in file:///etc/passwd http://10.0.0.1/x.png http://169.254.169.254/ \
	"https://127.0.0.1:$port/x.png" https://192.168.0.1/ http://1.1.1.1/ \
	ftp://127.0.0.1/x.png "http://u:p@127.0.0.1:$port/pictures/x.png"; do
	picture "\"status\":302,\"headers\":{\"Location\":\"$u\"},\"body\":\"\""
	load 76 1 "download: no redirect to $u"
done
picture '"status":302,"headers":{"Location":"again.png"},"body":"","times":0'
load 76 6 "download: a redirect without end"
ok "... nothing was written" test ! -e picture.png
finish
