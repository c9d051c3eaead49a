#!/bin/sh
# download: the picture of an answer, from base64 or from its URL, byte for
# byte; and what it doesn't take for one.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

# A PNG of one pixel with a chunk that only its maker understands (C2PA's).
base64 -d >c2pa.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAImNhQlhqdW1iIGMycGEgc2lnbmVk
IGJ5IGl0cyBtYWtlciABxw/q+yW/DwAAAA1JREFUeNpjZPjPUA8AA4YBgFo0fWsAAAAASUVORK5C
YII=
END
base64 -d >hand.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
END
b64() { base64 -w0 "$1"; }
# The answer of a gpt-image model with the picture FILE.
answer() { printf '{"created": 1, "data": [{"b64_json": "%s"}], "model": "m"}\n' "$(b64 "$1")"; }
sha() { echo "sha256:$(sha256sum <"$1" | cut -d' ' -f1)"; }

# --- base64

answer c2pa.png >a.json
ok "a picture in base64" download -o x.png a.json
ok "... comes out as it was" cmp x.png c2pa.png
is "... without a word" "$(download -o x.png a.json 2>&1)" ""
ok "standard input to standard output" sh -c 'download <a.json | cmp - c2pa.png && download - <a.json | cmp - c2pa.png'
takes() { # NAME: what is in b.json
	rm -f x.png
	download -o x.png b.json >out 2>&1
	is "$1" "$?" 0
	is "... the same bytes" "$(cmp x.png c2pa.png 2>&1)$(cat out)" ""
}
jq -c . a.json >b.json
takes "compact JSON"
jq '.size = "1x1"' a.json >b.json
takes "a picture of the size that was asked for"
sed 's|/|\\/|g' a.json >b.json
takes "with every / escaped, as PHP does"
sed 's|+|\\u002b|g; s|=|\\u003d|g' a.json >b.json
takes "with + and = escaped, as .NET and Gson do"
sed 's|"b64_json": "|&data:image/png;base64,|' a.json >b.json
takes "with the head of a data: URL"
jq --arg s "$(base64 -w 76 c2pa.png)" '.data[0].b64_json = $s' a.json >b.json
takes "in lines"
sed 's/=*"}]/"}]/' a.json >b.json
takes "without padding"
jq '.data += [{b64_json: "AAAA"}, {url: "http://127.0.0.1:9/x"}]' a.json >b.json
takes "several: the first one"
jq '.size = "2048x1152"' a.json >b.json
fails 0 "a picture of another size than the one that was asked for" download -o ch02.png b.json
is "... is warned of" "$err" "download: b.json: the picture is 1x1, and 2048x1152 was asked for; FORCE=1 CHAPTER=ch02 buys another"
jq '.size = "auto"' a.json >b.json
fails 0 "... of any size" download -o ch02.png b.json
is "... is not" "$err" ""

jq '.data[0] |= {revised_prompt: "\"b64_json\": \"AAAA\"", url: "http://127.0.0.1:9/x", b64_json}' a.json >b.json
takes "and base64 rather than a URL"

# --- what is none

download -o x.png a.json
refuses() { # STATUS NAME PATTERN: what is in b.json
	fails "$1" "$2" download -o x.png b.json
	like "... is said" "$err" "download: b.json: $3"
	is "... in one line" "$(echo "$err" | wc -l)" 1
	ok "... the former picture stays" cmp x.png c2pa.png
}
picture() { # NAME PATTERN: what is in the file pic
	answer pic >b.json
	refuses 76 "$1" "the picture: $2"
}
printf '\377\330\377\340\000\020JFIF\000' >pic
picture "a JPEG" "it is a JPEG; ask a model that answers in PNG; FORCE=1 CHAPTER=x asks for another"
printf 'RIFF\044\000\000\000WEBPVP8 ' >pic
picture "a WebP" "it is a WebP"
printf 'GIF89a\001\000\001\000' >pic
picture "a GIF" "it is a GIF"
printf '<html><body>502</body></html>' >pic
picture "HTML" "it is HTML"
for n in 8 20 50 "$(($(wc -c <c2pa.png) - 1))"; do
	head -c "$n" c2pa.png >pic
	picture "the first $n bytes of a PNG" "it "
done
{ cat c2pa.png; printf x; } >pic
picture "something behind a PNG" "1 bytes follow it"
{ head -c -12 c2pa.png; printf '\0\0\0\004IEND'; printf 'data\121\125\345\233'; } >pic
picture "a PNG with data in its last chunk" "its last chunk, IEND, has data"
tr 'c' 'd' <c2pa.png >pic
picture "a CRC that is wrong" "the CRC of "
echo '{"data": [{"b64_json": "no!"}]}' >b.json
refuses 76 "no base64" "data\[0].b64_json: is not base64"
sed 's/.\{3\}\("}]\)/\1/' a.json >b.json
refuses 76 "base64 that was cut" "data\[0].b64_json: is not base64"
sed 's/.\{8\}\("}]\)/\1/' a.json >b.json
refuses 76 "... between two letters" "the picture: it ends early, at byte 111"
for json in '{}' '{"data": []}' '{"data": null}' '{"data": [{}]}' '{"created": 1, "data": [{"b64_json": ""}]}' \
	'{"data": [{"b64_json": null, "url": null}]}'; do
	echo "$json" >b.json
	refuses 76 "no picture: $json" "there is no picture in it; FORCE=1 CHAPTER="
done
echo '{"error": {"message": "Bad day.", "code": 7}}' >b.json
refuses 76 "an error instead" "there is no picture in it, but an error: Bad day."
echo '{"error": "busy"}' >b.json
refuses 76 "... of a local server" "there is no picture in it, but an error: busy"
echo '{"detail": "Not found"}' >b.json
refuses 76 "... of FastAPI" "there is no picture in it, but an error: Not found"
for json in 'x' '[]' '"b64_json"' '{"data": [{"b64_json": "AAAA"}]' '{"data": 1, "data": 2}'; do
	echo "$json" >b.json
	refuses 65 "no answer: $json" "it is "
done
: >b.json
refuses 65 "an empty file" "it is empty; it should be an answer, as call-dalle writes it"
{ printf '{"data": '; printf '[%.0s' $(seq 100); } >b.json
refuses 65 "a deep one" "more than 64 levels"
truncate -s 100663297 b.json
refuses 65 "more than 96 MiB" "more than"
cp a.json b.json
fails 64 "an id that is none" download --chapter=../x -o x.png b.json

# --- by hand

is_kept() { # NAME: x.png is hand.png and stays
	touch -d 2020-01-01 x.png
	rc=$(NO_COLOR=1 download --keep --progress=/dev/null -o x.png "$2" 2>err; echo $?)
	is "$1 stays" "$rc" 0
	is "... the same bytes" "$(cmp x.png hand.png 2>&1)" ""
	is "... which is said" "$(cat err)" "download: x.png: was put there by hand, and stays; delete it to have it drawn${3-, or put it at own/x.png to have no more bought for it}"
	ok "... and is dated" [ x.png -nt hand.png ]
}
goes() { # NAME: the picture comes instead
	rc=$(download --keep -o x.png "$2" 2>&1; echo $?)
	is "$1 goes" "$rc" 0
	is "... the same bytes" "$(cmp x.png c2pa.png 2>&1)" ""
}
touch -d 2021-01-01 hand.png
mkdir w
cp a.json w/ch02.response.json
cp hand.png x.png
is_kept "a picture by hand" a.json
is_kept "... with workings that don't know it" w/ch02.response.json
fails 0 "... but not without --keep" download -o x.png a.json
ok "... it goes then" cmp x.png c2pa.png
rm x.png
goes "nothing" a.json
cp pic x.png
goes "what is no whole PNG" a.json
jq -n '{chapter_id: "c", title: "t", visual: {type: "title_card", description: "d"}}' | placeholder-png -s 64x36 -o x.png
goes "a card of limn's" a.json
cp hand.png x.png
jq --arg s "$(sha hand.png)" '.picture_sha256 = $s' a.json >w/ch02.response.json
goes "this answer's own" w/ch02.response.json
mkdir bought
cp hand.png x.png
cp hand.png "bought/$(sha hand.png | sed 's/^sha256://').png"
ok "one that is in the store goes" download --keep --answers=bought -o x.png a.json
ok "... for the answer's" cmp x.png c2pa.png
cp a.json w/ch02.response.json
for method in openai dalle3; do
	cp hand.png x.png
	jq -n --arg s "$(sha hand.png)" --arg m $method '{generation_method: $m, metadata: {sha256: $s}}' >w/ch02.entry.json
	goes "the one that the entry calls $method" w/ch02.response.json
done
cp hand.png x.png
is_kept "... of another chapter" a.json
jq -n --arg s "$(sha hand.png)" '{generation_method: "manual", metadata: {sha256: $s}}' >w/ch02.entry.json
is_kept "what the entry calls manual" w/ch02.response.json
jq -n --arg s "$(sha c2pa.png)" '{generation_method: "openai", metadata: {sha256: $s}}' >w/ch02.entry.json
is_kept "another one than the entry's" w/ch02.response.json
printf '{' >w/ch02.entry.json
is_kept "... where the entry is spoilt" w/ch02.response.json
echo '{"data": [], "kept": "x.png"}' >b.json
is_kept "one for which nobody was asked" b.json ""
rm x.png
fails 76 "... or it is gone" download --keep -o x.png b.json
is "... which is said" "$err" "download: b.json: nothing was bought, because x.png was put there by hand; delete b.json, too, to have it drawn"
ok "the same for other tools: a card doesn't replace it" sh -c 'cp hand.png x.png
	jq -n "{chapter_id: \"c\", title: \"t\", visual: {type: \"title_card\", description: \"d\"}}" |
	placeholder-png --keep -s 64x36 -o x.png 2>/dev/null && cmp x.png hand.png'
jq -n '{chapter_id: "c", title: "t", visual: {type: "title_card", description: "d"}}' >w/ch02.chapter.json
jq -n --arg s "$(sha hand.png)" '{generation_method: "openai", metadata: {sha256: $s}}' >w/ch02.entry.json
ok "... but a bought one" sh -c 'placeholder-png --keep -s 64x36 -o x.png w/ch02.chapter.json && ! cmp -s x.png hand.png'

# --- progress

printf 'ch01\nch02\n' >index
is "--progress" "$(NO_COLOR=1 download --progress=index -o ch02.png a.json 2>&1)" "    2/2  ch02  download  1x1, $(wc -c <c2pa.png) bytes"
is "--chapter" "$(NO_COLOR=1 download --progress=index --chapter=ch01 -o ch02.png a.json 2>&1)" "    1/2  ch01  download  1x1, $(wc -c <c2pa.png) bytes"

# --- from a URL

mock_start -p 0
url() { printf '{"created": 1, "data": [{"url": "%s", "revised_prompt": "r"}]}\n' "$1"; }
url "$api/pictures/64x36-1.png" >u.json
ok "a picture from its URL" download -o u.png u.json
ok "... is a PNG" pngcheck -q u.png
is "... in one request" "$(calls picture)" 1
mock_reset
script "$(jq -cn '{route: "picture", file: "c2pa.png"}')"
ok "... byte for byte" sh -c 'download u.json | cmp - c2pa.png'
mock_reset
script '{"route": "picture", "status": 500, "times": 2}'
ok "... when it fails twice" download -o u.png u.json
is "... in three" "$(calls picture)" 3
cp c2pa.png x.png
for status in 403 404 410; do
	mock_reset
	script "{\"route\": \"picture\", \"status\": $status, \"times\": 0, \"body\": \"<Error>\"}"
	cp u.json b.json
	refuses 76 "... that has expired ($status)" "127.0.0.1: $status: the picture's URL has expired"
done
mock_reset
script '{"route": "picture", "status": 200, "body": "<html>Sign in</html>", "type": "text/html"}'
refuses 76 "... where there is HTML" "the picture: it is HTML"
mock_reset
script '{"route": "picture", "cut": 200, "times": 0}'
DOWNLOAD_TIMEOUT=5 fails 69 "... that breaks off" download -o x.png b.json
is "... is tried three times" "$(calls picture)" 3
ok "... and the former picture stays" cmp x.png c2pa.png

# --- a URL that no later try will fetch: the message says how to get a picture

ways_out='FORCE=1 CHAPTER=ch02 asks for another, or put a picture of your own at own/ch02.png'
cp c2pa.png ch02.png
gives_up() { # NAME: what is in b.json
	fails 76 "$1" download -o ch02.png b.json
	like "... $1: the ways out" "$err" "; $ways_out"
	is "... $1: one line" "$(echo "$err" | wc -l)" 1
	ok "... $1: the former picture stays" cmp ch02.png c2pa.png
}
for bad in file:///etc/passwd ftp://127.0.0.1/x http://192.0.2.1/x.png http://10.0.0.1/x.png https://10.0.0.1/x.png \
	/x.png "$api/a b.png" "$api/a\\nb.png" https://localhost:1/x.png; do
	url "$bad" >b.json
	gives_up "a URL like $bad"
done
url "$api/pictures/64x36-1.png" >b.json
for status in 400 404 410; do
	mock_reset
	script "{\"route\": \"picture\", \"status\": $status, \"body\": \"<Error>\"}"
	gives_up "a URL that answers $status"
done
mock_reset
script '{"route": "picture", "status": 200, "body": "<html><meta http-equiv=refresh>", "type": "text/html"}'
gives_up "a redirect by a page"
mock_reset
script '{"route": "picture", "status": 302, "headers": {"Location": "again.png"}, "body": "", "times": 0}'
gives_up "a loop of redirects"
mock_reset
truncate -s 67108865 large
script '{"route": "picture", "file": "large"}'
gives_up "a picture that is too large"

# --- libcurl is for URLs only

loads() { LD_DEBUG=files download -o u.png "$1" 2>&1 | grep -c 'file=libcurl' || :; }
if LD_DEBUG=files download -o u.png a.json 2>&1 | grep -q libjansson; then
	is "base64: libcurl isn't loaded" "$(loads a.json)" 0
	mock_reset
	ok "a URL: it is" [ "$(loads u.json)" -gt 0 ]
else
	skip "base64: libcurl isn't loaded" "no LD_DEBUG here"
fi

# --- memory: one copy of the picture beyond the input, which becomes it

{ printf 'P5\n5000 4000\n255\n'; head -c 20000000 /dev/urandom; } | pnmtopng -compression 1 >big.png 2>/dev/null
{ printf '{"data": [{"b64_json": "'; b64 big.png; printf '"}]}'; } >big.json
if nm "$bin/download" 2>/dev/null | grep -q __asan; then
	skip "20 MB in base64: no second copy" "ASan takes all the memory there is"
else
	ok "20 MB in base64: no second copy" sh -c 'ulimit -v 50000; download -o x.png big.json'
	ok "... and all is there" cmp x.png big.png
fi

# The small copy.
answer c2pa.png >a.json
download --thumbnail=small.png -o p.png a.json
ok "--thumbnail: the picture is the same" cmp p.png c2pa.png
ok "--thumbnail: the small copy is thumbnail-png's" sh -c 'thumbnail-png p.png | cmp - small.png'
is "--thumbnail: both have one date" "$(stat -c %.Y small.png)" "$(stat -c %.Y p.png)"
rm -f p.png small.png
echo '{"data": [{"b64_json": "aGVsbG8gd29ybGQ="}]}' >bad.json
fails 76 "--thumbnail, of what is no picture" download --thumbnail=small.png -o p.png bad.json
ok "... writes neither file" test ! -e p.png -a ! -e small.png
finish
