#!/bin/sh
# Under make one process asks for all of a run; nobody is to notice, but by what
# it costs.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
mock_start --
export OPENAI_API_KEY=sk-secret-of-the-courier
run=$(cat /proc/sys/kernel/random/uuid)
couriers() { # of this test's run: their process ids
	for p in $(pgrep -x limn-courier); do
		grep -qzx "LIMN_RUN=$run" "/proc/$p/environ" 2>/dev/null && echo "$p"
	done
}
echo "One." >1.txt
echo "Two." >2.txt

ok "without LIMN_RUN" call-dalle -o 1.json 1.txt
is "... nobody is left behind" "$(couriers)" ""
export LIMN_RUN="$run"
now=$(date +%s%N)
# a substitution waits until nobody has its output any more
is "with it, the same answer" "$(timeout 10 call-dalle 1.txt 2>&1 | jq -c .data)" "$(jq -c .data 1.json)"
first=$(couriers)
is "... one is left behind" "$(echo "$first" | wc -w)" 1
ok "... without the tool's files" test "$(find "/proc/$first/fd" -lname "$work/*" -o -lname 'pipe:*' | wc -l)" -eq 0
is "... its command line has no key" "$(grep -c secret "/proc/$first/cmdline")" 0
# a machine may be so busy that a second is over before the next one begins
asked=2
until before=$now now=$(date +%s%N)
	call-dalle -o 2.json 2.txt
	second=$(couriers) asked=$((asked + 1))
	[ "$second" = "$first" ] || [ $asked -eq 30 ] ||
		[ $(($(date +%s%N) - before)) -lt 900000000 ]; do
	first=$second
done
is "the next one asks it" "$second" "$first"
is "... each was asked for once" "$(calls images)" $asked
sleep 2.2
is "it ends by itself" "$(couriers)" ""

mock_reset
(
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		echo "Prompt $i." >p$i.txt
		call-dalle -o p$i.json p$i.txt 2>>err &
	done
	wait
	: >all-done
) &
# as it is in the end; two may begin, and one of them lets the other
left=0
look() { n=$(couriers | wc -w) && [ "$n" -eq 0 ] || left=$n; }
until [ -e all-done ]; do look; done
look
is "16 at once start one" "$left" 1
is "... and have their answers" "$(jq -r .prompt p[0-9]*.json | sort -u | wc -l) $(calls images) $(cat err)" "16 16 "

mock_reset
script '{"route": "images", "hang": true}'
call-dalle -o hung.json 1.txt 2>err &
pid=$!
until [ "$(calls images)" -eq 1 ]; do sleep 0.02; done
for p in $(couriers); do kill -9 "$p"; done
wait $pid
is "one that is killed during a call: it may have been billed" "$? $(grep -c 'may have been billed' err)" "12 1"
ok "... and the next tool starts another" call-dalle -o 1.json 1.txt
ok "a picture by URL" env IMAGE_GEN_PROVIDER=dalle3 call-dalle --answers=a -o url.json 1.txt
ok "... is fetched" download -o url.png url.json
LIMN_RUN=$(printf '%099d' 1) ok "a LIMN_RUN that is too long is none" call-dalle -o 1.json 1.txt
OPENAI_BASE_URL=http://127.0.0.1:1/v1 MAX_RETRIES=1 fails 69 "nobody at the address" call-dalle -o x.json 1.txt
like "... is said as without it" "$err" "127.0.0.1 port 1"
OPENAI_BASE_URL=http://192.0.2.1/v1 fails 78 "an address that isn't gone to" call-dalle -o x.json 1.txt
finish
