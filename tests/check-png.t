#!/bin/sh
# check-png: whole PNGs go through as they are, and nothing else does.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

base64 -d >own.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAABAAAAAJAQAAAAATUZGfAAAAC0lEQVR42mNgwAkAABsAAVmYPeoAAAAASUVORK5CYII=
END
base64 -d >rows <<'END'
iVBORw0KGgoAAAANSUhEUgAAABAAAAAJAQAAAAATUZGfAAAAC0lEQVR42mNgIAwAACQAASXCqOMAAAAASUVORK5CYII=
END
printf '\377\330\377\340\000\020JFIF\000' >jpeg
printf 'RIFF\044\000\000\000WEBPVP8 ' >webp
printf 'GIF89a\001\000\001\000' >gif
printf '<!doctype html><title>no</title>' >html
head -c 40 own.png >half
{ cat own.png; printf x; } >longer
{ head -c -12 own.png; printf '\0\0\0\004IENDdata\121\125\345\233'; } >end
sed 's/IDAT/IDAX/' own.png >spoilt
: >empty

ok "a PNG" check-png -o x.png own.png
ok "... as it was" cmp x.png own.png
is "a PNG: no message" "$(check-png -o x.png own.png 2>&1)" ""
ok "standard input to standard output" sh -c 'check-png <own.png | cmp - own.png'
ok "- is standard input" sh -c 'check-png - <own.png | cmp - own.png'
for what in "jpeg it is a JPEG" "webp it is a WebP" "gif it is a GIF" "html it is HTML" "half it ends early" \
	"longer 1 bytes follow it" "end its last chunk, IEND, has data" "rows it has more rows than its header says" "spoilt IDA" "empty it is empty"; do
	file=${what%% *}
	fails 65 "$what" check-png -o x.png "$file"
	like "$what: the file is named" "$err" "check-png: $file: "
	like "$what: the message says why" "$err" "${what#* }"
	like "$what: the message says what to do, last" "$err|" "; a whole PNG is needed: save it again as PNG|"
	ok "$what: the former output stays" cmp x.png own.png
done
truncate -s 67108865 large
fails 65 "more than 64 MiB" check-png large
is "more than 64 MiB: nothing comes out" "$out" ""

blank() { yes 0 | head -$(($1 * $2)) | { echo "P1 $1 $2"; cat; } | pnmtopng 2>/dev/null; }
for size in 800x600 600x1067 8x8 1536x1024; do
	blank "${size%x*}" "${size#*x}" >x.png
	fails 0 "a picture of $size" check-png -o y.png x.png
	ok "... goes through" cmp x.png y.png
	is "... with a warning" "$err" "check-png: x.png: it is $size, and the video is 16:9; crop it, or it is shown with bars"
done
for size in 2048x1152 1366x768 1365x768; do
	blank "${size%x*}" "${size#*x}" >x.png
	is "a picture of $size: no warning" "$(check-png -o y.png x.png 2>&1)" ""
done

mkdir own images
cp own.png own/ch05.png
cp own.png any.png
printf 'ch01\nch05\n' >index
is "--progress: the chapter is that of the output" "$(NO_COLOR=1 check-png --progress=index -o images/ch05.png any.png 2>&1)" \
	"    2/2  ch05  image  own"
is "--progress: without an output, the chapter is that of the input" "$(NO_COLOR=1 check-png --progress=index own/ch05.png 2>&1 >out.png)" "    2/2  ch05  image  own"
ok "... which comes out" cmp out.png own.png

# The small copy.
check-png --thumbnail=small.png -o p.png own.png
ok "--thumbnail: the picture is the same" cmp p.png own.png
ok "--thumbnail: the small copy is thumbnail-png's" sh -c 'thumbnail-png p.png | cmp - small.png'
is "--thumbnail: both have one date" "$(stat -c %.Y small.png)" "$(stat -c %.Y p.png)"
finish
