# shellcheck shell=sh disable=SC2154,SC2086 # names of bench.sh; $make is words
# The database: recording pictures, booking purchases, and what it adds to tools
# and to make.
turns=5 process_turns=3 tool_turns=21 idle_turns=11 sold=625
buyers=64
if [ -n "${BENCH_QUICK:-}" ]; then
	turns=1 process_turns=1 tool_turns=1 idle_turns=1 sold=3
	buyers=4
fi
bought=$((sold * 16))
python=$(find_python sqlite3) || python=

# Pictures, in one process or in as many as there are episodes.
make_many
pictures=$((episodes * 10))
printf '%s\n' many/ep*/images/manifest.json >manifests
fresh() { # DATABASE
	rm -f $1 $1-wal $1-shm
	run migrate-db -d $1 up || die "no database can be made"
}
holds() { # DATABASE TABLE ROWS
	has sqlite3 || return 0
	n=$(sqlite3 $1 "SELECT count(*) FROM $2")
	[ $n -eq $3 ] || die "$1: $2: $n rows, not $3"
}
i=0
while [ $((i += 1)) -le $turns ]; do
	ways='one all'
	[ $i -le $process_turns ] || ways=one
	for way in $ways; do
		each=$episodes
		[ $way = one ] || each=1
		fresh limn-$way.db
		fresh python-$way.db
		for state in new again; do
			sample record-$way-$state xargs -a manifests -n $each -P 2 \
				record-asset -d limn-$way.db
			[ -z "$python" ] || peer record-$way-$state-python \
				xargs -a manifests -n $each -P 2 \
				"$python" "$here/bench-books.py" python-$way.db
		done
		holds limn-$way.db media_assets $pictures
		holds limn-$way.db pipeline_runs $episodes
		[ -z "$python" ] || holds python-$way.db media_assets $pictures
		[ -z "$python" ] || holds python-$way.db pipeline_runs $episodes
	done
done
recording() { # NAME LABEL AT-MOST
	row "$2" "$(range $1 2 1000 2)" "$(range $1 3 1000 2)" "$(memory $1)" \
		"$(ratio $1 $1-python)" "$3"
	row "... Python" "$(range $1-python 2 1000 2)" \
		"$(range $1-python 3 1000 2)" "$(memory $1-python)" "" ""
}
table "Recording $pictures pictures of $episodes episodes; $turns runs,\
 $process_turns of $episodes processes" "" "wall s" \
	"CPU s" "RSS MB" "limn / Python" "at most"
recording record-one-new "one process" \
	"$(target wall "$(median record-one-new 2 1000)" 5 " s")"
recording record-all-new "$episodes processes, two at a time" ""
recording record-one-again "nothing new, one process" ""
recording record-all-again "nothing new, $episodes processes" ""

# Episodes that were bought: all but one in SQL, with purchases of their own.
serve books
ask_at books
mkdir -p sold/ep0000
episode 8 'diagram|b_roll|screen_share' | jq '.chapters[] |= (.order as $i |
	.visual |= (.image_prompt = null | .description += " (\($i))"))' \
	>sold/ep0000/chapters.json
run $make -j8 OUTPUTS_DIR=sold sold/ep0000/images/manifest.json ||
	die "no episode could be bought"
copies sold $sold
count() { # DATABASE OUTPUTS KEY: purchases
	run report-cost -d $1 --outputs=$2 --json || die "no cost is reported"
	jq ".total.$3_count" log
}
has_sold=
! has sqlite3 || has_sold=yes
[ -z "$has_sold" ] || run sqlite3 sold/limn.db "WITH RECURSIVE
	episode(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM episode
		WHERE i + 1 < $sold)
	INSERT INTO ledger (purchase, episode_id, chapter_id, kind, model,
		request_sha256, state, cost_micros, estimate_micros, cost_source,
		input_tokens, output_tokens, run,
		reserved_at, sent_at, ended_at, request_id)
	SELECT lower(hex(randomblob(16))), printf('ep%04d', i), chapter_id,
		kind, model, 'sha256:' || printf('%08d', i) ||
		substr(request_sha256, 16), state, cost_micros, estimate_micros,
		cost_source, input_tokens, output_tokens, run,
		reserved_at, sent_at, ended_at, request_id
	FROM episode, ledger WHERE episode_id = 'ep0000'" ||
	die "no purchases could be added"
[ -z "$has_sold" ] || [ "$(count sold/limn.db sold kept)" -eq $bought ] ||
	die "of $bought purchases $(count sold/limn.db sold kept) are in use"

# Purchases, all at once, without a store: nothing but the call and the ledger.
i=0
while [ $((i += 1)) -le $buyers ]; do
	echo "A red square, $i of $buyers" >prompt.$i
	echo $i >>buyers
done
buy() { # NAME [DATABASE]: its purchases, from so many before
	: >$api.log
	sample $1 xargs -a buyers -P $buyers -I '{}' call-dalle ${2:+-d $2} \
		--episode-id=ep0000 --chapter='ch{}' -o answer.'{}' prompt.'{}'
	[ "$(calls images)" -eq $buyers ] || die "bought $(calls images)"
}
booked() { # NAME DATABASE HOW-MANY-BEFORE
	buy $1 $2
	[ "$(count $2 none paid)" -eq $(($3 + buyers)) ] ||
		die "of $buyers purchases $(count $2 none paid) are booked"
}
i=0
while [ $((i += 1)) -le $idle_turns ]; do
	buy buy
	fresh new.db
	booked buy-new new.db 0
	[ -n "$has_sold" ] || continue
	cp sold/limn.db old.db
	booked buy-old old.db $bought
	cp sold/limn.db old.db
	export MAX_MONTH_COST_USD=1000000 MAX_TOTAL_COST_USD=1000000
	booked buy-all old.db $bought
	unset MAX_MONTH_COST_USD MAX_TOTAL_COST_USD
done
call() { # NAME LABEL AT-MOST
	row "$2" "$(range $1 2 $buyers 2)" "$(range $1 3 $buyers 2)" "$3"
}
table "A purchase, $buyers processes at once; $idle_turns runs" "" \
	"wall ms a call" "CPU ms a call" "at most"
call buy "call-dalle, no database" ""
for way in "new:with a ledger" "old:with one of $bought purchases" \
	"all:... and limits for month and total"; do
	name=${way%%:*}
	more add-$name buy buy-$name
	call buy-$name "${way#*:}" ""
	call add-$name "that adds" ""
done

# One process.
chapter=sold/ep0000/imagegen/ch2.chapter.json
prompt="gen-prompt -t imagegen.md --answers=sold/.answers -o answer $chapter"
: >$api.log
run $prompt || die "no prompt from the store"
cp sold/limn.db old.db
i=0
while [ $((i += 1)) -le $tool_turns ]; do
	sample prompt $prompt
	sample prompt-booked $prompt -d old.db
	sample one call-dalle -o answer prompt.1
	sample one-booked call-dalle -d old.db -o answer prompt.1
	sample migrate migrate-db -d old.db up
	[ -z "$has_sold" ] || sample cost report-cost -d sold/limn.db --outputs=sold
done
[ "$(calls messages) $(calls images)" = "0 $((2 * tool_turns))" ] ||
	die "bought $(calls messages) prompts, $(calls images) pictures"
ask_nobody
more prompt-adds prompt prompt-booked
more one-adds one one-booked
table "One process; $tool_turns runs" "" "wall ms" "CPU ms" "RSS MB" "at most"
tool() { # NAME LABEL
	row "$2" "$(range $1 2 1 1) | $(range $1 3 1 1) | $(memory $1)" ""
}
tool prompt "gen-prompt, from the store"
tool prompt-booked "... with a database"
tool prompt-adds "that adds"
tool one "call-dalle, a purchase"
tool one-booked "... with a database"
tool one-adds "that adds"
tool migrate "migrate-db up, up to date"
tool cost "report-cost, $bought purchases of $sold episodes"

# Nothing to do: make doesn't look at the database.
run xargs -a manifests record-asset -d many/limn.db ||
	die "nothing could be recorded"
holds many/limn.db media_assets $pictures
run $make -q OUTPUTS_DIR=many all || die "many isn't up to date"
i=0
while [ $((i += 1)) -le $idle_turns ]; do
	sample idle-booked $make OUTPUTS_DIR=many all
	mv many/limn.db aside.db
	sample idle $make OUTPUTS_DIR=many all
	mv aside.db many/limn.db
done
table "Nothing to do, $episodes x 10; $idle_turns runs" "" "wall ms" "CPU ms" \
	"RSS MB" processes "with / without" "at most"
row "no database" "$(took idle)" "-" "" ""
row "$pictures pictures in it" "$(took idle-booked)" \
	"$(processes $make OUTPUTS_DIR=many all)" \
	"$(ratio idle-booked idle)" "$(target \
	wall "$(median idle-booked 2 1)" 450 " ms" \
	ratio "$(ratio idle-booked idle)" 1.1 "")"
echo
fmt -w 80 <<-END
	limn and Python record into databases that migrate-db has made: a transaction
	an episode, with fsync; in Python what is whose isn't noted.  mock-api answers
	at once, has the same processors, and is not counted.  The files are on
	$(stat -f -c %T .)${python:+, $("$python" -V)}.
END
