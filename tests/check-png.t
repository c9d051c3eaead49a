#!/bin/sh
# check-png: whole PNGs go through as they are, and nothing else does.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

base64 -d >own.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
END
printf '\377\330\377\340\000\020JFIF\000' >jpeg
printf 'RIFF\044\000\000\000WEBPVP8 ' >webp
printf 'GIF89a\001\000\001\000' >gif
printf '<!doctype html><title>no</title>' >html
head -c 40 own.png >half
{ cat own.png; printf x; } >longer
sed 's/IDAT/IDAX/' own.png >spoilt
: >empty

ok "a PNG" check-png -o x.png own.png
ok "... as it was" cmp x.png own.png
is "... without a word" "$(check-png -o x.png own.png 2>&1)" ""
ok "standard input to standard output" sh -c 'check-png <own.png | cmp - own.png && check-png - <own.png | cmp - own.png'
for what in "jpeg it is a JPEG" "webp it is a WebP" "gif it is a GIF" "html it is HTML" "half it ends early" \
	"longer 1 bytes follow it" "spoilt IDA" "empty it is empty"; do
	file=${what%% *}
	fails 65 "$what" check-png -o x.png "$file"
	like "... is said" "$err" "check-png: $file: "
	like "... and what it is" "$err" "${what#* }"
	like "... and what to do" "$err" "a whole PNG is needed"
	ok "... the former output stays" cmp x.png own.png
done
truncate -s 67108865 large
fails 65 "more than 64 MiB" check-png large
is "... and nothing comes out" "$out" ""

mkdir own images
cp own.png own/ch05.png
cp own.png any.png
printf 'ch01\nch05\n' >index
is "--progress: the chapter is that of the output" "$(NO_COLOR=1 check-png --progress=index -o images/ch05.png any.png 2>&1)" \
	"    2/2  ch05  image  own"
is "... or of the input" "$(NO_COLOR=1 check-png --progress=index own/ch05.png 2>&1 >out.png)" "    2/2  ch05  image  own"
ok "... which comes out" cmp out.png own.png
finish
