#!/bin/sh
# The loopback API does what the tests that use it rely on.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

# ask METHOD PATH [HEADER...]: one request, its body from $send.  Prints the
# status; head and body hold what came, how is how it ended (end, short, reset,
# timeout), ms the milliseconds until the first byte and until the end.
cat >ask.pl <<'END'
use strict;
use IO::Select;
use IO::Socket::INET;
use Time::HiRes 'time';
my ($port, $method, $path, @headers) = @ARGV;
my $send = $ENV{send} // 'x' x ($ENV{size} // 0);
my $patience = $ENV{patience} // 10;
my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)
	or die "can't connect\n";
my $began = time;
my ($all, $first, $how) = ('', 0, 'end');
print $s join("\r\n", "$method $path HTTP/1.1", "Host: 127.0.0.1:$port",
	'Connection: close', @headers, 'Content-Length: ' . length $send, '',
	$send);
$s->flush;
while (1) {
	my $left = $began + $patience - time;
	if ($left <= 0 || !IO::Select->new($s)->can_read($left)) {
		$how = 'timeout';
		last;
	}
	my $n = sysread $s, my $piece, 65536;
	$how = 'reset' if !defined $n;
	last if !$n;
	$first ||= time - $began;
	$all .= $piece;
}
my ($head, $body) = split /\r\n\r\n/, $all, 2;
$how = 'short' if $how eq 'end' &&
	$head =~ /^content-length: *(\d+)/im && length($body // '') < $1;
sub keep { open my $f, '>', $_[0] or die; print $f $_[1] // ''; close $f }
keep 'head', ($head // '') =~ s/\r//gr;
keep 'body', $body;
keep 'how', $how;
keep 'ms', sprintf '%d %d', $first * 1e3, (time - $began) * 1e3;
print $head && $head =~ m{^HTTP/1.1 (\d+)} ? $1 : 0;
END
ask() { perl ask.pl "${api##*:}" "$@"; }
# A PNG whose every chunk and row is there: "1024x1024 PALETTE", or why not.
cat >png.pl <<'END'
use strict;
use Compress::Zlib;
local $/;
my $png = <STDIN>;
my ($palette, $data, $size, $bits, @types);
die "signature\n" if substr($png, 0, 8, '') ne "\x89PNG\r\n\x1a\n";
while (length $png) {
	my ($n, $type) = unpack 'Na4', $png;
	my $bytes = substr $png, 8, $n;
	die "CRC of $type\n" if crc32($type . $bytes) != unpack 'N', substr $png, 8 + $n, 4;
	substr $png, 0, 12 + $n, '';
	$size = [unpack 'NNC', $bytes] if $type eq 'IHDR';
	$palette = unpack 'H*', $bytes if $type eq 'PLTE';
	$data .= $bytes if $type eq 'IDAT';
	push @types, $type;
}
my ($w, $h, $depth) = @$size;
die "rows\n" if length uncompress($data) != $h * (1 + int(($w * $depth + 7) / 8));
print "$w" . "x$h $palette @types\n";
END

key='x-api-key: sk-a'
version='anthropic-version: 2023-06-01'
bearer='Authorization: Bearer sk-b'
messages() { send=$1 ask POST /v1/messages "$key" "$version"; }
chat() { send=$1 ask POST /v1/chat/completions "$bearer"; }
images() { send=$1 ask POST /v1/images/generations "$bearer"; }
say() { echo '{"model":"'"$1"'","messages":[{"role":"user","content":"Hi"}]'"${2:+,$2}"'}'; }
draw() { echo '{"model":"'"$1"'","prompt":"A hill"'"${2:+,$2}"'}'; }
# What the body says, on one line.
said() { jq -r "$1" body; }
wrong='"\(.type) \(.error.type)"'
code='"\(.error.type) \(.error.code) \(.error.param)"'

mock_start --
is "it says it is there" "$(ask GET /healthz)" 200
is "... the body" "$(cat body)" ok
is "another path" "$(ask GET /v2/messages)" 404
is "another method" "$(ask GET /v1/messages)" 405
is "a body that is too long" "$(size=1048577 ask POST /v1/messages "x-api-key: a")" 413
is "one that isn't" "$(size=1048576 ask POST /v1/messages "x-api-key: a")" 400

# Anthropic.
good=$(say claude-haiku-5-5 '"max_tokens":2048')
is "messages: an answer" "$(messages "$good")" 200
is "... what the answer says" "$(said '[.content[].type, .stop_reason] | join(" ")')" "thinking text end_turn"
like "messages: its id" "$(cat head)" "request-id: req_mock_"
is "messages: its words and tokens" "$(said '(.content[1].text | split(" ") | length) as $n | .usage | [$n >= 150, $n <= 250, .output_tokens > $n, .input_tokens > 10] | all')" true
is "messages: a container" "$(messages "$good" >/dev/null && said 'has("container")')" true
is "messages: citations of a text" "$(said '.content[1] | has("citations")')" true
is "messages: where it was inferred" "$(said '.usage.inference_geo')" not_available
is "messages: the use of server tools" "$(said '.usage | has("server_tool_use")')" true
said '.content[1].text' >one
messages "$good" >/dev/null
ok "the same request, the same text" test "$(said '.content[1].text')" = "$(cat one)"
messages "$(say claude-haiku-5-5 '"max_tokens":2049')" >/dev/null
ok "another request, another text" test "$(said '.content[1].text')" != "$(cat one)"
is "messages: no key" "$(send=$good ask POST /v1/messages "$version")" 401
is "... what the answer says" "$(said "$wrong")" "error authentication_error"
is "messages: a bad key" "$(send=$good ask POST /v1/messages "x-api-key: sk-bad" "$version")" 401
is "... what the answer says" "$(said "$wrong")" "error authentication_error"
is "messages: a bearer token instead" "$(send=$good ask POST /v1/messages "$bearer" "$version")" 200
is "messages: a bad one" "$(send=$good ask POST /v1/messages "Authorization: Bearer sk-bad" "$version")" 401
is "messages: no version" "$(send=$good ask POST /v1/messages "$key")" 400
is "... what the answer says" "$(said "$wrong")" "error invalid_request_error"
is "messages: no JSON" "$(messages '{')" 400
is "... what the answer says" "$(said "$wrong")" "error invalid_request_error"
while read -r status model more; do
	is "messages: $model $more" "$(messages "$(say "$model" "$more")")" "$status"
done <<'END'
400 claude-haiku-5-5
400 claude-haiku-5-5 "max_tokens":0
400 claude-haiku-5-5 "max_tokens":99,"size":"1024x1024"
400 claude-haiku-5-5 "max_tokens":99,"temperature":0.3
200 claude-haiku-5-5 "max_tokens":99,"temperature":1
200 claude-sonnet-4-6 "max_tokens":99,"temperature":0.3
400 claude-sonnet-4-6 "max_tokens":99,"temperature":1.5
400 claude-haiku-4-5 "max_tokens":99,"temperature":0.3,"top_p":0.5
200 claude-haiku-5-5 "max_tokens":99,"thinking":{"type":"disabled"}
200 claude-haiku-5-5 "max_tokens":99,"thinking":{"type":"disabled"},"output_config":{"effort":"low"}
400 claude-haiku-5-5 "max_tokens":99,"thinking":{"type":"disabled"},"output_config":{"effort":"max"}
400 claude-haiku-5-5 "max_tokens":99,"output_config":{"effort":"none"}
400 claude-sonnet-5-5 "max_tokens":99,"thinking":{"type":"disabled"}
200 claude-sonnet-5-5 "max_tokens":99,"thinking":{"type":"between_tools"}
400 claude-opus-5-5 "max_tokens":99,"thinking":{"type":"between_tools"}
200 claude-sonnet-5 "max_tokens":99,"thinking":{"type":"disabled"}
404 claude-sonnet-4-20250514 "max_tokens":99
404 gpt-6-luna "max_tokens":99
200 local-llm "max_tokens":99,"temperature":0.3
END
is "messages: prefill" "$(messages '{"model":"claude-sonnet-4-6","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}')" 400
messages "$(say claude-haiku-5-5 '"max_tokens":2048,"thinking":{"type":"disabled"}')" >/dev/null
is "messages: thinking off" "$(said '[.content[].type] | join(" ")')" text
messages "$(say claude-haiku-5-5 '"max_tokens":50')" >/dev/null
is "messages: all of it thought" "$(said '[.stop_reason, .content[].type, .usage.output_tokens] | join(" ")')" "max_tokens thinking 50"
messages "$(say claude-sonnet-4-6 '"max_tokens":80')" >/dev/null
is "messages: cut" "$(said '[.stop_reason, (.content[0].text | split(" ") | length)] | join(" ")')" "max_tokens 60"

# OpenAI, text.
is "chat: an answer" "$(chat "$(say gpt-6-luna '"max_completion_tokens":2048')") $(said '"\(.choices[0].finish_reason) \(.usage.completion_tokens_details.reasoning_tokens)"')" "200 stop 150"
ok "chat: its words" test "$(said '.choices[0].message.content' | wc -w)" -ge 150
like "chat: its id" "$(cat head)" "x-request-id: req_mock_"
is "chat: cut" "$(chat "$(say gpt-6-luna '"max_completion_tokens":100')") $(said '"\(.choices[0].finish_reason) \(.choices[0].message.content)"')" "200 length "
is "chat: no key" "$(send=$good ask POST /v1/chat/completions)" 401
is "... what the answer says" "$(said "$code")" "invalid_request_error invalid_api_key null"
while read -r status model more; do
	is "chat: $model $more" "$(chat "$(say "$model" "$more")")" "$status"
done <<'END'
400 gpt-6-luna "max_tokens":99
400 gpt-6-luna "temperature":0.3
200 gpt-6-luna "temperature":0.3,"reasoning_effort":"none"
400 gpt-6-luna "reasoning_effort":"minimal"
400 gpt-6.1-sol "reasoning_effort":"none"
400 gpt-6-luna "thinking":{"type":"disabled"}
200 gpt-4.1-mini "max_tokens":99,"temperature":0.3
400 gpt-4.1-mini "reasoning_effort":"low"
200 local-llm "max_tokens":99,"temperature":0.3,"anything":1
404 gpt-4
END

# OpenAI, pictures.
is "images: an answer" "$(images "$(draw gpt-image-2.5-flare '"size":"1536x864","quality":"high"')") $(said '[.size, .quality, .output_format, .usage.output_tokens, (.data | length)] | join(" ")')" "200 1536x864 high png 1078 1"
said '.data[0].b64_json' | base64 -d | perl png.pl >one
like "images: a whole picture" "$(cat one)" "1536x864 "
like "images: with where it is from" "$(cat one)" " IHDR PLTE caBX IDAT"
images '{"model":"gpt-image-2.5-flare","prompt":"A lake","size":"1536x864","n":2}' >/dev/null
said '.data[0].b64_json' | base64 -d | perl png.pl >two
said '.data[1].b64_json' | base64 -d | perl png.pl >three
is "another prompt, other pixels" "$(sort -u one two three | wc -l)" 3
is "dall-e-3: a URL" "$(images "$(draw dall-e-3 '"size":"1792x1024","style":"vivid"')") $(said '[.usage, (.data[0] | keys[])] | join(" ")')" "200  revised_prompt url"
url=$(said '.data[0].url')
is "dall-e-3: its picture" "$(ask GET "${url#"$api"}") $(perl png.pl <body | cut -d' ' -f1) $(sed -n 's/Content-Type: //p' head)" "200 1792x1024 image/png"
is "no such picture" "$(ask GET /pictures/cat.png)" 404
images "$(draw dall-e-3 '"response_format":"b64_json"')" >/dev/null
is "dall-e-3: in base64, too" "$(said '.data[0].b64_json' | base64 -d | perl png.pl | cut -d' ' -f1)" 1024x1024
is "images: no key" "$(send=$(draw gpt-image-2) ask POST /v1/images/generations)" 401
is "... what the answer says" "$(said "$code")" "invalid_request_error invalid_api_key null"
is "images: a bad key" "$(send=$(draw gpt-image-2) ask POST /v1/images/generations 'Authorization: Bearer sk-bad')" 401
is "... what the answer says" "$(said "$code")" "invalid_request_error invalid_api_key null"
is "images: no model" "$(images '{"prompt":"A hill"}')" 400
is "... what the answer says" "$(said "$code")" "invalid_request_error missing_required_parameter model"
is "images: no prompt" "$(images '{"model":"gpt-image-2"}')" 400
is "... what the answer says" "$(said "$code")" "invalid_request_error missing_required_parameter prompt"
is "images: another field" "$(images "$(draw gpt-image-2 '"colour":1')") $(said "$code")" "400 invalid_request_error unknown_parameter colour"
is "images: no such size" "$(images "$(draw dall-e-3 '"size":"1536x864"')") $(said "$code")" "400 invalid_request_error invalid_size size"
while read -r status model more; do
	is "images: $model $more" "$(images "$(draw "$model" "$more")")" "$status"
done <<'END'
400 gpt-image-2 "size":"1920x1080"
400 gpt-image-2 "size":"1928x1088"
400 gpt-image-2 "size":"4096x2048"
400 gpt-image-2 "size":"512x512"
400 gpt-image-2 "size":"3840x1024"
400 gpt-image-2 "size":"x"
200 gpt-image-2 "size":"auto"
400 gpt-image-1.5 "size":"1536x864"
200 gpt-image-1.5 "size":"1536x1024"
400 gpt-image-2 "quality":"xhigh"
200 gpt-image-2.6-flare "quality":"xhigh","complexity":"low"
400 gpt-image-2.5-flare "complexity":"low"
400 gpt-image-2 "quality":"hd"
400 dall-e-3 "quality":"high"
400 dall-e-3 "n":2
400 gpt-image-2 "n":11
400 gpt-image-2 "response_format":"b64_json"
400 gpt-image-2 "style":"vivid"
200 gpt-image-2.5-flare-2026-09-08 "size":"2048x1152","quality":"max"
200 gpt-image-2.5-sunburst-2026-09-08 "size":"2048x1152"
404 gpt-image-1
404 dall-e-2
404 cat
END
is "images: a long prompt" "$(images '{"model":"dall-e-3","prompt":"'"$(printf '%04001d' 0)"'"}') $(said "$code")" "400 invalid_request_error string_above_max_length prompt"
is "sd-server" "$(send=$(draw local-sd '"size":"1024x576","style":"x","steps":9') ask POST /v1/images/generations) $(said '[.usage, .output_format] | join(" ")') $(said '.data[0].b64_json' | base64 -d | perl png.pl | cut -d' ' -f1)" "200  png 1024x576"
is "sd-server: its error" "$(images '{"model":"local-sd"}')" 400
is "... what the answer says" "$(said .error)" "prompt required"
is "LocalAI" "$(send=$(draw local-url-x) ask POST /v1/images/generations)" 200
is "... what the answer says" "$(said '[.usage.total_tokens, (.data[0] | keys[])] | join(" ")')" "0 url"
is "LocalAI: its error" "$(images '{"model":"local-url-x"}')" 400
is "... what the answer says" "$(said .error.code)" 400

# The log.
mock_reset
is "forgotten" "$(calls images)" 0
images "$(draw gpt-image-2)" >/dev/null
send='{' ask POST '/v1/images/generations?a=b' 'X-Odd: One' >/dev/null
is "calls" "$(calls images)" 2
is "... calls of the language model" "$(calls messages)" 0
is "the log: a request" "$(head -n 1 "$mock/log" | jq -r '[.n, .route, .open, .method, .path, .body.prompt, .headers.authorization, (.at | type)] | join(" ")')" "1 images 1 POST /v1/images/generations A hill Bearer sk-b number"
is "the log: another" "$(tail -n 1 "$mock/log" | jq -r '[.n, .path, .body, .headers["x-odd"]] | join(" ")')" "2 /v1/images/generations?a=b { One"

# The script.
mock_reset
script '{"route":"images","status":429,"headers":{"Retry-After":"1","X-Request-Id":null}}' \
	'{"route":"images","match":"lake","status":200,"body":{"data":[]}}' \
	'{"route":"images","status":503,"body":"<html>","type":"text/html","times":2}'
is "the first line" "$(images "$(draw gpt-image-2)") $(said "$code")" "429 rate_limit_error rate_limit_exceeded null"
like "its header" "$(cat head)" "Retry-After: 1"
is "a header less" "$(grep -ci x-request-id head)" 0
is "another route" "$(messages "$good")" 200
is "twice: once" "$(images "$(draw gpt-image-2)") $(cat body) $(sed -n 's/Content-Type: //p' head)" "503 <html> text/html"
is "a line that fits better" "$(images '{"model":"cat","prompt":"A lake"}')" 200
is "... the body" "$(cat body)" '{"data":[]}'
is "twice: again" "$(images "$(draw gpt-image-2)")" 503
is "no line left" "$(images "$(draw gpt-image-2)")" 200
script '{"route":"picture","match":"cat","times":0,"file":"three","type":"image/jpeg"}'
ask GET /pictures/cat.png >/dev/null
is "a file" "$(ask GET /pictures/cat.png)" 200
is "... the header" "$(sed -n 's/Content-Type: //p' head)" "image/jpeg"
ok "as it is" cmp -s body three
mock_reset
is "a new script" "$(ask GET /pictures/cat.png)" 404
printf '{"route":"messages",' >>"$mock/script"
is "half a line" "$(messages "$good")" 200
script '"status":529}'
is "the other half" "$(messages "$good")" 529
is "... what the answer says" "$(said "$wrong")" "error overloaded_error"
script '{"route":"messages","delay":0.3}' '{"route":"messages","status":403}'
is "later, as the API has it" "$(messages "$good")" 200
is "... what the answer says" "$(said '.content | length')" 2
read -r first all <ms
ok "as much later ($first ms)" test "$first" -ge 300 -a "$first" -lt 400
is "no later" "$(messages "$good")" 403
read -r first all <ms
ok "at once ($first ms)" test "$first" -lt 100

# On the wire.
mock_reset
script '{"route":"images","reset":true,"delay":0.1}' '{"route":"images","cut":100}' '{"route":"images","cut":0}'
is "reset" "$(images "$(draw gpt-image-2)") $(cat how) $(wc -c <body)" "0 reset 0"
is "cut" "$(images "$(draw gpt-image-2)") $(cat how) $(wc -c <body)" "200 short 100"
is "cut at its beginning" "$(images "$(draw gpt-image-2)") $(cat how) $(wc -c <body)" "200 short 0"
script '{"route":"picture","drip":2000,"body":"'"$(printf '%01000d' 0)"'"}' '{"route":"picture","drip":100,"cut":20}'
is "drip" "$(ask GET /pictures/x.png) $(cat how) $(wc -c <body)" "200 end 1000"
read -r first all <ms
ok "the head at once, the end late ($first, $all ms)" test "$first" -lt 100 -a "$all" -ge 480 -a "$all" -lt 700
is "drip and cut" "$(ask GET /pictures/1024x1024-1.png) $(cat how) $(wc -c <body)" "200 short 20"
script '{"route":"chat","hang":true,"times":0}'
is "hang" "$(patience=0.2 && export patience && chat "$(say gpt-6-luna)") $(cat how)" "0 timeout"
patience=2 send=$(say gpt-6-luna) ask POST /v1/chat/completions "$bearer" >/dev/null &
wait_for eval '[ "$(calls chat)" -ge 2 ]'
patience=0.1 send=$(say gpt-6-luna) ask POST /v1/chat/completions "$bearer" >/dev/null
is "who hung up is not served" "$(jq -r 'select(.route == "chat") | .open' "$mock/log" | tr '\n' ' ')" "1 1 2 "
wait $!
is "most" "$(most chat)" 2

# Many at once, on one thread.
cat >burst.pl <<'END'
use strict;
use IO::Select;
use IO::Socket::INET;
use Time::HiRes 'time';
my ($port, $n) = @ARGV;
my $waiting = IO::Select->new;
my (%began, $slowest, $good);
for my $i (1 .. $n) {
	my $body = qq({"model":"gpt-image-2.5-flare","prompt":"$i","size":"2048x1152"});
	my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)
		or die;
	$began{$s} = time;
	print $s "POST /v1/images/generations HTTP/1.1\r\nHost: a\r\n",
		"Authorization: Bearer b\r\nConnection: close\r\n",
		'Content-Length: ', length $body, "\r\n\r\n$body";
	$s->flush;
	$waiting->add($s);
}
my %all;
while ($waiting->count) {
	for my $s ($waiting->can_read) {
		next if sysread $s, $all{$s}, 1 << 20, length($all{$s} // '');
		my $took = time - $began{$s};
		$slowest = $took if !$slowest || $took > $slowest;
		$good++ if $all{$s} =~ m{^HTTP/1.1 200.*\}$}s;
		$waiting->remove($s);
	}
}
printf "%d %d\n", $good, $slowest * 1e3;
END
mock_start --latency 0.3,1,0.05
# shellcheck disable=SC2046 # two words
set -- $(perl burst.pl "${api##*:}" 48)
is "48 at once: all answered" "$1" 48
is "... each once" "$(calls images)" 48
is "... all at the same time" "$(most images)" 48
ok "none before its second ($2 ms)" test "$2" -ge 1000
cpu_ms=$(awk '{ print 10 * ($14 + $15) }' "/proc/$mock_pid/stat")
ok "with little CPU ($cpu_ms ms)" test "$cpu_ms" -lt 400
mock_start --picture-bytes 1000000
images "$(draw gpt-image-2)" >/dev/null
is "as large as one wants" "$(said '.data[0].b64_json' | base64 -d | tee picture | wc -c)" 1000000
ok "and still whole" check-png -o /dev/null picture

# Its end.
script '{"route":"messages","hang":true}'
messages "$good" >/dev/null &
wait_for eval '[ "$(calls messages)" -ge 1 ]'
kill "$mock_pid"
wait "$mock_pid"
is "SIGTERM, with someone waiting" "$?" 0
wait
mock_pid=
mock_start --
script '{"route":"messages","stauts":429}'
messages "$good" >/dev/null
wait "$mock_pid"
is "a misspelt script" "$?" 65
is "... its message" "$(cat "$mock/err")" "mock-api: $mock/script:1: stauts: there is no such key; the test is wrong"
mock_pid=
mock_api=${MOCK_API:-$top/build/tests/mock-api}
fails 64 "a bad latency" "$mock_api" --latency 1,2
fails 64 "a bad delay" "$mock_api" --late 1,2
fails 64 "a bad port" "$mock_api" -p x
fails 64 "an operand" "$mock_api" x
"$mock_api" >where &
wait_for test -s where
kill $!
wait $!
like "a person is told where it is" "$? $(cat where)" "0 http://127.0.0.1:"
finish
