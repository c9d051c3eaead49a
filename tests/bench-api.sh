# shellcheck shell=sh disable=SC2154,SC2086 # names of bench.sh; $make is words
# Real pictures, bought from APIs that mock-api plays on this machine; and the
# same by bench-node/, which has the vendors' SDKs.  Nothing leaves the machine
# but npm's questions, and those only where the SDKs aren't in build/ yet.
many=64 few=8 turns=5 large_bytes=1500000
prompt_s=0.3 picture_s=1 download_s=0.05
if [ -n "${BENCH_QUICK:-}" ]; then
	many=8 few=4 turns=1 large_bytes=100000
	prompt_s=0.03 picture_s=0.1 download_s=0.005
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
limn() { # CHAPTERS FORM API
	ask "$@"
	sample limn-$1-$2-$3 $make -j$1 OUTPUTS_DIR=real \
		real/ep0000/images/manifest.json
	drawn=$(($1 * 6 / 8)) loaded=0
	[ $2 = base64 ] || loaded=$drawn
	bought >limn-$1-$2-$3.calls
	[ "$(bought)" = "$drawn + $drawn + $loaded" ] ||
		die "$1 chapters, $2: bought $(bought)"
	cp real/ep0000/images/ch2.png $2-$3.png
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
ways="$many:base64:small $many:url:small $many:base64:large $few:base64:small
	$few:url:small"
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
done
ask_nobody

seconds() { # NAME: wall, CPU, memory, calls
	echo "$(range $1 2 1000 2) | $(range $1 3 1000 2) | $(memory $1) |" \
		"$(cat $1.calls 2>/dev/null || echo -)"
}
limits() { # NAME CHAPTERS
	if [ $2 = $many ]; then
		target wall "$(median $1 2 1000)" 2.0 " s" \
			CPU "$(median $1 3 1000)" 1.3 " s" \
			RSS "$(median $1 4 1024)" 16 " MB"
	else
		target wall "$(median $1 2 1000)" 1.7 " s"
	fi
}
table "Real pictures, as many jobs as chapters; $turns runs" "" "wall s" \
	"CPU s" "RSS MB" "prompts + pictures + downloads" \
	"bytes of a picture" "at most"
for way in $ways; do
	IFS=: read -r n form size <<-END
		$way
	END
	most='' large=', large pictures'
	if [ $size = small ]; then
		large=''
		most=$(limits limn-$n-$form-$size $n)
	fi
	bytes=$(bytes $form-$size.png)
	row "$n chapters, $form$large" "$(seconds limn-$n-$form-$size)" \
		"$bytes" "$most"
	if [ -n "$has_node" ]; then
		row "... Node" "$(seconds node-$n-$form-$size)" "$bytes" ""
	else
		row "... Node" "- | - | - | -" - "not here"
	fi
done
row "$many chapters from the store, make -j$(nproc)" "$(seconds store)" \
	"$(bytes base64-small.png)" ""
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
