# shellcheck shell=sh disable=SC2154,SC2086 # names of bench.sh; $make is words
# What each tool costs in the chain of one episode: as it is drafted, as its
# pictures are bought, and as it is made again from the store.
chapters=12 picture_bytes=1500000
if [ -n "${BENCH_QUICK:-}" ]; then
	chapters=3 picture_bytes=500000
fi
stepped="make -f $top/mk/limn.mk BIN=$t/stepped TEMPLATE=imagegen.md"

wrap() { # COMMAND...: what runs each tool; $tool is its name
	rm -rf stepped
	mkdir stepped
	for program in "$bin"/*; do
		tool=${program##*/}
		cat >"stepped/$tool" <<-END
			#!/bin/sh
			tool=$tool
			exec $* $program "\$@"
		END
		chmod +x "stepped/$tool"
	done
}
draft() { run $stepped OUTPUTS_DIR=step all || die "no draft"; }
buy() {
	ask_at steps
	run $stepped OUTPUTS_DIR=step all || die "nothing was bought"
	run $stepped OUTPUTS_DIR=step clean || die "can't clean"
}
again() {
	run $stepped OUTPUTS_DIR=step all || die "nothing from the store"
	ask_nobody
}
measure() { # WHAT: in the order draft, buy, again
	begin_steps=$(wc -l <step.samples)
	$1
	sed "1,${begin_steps}d; s/^/$1-/" step.samples >>samples
	n=0
	for trace in traces/*; do
		[ -s "$trace" ] || continue
		n=$((n + 1))
		echo "$1-${trace##*/}" "$(wc -l <"$trace")" >>step.calls
	done
	rm -rf traces
	mkdir traces
}
fresh() {
	rm -rf step
	mkdir -p step/ep0000
	episode $chapters . | jq '.chapters[].visual.image_prompt = null' \
		>step/ep0000/chapters.json
}

serve steps --picture-bytes $picture_bytes
mkdir traces
: >step.samples
: >step.calls
# shellcheck disable=SC2016 # for the scripts
for with in "$t/bench-run $t/step.samples \$tool" \
	"strace -f -qq -o $t/traces/\$tool.\$\$"; do
	has "${with%% *}" || continue
	wrap "$with"
	fresh
	measure draft
	fresh
	measure buy
	measure again
done

system_calls() { # NAME: a run's, on average
	awk -v n="$1" '{ sub(/\.[0-9]+$/, "", $1) }
		$1 == n { all += $2; runs++ }
		END { print runs ? int(all / runs + 0.5) : "-" }' step.calls
}
table "Steps, $chapters chapters, pictures of $picture_bytes bytes" "" runs \
	"CPU ms" "RSS MB" "system calls" "KB written"
for run in draft buy again; do
	for tool in $(cut -d' ' -f1 samples | sed -n "s/^$run-//p" | sort -u); do
		row "$run: $tool" "$(grep -c "^$run-$tool " samples)" \
			"$(range $run-$tool 3 1)" "$(memory $run-$tool)" \
			"$(system_calls $run-$tool)" \
			"$(range $run-$tool 5 1024 1)"
	done
done
