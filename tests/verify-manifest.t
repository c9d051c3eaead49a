#!/bin/sh
# verify-manifest: every difference, and nowhere else than in images/.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# An episode of three pictures of one pixel.
mkdir -p ep/images elsewhere
base64 -d >pixel <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
END
sum() { echo "sha256:$(sha256sum <"$1" | cut -c 1-64)"; }
jq -n --arg sum "$(sum pixel)" '{episode_id: "ep", images: [range(1; 4)
	| {chapter_id: "ch0\(.)", file_path: "images/ch0\(.).png",
		size: "1x1", size_bytes: 70, metadata: {sha256: $sum}}]}' >good
m=ep/images/manifest.json
restore() {
	rm -rf ep/images/*
	cp good $m
	for n in 1 2 3; do
		cp pixel ep/images/ch0$n.png
	done
}
restore
edit() { jq "$@" good >$m; }
remedy="remove these pictures, then run make imagegen EP=ep"
says() { # NAME LINE...: these differences, and no other
	name=$1
	fails 65 "$name" timeout 5 verify-manifest $m
	shift
	is "$name: the output is empty" "$out" ""
	is "$name: the differences" "$(echo "$err" | sed '$d')" "$(printf 'verify-manifest: ep/images/manifest.json: %s\n' "$@")"
	like "$name: what to do" "$(echo "$err" | tail -n 1)" ": $# difference*; $remedy"
}

# --- all is well

well() { # NAME COMMAND...
	fails 0 "$@"
	is "$1: the output is empty" "$out" ""
	is "$1: no message" "$err" ""
}
well "all is well" verify-manifest $m
well "a manifest on standard input" verify-manifest -C ep <$m
well "a manifest as -" verify-manifest --directory ep - <$m
well "a manifest from above the working directory" sh -c 'cd ep/images && verify-manifest <manifest.json'
well "from the manifest's own directory" sh -c 'cd ep/images && verify-manifest manifest.json'
well "a manifest by its whole path" verify-manifest "$PWD/$m"
well "--directory, before the file's own place" verify-manifest --directory=ep good
cp $m ./-x.json
well "-- ends the options" verify-manifest -C ep -- -x.json
well "of two -C the last" verify-manifest -C none -C ep $m
echo '{"images": []}' >empty
well "no pictures" verify-manifest empty
edit '.images[].metadata.other = 5 | .images[].new = [] | .new = {}'
well "unknown keys" verify-manifest $m
echo x >ep/images/other.png
well "files that it doesn't name" verify-manifest $m
restore
ln -sf ../../pixel ep/images/ch02.png
well "a link to the picture" verify-manifest $m
edit '.images[].file_path = "images/ch01.png"'
well "one picture for all" verify-manifest $m
cp pixel "ep/images/a \"b\" %s.png"
edit '.images[0].file_path = "images/a \"b\" %s.png"'
well "a name of any letters" verify-manifest $m
restore
find ep -printf '%p %T@ %C@\n' | sort >before
verify-manifest $m
is "nothing is written" "$(find ep -printf '%p %T@ %C@\n' | sort | diff before -)" ""

# --- what differs

rm ep/images/ch02.png
says "a picture is gone" 'images/ch02.png: it is not there'
restore
printf x >>ep/images/ch02.png
says "a byte too many" 'images/ch02.png: it has 71 bytes, not 70' \
	"images/ch02.png: its SHA-256 is $(sum ep/images/ch02.png), not $(sum pixel)" \
	'images/ch02.png: 1 bytes follow it that are no part of it'
head -c 40 pixel >ep/images/ch02.png
says "half a picture" 'images/ch02.png: it has 40 bytes, not 70' \
	"images/ch02.png: its SHA-256 is $(sum ep/images/ch02.png), not $(sum pixel)" \
	'images/ch02.png: it ends early, at byte 40'
cp pixel ep/images/ch02.png
printf '\0' | dd of=ep/images/ch02.png bs=1 seek=55 conv=notrunc status=none
says "another byte" "images/ch02.png: its SHA-256 is $(sum ep/images/ch02.png), not $(sum pixel)" \
	'images/ch02.png: the CRC of IDAT is wrong, before byte 58'
for kind in '\377\330\377\340=it is a JPEG' '<html>=it is HTML' '=it is empty' 'abc=it is not a PNG'; do
	printf '%b' "${kind%%=*}" >ep/images/ch02.png
	n=$(wc -c <ep/images/ch02.png)
	edit --arg sum "$(sum ep/images/ch02.png)" --argjson n "$n" '.images[1] |= (.size_bytes = $n | .metadata.sha256 = $sum)'
	says "the manifest's bytes, but ${kind#*=}" "images/ch02.png: ${kind#*=}"
done
restore
edit '.images[0].size = "1x2" | .images[1].size_bytes = 69 | .images[2].metadata.sha256 = "sha256:0"'
says "another size, length and hash" 'images/ch01.png: its size is 1x1, not 1x2' \
	'images/ch02.png: it has 70 bytes, not 69' "images/ch03.png: its SHA-256 is $(sum pixel), not sha256:0"
for value in null 5 '[]' '{}' true; do
	edit ".images[0].size = $value | .images[1].size_bytes = $value | .images[2].metadata.sha256 = $value"
	[ "$value" = 5 ] || value=0
	says "sizes and hashes that are none" 'images/ch01.png: its size is 1x1, not there in the manifest' \
		"images/ch02.png: it has 70 bytes, not $value" "images/ch03.png: its SHA-256 is $(sum pixel), not there in the manifest"
done
edit '.images[0].metadata = 5 | .images[1].metadata = [] | del(.images[2].metadata)'
fails 65 "metadata that is none" verify-manifest $m
is "... each is a difference of hashes" "$(echo "$err" | grep -c 'its SHA-256 is .*, not there in the manifest$')" 3
edit '.images[0].size_bytes = 70.0000001 | .images[1].size_bytes = -70 | .images[2].size_bytes = "70"'
fails 65 "lengths that are none" verify-manifest $m
is "... each is a difference of lengths" "$(echo "$err" | grep -c 'it has 70 bytes, not [-0-9]*$')" 3

# twenty, and then their number
differ() { # N
	edit --argjson n "$1" '.images = [range($n) | {file_path: "images/x\(.)"}]'
	fails 65 "$1 differences" verify-manifest $m
	is "$1 differences: twenty are said" "$(echo "$err" | grep -c ': images/x[0-9]*: it is not there$')" 20
	is "$1 differences: the last line says how many" "$(echo "$err" | sed 1,20d)" "verify-manifest: $m: $1 differences; $remedy"
}
differ 20
differ 21
differ 1000
is "1000 differences: they are said in the order of the manifest" "$(echo "$err" | sed -n 20p)" "verify-manifest: $m: images/x19: it is not there"

# --- paths that lead elsewhere, to pictures that would be right

restore
cp pixel ep/x.png
cp pixel x.png
cp pixel ep/images/.hidden.png
mkdir ep/images/a
cp pixel ep/images/a/b.png
for path in ../../etc/passwd /etc/passwd images/../x.png ../x.png x.png "$PWD/x.png" images/.hidden.png images/. images/.. \
	images/a/b.png images/a/../ch01.png images//ch01.png ./images/ch01.png images images/ imagesx.png Images/ch01.png '' ' '; do
	edit --arg path "$path" '.images[1].file_path = $path'
	says "the path '$path'" "images[1].file_path: \"$path\" is not a name in images/"
done
for value in null 5 true '[]' '["images/ch01.png"]' '{}'; do
	edit ".images[2].file_path = $value"
	says "the path $value" 'images[2].file_path: is missing'
	edit ".images[0] = $value"
	says "a picture that is $value" 'images[0].file_path: is missing'
done
restore
ln -sf nowhere ep/images/ch01.png
ln -sf ch02.png ep/images/ch02.png
says "links to nowhere and to itself" 'images/ch01.png: it is not there' 'images/ch02.png: Too many levels of symbolic links'
restore
rm ep/images/*.png
mkfifo ep/images/ch01.png
mkdir ep/images/ch02.png
ln -s /dev/zero ep/images/ch03.png
says "a FIFO, a directory, a device" 'images/ch01.png: it is no file of a picture'\''s size' \
	'images/ch02.png: it is no file of a picture'\''s size' 'images/ch03.png: it is no file of a picture'\''s size'
rm ep/images/ch01.png
truncate -s 67108865 ep/images/ch01.png
fails 65 "a file of more than 64 MiB" verify-manifest $m
like "a file of more than 64 MiB is not read" "$err" "images/ch01.png: it is no file of a picture's size"
restore
edit '.images[0].file_path = "images/\u001b[31m\u009bm\nx\u007f"'
says "control bytes in a path" 'images[0].file_path: "images/\x1b[31m\xc2\x9bm\x0ax\x7f" is not a name in images/'
edit '.images[0].file_path = "\u001b]0;x\u0007"'
says "control bytes in a path that leads elsewhere" 'images[0].file_path: "\x1b]0;x\x07" is not a name in images/'
for dir in '' images/; do
	jq -n --arg dir "$dir" '{images: [{file_path: ($dir + "x" * 1000000)}]}' >$m
	fails 65 "a path of 1 MB" verify-manifest $m
	is "... is said in one line" "$(printf '%s\n' "$err" | grep -c "${dir}xxxxxxxxx")" 1
	ok "... is cut" test "$(printf '%s\n' "$err" | head -n 1 | wc -c)" -le 2048
done
fails 65 "a directory that isn't there" verify-manifest -C none good
is "... has no pictures" "$(echo "$err" | grep -c ': images/ch0[123].png: it is not there$')" 3

# --- what is no manifest, and the command line

for bad in 'no JSON' '' 5 '"x"' null '[]' '[{"images": []}]' '{}' '{"images": null}' '{"images": {}}' \
	'{"images": "images/ch01.png"}' '{"images": [], "images": []}' '{"images": []' '{"images": []} x' '{"images": ["\ud800"]}' \
	'{"images": ["\u0000"]}' "$(head -c 65 /dev/zero | tr '\0' '[')"; do
	printf '%s' "$bad" >bad
	fails 65 "a manifest that is '$bad'" verify-manifest bad
	is "a manifest that is '$bad': no output" "$out" ""
	is "... is said in one line" "$(printf '%s\n' "$err" | wc -l)" 1
	like "a manifest that is '$bad': the message" "$err" "verify-manifest: bad[: ]*[a-z]"
done
printf '{"images": ["\377"]}' >bad
fails 65 "a manifest in no UTF-8" verify-manifest bad
fails 65 "standard input that is none" sh -c 'echo "[" | verify-manifest'
like "... is called standard input" "$err" "verify-manifest: standard input:2:1: "
fails 66 "no such manifest" verify-manifest none
is "no such manifest: the message" "$err" "verify-manifest: none: No such file or directory; run make imagegen first"
fails 74 "a directory for a manifest" verify-manifest ep
fails 64 "two manifests" verify-manifest good good
fails 64 "-C without a directory" verify-manifest good -C
fails 64 "an option that it hasn't" verify-manifest -o x good
finish
