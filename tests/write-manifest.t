#!/bin/sh
# write-manifest: what it writes, what it keeps, what it refuses.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

mkdir w
cat >w/ch01.entry.json <<'END'
{
  "chapter_id": "ch01",
  "chapter_title": "Giriş \"“1”\"",
  "file_path": "images/ch01.png",
  "prompt": null,
  "size_bytes": 9007199254740991,
  "metadata": {
    "cost_usd": 0.08,
    "generated_at": "2026-01-01T00:00:00Z",
    "sha256": "sha256:01"
  }
}
END
cat >w/ch02.entry.json <<'END'
{ "size": "1x1", "an unknown key": [ 1.5, null, { "b": 1, "a": 2 } ],
  "metadata": { "sha256": "sha256:02" }, "chapter_id": "ch02" }
END
jq '.chapter_id = "ch10" | .metadata.sha256 = "sha256:10"' w/ch02.entry.json >w/ch10.entry.json
cp w/ch01.entry.json one && cp w/ch02.entry.json two && cp w/ch10.entry.json ten
printf '%s\n' ch02 ch01 ch10 >w/index

plain() { printf %s "$1" | LC_ALL=C tr -c '[:print:]' '?'; }
run() { write-manifest --episode-id=ep "$@"; }
indexed() { run --index=w/index "$@"; }
ids() { jq -r '[.images[].chapter_id] | join(" ")'; }
time_of() { jq -r '.generated_at' "$1"; }
restore() {
	cp one w/ch01.entry.json && cp two w/ch02.entry.json && cp ten w/ch10.entry.json
	touch -d 2026-01-01T00:00:00Z w/*.entry.json
}
restore

# --- what it writes

before=$(date -u +%Y-%m-%dT%H:%M:%SZ)
fails 0 "two records" run -o got w/ch01.entry.json w/ch02.entry.json
is "two records: no output" "$out" ""
is "two records: no message" "$err" ""
after=$(date -u +%Y-%m-%dT%H:%M:%SZ)
cat >want <<'END'
{
  "episode_id": "ep",
  "schema_version": "1.0",
  "generated_at": "NOW",
  "images": [
    {
      "chapter_id": "ch01",
      "chapter_title": "Giriş \"“1”\"",
      "file_path": "images/ch01.png",
      "prompt": null,
      "size_bytes": 9007199254740991,
      "metadata": {
        "cost_usd": 0.08,
        "generated_at": "2026-01-01T00:00:00Z",
        "sha256": "sha256:01"
      }
    },
    {
      "size": "1x1",
      "an unknown key": [
        1.5,
        null,
        {
          "b": 1,
          "a": 2
        }
      ],
      "metadata": {
        "sha256": "sha256:02"
      },
      "chapter_id": "ch02"
    }
  ]
}
END
now() { sed 's/^  "generated_at": "[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z"/  "generated_at": "NOW"/' "$@"; }
is "... byte for byte" "$(now got | diff - want)" ""
t=$(time_of got)
is "... dated now" "$(printf '%s\n' "$before" "$t" "$after" | sort -c 2>&1)" ""
keys=$(awk '/^\.S[sh] / { on = $0 == ".Ss The manifest" } on && /^\.It Cm .* Pq/ { print $3 }' "$top/tools/limn-manifest.5" | paste -sd ' ' -)
is "its keys are those of limn-manifest(5)" "$(jq -r 'keys_unsorted | join(" ")' got)" "$keys"
fails 0 "to standard output" run w/ch01.entry.json w/ch02.entry.json
is "... the same" "$(echo "$out" | now | diff - want)" ""
is "to -" "$(run -o - w/ch01.entry.json w/ch02.entry.json | now | diff - want)" ""
is "--output, and a directory that is made" "$(run --output=new/dir/got w/ch01.entry.json w/ch02.entry.json && now new/dir/got | diff - want)" ""
is "in the order that they are named in" "$(run w/ch02.entry.json w/ch10.entry.json w/ch01.entry.json | ids)" "ch02 ch10 ch01"
cp w/ch01.entry.json ./-x.json
is "-- ends the options" "$(run -- -x.json | ids)" ch01
is "--schema-version" "$(run --schema-version=1.7 w/ch01.entry.json | jq -r .schema_version)" 1.7
for id in -ep3 _x 0 "$(head -c 64 /dev/zero | tr '\0' x)"; do
	is "an episode called $id" "$(write-manifest --episode-id="$id" w/ch01.entry.json | jq -r .episode_id)" "$id"
done

# --- by an index

is "--index: its order" "$(indexed | ids)" "ch02 ch01 ch10"
is "--index in the working directory" "$(cd w && write-manifest --index=index --episode-id=ep | ids)" "ch02 ch01 ch10"
is "--index by its whole path" "$(run --index "$work/w/index" | ids)" "ch02 ch01 ch10"
: >w/none
is "an empty index: no pictures" "$(run --index=w/none | now)" '{
  "episode_id": "ep",
  "schema_version": "1.0",
  "generated_at": "NOW",
  "images": []
}'
printf '\n\nch02\n\nch01' >w/gaps
is "an index with empty lines, and no newline at its end" "$(run --index=w/gaps | ids)" "ch02 ch01"
i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	printf '{"chapter_id": "c%d"}' $i >w/c$i.entry.json
	echo c$i
done >w/many
is "three hundred" "$(run --index=w/many | ids | tr ' ' '\n' | cmp - w/many 2>&1)" ""

# --- --former

run --former=none -o got w/ch01.entry.json w/ch02.entry.json
jq -c '.generated_at = "2020-02-02T02:02:02Z"' got >former
fails 0 "--former: nothing else" run --former=former -o got2 w/ch01.entry.json w/ch02.entry.json
ok "... its bytes" cmp former got2
is "... to standard output" "$(run --former=former w/ch01.entry.json w/ch02.entry.json)" "$(cat former)"
touch -d 2020-01-01 former
run --former=former -o former w/ch01.entry.json w/ch02.entry.json
is "--former, to itself: dated now" "$(find former -newermt 2020-01-02)" former
ok "--former, to itself: the same bytes" cmp former got2
is "another schema version is another manifest" "$(run --former=former --schema-version=1.1 w/ch01.entry.json w/ch02.entry.json | now | sed -n '3,4p')" '  "schema_version": "1.1",
  "generated_at": "NOW",'
for how in "w/ch02.entry.json w/ch01.entry.json" "w/ch01.entry.json" "w/ch01.entry.json w/ch02.entry.json w/ch10.entry.json"; do
	# shellcheck disable=SC2086 # words
	is "$how: another manifest" "$(run --former=former $how | now | sed -n 4p)" '  "generated_at": "NOW",'
done
# shellcheck disable=SC2016 # jq's
for change in '.images[1].size = "2x2"' '.images[1].metadata.x = null' '.images[1]["an unknown key"] = 1' \
	'.episode_id = "other"' '.images[1] = 5' '.images = {}' '.images = null' 'del(.images)' \
	'.generated_at = null' '.generated_at = 5' '.generated_at = ["x"]' 'del(.generated_at)' '[.]' '.images'; do
	jq "$change" former >changed
	is "a former one with $change: another manifest" "$(run --former=changed w/ch01.entry.json w/ch02.entry.json | now | diff - want)" ""
done
mkfifo fifo
mkdir dir
printf '{"images": ' >half
printf '\377\376' >bytes
echo 5 >five
truncate -s 268435457 huge
for former in fifo dir half bytes five w/none huge none/none /dev/zero -; do
	is "a former one that is spoilt: $former" "$(timeout 5 write-manifest --former=$former --episode-id=ep w/ch01.entry.json w/ch02.entry.json </dev/null 2>&1 | now | diff - want)" ""
done

# --- --only

indexed -o all
jq '.generated_at = "2020-02-02T02:02:02Z"
	| .images[0] += {old: [1.5, "ş"], chapter_title: "kept"}
	| .images[1].chapter_title = "former" | .images[2].chapter_title = "kept, too"' all >former
titles() { jq -r '[.images[] | "\(.chapter_id) \(.chapter_title)"] | join(", ")'; }
is "--only: that one" "$(indexed --former=former --only=ch01 | titles)" 'ch02 kept, ch01 Giriş "“1”", ch10 kept, too'
is "... the others with other keys" "$(indexed --former=former --only=ch01 | jq -c '.images[0]')" "$(jq -c '.images[0]' former)"
is "... as many blanks as you like" "$(indexed --former=former --only='  ch10   ch01 ' | titles)" 'ch02 kept, ch01 Giriş "“1”", ch10 null'
is "... a word that is part of another" "$(indexed --former=former --only='ch1 ch010 h01 ch' | titles)" "ch02 kept, ch01 former, ch10 kept, too"
is "... none" "$(indexed --former=former --only= | titles)" "ch02 kept, ch01 former, ch10 kept, too"
is "... nothing else: the former's bytes" "$(indexed --former=former --only= | cmp - former 2>&1)" ""
printf 'ch10\nch01\n' >w/two
is "--only: in the order of the index" "$(run --index=w/two --former=former --only=ch01 | titles)" 'ch10 kept, too, ch01 Giriş "“1”"'
is "--only without --former: those" "$(indexed --only='ch01 ch02' | ids)" "ch02 ch01"
is "--only, and a former manifest that is spoilt: those" "$(indexed --former=half --only=ch10 | ids)" ch10
for other in missing rubbish fifo directory other; do
	rm -f w/ch10.entry.json
	case $other in
	rubbish) echo '{' >w/ch10.entry.json ;;
	fifo) mkfifo w/ch10.entry.json ;;
	directory) mkdir w/ch10.entry.json ;;
	other) cp one w/ch10.entry.json ;;
	esac
	is "another's record is not read: $other" "$(timeout 5 write-manifest --episode-id=ep --index=w/index --former=former --only=ch01 | titles)" 'ch02 kept, ch01 Giriş "“1”", ch10 kept, too'
	[ $other != directory ] || rmdir w/ch10.entry.json
done
restore

# make must not take for finished what another chapter has become
newer() { # than the manifest: which entries?
	find w -name '*.entry.json' -newer got | sort | tr '\n' ' '
}
long_ago() { touch -d 2026-01-01 w/*.entry.json; }
indexed -o former
long_ago
indexed --former=former --only=ch01 -o got
is "--only: the others are as they were: none is newer" "$(newer)" ""
jq '.size = "9x9"' two >w/ch02.entry.json
long_ago
indexed --former=former --only=ch01 -o got
is "another's differs: it is newer" "$(newer)" "w/ch02.entry.json "
is "... and not taken" "$(jq -r '.images[0].size' got)" 1x1
indexed --former=former --only=ch02 -o got
is "... but by its own run" "$(newer)" ""
jq '.size = "9x9"' ten >w/ch10.entry.json
long_ago
indexed --former=former --only=ch01 -o got
is "two others differ" "$(newer)" "w/ch02.entry.json w/ch10.entry.json "
restore
long_ago
indexed --only=ch01 -o got
is "others that the former hasn't" "$(newer)" "w/ch02.entry.json w/ch10.entry.json "
long_ago
fails 0 "... to standard output" indexed --only=ch01
is "... no date changes" "$(find w -name '*.entry.json' -newermt 2026-01-02)" ""
# shellcheck disable=SC2094 # a device
fails 0 "... to a device" indexed --only=ch01 -o /dev/null

# --- --publish

indexed -o finished
echo '{"episode_id": "ep", "image_count": 8, "generated_count": 6, "cost_usd": 0.14555}' >p.json
fails 0 "--publish" write-manifest --publish=finished -o published
ok "--publish: the same bytes" cmp finished published
is "--publish: no output" "$out" ""
is "--publish: no message" "$err" ""
fails 0 "--publish and --provenance" write-manifest --publish=finished --provenance=p.json -o published
is "--publish and --provenance: no message" "$err" ""
is "... says what was generated, and for how much" "$out" "[OK] ep -> 6/8 images generated (\$0.1456)"
LIMN_RUN=r LIMN_LOG=run.log write-manifest --publish=finished --provenance=p.json -o published >out
is "... the same in the log, of no chapter" "$(jq -c '[.run, .tool, .chapter, .stage, .status, .message]' run.log)" \
	'["r","write-manifest",null,null,0,"6/8 images generated ($0.1456)"]'
is "... not where the manifest goes to standard output" "$(write-manifest --publish=finished --provenance=p.json | cmp - finished)" ""
fails 66 "a manifest that isn't there" write-manifest --publish=none --provenance=p.json -o published
is "... says no more" "$out" ""
fails 74 "standard output full" sh -c 'write-manifest --publish=finished --provenance=p.json -o published >/dev/full'
fails 64 "--publish with entries" write-manifest --publish=finished w/ch01.entry.json
rm -f finished published p.json

# --- --render

marker=render/draft.mp4.stale
render() { # ARGUMENT...: is the marker written?
	rm -f $marker
	run --former=former --render=render/draft.mp4 "$@" -o got
	if [ -e $marker ]; then echo stale; else echo fresh; fi
}
run -o former w/ch01.entry.json w/ch02.entry.json
fails 0 "--render without a video" run --render=render/draft.mp4 -o got w/ch01.entry.json
ok "... makes no marker" test ! -e render
mkdir render && echo video >render/draft.mp4
is "the same pictures" "$(render w/ch01.entry.json w/ch02.entry.json)" fresh
is "in another order" "$(render w/ch02.entry.json w/ch01.entry.json)" fresh
is "one removed" "$(render w/ch01.entry.json)" stale
is "one added" "$(render w/ch01.entry.json w/ch02.entry.json w/ch10.entry.json)" stale
is "one for another" "$(render w/ch01.entry.json w/ch10.entry.json)" stale
jq '.size = "7x7" | .metadata.alt = "x"' two >w/ch02.entry.json
is "other words, the same picture" "$(render w/ch01.entry.json w/ch02.entry.json)" fresh
jq '.metadata.sha256 = "sha256:03"' two >w/ch02.entry.json
is "another picture" "$(render w/ch01.entry.json w/ch02.entry.json)" stale
is "... the marker, byte for byte" "$(sed 's/"2[0-9]\{3\}-[0-9-]*T[0-9:]*Z"/NOW/' $marker)" '{
  "invalidated_at": NOW,
  "invalidated_by": "imagegen",
  "reason": "images_changed"
}'
is "... and the video is as it was" "$(cat render/draft.mp4)" video
rm former
is "no former one" "$(render w/ch01.entry.json)" stale
indexed -o former
restore
is "--only: another picture that isn't taken" "$(render --index=w/index --only=ch01)" fresh
is "... and is" "$(render --index=w/index --only='ch01 ch02')" stale
video=$PWD/render/the-draft-of-the-whole-episode.mp4
echo video >"$video"
video=$(printf "%$((4095 - ${#video}))s" | tr ' ' /)$video
fails 64 "a path too long for its marker" run --render="$video" w/ch01.entry.json
is "a path too long for its marker: the message" "$err" "write-manifest: --render: too long a path"
is "... leaves the video" "$(cat "$video")" video

# --- the command line

fails 64 "no --episode-id" write-manifest w/ch01.entry.json
is "no --episode-id: the message" "$err" "write-manifest: --episode-id=ID is needed: letters and digits of ASCII, - and _"
for id in '' . a/b 'a b' 'a
b' ç "$(head -c 65 /dev/zero | tr '\0' x)" "$(printf 'a\033')" "$(printf '\377')"; do
	fails 64 "an episode called '$(plain "$id")'" write-manifest --episode-id="$id" w/ch01.entry.json
done
fails 64 "neither records nor an index" run
fails 64 "both" run --index=w/index w/ch01.entry.json
fails 64 "--only without --index" run --only=ch01 w/ch01.entry.json
is "... says what is needed" "$err" "write-manifest: --only needs --index"
fails 64 "a schema version in no UTF-8" run --schema-version="$(printf '\377')" w/ch01.entry.json
for option in --former --index --only --render --schema-version --episode-id --output -o; do
	fails 64 "$option without a value" run w/ch01.entry.json $option
	is "... says what is missing" "$err" "write-manifest: $option: its value is missing; see write-manifest --help"
done

# --- what is missing, and what can't be written

indexed -o good
cp good got
fails 66 "no such record" run -o got w/ch01.entry.json w/none.json
is "no such record: the message" "$err" "write-manifest: w/none.json: No such file or directory"
fails 66 "no such index" run --index=none -o got
printf 'ch01\nch99\n' >w/bad
fails 66 "a record of the index that isn't there" run --index=w/bad -o got
is "a record of the index that isn't there: the message" "$err" "write-manifest: w/ch99.entry.json: No such file or directory"
fails 74 "a directory for a record" run dir -o got
fails 74 "a directory for an index" run --index=dir -o got
ok "the old output stands" cmp good got
fails 73 "an output below a file" indexed -o good/got
fails 73 "an output that is a directory" indexed -o dir
fails 74 "a full disk" indexed -o /dev/full
is "a full disk: the message" "$err" "write-manifest: /dev/full: No space left on device"
fails 74 "standard output full" sh -c 'write-manifest --episode-id=ep w/ch01.entry.json >/dev/full'
fails 74 "standard output closed" sh -c 'write-manifest --episode-id=ep w/ch01.entry.json >&-'
unread run w/ch01.entry.json 2>/dev/null
status=$?
like "a closed pipe: status 74 or SIGPIPE" " 74 141 " " $status "
fails 74 "no room for all of it" sh -c \
	"trap '' XFSZ; ulimit -f 1; exec write-manifest --episode-id=ep --index=w/index -o got"
ok "no room for all of it: the old output stands" cmp good got
is "... and nothing else" "$(find . -name '.tmp*')" ""

# --- records and indexes that mean harm

bad_record() { # NAME: of the file bad
	fails 65 "a record $1" run -o got w/ch01.entry.json bad
	is "a record $1: no output" "$out" ""
	is "a record $1: each line of the message has its name" "$(printf '%s\n' "$err" | grep -v '^write-manifest: bad[:0-9]* .*[a-z]')" ""
	ok "a record $1: the old output stands" cmp good got
}
for bad in 'no JSON' '' 5 null '"x"' '[]' '{}' '[{"chapter_id": "ch01"}]' '{"chapter_id": 5}' \
	'{"chapter_id": ["ch01"]}' '{"chapter_id": null}' '{"chapter_id": ""}' '{"chapter_id": "a\nb"}' \
	'{"chapter_id": "../x"}' '{"chapter_id": "\u001b"}' '{"chapter_id": "ch01\u0000"}' \
	'{"chapter_id": "a", "chapter_id": "a"}' '{"chapter_id": "a"' '{"chapter_id": "a"} 5' '{"chapter_id": "\ud800"}'; do
	printf '%s' "$bad" >bad
	bad_record "that is '$bad'"
done
printf '{"chapter_id": "a", "x": "\377"}' >bad
bad_record "in no UTF-8"
truncate -s 67108865 bad
bad_record "over 64 MiB"
cp two w/ch01.entry.json
fails 65 "a record of another chapter" indexed
is "a record of another chapter: the message" "$err" "write-manifest: w/ch01.entry.json: chapter_id: is not ch01; delete this file to have it made again"
restore
fails 65 "two records of one chapter" run w/ch01.entry.json w/ch01.entry.json
is "two records of one chapter: the message" "$err" "write-manifest: w/ch01.entry.json: chapter_id: ch01: duplicate id"
printf '{"chapter_id": "a", "metadata": 5, "file_path": [], "size": {}}' >odd
is "records are not looked into" "$(run odd | jq -c '.images[0]')" '{"chapter_id":"a","metadata":5,"file_path":[],"size":{}}'
jq -n '{chapter_id: "big", prompt: ("ş\n" * 1000000)}' >big
is "a prompt of 3 MB" "$(run big | jq '.images[0].prompt | length')" 2000000

bad_index() { # NAME: of the file w/bad
	fails 65 "an index $1" run --index=w/bad -o got
	is "an index $1: no output" "$out" ""
	is "an index $1: one line, with its name" "$(printf '%s\n' "$err" | LC_ALL=C sed 's/^write-manifest: w\/bad: .*[a-z].*/said/')" said
	ok "an index $1: the old output stands" cmp good got
}
for bad in 'ch01 ' ' ch01' 'ch 01' ../w/ch01 /etc/passwd -x . 'ch01\033[31m' 'ch01\r' 'ch01\0' 'ch01\0\nch99' '\0377' ç '{}' \
	"$(head -c 65 /dev/zero | tr '\0' x)" "$(head -c 100000 /dev/zero | tr '\0' x)"; do
	printf 'ch02\n%b\n' "$bad" >w/bad
	bad_index "with '$(printf %s "$bad" | head -c 70)'"
done
printf 'a\033[31m\302\233b\n' >w/bad
is "control bytes of an index are escaped in the message" "$(run --index=w/bad 2>&1)" 'write-manifest: w/bad: a\x1b[31m\xc2\x9bb: is not an id'
yes ch01 | head -c 1048577 >w/bad
bad_index "over 1 MiB"
finish
