#!/bin/sh
# Every command of the README does what it says, in a fresh copy of the project;
# the loopback API is all that is asked.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

# What git would clone: no programs, no outputs, no keys.
mkdir limn && (cd "$top" && tar -cf - --exclude=./bin --exclude=./build \
	--exclude=./outputs --exclude=./.git --exclude=./.env \
	--exclude=./.env.mk .) | tar -xf - -C limn && cd limn || exit 1
mock_start -p 0
manifest=outputs/my-episode/images/manifest.json
images() { jq -r "[.images[] | $1 // \"-\"] | join(\" \")" "$manifest"; }
drawn() { # EPISODE: how many of its chapters
	jq '[.chapters[] | (.visual // .visuals[0] // {}).type |
		select(. == "diagram" or . == "b_roll" or . == "screen_share")] | length' \
		"outputs.example/$1/chapters.json"
}
six="template openai openai openai openai openai openai template"
drafts="template storyboard storyboard storyboard storyboard storyboard storyboard template"
is "the pictures of the example that are drawn" "$(drawn bitcoin-nedir)" 6

# What the commands of a block have done, beside succeeding, by the first.
look() { # FIRST
	case $1 in
	'make deps demo')
		is "... a picture a chapter" "$(ls outputs/bitcoin-nedir/images | tr '\n' ' ')" "ch01.png ch02.png ch03.png ch04.png ch05.png ch06.png ch07.png ch08.png index.html manifest.json thumbs "
		is "... and nothing to do after it" "$(make -q outputs/bitcoin-nedir/images/manifest.json; echo $?)" 0
		;;
	'mkdir -p outputs/my-episode')
		is "... drafts, in the manifest in their order" "$(images .chapter_id); $(images .generation_method)" "ch01 ch02 ch03 ch04 ch05 ch06 ch07 ch08; $drafts"
		;;
	*draw-storyboard*)
		is "... a draft" "$(head -c 8 draft.png | od -An -c | tr -d ' \n')" '211PNG\r\n032\n'
		;;
	'cp .env.example '*)
		is "... real pictures" "$(images .generation_method) for $bought" "$six for 6"
		is "... as the README says, and at its price" "$(jq -r '.images[1] | "\(.model) \(.size) \(.metadata.quality) \(.metadata.cost_usd > 0.04 and .metadata.cost_usd < 0.05)"' $manifest) $(jq -r .model outputs/my-episode/provenance/*.json)" "gpt-image-2.6-flare 2048x1152 high true claude-sonnet-5-5"
		like "... the plan came first" "$(cat "$log")" "To buy: 5 prompts, 6 pictures, \$0."
		;;
	*DRY_RUN=1)
		is "... the requests, and no call" "$(ls outputs/my-episode/dry-run | wc -l) $bought" "11 0"
		like "... the one that is shown" "$(cat "$log")" '"system": "You write prompts'
		;;
	*bin/call-dalle*)
		is "... a picture, for one" "$(check-png <ch02.png | head -c 8 | od -An -c | tr -d ' \n') $bought" '211PNG\r\n032\n 1'
		;;
	'make cost')
		is "... what was spent, in sum and one by one" "$(grep -c '^Paid  *11  *\$0\.' "$log")" 1
		is "... what was spent, in sum and one by one: how often it is said" "$(grep -c '^....-..-.. ..:..:..  ch0[2-7]  [ip][mr][ao].*  settled  *\$0\.' "$log")" 11
		;;
	*MAX_EPISODE_COST_USD=2.50)
		is "... nothing is to be bought" "$(cat "$log")" '[SKIP] my-episode -> already up-to-date'
		fails 2 "... and nothing is, where it might cost too much" make imagegen EP=my-episode CHAPTER=ch02 FORCE=1 MAX_EPISODE_COST_USD=0.25
		like "... which is said" "$err" 'Episode cost limit exceeded: 0.31 > 0.25; raise MAX_EPISODE_COST_USD and run again'
		like "... with status 11" "$err" 'Error 11'
		is "... no call was made" $(($(calls images) - was)) 0
		;;
	'curl -s '*)
		is "... the pictures, and the price of one" "$(grep -c '^/api/episodes/my-episode/files/images/ch0[1-8].png?................$' "$log") $(tail -n 1 "$log" | awk '{ print ($1 > 0.04 && $1 < 0.2) }')" "8 1"
		;;
	'make rebuild-db')
		is "... nothing was amiss" "$(cat "$log")" "0 purchases restored, 0 settled
[OK] my-episode -> every file is as its manifest says, and recorded"
		make cost >cost.was
		rm outputs/limn.db
		is "... what was bought comes back" "$(make rebuild-db)" "11 purchases restored, 0 settled"
		is "... with all that it cost" "$(make cost | diff cost.was -)" ""
		ok "... and the pictures" make verify EP=my-episode
		is "... for nothing" "$(($(calls images) - was)) $(make -q outputs/my-episode/images/manifest.json; echo $?)" "0 0"
		;;
	*FORCE=1)
		is "... bought anew, and the former answer kept" "$bought" 1
		is "... bought anew, and the former answer kept: the files" "$(ls outputs/.answers | grep -c '\.1\.json')" 2
		is "... the list" "$(grep -c '^....-..-..T..:..:..Z  my-episode  ch0[2-7]  [ip][mr][ao].*sha256:' "$log")" 13
		is "... the list: it is said" "$(grep -c 'make purge-answers YES=1' "$log")" 1
		like "... with what each cost" "$(cat "$log")" 'gpt-image-2.6-flare  $0.04'
		;;
	*IMAGE_GEN_PROVIDER=storyboard)
		is "... drafts, and back from the store" "$(grep -c '^\[OK\]' "$log") $(images .generation_method) for $bought" "2 $six for 0"
		;;
	*/own)
		is "... is in the manifest, for nothing" "$(jq -r '.images[4] | "\(.generation_method) \(.metadata.sha256)"' $manifest) $bought" "manual sha256:$(sha256sum <ch02.png | cut -d' ' -f1) 0"
		;;
	'export OPENAI_BASE_URL='*)
		want=0
		for e in outputs.example/*/; do
			e=$(basename "$e")
			want=$((want + $(drawn "$e")))
		done
		is "... the chain, apart from the episodes" "$bought $(ls -d play/*/images | wc -l)" "$want $(ls outputs.example | wc -l)"
		;;
	esac
}

# Each block of commands to a file of its own, block.01 ...
awk '/^```sh$/ { on = 1; n++; next } /^```$/ { on = 0 }
	on { print > sprintf("block.%02d", n) }' README.md
is "the two commands for a fresh machine come first" "$(cat block.01 block.02 | tr '\n' ' ')" "make deps demo make deps-test check "
site=
for block in block.*; do
	first=$(head -n 1 "$block") log=log.$block
	case $first in
	'make deps-test check') continue ;; # this is that
	'make serve') # until it is interrupted
		make -s serve PORT=0 >../served 2>&1 &
		server=$!
		at_exit "kill $server 2>/dev/null"
		wait_for grep -q '^http://127' ../served
		site=$(sed 's|/$||' ../served)
		like "$first" "$site" http://127.0.0.1:
		continue
		;;
	'make mock') # mock.sh has it, elsewhere
		like "$first" "$(make -n mock)" "-p 8766"
		continue
		;;
	esac
	# the API is another one, and an editor puts the keys into .env
	sed "s|http://127.0.0.1:8766|$api|; s|http://127.0.0.1:8765|$site|
		/^cp \.env\.example/s/\$/ \&\& cat \.\.\/keys >>.env/" "$block" >"run.$block"
	printf 'OPENAI_API_KEY=any\nANTHROPIC_API_KEY=any\n' >../keys
	was=$(calls images)
	sh -e "./run.$block" >"$log" 2>&1
	rc=$?
	is "$first" "$rc" 0
	[ "$rc" = 0 ] || note "$(tail -n 40 "$log")"
	bought=$(($(calls images) - was))
	look "$first"
done
is "nobody was asked before there were keys" "$(grep -c . "$mock/log")" "$(grep -c '"authorization":"Bearer any"\|"x-api-key":"any"' "$mock/log")"

# the settings of a local server
awk '/^```ini$/ { on = 1; next } /^```$/ { on = 0 } on' README.md |
	sed "s|http://127.0.0.1:1234|$api|" >.env
chmod 600 .env
was=$(calls images)
(unset OPENAI_BASE_URL ANTHROPIC_BASE_URL; make imagegen EP=my-episode) >log.ini 2>&1
is "a local server: the chapters but the author's own, without a key" "$? $(($(calls images) - was)) $(images .model) $(images .size)" \
	"0 5 - local-sd local-sd local-sd - local-sd local-sd - 1920x1080 1024x576 1024x576 1024x576 2048x1152 1024x576 1024x576 1920x1080"
is "... for nothing" "$(cat log.ini)" "[OK] my-episode -> 6/8 images generated (\$0.0000)"
rm .env .env.mk

# limn-answers(5) has commands, too: in the store they say what it says
awk '/^\.Sh EXAMPLES/ { on = 1 } /^\.Sh SEE/ { on = 0 } /^\.Ed/ { code = 0 }
	on && code; on && /^\.Bd/ { code = 1; print "#" }' tools/limn-answers.5 |
	sed 's/^\$ //; s/\\e/\\/g; s|\.\./EP/|../my-episode/|' >examples
cd outputs/.answers || exit 1
example() { # NUMBER: run it
	awk -v n="$1" '/^#$/ { i++; next } i == n' ../../examples >../../example
	sh ../../example 2>&1
}
hex=$(jq -r '.request_sha256[7:]' ../my-episode/imagegen/ch02.response.json)
is "limn-answers(5): what was bought" "$(example 1 | grep -c '^....-..-..T.*[0-9]$')" "$(find . -name '*.json' | wc -l)"
is "... what was spent" "$(example 2 | awk '{ print ($1 > 0.3 && $1 < 0.6) }')" 1
is "... all are whole" "$(example 3)" ""
cp "$hex.json" ../../kept
sed -i 's/"cost_usd": 0/"cost_usd": 9/' "$hex.json"
is "... but for one that was changed" "$(example 3)" "$hex.json"
cp ../../kept "$hex.json"
png=$(ls | grep "png$" | head -n 1)
cp "$png" ../../kept
echo >>"$png"
like "... or a picture" "$(example 3)" "$png: FAILED"
cp ../../kept "$png"
is "... the answer of a chapter, and its name" "$(example 4 | sed -n '1p; $p' | tr '\n' ' ')" "local-sd $hex  - "
cd ../..

# limn-ledger(5) and limn-database(5), too: each says something of these books,
# or has nothing to say
for page in limn-ledger limn-database; do
	awk '/^\.Sh EXAMPLES/ { on = 1 } /^\.Sh SEE/ { on = 0 } /^\.Ed/ { code = 0 }
		on && code { if ($1 != "$" || $2 != "alias") print }
		on && /^\.Bd/ { code = 1; print "#" }' tools/$page.5 |
		sed 's/^\$ //; s/abc123/my-episode/; s/\\e/\\/g' >examples
	said=
	for n in $(seq "$(grep -c '^#' examples)"); do
		{
			echo 'books() { sqlite3 -list outputs/limn.db "$@"; }'
			awk -v n="$n" '/^#$/ { i++; next } i == n' examples
		} >example
		fails 0 "$page(5): example $n" sh -e example
		is "... without a complaint" "$err" ""
		said="$said $(printf %s "$out" | grep -c .)"
	done
	case $page in
	limn-ledger) is "... in so many lines" "$said" " 3 0 0 0 2 ${said##* }" ;;
	*) like "... in so many lines" "$said" " 8 1 1 0 3 " ;;
	esac
done

# what there is, and nothing else
for goal in $(sed -n 's/^| \(`make[^|]*\)|.*/\1/p' README.md | grep -o 'make [a-z-]*' | sed 's/make *//' | sort -u); do
	ok "the goal $goal is there" sh -c "make -n $goal EP=my-episode >/dev/null"
done
is "the demo writes over nothing" "$(echo '{}' >outputs/bitcoin-nedir/chapters.json; make demo >/dev/null 2>&1; cat outputs/bitcoin-nedir/chapters.json)" "{}"
is "README: every file that is linked" "$(grep -o '](\([^)]*\))' README.md | tr -d '()]' | while read -r f; do [ -e "$f" ] || echo "$f"; done)" ""
finish
