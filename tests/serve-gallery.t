#!/bin/sh
# serve-gallery: what it serves, what it refuses, and that it goes on.
# The tools that it asks are played by a script; the tests of the dashboard have the real.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

mkdir tools outputs
cp "$bin/serve-gallery" tools/
PATH=$work/tools:$PATH

# A tool, by its name: it notes how it was called, and does what the episode's
# name says.
cat >tools/fake <<'EOF'
#!/bin/sh
tool=${0##*/}
{ printf '%s' "$tool"; printf ' [%s]' "$@"; echo " ${LIMN_TOKEN:+token}"; } >>calls
case "$tool $*" in
*slow2*) echo $$ >>slow.pids; exec sleep 100 ;;
*slow*) sleep 100 & echo $! >slower.pid; wait ;;
*huge*) head -c 70000000 /dev/zero ;;
*dead*) kill -9 $$ ;;
*mute*) exit 65 ;;
*exit-*)
	n=${*##*exit-}; n=${n%%[!0-9]*}
	printf '{"tool": "%s", "status": 0, "message": "a step"}\n' "$tool" >>"$LIMN_LOG"
	printf '{"tool": "%s", "status": %d, "message": "an <b>odd</b> error"}\n' "$tool" "$n" >>"$LIMN_LOG"
	printf '{"tool": "%s", "status": 0, "message": "a step"}\n' "$tool" >>"$LIMN_LOG"
	echo 'not this' >&2
	exit "$n" ;;
esac
case $tool in
write-*) printf '<!DOCTYPE html><p>%s %s' "$tool" "$LIMN_TOKEN" ;;
plan-episode) echo '{"episode_id": "ep1"}' ;;
manage-jobs)
	case $1 in
	run) echo $$ >>jobs.pids; ls -l /proc/$$/fd >jobs.files; [ ! -e wait ] || sleep 2 ;;
	list) cat jobs.json 2>/dev/null || echo '[]' ;;
	*) echo '{"job_id": 7, "state": "queued"}' ;;
	esac ;;
esac
EOF
chmod +x tools/fake
for t in write-overview write-gallery plan-episode manage-jobs; do
	ln -s fake tools/$t
done
# Episodes: a good one, one whose name begins with -, and those for the tools.
for e in ep1 -Kx7mWqLr2E slow huge dead mute exit-64 exit-65 exit-66 \
	exit-74 exit-75 exit-78; do
	mkdir -p "outputs/$e"
	echo '{}' >"outputs/$e/chapters.json"
done
mkdir -p outputs/ep1/images/thumbs outputs/ep1/imagegen outputs/empty
cp "$top/tools/limn.png" outputs/ep1/images/ch01.png
head -c 20000 "$top/tools/limn.png" >outputs/ep1/images/thumbs/ch01.png
printf '\377\330\377photo' >'outputs/ep1/images/a %ş.png'
echo secret >outputs/ep1/images/other.png
cp outputs/ep1/images/ch01.png outputs/ep1/images/ch09.png
echo '{}' >outputs/ep1/imagegen/ch09.entry.json
: >outputs/ep1/images/nothing.png
hash=47bbc605b9ed1457
cat >outputs/ep1/images/manifest.json <<EOF
{"episode_id": "ep1", "images": [
 {"chapter_id": "ch01", "file_path": "images/ch01.png",
  "metadata": {"sha256": "sha256:$hash$hash$hash$hash"}, "cost_usd": 0.0424},
 {"chapter_id": "ch02", "file_path": "images/a %ş.png"},
 {"chapter_id": "ch03", "file_path": "images/link.png"},
 {"chapter_id": "ch04", "file_path": "images/fifo.png"},
 {"chapter_id": "ch05", "file_path": "images/dir.png"},
 {"chapter_id": "ch06", "file_path": "images/gone.png"},
 {"chapter_id": "ch07", "file_path": "images/nothing.png"},
 {"chapter_id": "ch08", "file_path": "images/.."},
 {"chapter_id": "ch10", "file_path": 3}, 17, null]}
EOF
ln -s ch01.png outputs/ep1/images/link.png
mkfifo outputs/ep1/images/fifo.png
mkdir outputs/ep1/images/dir.png
ln -s ep1 outputs/inside
mkdir -p outside/images/thumbs
for f in ch01.png thumbs/ch01.png manifest.json; do
	cp "outputs/ep1/images/$f" "outside/images/$f"
done
ln -s "$work/outside" outputs/out
mkdir outputs/ep2 outputs/ep3
ln -s "$work/outside/images" outputs/ep2/images
mkdir outputs/ep3/images
cp outside/images/*.* outputs/ep3/images/
ln -s "$work/outside/images/thumbs" outputs/ep3/images/thumbs

opened() { exec "$@" >out 2>err; }
closed() { exec "$@" <&- >&- 2>&-; }
open=opened
# start OPTION...: a server, at $url.
start() {
	rm -f port
	"$open" tools/serve-gallery -p 0 --port-file=port "$@" &
	server=$!
	wait_for test -s port
	port=$(cat port)
	url=http://127.0.0.1:$port
}
# The server's memory has never been more than that.
took_at_most() { # MB KB
	peak=$(awk '/VmHWM/ { print $2 }' "/proc/$server/status")
	if grep -q -e __asan_init -e __tsan_init tools/serve-gallery; then
		skip "in $1 MB" 'sanitizers need more'
	else
		ok "in $1 MB ($peak kB)" test "$peak" -lt "$2"
	fi
}
# get CURL-ARGUMENTS...: prints the status; head and body have the answer.
get() {
	: >body
	curl -s --path-as-is -m 40 -o body -D head.txt -w '%{http_code}' "$@"
}
header() { tr -d '\r' <head.txt | sed -n "s/^$1: //Ip"; }
# raw: what the server says to the bytes of standard input, all of it.
raw() {
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1",
			PeerPort => $ARGV[0]) or die; $s->autoflush;
		local $/; $SIG{PIPE} = "IGNORE"; $SIG{ALRM} = sub { exit };
		alarm 5; print $s <STDIN>; print <$s>;' "$port" 2>/dev/null
}
first() { head -n 1 | tr -d '\r'; }
lines_of() { grep -c "^$1" "$2"; }

# The tools themselves, with a database that another program has locked.  They wait
# for it, while the tests go on.
mkdir -p locked/outputs/ep1
echo '{}' >locked/outputs/ep1/chapters.json
(cd locked && exec "$bin/serve-gallery" -p 0 --port-file=port) >locked/out 2>&1 &
at_exit "kill $! 2>/dev/null"
wait_for test -s locked/port
locked=http://127.0.0.1:$(cat locked/port)
token=$(curl -s "$locked/episodes/ep1" | sed -n 's/.*data-token="\([0-9a-f]*\)".*/\1/p')
mkfifo locked/hold
sqlite3 locked/outputs/limn.db <locked/hold >locked/held &
exec 9>locked/hold
echo "BEGIN EXCLUSIVE; SELECT 'held';" >&9
wait_for test -s locked/held
curl -s -m 120 -w '%{http_code}' -H 'Content-Type: application/json' -H "X-Limn-Token: $token" \
	-d '{"command": "imagegen", "episode_id": "ep1"}' "$locked/api/jobs" >locked/added 9>&- &
adds=$!

echo '[{"job_id": 3, "state": "queued", "episode_id": "ep1"},
 {"job_id": 2, "state": "queued", "episode_id": "ep1"},
 {"job_id": 1, "state": "done", "episode_id": "-Kx7mWqLr2E"},
 {"job_id": 1, "state": "queued", "episode_id": "../x"}]' >jobs.json
LIMN_TOKEN=leak MAKEFLAGS='kn -j --jobserver-auth=3,4 -- X=y' MAKELEVEL=1 \
	start -f Makefile -j 3
is 'it says where it is' "$(cat out)" "$url/"
is 'and nothing else' "$(cat err)" ''
wait_for grep -q '\[run\]' calls
is 'it goes on with the jobs that wait' "$(grep '\[run\]' calls)" \
	'manage-jobs [run] [-f] [Makefile] [-j] [3] [--] [ep1] '
echo '[]' >jobs.json

# Who is slow, while the rest goes on.
token=$(curl -s "$url/" | sed 's/.* //')
curl -s -m 70 -o late.body -w '%{http_code} %{time_total}' \
	"$url/episodes/slow" >late &
late=$!
wait_for test -s slower.pid
slower=$(cat slower.pid)

# Eight tools at work leave no room for a ninth, but for all else.
mkdir outputs/slow2
for _ in 1 2 3 4 5 6 7; do
	curl -s -m 13 -o /dev/null "$url/episodes/slow2" &
done
eight_are_slow() { [ "$(grep -c 'write-gallery.*slow' calls)" -eq 8 ]; }
wait_for eight_are_slow
curl -s -m 15 -o ninth.body -w '%{http_code} %{time_total}' "$url/" >ninth &
ninth=$!
is 'a picture waits for no tool' "$(
	get -m 2 "$url/api/episodes/ep1/files/images/ch01.png")" 200
wait "$ninth"
is 'nine tools at once' "$(cut -d ' ' -f 1 ninth)" 503
like 'it says so' "$(cat ninth.body)" 'too much is asked at once'
xargs kill <slow.pids

# Pages.
is 'the overview' "$(get "$url/") $(cut -d' ' -f1-2 body)" \
	'200 <!DOCTYPE html><p>write-overview'
is 'it is HTML' "$(header Content-Type)" 'text/html; charset=utf-8'
is 'of its own policy' "$(header Content-Security-Policy | grep -c \
	"^default-src 'none'; img-src 'self'; connect-src 'self'; style-src 'sha256-")" 1
is 'never to be kept' "$(header Cache-Control)" no-store
is 'the gallery' "$(get "$url/episodes/ep1") $(cut -d' ' -f1-2 body)" \
	'200 <!DOCTYPE html><p>write-gallery'
is 'a name that begins with -' "$(get "$url/episodes/-Kx7mWqLr2E")" 200
is 'the tools are called so' "$(grep write- calls | tail -n 3)" \
'write-overview [--outputs=outputs] token
write-gallery [--served] [--episode=outputs/ep1] token
write-gallery [--served] [--episode=outputs/-Kx7mWqLr2E] token'
is 'the token is 32 digits, and new' "$(echo "$token" | tr -d 0-9a-f)${#token}" 32
is 'an episode with nothing in it' "$(get "$url/episodes/empty")" 200
is 'no such episode' "$(get "$url/episodes/nope")" 404
like 'a page says so' "$(cat body)" '<p class="empty">There is no such episode</p>'
is 'no icon, no complaint' "$(get "$url/favicon.ico")" 204
is 'HEAD' "$(get -I "$url/episodes/ep1") $(header Content-Length)" \
	"200 $(curl -s "$url/episodes/ep1" | wc -c)"

# What a tool says, and how it ends.
for pair in 64:400 65:409 66:404 74:500 75:503 78:409; do
	is "a tool exits ${pair%:*}" "$(get "$url/episodes/exit-${pair%:*}")" \
		"${pair#*:}"
done
like 'its line is in the page, as text' "$(cat body)" \
	'write-gallery: an &lt;b&gt;odd&lt;/b&gt; error'
is 'and as JSON of the API' "$(get "$url/api/episodes/exit-75/jobs") $(cat body)" \
	'503 {"error": "manage-jobs: an <b>odd</b> error"}'
is 'with a time to come again' "$(header Retry-After)" 5
is 'a tool that is killed' "$(get "$url/episodes/dead")" 500
is 'one that says nothing' "$(get "$url/episodes/mute")" 409
is 'one that says too much' "$(get "$url/episodes/huge")" 500
is 'a tool that isn'\''t there' "$(mv tools/write-overview tools/x; get "$url/"
	mv tools/x tools/write-overview)" 500

# The API.
is 'the manifest' "$(get "$url/api/episodes/ep1/images")" 200
is 'it is JSON' "$(header Content-Type)" application/json
is 'and does nothing' "$(header Content-Security-Policy)" \
	"default-src 'none'; frame-ancestors 'none'"
is 'each has its URL' "$(jq -c '[.images[:2][].url]' body)" \
"[\"/api/episodes/ep1/files/images/ch01.png?$hash\",\"/api/episodes/ep1/files/images/a%20%25%C5%9F.png\"]"
is 'the rest is as it was' \
	"$(jq -cS 'del(.images[] | objects | .url)' body)" \
	"$(jq -cS . outputs/ep1/images/manifest.json)"
is 'money, too' "$(grep -c '"cost_usd": 0.0424,$' body)" 1
is 'no manifest' "$(get "$url/api/episodes/empty/images") $(cat body)" \
	'404 {"error": "Image manifest not found"}'
mkdir -p outputs/bad/images
for text in '' '{' '[]' '{"images": 3}' '{"images": [], "images": []}' \
	"$(printf '\377\376{')"; do
	printf '%s' "$text" >outputs/bad/images/manifest.json
	is "a spoilt manifest: $(printf '%s' "$text" | tr -dc ' -~')" \
		"$(get "$url/api/episodes/bad/images") $(jq -r '.error[:25]' body)" \
		'500 Image manifest is damaged'
done
perl -e 'print "[" x 100000' >outputs/bad/images/manifest.json
is 'a deep one' "$(get "$url/api/episodes/bad/images") $(cat body)" \
	'500 {"error": "Image manifest is damaged: manifest.json:1:65: more than 64 levels of nesting; that is too deep"}'
truncate -s 268435457 outputs/bad/images/manifest.json
is 'a huge one' "$(get "$url/api/episodes/bad/images") $(cat body)" \
	'500 {"error": "Image manifest is damaged: it has more than 67108864 bytes"}'
is 'nor does it list anything' \
	"$(get "$url/api/episodes/bad/files/images/x.png")" 404
is 'the plan of a chapter' "$(get "$url/api/episodes/ep1/plan?force=1&chapter=ch02")" 200
is 'it is what plan-episode prints' "$(cat body)" '{"episode_id": "ep1"}'
is 'plan-episode is called so' "$(tail -n 1 calls)" \
	'plan-episode [--json] [--force] [--chapter=ch02] [--] [outputs/ep1] '
is 'the plan of all chapters' "$(get "$url/api/episodes/-Kx7mWqLr2E/plan")" 200
is 'it is of a new purchase' "$(tail -n 1 calls)" \
	'plan-episode [--json] [--force] [--] [outputs/-Kx7mWqLr2E] '
is 'the plan of what is left' "$(get "$url/api/episodes/-Kx7mWqLr2E/plan?force=0")" 200
is 'it is of what is not bought yet' "$(tail -n 1 calls)" \
	'plan-episode [--json] [--] [outputs/-Kx7mWqLr2E] '
is 'a plan that fails' "$(get "$url/api/episodes/exit-78/plan")" 409
is 'why it failed' "$(cat body)" \
	'{"error": "plan-episode: an <b>odd</b> error"}'
for query in force=2 'chapter=a/b' 'chapter=$(id)' x=1 'force=1;' 'chapter='; do
	is "a plan of $query" "$(get "$url/api/episodes/ep1/plan?$query")" 400
done
is 'a plan of nothing' "$(get "$url/api/episodes/empty/plan")" 404
is 'jobs of an episode' "$(get "$url/api/episodes/ep1/jobs") $(cat body)" '200 []'
is 'a job' "$(get "$url/api/jobs/7") $(jq .job_id body)" '200 7'
for id in 0 07 -7 7x 99999999999999999999; do
	is "job $id" "$(get "$url/api/jobs/$id")" 404
done

# Pictures.
files=$url/api/episodes/ep1/files/images
is 'a picture' "$(get "$files/ch01.png?$hash")" 200
ok 'all of it' cmp body outputs/ep1/images/ch01.png
is 'it is a PNG' "$(header Content-Type)" image/png
tag=$(header ETag)
is 'which may be kept' "$(header Cache-Control)" no-cache
for h in 'X-Content-Type-Options:nosniff' 'Referrer-Policy:no-referrer' \
	'X-Frame-Options:DENY' 'Cross-Origin-Resource-Policy:same-origin' \
	"Content-Security-Policy:default-src 'none'; frame-ancestors 'none'"; do
	is "${h%%:*}" "$(header "${h%%:*}")" "${h#*:}"
done
is 'HEAD of one' "$(get -I "$files/ch01.png") $(header Content-Length)" \
	"200 $(wc -c <outputs/ep1/images/ch01.png)"
is 'its thumbnail' "$(get "$files/thumbs/ch01.png")" 200
ok 'that one' cmp body outputs/ep1/images/thumbs/ch01.png
is 'a name that needs escaping' "$(get "$files/a%20%25%C5%9F.png")" 200
is 'its type goes by what is in it' "$(header Content-Type)" image/jpeg
is 'one with an entry, and in no manifest' "$(get "$files/ch09.png")" 200
is 'an empty file is no picture' "$(get "$files/nothing.png")" 404
is 'nor is text with a name that ends in .png' "$(get "$files/other.png")" 404
is 'nor is a temporary file' "$(
	cp outputs/ep1/images/ch01.png outputs/ep1/images/.tmp.ch01.png
	get "$files/.tmp.ch01.png")" 404
is 'one that is gone' "$(get "$files/gone.png") $(cat body)" \
	'404 {"error": "Image not found"}'
is 'what is known isn'\''t sent' "$(get -H "If-None-Match: $tag" \
	"$files/ch01.png") $(wc -c <body) $(header ETag)" "304 0 $tag"
is 'and the connection goes on' "$({
	printf 'GET /api/episodes/ep1/files/images/ch01.png HTTP/1.1\r\nHost: localhost:%s\r\nIf-None-Match: %s\r\n\r\n' "$port" "$tag"
	printf 'GET /favicon.ico HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$port"
} | raw | grep -a ^HTTP | cut -d ' ' -f 2 | xargs)" '304 204'
is 'what has changed is' "$(touch -d '2020-01-01' outputs/ep1/images/ch01.png
	get -H "If-None-Match: $tag" "$files/ch01.png")" 200

# One that is made shorter while it is sent: who waits is told, and soon.
ticks() { cut -d ' ' -f 14,15 "/proc/$server/stat" | tr ' ' +; }
{ cat outputs/ep1/images/ch01.png; head -c 30000000 /dev/zero; } >outputs/ep1/images/ch09.png
before=$(($(ticks)))
is 'a picture that shrinks' "$(perl -MIO::Socket::INET -e '
	my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1",
		PeerPort => $ARGV[0]) or die; my ($n, $got) = (0, "");
	print $s "GET /api/episodes/ep1/files/images/ch09.png HTTP/1.1\r\n",
		"Host: localhost:$ARGV[0]\r\n\r\n"; $s->flush;
	sysread $s, $got, 1000; truncate $ARGV[1], 1000;
	$SIG{ALRM} = sub { print "no end\n"; exit }; alarm 5;
	$n += length $got while sysread $s, $got, 65536;
	print $n < 30000000 ? "cut" : "whole"' "$port" outputs/ep1/images/ch09.png)" cut
ok 'nobody spins for it' test $(($(ticks) - before)) -lt 200
cp outputs/ep1/images/ch01.png outputs/ep1/images/ch09.png

# Ways out.
for path in ../chapters.json ../../chapters.json %2e%2e%2fchapters.json \
	%2e%2e/chapters.json ..%2f..%2f..%2fcalls %2e%2e .. . ch01.png/ \
	ch01.png/.. /ch01.png thumbs thumbs/ thumbs/../ch01.png ./ch01.png \
	'..\chapters.json' '..%5cchapters.json' manifest.json ch10.png \
	link.png fifo.png dir.png ch01%2epng/ CH01.png thumbs/thumbs/ch01.png \
	"$(printf 'x%.0s' $(seq 300))" thumbs/ch09.png thumbs/link.png index.html; do
	is "no picture: $(echo "$path" | cut -c 1-40)" "$(get "$files/$path")" 404
done
for path in ch01.png%00 %00 ch01.png%00.txt %zz %2 % %c%0 a%0ab; do
	is "no request: $path" "$(get "$files/$path")" 400
done
for path in // //api/jobs/7 /episodes/ /episodes/../ep1 /episodes/ep1/ \
	/episodes/%2e%2e /api /api/ /api/episodes//images /API/jobs/7 \
	/api/episodes/ep1/manifest.json /api/episodes/ep1/files/chapters.json \
	/api/episodes/ep1/files/images/ /api/jobs/7/cancel/x \
	/etc/passwd /index.html; do
	is "nothing: $path" "$(get "$url$path")" 404
done
for e in inside out; do
	is "an episode that is a link: $e" "$(get "$url/episodes/$e")" 404
	is "its manifest: $e" "$(get "$url/api/episodes/$e/images")" 404
	is "its picture: $e" \
		"$(get "$url/api/episodes/$e/files/images/ch01.png")" 404
done
is 'images/ that is a link' "$(get "$url/api/episodes/ep2/files/images/ch01.png")" 404
is 'its manifest' "$(get "$url/api/episodes/ep2/images")" 404
is 'beside thumbs/ that is one' "$(get "$url/api/episodes/ep3/files/images/ch01.png")" 200
is 'thumbs/ itself' "$(get "$url/api/episodes/ep3/files/images/thumbs/ch01.png")" 404

# Who asks.
is 'localhost' "$(get -H "Host: LocalHost:$port" "$url/")" 200
is 'IPv6 loopback' "$(get -H "Host: [::1]:$port" "$url/")" 200
for host in evil.org "evil.org:$port" 127.0.0.1 "127.0.0.1:1" "127.0.0.2:$port" \
	"localhost.evil.org:$port" "x@localhost:$port" "[::1" "[::2]:$port" \
	"localhost:${port}0" ":$port"; do
	is "another host: $host" "$(get -H "Host: $host" "$url/")" 421
done
is 'an old name, in a new one' "$(printf \
	'GET http://evil.org/ HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' \
	"$port" | raw | first)" 'HTTP/1.1 421 Misdirected Request'
is 'a whole URL' "$(printf \
	'GET http://localhost:%s/favicon.ico HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' \
	"$port" "$port" | raw | first)" 'HTTP/1.1 204 No Content'
is 'no Host' "$(printf 'GET / HTTP/1.0\r\n\r\n' | raw | first)" \
	'HTTP/1.1 400 Bad Request'
is 'two' "$(printf 'GET / HTTP/1.1\r\nHost: localhost:%s\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' \
	"$port" "$port" | raw | first)" 'HTTP/1.1 400 Bad Request'
# What no server should take: each is 400, and the connection is closed, so that
# nothing of it is answered as a second request.
letter() { # NAME PRINTF-FORMAT
	# shellcheck disable=SC2059 # the caller's format
	printf "$2" "localhost:$port" | raw | grep -a '^HTTP' | tr -d '\r' >answers
	is "$1: 400" "$(head -n 1 answers)" 'HTTP/1.1 400 Bad Request'
	is "$1: and no second answer" "$(wc -l <answers | tr -d ' ')" 1
}
get='GET /favicon.ico HTTP/1.1\r\nHost: %s\r\n'
letter 'two Content-Lengths' \
	"${get}Content-Length: 0\r\nContent-Length: 5\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
letter 'a blank before the colon' "${get}Content-Length : 0\r\n\r\n"
letter 'a blank before the colon of any header' "${get}X-A : b\r\n\r\n"
letter 'a folded Transfer-Encoding' \
	"${get}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"
letter 'a folded header' "${get}X-A: b\r\n c\r\n\r\n"
letter 'headers that begin with white space' \
	'GET /favicon.ico HTTP/1.1\r\n X-A: b\r\nHost: %s\r\n\r\n'
letter 'a NUL in a value' "${get}X-A: b\\000c\r\n\r\n"
letter 'a bare CR in a value' "${get}X-A: b\rc\r\n\r\n"
letter 'a NUL in a name' "${get}X\\000A: b\r\n\r\n"
# libmicrohttpd 1.0 closes that connection without a word.
is 'a NUL in the target: nothing but 400' "$(printf \
	'GET /favicon.ico\000x HTTP/1.1\r\nHost: localhost:%s\r\n\r\n' \
	"$port" | raw | grep -a '^HTTP' | grep -cv ' 400 ')" 0
letter 'a bare CR in the target' 'GET /favicon.ico\rx HTTP/1.1\r\nHost: %s\r\n\r\n'
is 'HTTP/1.0' "$(printf 'GET /favicon.ico HTTP/1.0\r\nHost: localhost:%s\r\n\r\n' \
	"$port" | raw | first | cut -d ' ' -f 2)" 204
is 'its own Origin' "$(get -H "Origin: $url" "$url/api/jobs/7")" 200
for origin in null http://evil.org "https://127.0.0.1:$port" \
	"http://localhost:$port" http://127.0.0.1 ''; do
	is "another origin: $origin" \
		"$(get -H "Origin: $origin" -H 'X: ' "$url/api/jobs/7")" \
		"$([ -n "$origin" ] && echo 403 || echo 200)"
done
is 'another site, of the API' \
	"$(get -H 'Sec-Fetch-Site: cross-site' "$url/api/jobs/7")" 403
is 'another port of this one' \
	"$(get -H 'Sec-Fetch-Site: same-site' "$url/api/jobs/7")" 403
is 'the API by another name' "$(get -H 'Sec-Fetch-Site: cross-site' \
	"$url/%61pi/episodes/ep1/plan") $(jq -r .error body)" \
	"403 another site's page asks"
is 'but a link may lead here' \
	"$(get -H 'Sec-Fetch-Site: cross-site' "$url/episodes/ep1")" 200
is 'from the page itself' \
	"$(get -H 'Sec-Fetch-Site: same-origin' "$url/api/jobs/7")" 200
for method in PUT DELETE OPTIONS TRACE PATCH BREW; do
	is "$method" "$(get -X $method "$url/api/jobs/7") $(header Allow)" \
		'405 GET, HEAD'
done
is 'POST where there is nothing to post' \
	"$(get -X POST -H "X-Limn-Token: $token" "$url/episodes/ep1")" 405
is 'GET where there is' "$(get "$url/api/jobs") $(header Allow)" '405 POST'

# Jobs.
good='{"command":"imagegen","episode_id":"ep1","args":{"force":true,"chapter":"ch02"}}'
post() {
	data=$1
	shift
	get -H "X-Limn-Token: $token" -H 'Content-Type: application/json' \
		--data-binary "$data" "$@" "$url/api/jobs"
}
: >calls
: >jobs.pids
touch wait
is 'a job is taken' "$(post "$good") $(cat body)" \
	'202 {"job_id": 7, "state": "queued"}'
wait_for test -s jobs.files
is 'added, and begun' "$(cat calls)" \
'manage-jobs [add] [--force] [--chapter=ch02] [--] [ep1] 
manage-jobs [run] [-f] [Makefile] [-j] [3] [--] [ep1] '
is 'nobody waits for it' "$(ps -o stat= -p "$(cat jobs.pids)" | cut -c 1)" S
is 'of all, and not by force' \
	"$(post '{"episode_id":"-Kx7mWqLr2E","command":"imagegen"}')" 202
is 'so' "$(grep add calls | tail -n 1)" 'manage-jobs [add] [--] [-Kx7mWqLr2E] '
is 'null is all' "$(post \
	'{"command":"imagegen","episode_id":"ep1","args":{"chapter":null}}' \
	-H 'Sec-Fetch-Site: same-origin' -H "Origin: $url")" 202
rm wait
is 'charset' "$(get -H "X-Limn-Token: $token" --data-binary "$good" \
	-H 'Content-Type: application/json; charset=utf-8' "$url/api/jobs")" 202
four_have_begun() { [ "$(wc -l <jobs.pids)" -eq 4 ]; }
wait_for four_have_begun
: >calls
is 'one is cancelled' "$(get -X POST -H "X-Limn-Token: $token" \
	-H 'Content-Length: 0' "$url/api/jobs/7/cancel")" 200
is 'by its number' "$(grep cancel calls)" 'manage-jobs [cancel] [--] [7] '
is 'as jobs.js does it' "$(get -H "X-Limn-Token: $token" -d '{}' \
	-H 'Content-Type: application/json' "$url/api/jobs/7/cancel")" 200
: >calls
for body in '' x '[]' '{}' 'null' '{"command":"rm","episode_id":"ep1"}' \
	'{"command":"imagegen"}' '{"command":"imagegen","episode_id":"../ep1"}' \
	'{"command":"imagegen","episode_id":"a;b"}' \
	'{"command":"imagegen","episode_id":["ep1"]}' \
	'{"command":"imagegen","episode_id":"ep1","x":1}' \
	'{"command":"imagegen","episode_id":"ep1","args":[]}' \
	'{"command":"imagegen","episode_id":"ep1","args":null}' \
	'{"command":"imagegen","episode_id":"ep1","args":{"force":1}}' \
	'{"command":"imagegen","episode_id":"ep1","args":{"chapter":"--help"}}' \
	'{"command":"imagegen","episode_id":"ep1","args":{"chapter":"a b"}}' \
	'{"command":"imagegen","episode_id":"ep1","args":{"jobs":8}}' \
	'{"command":"imagegen","episode_id":"ep1","episode_id":"ep2"}' \
	'{"command":"imagegen","episode_id":"ep1"}x' \
	'{"command":"imagegen","episode_id":"ep\u0000"}' \
	"$(perl -e 'print "[" x 4000')"; do
	is "no job: $(echo "$body" | cut -c 1-60)" \
		"$(post "$body") $(jq '.error | length > 5' body)" '400 true'
done
for e in nope empty inside out; do
	is "nothing to draw: $e" \
		"$(post "{\"command\":\"imagegen\",\"episode_id\":\"$e\"}")" 404
done
is 'no token' "$(get -H 'Content-Type: application/json' -d "$good" \
	"$url/api/jobs") $(jq '.error | length > 5' body)" '403 true'
for t in '' x "${token}0" "${token%?}" 00000000000000000000000000000000; do
	is "another token: $t" "$(get -H "X-Limn-Token: $t" \
		-H 'Content-Type: application/json' -d "$good" "$url/api/jobs")" 403
done
is 'two of them' "$(get -H "X-Limn-Token: $token" -H "X-Limn-Token: $token" \
	-H 'Content-Type: application/json' -d "$good" "$url/api/jobs")" 400
is 'another site, with a token' "$(post "$good" -H 'Origin: http://evil.org')" 403
is 'or so' "$(post "$good" -H 'Sec-Fetch-Site: cross-site')" 403
is 'a form' "$(get -H "X-Limn-Token: $token" -d "$good" "$url/api/jobs")" 415
is 'text' "$(get -H "X-Limn-Token: $token" -H 'Content-Type: text/plain' \
	-d "$good" "$url/api/jobs")" 415
is 'in chunks' "$(post "$good" -H 'Transfer-Encoding: chunked')" 411
is 'a length that is none' "$(printf \
	'POST /api/jobs HTTP/1.1\r\nHost: localhost:%s\r\nX-Limn-Token: %s\r\nContent-Type: application/json\r\nContent-Length: x\r\n\r\n' \
	"$port" "$token" | raw | first)" 'HTTP/1.1 400 Bad Request'
is 'none of these is a job' "$(cat calls)" ''
is 'as long as it may be' "$(post "$(printf '%-4096s' "$good")")" 202
is 'a byte more' "$(post "$(printf '%-4097s' "$good")")" 413

# Too much of it.
head -c 100000000 /dev/zero >large
is '100 MB, if they may' "$(post @large -H 'Expect: 100-continue')" 413
is 'nobody said yes to that' "$(grep -c '100 Continue' head.txt)" 0
rm large
is 'a header of 1 MB' "$(printf 'GET / HTTP/1.1\r\nHost: localhost:%s\r\nX-Long: %01000000d\r\n\r\n' \
	"$port" 1 | raw | first | grep -c '^HTTP/1.1 4[13][134] ')" 1
is 'a URL of 1 MB' "$(printf 'GET /%01000000d HTTP/1.1\r\nHost: localhost:%s\r\n\r\n' \
	1 "$port" | raw | first | cut -d ' ' -f 2)" 414
is '10,000 headers' "$({
	printf 'GET / HTTP/1.1\r\nHost: localhost:%s\r\n' "$port"
	seq -f 'X-%.0f: 1' 10000 | sed 's/$/\r/'
	printf '\r\n'
} | raw | first | cut -d ' ' -f 2 | grep -c '^4[13][134]$')" 1
is 'rubbish' "$(printf 'GET / HTTP/x.y\r\n\r\n' | raw | first | cut -d ' ' -f 2)" 400
# older versions of libmicrohttpd hang up on that without a word
is 'that is no line at all' "$(printf '\001\002\003\r\n\r\n' | raw | first |
	grep -v '^HTTP/1.1 400 ')" ''
is 'rubbish behind a request' "$({
	printf 'GET /favicon.ico HTTP/1.1\r\nHost: localhost:%s\r\n\r\n' "$port"
	printf 'rub\001 bish HTTP/x.y\r\n\r\n'
} | raw | grep -a '^HTTP' | cut -d ' ' -f 2 | xargs)" '204 400'
is 'a megabyte of it' "$(head -c 1000000 /dev/urandom | raw >rubbish
	get "$url/favicon.ico")" 204
is 'three at once' "$({
	for path in favicon.ico nope api/jobs/7; do
		printf 'GET /%s HTTP/1.1\r\nHost: localhost:%s\r\n\r\n' "$path" "$port"
	done
	printf 'HEAD / HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$port"
} | raw | tr '}' '\n' | grep -ao 'HTTP/1.1 [0-9]*' | cut -d ' ' -f 2 | xargs)" \
	'204 404 200 200'

# Those that were slow.
wait "$late"
is 'a slow tool' "$(cut -d ' ' -f 1 late)" 504
has_ended() { ! ps -o stat= -p "$1" | grep -qv Z; }
wait_for has_ended "$slower"
is 'it is ended, with what it had started' \
	"$(ps -o stat= -p "$slower" | grep -v Z)" ''
is 'nothing is left unburied' "$(ps -o stat= --ppid "$server" | tr -dc Z)" ''
is 'nothing was complained of' "$(cat err)" ''
ok 'the server is still there' kill -0 "$server"
rm slower.pid
curl -s -m 40 "$url/episodes/slow" >/dev/null &
wait_for test -s slower.pid
kill "$server"
wait "$server"
is 'it stops when told to, whatever is at work' $? 0
wait_for has_ended "$(cat slower.pid)"
ok 'and ends that' has_ended "$(cat slower.pid)"

# Many at once.
start
# shellcheck disable=SC3045
ulimit -n 2048 2>/dev/null
is '1,000 thumbnails over 50 connections' "$(perl -MIO::Socket::INET -e '
	my @s = map { IO::Socket::INET->new(PeerAddr => "127.0.0.1",
		PeerPort => $ARGV[0]) or die } 1 .. 50; my $n = 0;
	my $ask = "GET /api/episodes/ep1/files/images/thumbs/ch01.png HTTP/1.1" .
		"\r\nHost: localhost:$ARGV[0]\r\n\r\n";
	for (1 .. 20) {
		for my $s (@s) { syswrite $s, $ask }
		for my $s (@s) {
			my $got = "";
			while ($got !~ /\r\n\r\n/ ||
				length($got) < $+[0] + 20000) {
				sysread $s, $got, 65536, length $got or die;
				$got =~ /\r\n\r\n/;
			}
			$n++ if $got =~ m,^HTTP/1.1 200,;
		}
	}
	print $n' "$port")" 1000
perl -MIO::Socket::INET -e '
	my @s = map { IO::Socket::INET->new(PeerAddr => "127.0.0.1",
		PeerPort => $ARGV[0]) or die } 1 .. 500;
	open my $f, ">", "idle"; close $f; sleep 10' "$port" &
idlers=$!
wait_for test -e idle
is '500 idle ones don'\''t stop the next' "$(get -m 2 "$url/favicon.ico")" 204
kill "$idlers"
took_at_most 20 20480
kill "$server"; wait "$server"

# Large manifests wait for each other.
start
perl -e 'print "{\"images\": [", join(",", map {
	"{\"file_path\": \"images/c$_.png\", \"metadata\": [" . join(",", (1) x 100) . "]}"
	} 1 .. 8000), "]}"' >outputs/bad/images/manifest.json
for n in 1 2 3 4 5 6; do
	curl -s -o "large.$n" "$url/api/episodes/bad/images" &
	set -- "$@" $!
done
wait "$@"
set --
is 'six large manifests at once' "$(cat large.* | grep -c '"url"')" 48000
took_at_most 500 500000
kill "$server"; wait "$server"

# What is opened is none of the three that everybody has.
open=closed
start
open=opened
token=$(curl -s "$url/" | sed 's/.* //')
rm jobs.files
is 'closed files: it goes all the same' "$(post "$good")" 202
wait_for test -s jobs.files
is 'nobody else gets its socket' "$(grep -c socket jobs.files)" 0
kill "$server"; wait "$server"

# How it is started.
start -l 127.0.0.2 --allow-host=limn.example
is 'at another address' "$(cat out)" "http://127.0.0.2:$port/"
is 'which is its name' "$(get "http://127.0.0.2:$port/")" 200
is 'or one that is allowed' "$(get -H "Host: limn.example:$port" \
	"http://127.0.0.2:$port/")" 200
is 'but no other' "$(get -H "Host: limn.example.org:$port" \
	"http://127.0.0.2:$port/")" 421
fails 69 'a port that is taken' tools/serve-gallery -l 127.0.0.2 -p "$port"
like 'it says what to do' "$err" "make serve PORT=$((port + 1))"
kill -INT "$server"; wait "$server"
is 'Ctrl-C' $? 0
start -l 0.0.0.0
like 'all addresses: it warns' "$(cat err)" 'spend money'
is 'and names one that browsers can ask' "$(cat out)" "$url/"
is 'and answers' "$(get "$url/favicon.ico")" 204
kill "$server"; wait "$server"
if tools/serve-gallery -l ::2 2>&1 | grep -q 'no socket'; then
	skip 'IPv6' 'there is none here'
else
	start -l '[::1]'
	is 'IPv6' "$(cat out) $(get -g "http://[::1]:$port/favicon.ico")" \
		"http://[::1]:$port/ 204"
	kill "$server"; wait "$server"
fi
mkdir elsewhere
echo 'OUTPUTS_DIR=elsewhere' >.env
chmod 600 .env
start
is 'a setting of .env' "$(get "$url/"; grep -c 'outputs=elsewhere' calls)" 2001
kill "$server"; wait "$server"
rm .env
wait $adds
is 'a locked database: a job is not added' "$(tail -c 3 locked/added)" 503
is '... the message' "$(sed 's/503$//' locked/added)" \
	'{"error": "manage-jobs: outputs/limn.db: another program has locked the database; try again when it is done"}'
exec 9>&-
fails 64 'no address' tools/serve-gallery -l localhost
fails 64 'no port' tools/serve-gallery -p 65536
fails 64 'no number' tools/serve-gallery -p x
fails 64 'no jobs' tools/serve-gallery -j 0
fails 64 'no host' tools/serve-gallery --allow-host=http://x
fails 64 'an operand' tools/serve-gallery outputs
finish
