# shellcheck shell=sh disable=SC2154,SC2086 # names of bench.sh; $make is words
# The dashboard: thumbnails over HTTP beside nginx, pages, and thumbnails made.
asked=20000 at_once=50 turns=5 held=500 long=200 page_turns=21 small_turns=11
open_turns=5
if [ -n "${BENCH_QUICK:-}" ]; then
	asked=60 turns=1 held=10 long=4 page_turns=1 small_turns=1 open_turns=1
fi
PATH=$PATH:/usr/sbin:/sbin # nginx
has_peer=
! has nginx || ! has ab || has_peer=yes

# The servers, each on the files of the example, on ports that are free.
make_eight
files=/api/episodes/bitcoin-nedir/files/images
served=$files/thumbs/ch02.png
started() { # NAME PORT-FILE: the last that was started, when it listens
	i=0
	until [ -s $2 ]; do
		if [ $((i += 1)) -gt 500 ] || ! kill -0 $! 2>/dev/null; then
			cat $1.log >&2
			return 1
		fi
		sleep 0.02
	done
}
start_limn() {
	serve-gallery -p 0 --port-file=limn.port -o eight -d eight/limn.db \
		-f "$top/mk/limn.mk" >limn.log 2>&1 &
	servers="$servers $!"
	echo $! >limn.pid
	started limn limn.port || die "serve-gallery doesn't start"
}
start_nginx() { # it can't choose its port
	user=
	[ "$(id -u)" -ne 0 ] || user='user root;'
	for port in $(shuf -i 20000-32000 -n 5); do
		cat >nginx.conf <<-END
			daemon off; worker_processes auto; pid $t/nginx.pid; $user
			events { worker_connections 1024; }
			http {
				access_log off; sendfile on; tcp_nopush on;
				keepalive_requests 1000000;
				types { image/png png; }
				client_body_temp_path $t/nginx.1;
				proxy_temp_path $t/nginx.2;
				fastcgi_temp_path $t/nginx.3;
				uwsgi_temp_path $t/nginx.4;
				scgi_temp_path $t/nginx.5;
				server {
					listen 127.0.0.1:$port;
					location $files/ {
						alias $t/eight/bitcoin-nedir/images/;
					}
				}
			}
		END
		nginx -e $t/nginx.log -c $t/nginx.conf >nginx.out 2>&1 &
		servers="$servers $!"
		if started nginx nginx.pid; then
			echo $port >nginx.port
			return
		fi
	done
	echo "bench: nginx doesn't start" >&2
	has_peer=
}
all_of() { # NAME: its processes
	p=$(cat $1.pid)
	echo "$p $(cat /proc/$p/task/$p/children)"
}
spent_ms() { # NAME: CPU so far
	for p in $(all_of $1); do
		sed 's/.*) //' /proc/$p/stat
	done | awk -v hz="$(getconf CLK_TCK)" '{ n += $12 + $13 }
		END { print n * 1000 / hz }'
}
peak_kb() { # NAME: of all its processes
	for p in $(all_of $1); do
		cat /proc/$p/status
	done | awk '/^VmHWM/ { n += $2 } END { print n }'
}

# A sample: requests a second, milliseconds of CPU, kilobytes; and the failures.
ask() { # NAME
	before=$(spent_ms $1)
	run ab -q -k -c $at_once -n $asked \
		"http://127.0.0.1:$(cat $1.port)$served" ||
		die "$1: ab: exit status $?"
	awk -v name="$1" -v cpu="$(spent_ms $1)" -v before="$before" \
		-v kb="$(peak_kb $1)" '
		/^Requests per second/ { rate = $4 }
		END { print name, rate, cpu - before, kb }' log >>samples
	awk '/^(Failed requests|Non-2xx responses):/ { n += $NF }
		END { print n + 0 }' log >>$1.failed
}
# Idle connections, then one more, which is answered: ms, status.
hold() { # NAME
	perl -MIO::Socket::INET -MTime::HiRes=time -e '
		my ($port, $n, $path) = @ARGV;
		sub connection {
			IO::Socket::INET->new(PeerAddr => "127.0.0.1",
				PeerPort => $port, Timeout => 10)
				or die "connection: $!\n";
		}
		my @held = map { connection() } 1 .. $n;
		my $began = time;
		my $one = connection();
		$one->send("GET $path HTTP/1.1\r\nHost: 127.0.0.1:$port\r\n" .
			"Connection: close\r\n\r\n");
		alarm 30;
		my $answer = join "", <$one>;
		my ($status) = $answer =~ m{^HTTP/1\.1 (\d+)};
		printf "%s %.1f\n", $status // "none", (time - $began) * 1000;
	' "$(cat $1.port)" $held $served >$1.held || echo "- -" >$1.held
	peak_kb $1 >>$1.held
}
start_limn
[ -z "$has_peer" ] || start_nginx
names=limn
[ -z "$has_peer" ] || names='limn nginx'
i=0
while has ab && [ $((i += 1)) -le $turns ]; do
	for name in $names; do ask $name; done
done
! has perl || for name in $names; do hold $name; done
failures() { # NAME
	if [ -s $1.failed ]; then
		awk '{ n += $1 } END { print n }' $1.failed
	else
		echo -
	fi
}
serving() { # NAME LABEL AT-MOST
	row "$2" "$(range $1 2 1 0)" "$(failures $1)" \
		"$(range $1 3 $asked 3)" "$(memory $1)" "$3"
}
table "$asked GETs of a thumbnail of $(bytes \
	eight/bitcoin-nedir/images/thumbs/ch02.png) bytes, $at_once connections kept;\
 $turns runs" "" "a second" failed "CPU ms a request" "peak RSS MB" "at most"
most=
[ ! -s limn.failed ] || most=$(target failed "$(failures limn)" 0 "" \
	"ms a request" "$(awk -v n="$(median limn 2 1)" 'BEGIN { print 1000 / n }')" \
	0.2 "" RSS "$(median limn 4 1024)" 20 " MB")
serving limn serve-gallery "$most"
serving nginx "... nginx" ""
table "$held idle connections, then one more" "" "ms" status "peak RSS MB" \
	"at most"
holding() { # NAME LABEL AT-MOST
	if [ -s $1.held ]; then
		row "$2" "$(awk 'NR == 1 { ms = $2; status = $1 }
			END { printf "%s | %s | %.1f", ms, status, $1 / 1024 }' \
			$1.held)" "$3"
	else
		row "$2" "- | - | -" "$3"
	fi
}
most=
[ ! -s limn.held ] ||
	most=$(target ms "$(awk 'NR == 1 { print $2 + 0 }' limn.held)" 100 "")
holding limn serve-gallery "$most"
holding nginx "... nginx" ""

# Pages.
mkdir -p long/ep0000
episode $long . >long/ep0000/chapters.json
run $make -j2 OUTPUTS_DIR=long all || die "no long episode could be drawn"
make_many
i=0
while [ $((i += 1)) -le $page_turns ]; do
	sample page write-gallery --episode=long/ep0000 -d long/limn.db -o page.html
	sample page-served write-gallery --served --episode=long/ep0000 \
		-d long/limn.db -o served.html
	sample page-all write-overview -d many/limn.db --outputs=many \
		-o overview.html
done
cards() { # FILE: the bytes of its cards
	LC_ALL=C awk '/<li class="card/ { inside = 1 } /<\/ol>/ { inside = 0 }
		inside { n += length($0) + 1 } END { print n + 0 }' $1
}
page() { # NAME LABEL FILE CARDS AT-MOST-OF-A-CARD AT-MOST-MS
	each=$(($(cards $3) / $4)) rest=$(($(bytes $3) - $(cards $3)))
	row "$2" "$(took $1)" "$(bytes $3)" $each $rest "$(target \
		"bytes a card" $each $5 "" "bytes beside" $rest 40960 "" \
		wall "$(median $1 2 1)" $6 " ms")"
}
table "Pages; $page_turns runs" "" "wall ms" "CPU ms" "RSS MB" bytes \
	"bytes a card" "bytes beside" "at most"
page page "a gallery of $long chapters" page.html $long 4096 100
page page-served "... served" served.html $long 4096 100
page page-all "an overview of $episodes episodes" overview.html $episodes 1024 1000

# The same in a browser: milliseconds until it can be used, and until all that is
# in sight is there.
open_page() ( # FILE
	set +e # as a test does
	work=$t # a longer path is too long for a socket's
	at_exit() { leaving=$*; }
	trap 'eval "$leaving"' EXIT
	. "$here/browser.sh"
	browser_start
	go "file://$1"
	js 'const t = performance.getEntriesByType("navigation")[0];
		return `${t.domInteractive} ${t.loadEventEnd}`'
)
i=0
while has chromedriver && [ $((i += 1)) -le $open_turns ]; do
	opened=$(open_page "$t/long/ep0000/images/index.html") ||
		die "chromium can't open the gallery"
	echo "opened $opened" >>samples
done
table "A gallery of $long chapters in Chromium; $open_turns runs" "" \
	"interactive ms" "loaded ms" "at most"
most=
! has chromedriver ||
	most=$(target interactive "$(median opened 2 1)" 1000 " ms")
row "index.html" "$(range opened 2 1)" "$(range opened 3 1)" "$most"

# Thumbnails made.
libs=$(pkg-config --cflags --libs libpng)
${CC:-cc} -O2 -o bench-photo "$here/bench-photo.c" $libs || die "bench-photo can't be compiled"
./bench-photo 2048 1152 >photo.png
magick=$(find_magick) || magick=
pillow=$(find_python PIL) || pillow=
i=0
while [ $((i += 1)) -le $small_turns ]; do
	sample small thumbnail-png -o small.png photo.png
	[ -z "$magick" ] || peer small-magick "$magick" photo.png -resize 480x \
		-strip small-magick.png
	[ -z "$pillow" ] || peer small-pillow "$pillow" -c '
import sys
from PIL import Image
image = Image.open(sys.argv[1])
image.resize((480, image.height * 480 // image.width), Image.LANCZOS).save(
    sys.argv[2])' photo.png small-pillow.png
done
table "A thumbnail of 2048x1152, $(bytes photo.png) bytes; $small_turns runs" \
	"" "wall ms" "CPU ms" "RSS MB" bytes "at most"
row thumbnail-png "$(took small)" "$(bytes small.png)" "$(target \
	CPU "$(median small 3 1)" 150 " ms" RSS "$(median small 4 1024)" 24 " MB")"
row "... ImageMagick, -resize" "$(took small-magick)" "$(bytes small-magick.png)" ""
row "... Pillow, LANCZOS" "$(took small-pillow)" "$(bytes small-pillow.png)" ""
echo
fmt -w 80 <<-END
	ab and the server have the same processors; nginx has a worker for each of
	them, and sendfile.  It is configured for this alone; serve-gallery looks at
	Host, and at the manifest.  Peak RSS is that of all its processes so far.
	The files are on $(stat -f -c %T .).
END
