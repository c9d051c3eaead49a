# shellcheck shell=sh disable=SC2154,SC2086 # names of bench.sh; $make is words
# Real pictures, bought from APIs that mock-api plays on this machine; and the
# same by bench-node/, which has the vendors' SDKs.  Nothing leaves the machine
# but npm's questions, and those only where the SDKs aren't in build/ yet.
many=64 few=8 turns=5 large_bytes=1500000
prompt_s=0.3 picture_s=1 download_s=0.05
real_prompt_s=3 real_picture_s=15
if [ -n "${BENCH_QUICK:-}" ]; then
	many=8 few=4 turns=1 large_bytes=100000
	prompt_s=0.03 picture_s=0.1 download_s=0.005
	real_prompt_s=0.03 real_picture_s=0.1
fi
bought() { echo "$(calls messages) + $(calls images) + $(calls picture)"; }

# The SDKs, where they are or can be had.
sdks=${BENCH_NODE:-$top/build/bench-node}
have_sdks() {
	has node || return 1
	if ! cmp -s "$here/bench-node/package.json" "$sdks/package.json" ||
		[ ! -e "$sdks/node_modules/.package-lock.json" ]; then
		[ -z "${BENCH_QUICK:-}" ] && has npm || return 1
		rm -rf "$sdks"
		mkdir -p "$sdks"
		cp "$here/bench-node/package.json" "$sdks"
		run npm install --prefix "$sdks" --ignore-scripts --no-audit \
			--no-fund --fetch-retries=0 || {
			rm -rf "$sdks"
			echo "bench: npm can't install the SDKs" >&2
			return 1
		}
	fi
	ln -s "$sdks/node_modules" node_modules
	cp "$here/bench-node/imagegen.mjs" .
}

# One way to draw them: how many chapters, the form of the answer, the API.
ask() { # CHAPTERS FORM API: from nothing
	ask_at $3
	unset IMAGE_GEN_PROVIDER
	[ $2 = base64 ] || export IMAGE_GEN_PROVIDER=dalle3
	rm -rf real node.out
	mkdir -p real/ep0000
	cp chapters-$1.json real/ep0000/chapters.json
	: >$api.log
}
limn() { # CHAPTERS FORM API [COMMAND...]: make is run by that command
	kind=$2-$3 name=limn-$1-$2-$3
	ask $1 $2 ${3%-*}
	drawn=$(($1 * 6 / 8)) loaded=0 jobs=$1
	[ $2 = base64 ] || loaded=$drawn
	shift 3
	sample $name "$@" $make -j$jobs OUTPUTS_DIR=real \
		real/ep0000/images/manifest.json
	bought >$name.calls
	[ "$(bought)" = "$drawn + $drawn + $loaded" ] ||
		die "$name: bought $(bought)"
	cp real/ep0000/images/ch2.png $kind.png
}
store() { # CHAPTERS: those of just now, all over again
	run $make OUTPUTS_DIR=real clean || die "can't clean"
	[ ! -e real/ep0000/images ] || die "clean leaves pictures"
	: >$api.log
	sample store $make -j"$(nproc)" OUTPUTS_DIR=real \
		real/ep0000/images/manifest.json
	bought >store.calls
	[ "$(bought)" = "0 + 0 + 0" ] || die "from the store: bought $(bought)"
}
node_draws() { # CHAPTERS FORM API
	ask "$@"
	peer node-$1-$2-$3 node imagegen.mjs chapters-$1.json imagegen.md \
		node.out $1
	bought >node-$1-$2-$3.calls
}

for n in $many $few; do
	episode $n . | jq '.chapters[] |= (.visual.image_prompt = null |
		.order as $i | .visual.description += " (\($i))")' \
		>chapters-$n.json
done
latency=$prompt_s,$picture_s,$download_s
serve small --latency $latency
serve large --latency $latency --picture-bytes $large_bytes
has_node=
! have_sdks || has_node=yes
serve real --latency $real_prompt_s,$real_picture_s,$download_s
ways="$many:base64:small $many:url:small $many:base64:large $few:base64:small
	$few:url:small $few:base64:large"
# A disk that needs 10 ms to write what is synced, as an SD card.
slow_disk="strace -f -qq --seccomp-bpf -o /dev/null -e trace=fsync,fdatasync
	-e inject=fsync,fdatasync:delay_exit=10000"
turn=0
while [ $((turn += 1)) -le "$turns" ]; do
	for way in $ways; do
		IFS=: read -r n form size <<-END
			$way
		END
		limn $n $form $size
		[ $way != $many:base64:small ] || store $n
		[ -z "$has_node" ] || node_draws $n $form $size
	done
	limn $few base64 real
	! has strace || limn $few base64 small-slow $slow_disk
done
ask_nobody

seconds() { # NAME: wall, CPU, memory, calls
	echo "$(range $1 2 1000 2) | $(range $1 3 1000 2) | $(memory $1) |" \
		"$(cat $1.calls 2>/dev/null || echo -)"
}
share() { # NAME NAME FIELD: the first median, as a share of the second
	awk -v a="$(median $1 $3 1)" -v b="$(median $2 $3 1)" \
		'BEGIN { if (b > 0) printf "%.2f\n", a / b; else print "-" }'
}
limits() { # WAY CHAPTERS
	wall=0.85 cpu=0.7
	[ $2 = $few ] || wall=0.95 cpu=1.4
	if [ -n "$has_node" ]; then
		target wall "$(share limn-$1 node-$1 2)" $wall " of Node's" \
			CPU "$(share limn-$1 node-$1 3)" $cpu " of Node's" \
			RSS "$(median limn-$1 4 1024)" 16 " MB"
	else
		target RSS "$(median limn-$1 4 1024)" 16 " MB"
	fi
}
beyond() { # WAY PROMPT_S PICTURE_S SECONDS: what it takes more than its latency
	target "wall beyond the latency" "$(awk -v a=$2 -v b=$3 \
		-v all="$(median limn-$1 2 1000)" \
		'BEGIN { print all - a - b }')" $4 " s"
}
table "Real pictures, as many jobs as chapters; $turns runs" "" "wall s" \
	"CPU s" "RSS MB" "prompts + pictures + downloads" \
	"bytes of a picture" "at most"
for way in $ways; do
	IFS=: read -r n form size <<-END
		$way
	END
	large=', large pictures'
	[ $size = large ] || large=''
	bytes=$(bytes $form-$size.png)
	row "$n chapters, $form$large" "$(seconds limn-$n-$form-$size)" \
		"$bytes" "$(limits $n-$form-$size $n)"
	if [ -n "$has_node" ]; then
		row "... Node" "$(seconds node-$n-$form-$size)" "$bytes" ""
	else
		row "... Node" "- | - | - | -" - "not here"
	fi
done
row "$many chapters from the store, make -j$(nproc)" "$(seconds store)" \
	"$(bytes base64-small.png)" "$(target CPU "$(median store 3 1000)" 1.2 " s")"
row "$few chapters, a prompt takes $real_prompt_s s, a picture $real_picture_s s" \
	"$(seconds limn-$few-base64-real)" "$(bytes base64-real.png)" \
	"$(beyond $few-base64-real $real_prompt_s $real_picture_s 0.4)"
if has strace; then
	row "$few chapters, each sync takes 10 ms more" \
		"$(seconds limn-$few-base64-small-slow)" \
		"$(bytes base64-small-slow.png)" \
		"$(beyond $few-base64-small-slow $prompt_s $picture_s 1.5)"
fi
node_is=
[ -z "$has_node" ] || node_is=$(node --version)
sdks_are=$(jq -r '.dependencies | to_entries | map("\(.key) \(.value)") |
	join(", ")' "$here/bench-node/package.json")
echo
fmt -w 80 <<-END
	Of $many chapters $((many * 6 / 8)) are drawn, of $few $((few * 6 / 8)); the others are cards.  A prompt takes
	$prompt_s s, a picture $picture_s s, a download $download_s s.  mock-api has the same processors, and is
	not counted.

	limn: a process a step, each loading the libraries that it needs; each answer
	in the store, with fsync, before anything is made of it; each picture checked
	to its last row.  From the store: after make clean, nothing bought.  The files
	are on $(stat -f -c %T .).

	Node${node_is:+ $node_is}, $sdks_are: one process; prompts, pictures and
	a manifest; no store, no fsync, no check.
END
