#!/bin/sh
# thumbnail-png: means of pixels, of every kind of PNG; and nothing hostile.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# png WIDTH HEIGHT DEPTH TYPE INTERLACED ROWS [CHUNK HEX]...: ROWS is perl that
# makes the bytes, filters and all; the chunks go before them.
cat >png.pl <<'END'
use Compress::Zlib;
sub chunk { pack('N', length $_[1]) . $_[0] . $_[1] . pack('N', crc32($_[0] . $_[1])) }
my ($w, $h, $depth, $type, $adam, $rows, @chunks) = @ARGV;
binmode STDOUT;
print "\x89PNG\r\n\x1a\n", chunk('IHDR', pack('NNC5', $w, $h, $depth, $type, 0, 0, $adam));
while (my ($name, $hex) = splice @chunks, 0, 2) { print chunk($name, pack('H*', $hex)) }
my $bytes = eval $rows;
die $@ if $@;
print chunk('IDAT', compress($bytes)), chunk('IEND', '');
END
png() { perl png.pl "$@"; }
# The colours there are and how often: red green blue count, the most first.
colours() { pngtopam "$1" | ppmhist -noheader | awk '{ print $1, $2, $3, $5 }'; }
alphas() { pngtopam -alpha "$1" | ppmhist -noheader | awk '{ print $1, $5 }' | sort -n; }
# WIDTHxHEIGHT, depth and kind
kind() { pngcheck "$1" | sed -n 's/.*(\([0-9].*\), non-interlaced.*/\1/p'; }
small() { thumbnail-png -o small.png "$@"; }

# A checkerboard of single pixels, black and white
png 960 540 8 2 0 'join "", map { my $y = $_;
	"\0" . join "", map { ($_ + $y) % 2 ? "\xff" x 3 : "\0" x 3 } 1 .. 960 } 1 .. 540' >board.png
ok "a checkerboard" small board.png
is "a checkerboard: 480 wide" "$(kind small.png)" "480x270, 24-bit RGB"
is "a checkerboard: the grey between black and white" "$(colours small.png)" "128 128 128 129600"
ok "a checkerboard: a whole PNG" pngcheck -q small.png
like "a checkerboard: the tool is named" "$(pngcheck -t small.png)" "limn thumbnail-png"
is "a checkerboard: no message" "$(small board.png 2>&1)" ""
ok "from standard input" sh -c 'thumbnail-png <board.png | cmp - small.png'
ok "... which - names, too" sh -c 'thumbnail-png - <board.png | cmp - small.png'
ok "another width" small -w 100 board.png
is "... in proportion" "$(kind small.png)" "100x56, 24-bit RGB"
small --width=16 board.png
is "the least width" "$(kind small.png)" "16x9, 24-bit RGB"

# 5 to 2 pixels: two of one, three of the other
png 40 1 8 0 0 '"\0" . "\0\x64\0\0\x5a" x 8' >fives.png
small -w 16 fives.png
is "each pixel counts once" "$(colours small.png | sort -n)" "30 30 30 8
50 50 50 8"

# Every kind
png 32 32 8 0 0 'join "", map { "\0" . "\0\xff" x 16 } 1 .. 32' >grey.png
png 32 32 1 0 0 'join "", map { "\0" . "\x55" x 4 } 1 .. 32' >bits.png
png 32 32 2 0 0 'join "", map { "\0" . "\x33" x 8 } 1 .. 32' >twos.png
png 32 32 4 0 0 'join "", map { "\0" . "\x0f" x 16 } 1 .. 32' >fours.png
png 32 32 16 0 0 'join "", map { "\0" . "\0\0\xff\xff" x 16 } 1 .. 32' >grey16.png
png 32 32 16 2 0 'join "", map { "\0" . ("\0" x 6 . "\xff" x 6) x 16 } 1 .. 32' >rgb16.png
png 32 32 8 3 0 'join "", map { "\0" . "\0\1" x 16 } 1 .. 32' PLTE 000000ffffff >palette.png
png 32 32 1 3 0 'join "", map { "\0" . "\x55" x 4 } 1 .. 32' PLTE 000000ffffff >palette1.png
png 32 32 8 4 0 'join "", map { "\0" . "\0\xff\xff\xff" x 16 } 1 .. 32' >opaque.png
png 32 32 16 6 0 'join "", map { "\0" . ("\0" x 6 . "\xff" x 10) x 16 } 1 .. 32' >rgba16.png
for k in grey bits twos fours grey16 rgb16 palette palette1 opaque rgba16; do
	ok "a picture of the kind $k" small -w 16 "$k.png"
	is "... has the mean of black and white" "$(colours small.png)" "128 128 128 256"
done
pngtopam board.png | pnmtopng -quiet -interlace >adam.png
like "interlaced" "$(pngcheck adam.png)" ", interlaced"
small adam.png
is "... has the same mean" "$(colours small.png)" "128 128 128 129600"
pamgradient -maxval 255 rgb:00/10/20 rgb:ff/20/00 rgb:00/ff/80 rgb:80/ff/ff 300 200 >slope.pam
pamtopng slope.pam >slope.png
pamtopnm slope.pam | pnmtopng -quiet -interlace >adam.png
thumbnail-png -w 77 -o a.png slope.png
thumbnail-png -w 77 -o b.png adam.png
ok "... as one that is not" cmp a.png b.png
is "many colours" "$(kind a.png)" "77x51, 24-bit RGB"
pngtopam a.png >small.ppm
pamtopnm slope.pam >large.ppm
cat >means.pl <<'END'
sub ppm { open my $f, '<:raw', $_[0] or die; local $/; <$f> =~ /^P6\s(\d+)\s(\d+)\s255\s(.*)/s or die; ($1, $2, [unpack 'C*', $3]) }
my ($w, $h, $small) = ppm('small.ppm');
my ($W, $H, $large) = ppm('large.ppm');
my $off = 0;
for my $y (0 .. $h - 1) { for my $x (0 .. $w - 1) { for my $k (0 .. 2) {
	my ($sum, $n) = (0, 0);
	for my $r (int($y * $H / $h) .. int(($y + 1) * $H / $h) - 1) {
		for my $c (int($x * $W / $w) .. int(($x + 1) * $W / $w) - 1) {
			$sum += $large->[3 * ($r * $W + $c) + $k];
			$n++;
		}
	}
	$off++ if int($sum / $n + 0.5) != $small->[3 * ($y * $w + $x) + $k];
} } }
print "$off\n";
END
is "... which are means" "$(perl means.pl)" 0
pgmramp -lr 300 200 | pnmtopng -quiet >ramp.png
small -w 100 ramp.png
is "many greys" "$(kind small.png)" "100x67, 24-bit RGB"

# Alpha: red that is seen by the side of green that isn't stays red.
png 32 32 8 6 0 'join "", map { "\0" . "\xff\0\0\xff\0\xff\0\0" x 16 } 1 .. 32' >alpha.png
ok "alpha" small -w 16 alpha.png
is "... is kept" "$(kind small.png)" "16x16, 32-bit RGB+alpha"
is "... and no colour that isn't seen" "$(colours small.png)" "255 0 0 256"
is "red by the side of green that isn't seen: half is seen" "$(alphas small.png)" "128 256"
png 32 32 8 4 0 'join "", map { "\0" . "\x64\xff\xff\0" x 16 } 1 .. 32' >alpha.png
small -w 16 alpha.png
is "grey and alpha" "$(colours small.png)" "100 100 100 256"
is "grey and alpha: half is seen" "$(alphas small.png)" "128 256"
png 32 32 8 3 0 'join "", map { "\0" . "\0\1" x 16 } 1 .. 32' PLTE ff000000ff00 tRNS ff00 >hole.png
small -w 16 hole.png
is "a palette with a hole" "$(colours small.png)" "255 0 0 256"
is "a palette with a hole: half is seen" "$(alphas small.png)" "128 256"
png 32 32 8 2 0 'join "", map { "\0" . "\xff\0\0\0\xff\0" x 16 } 1 .. 32' tRNS 000000ff0000 >hole.png
small -w 16 hole.png
is "RGB with a hole" "$(colours small.png)" "255 0 0 256"
is "RGB with a hole: half is seen" "$(alphas small.png)" "128 256"
png 32 32 4 0 0 'join "", map { "\0" . "\x0f" x 16 } 1 .. 32' tRNS 0000 >hole.png
small -w 16 hole.png
is "grey with a hole" "$(colours small.png)" "255 255 255 256"
is "grey with a hole: half is seen" "$(alphas small.png)" "128 256"
png 32 32 16 0 0 'join "", map { "\0" . "\0\1\xff\xff" x 16 } 1 .. 32' tRNS 0001 >hole.png
small -w 16 hole.png
is "grey of 16 bits with a hole" "$(colours small.png)" "255 255 255 256"
is "grey of 16 bits with a hole: half is seen" "$(alphas small.png)" "128 256"
png 32 32 16 2 0 'join "", map { "\0" . ("\xff" x 6 . "\0\1" x 3) x 16 } 1 .. 32' tRNS 000100010001 >hole.png
small -w 16 hole.png
is "RGB of 16 bits with a hole" "$(colours small.png)" "255 255 255 256"
is "RGB of 16 bits with a hole: half is seen" "$(alphas small.png)" "128 256"
png 32 32 8 6 0 'join "", map { "\0" . "\x09\x08\x07\x00" x 32 } 1 .. 32' >clear.png
ok "nothing to be seen" small -w 16 clear.png
is "... is all transparent" "$(alphas small.png)" "0 256"
png 32 32 8 3 0 'join "", map { "\0" . "\0\xff" x 16 } 1 .. 32' PLTE ffffff >beyond.png
small -w 16 beyond.png
is "what a palette doesn't have is black" "$(colours small.png)" "128 128 128 256"
png 32 32 8 2 0 'join "", map { "\0" . "\x64" x 96 } 1 .. 32' gAMA 000186a0 >gamma.png
small -w 16 gamma.png
is "gamma is not heeded" "$(colours small.png)" "100 100 100 256"

# No wider: the same pixels.
png 1 1 8 6 0 '"\0\1\2\3\4"' >one.png
ok "1x1" small one.png
is "... stays as large" "$(kind small.png)" "1x1, 32-bit RGB+alpha"
is "... has its colour" "$(colours small.png)" "1 2 3 1"
is "... and its alpha" "$(alphas small.png)" "4 1"
pngtopam slope.png >a.ppm
small slope.png
is "a picture that is not wide keeps its size" "$(kind small.png)" "300x200, 24-bit RGB"
ok "a picture that is not wide keeps its pixels" sh -c 'pngtopam small.png | cmp - a.ppm'
small -w 300 slope.png
ok "as wide as is asked" sh -c 'pngtopam small.png | cmp - a.ppm'
png 256 1 8 0 0 '"\0" . join "", map chr, 0 .. 255' >all.png
small -w 256 all.png
pngtopam all.png | pamtopnm | ppmtoppm >a.ppm
ok "every grey" sh -c 'pngtopam small.png | cmp - a.ppm'
png 512 2 8 0 0 '("\0" . join "", map { chr($_) x 2 } 0 .. 255) x 2' >twice.png
small -w 256 twice.png
ok "... of which there were two each" sh -c 'pngtopam small.png | cmp - a.ppm'
png 1 3000 8 0 0 '"\0\x40" x 3000' >tall.png
small tall.png
is "1 wide, and tall" "$(kind small.png)" "1x3000, 24-bit RGB"
is "1 wide, and tall: its colour" "$(colours small.png)" "64 64 64 3000"
png 1000000 1 8 0 0 '"\0" . "\0\xff" x 500000' >wide.png
small wide.png
is "a million wide" "$(kind small.png)" "480x1, 24-bit RGB"
small -w 16 wide.png
is "a million wide, made 16 wide" "$(colours small.png)" "128 128 128 16"
png 2000 2 8 0 0 '("\0" . "\xff" x 2000) . ("\0" . "\0" x 2000)' >two.png
small two.png
is "never less than a row" "$(kind small.png)" "480x1, 24-bit RGB"
is "two rows in one: the mean of both" "$(colours small.png)" "128 128 128 480"

thumbnail-png -w 77 -o b.png slope.png
thumbnail-png -w 77 -o a.png slope.png
ok "the same bytes again" cmp a.png b.png
printf 'ch01\nch05\n' >index
is "--progress" "$(NO_COLOR=1 thumbnail-png --progress=index -o thumbs/ch05.png board.png 2>&1)" \
	"    2/2  ch05  thumbnail  480x270"

# What is no whole PNG.
printf '\377\330\377\340\000\020JFIF\000' >jpeg
: >empty
head -c 40 slope.png >half
head -c -30 slope.png >most
head -c -12 slope.png >endless
{ cat slope.png; printf x; } >longer
sed 's/IDAT/IDAX/' slope.png >spoilt
head -c -16 slope.png >crc
printf '\1\2\3\4' >>crc
tail -c 12 slope.png >>crc
png 10 10 8 2 0 '"\0" x 31' >rows
png 10 10 8 2 0 '"\7" x 310' >filter
png 10 10 8 3 0 '"\0" x 110' >pale
png 1000001 1 8 0 0 '"\0"' >side
png 65536 65536 8 0 0 '"\0"' >bomb
png 0 5 8 0 0 '"\0"' >none
png 8 8 3 0 0 '"\0"' >depth
png 30 30 8 2 1 '"\0" x 31' >passes
png 10 10 8 2 0 '"\0" x 341' >extra
cp a.png small.png
for what in "jpeg it is a JPEG" "empty it is empty" "half it ends early" "most it ends early" \
	"endless it ends early" "longer 1 bytes follow it" "spoilt IDA" "crc the CRC of IDAT" \
	"rows Not enough image data" "filter bad adaptive filter" "pale Missing PLTE" \
	"side it is 1000001x1" "bomb it is 65536x65536" "none it is 0x5" "depth IHDR" \
	"passes Not enough image data" "extra it has more rows than its header says"; do
	file=${what%% *}
	fails 65 "$what" thumbnail-png -o small.png "$file"
	like "$what: the file is named" "$err" "thumbnail-png: $file: "
	like "$what: the message says why" "$err" "${what#* }"
	like "$what: the message says what to do" "$err" "; a whole PNG is needed"
	is "$what: the message is a line" "$(printf '%s\n' "$err" | wc -l)" 1
	ok "$what: the former output stays" cmp a.png small.png
	case $file in most | rows | filter | passes | extra)
		check-png "$file" 2>&1 >check.out | sed 's/^check/thumbnail/; s/: save it again as PNG$//' >want
		is "$what: the message is that of check-png" "$err" "$(cat want)"
		;;
	esac
done
truncate -s 67108865 large
fails 65 "more than 64 MiB" thumbnail-png large
fails 66 "no picture" thumbnail-png missing.png
for w in 15 4097 0 -1 1e3 480px '' 99999999999999999999; do
	fails 64 "-w '$w'" thumbnail-png -w "$w" slope.png
	like "... the message says which widths there are" "$err" "use 16 to 4096"
done
fails 64 "two pictures" thumbnail-png a.png b.png
finish
