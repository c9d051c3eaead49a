#!/bin/sh
# placeholder-png: the cards, what their PNG says of them, and the fonts.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# A card of TYPE with EPISODE TITLE ("" for none) and CHAPTER TITLE.
card() {
	jq -n --arg type "$1" --arg episode "$2" --arg title "$3" '
		{episode_title: $episode, chapter_id: "ch01", title: $title,
		 visual: {type: $type, description: "x"}}
		| if $episode == "" then del(.episode_title) else . end'
}
# The COUNT bytes of FILE at OFFSET, as numbers.
bytes() { od -An -tu1 -v -j "$2" -N "$3" "$1" | tr -s ' \n' ' ' | sed 's/^ //; s/ $//'; }
colour() { bytes "$1" "$((41 + 3 * $2))" 3; }
# Whether FILE has a chunk with these words, a | for each NUL.
has() { tr '\000' '|' <"$1" | grep -aqF "$2"; }
# How many colours there are at the left, right, upper and lower edge of FILE.
edges() {
	pngtopnm "$1" >edges.ppm
	for cut in '-right 129' '-left -129' '-bottom 69' '-top -69'; do
		# shellcheck disable=SC2086 # two words
		pamcut $cut edges.ppm | ppmhist -noheader | wc -l
	done | tr '\n' ' '
}
bytes_of() { wc -c <"$1" | tr -d ' '; }
fonts() {
	cat >"$1" <<-EOT
	<?xml version="1.0"?>
	<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
	<fontconfig><dir>$2</dir><cachedir>$work/cache</cachedir></fontconfig>
	EOT
}

card title_card 'Bitcoin Nedir?' 'Şifreleme, Güvenlik ve İnanç' >t.json
card talking_head 'Bitcoin Nedir?' 'Hoş geldiniz' >h.json

ok 'a title card' placeholder-png -o t.png t.json
ok 'a title card is a whole PNG' pngcheck -q t.png
is 'a title card is of 1920x1080, in a palette of 2 bits' "$(bytes t.png 16 13)" \
	'0 0 7 128 0 0 4 56 2 3 0 0 0'
is 'the first colour of a title card is Bitcoin orange' "$(colour t.png 0)" '247 147 26'
is 'the last colour of a title card is the darkest that it needs' "$(colour t.png 3)" '26 23 20'
ok 'a title card has at most 12 KB' [ "$(bytes_of t.png)" -le 12288 ]
ok 'a title card has something on it' [ "$(bytes_of t.png)" -gt 4000 ]
ok 'a title card names the episode' has t.png 'iTXtTitle|||||Bitcoin Nedir?'
ok 'a title card names the tool' has t.png 'tEXtSoftware|limn placeholder-png'
ok 'a title card names its template' has t.png 'tEXtTemplate|title_card_default'
ok 'a title card names its background' has t.png 'tEXtBackground|#F7931A'
ok 'a title card has no time in it' sh -c '! grep -aq -e tIME -e date: t.png'

ok 'the same card again' placeholder-png -o t2.png t.json
ok 'the same card again has the same bytes' cmp t.png t2.png
ok 'another locale: the same bytes' sh -c \
	'LC_ALL=C LANG=tr_TR.UTF-8 placeholder-png t.json | cmp - t.png'
ok 'standard input to standard output: the same bytes' sh -c \
	'placeholder-png <t.json | cmp - t.png'
ok '- is standard input' sh -c 'placeholder-png - <t.json | cmp - t.png'
jq '.title = "Other"' t.json >other.json
ok 'another chapter title' placeholder-png -o other.png other.json
ok 'another chapter title: another picture' sh -c '! cmp -s t.png other.png'
jq '.visual.description = "other"' t.json >other.json
ok 'another description: the same picture' sh -c \
	'placeholder-png other.json | cmp - t.png'

card title_card '' 'Yalnız Bölüm' >alone.json
ok 'no episode title' placeholder-png -o alone.png alone.json
ok 'no episode title: the chapter title is taken' has alone.png 'iTXtTitle|||||Yalnız Bölüm'
card title_card '  ' 'Yalnız Bölüm' >blank.json
ok 'a blank episode title: the chapter title is taken' sh -c 'placeholder-png blank.json | cmp - alone.png'
card title_card "$(printf ' A\tb\n\001\177c ')" x >control.json
ok 'control characters in a title' placeholder-png -o control.png control.json
ok 'control characters in a title are blanks' has control.png 'iTXtTitle|||||A b c'
jq '.title = "\u0001" | del(.episode_title)' t.json >none.json
ok 'a title of control characters only' placeholder-png -o none.png none.json
ok 'a title of control characters only: the id is taken' has none.png 'iTXtTitle|||||ch01'

ok 'a talking head' placeholder-png -o h.png h.json
ok 'a talking head is a whole PNG' pngcheck -q h.png
is 'a talking head has a palette of 4 bits' "$(bytes h.png 16 13)" '0 0 7 128 0 0 4 56 4 3 0 0 0'
is 'a talking head has a neutral ground' "$(colour h.png 0)" '237 235 230'
ok 'a talking head has at most 12 KB' [ "$(bytes_of h.png)" -le 12288 ]
ok 'a talking head names the chapter' has h.png 'iTXtTitle|||||Hoş geldiniz'
ok 'a talking head names its template' has h.png 'tEXtTemplate|talking_head_default'
ok 'a talking head names its background' has h.png 'tEXtBackground|#EDEBE6'

ok 'another size' placeholder-png -s 320x180 -o small.png t.json
is 'another size is in the picture' "$(bytes small.png 16 8)" '0 0 1 64 0 0 0 180'
for size in 16x16 8192x16 17x8192; do
	ok "a card of $size" sh -c "placeholder-png --size=$size t.json >s.png && pngcheck -q s.png"
done
ok 'colours and a template' placeholder-png --background='#102030' \
	-f ffffff --template=mine -o colours.png t.json
is '--background is the first colour' "$(colour colours.png 0)" '16 32 48'
is '-f is the last colour' "$(colour colours.png 3)" '255 255 255'
ok '--background is in the text' has colours.png 'tEXtBackground|#102030'
ok '--template is in the text' has colours.png 'tEXtTemplate|mine'
ok 'a dark background' placeholder-png -b 000080 -o dark.png t.json
is 'a dark background gets white letters' "$(colour dark.png 3)" '255 255 255'

# Scripts, and what is too long: whole pictures, silently or with one warning.
n=0 letters=$(printf 'a%.0s' $(seq 300))
words=$(printf 'sözcük %.0s' $(seq 300))
for title in "$letters" "$words" 'ما هي عملة البيتكوين؟' '比特币是什么?' \
	'Bitcoin 🚀 🌕' 'İIıi ŞşĞğ' '"\&<b>%s</b>' 'a'; do
	n=$((n + 1))
	for type in talking_head title_card; do
		card "$type" "$title" "$title" >script.json
		ok "a $type of text $n" sh -c 'placeholder-png script.json \
			>s.png 2>said && pngcheck -q s.png'
		ok "a $type of text $n: a message of one line at most" [ "$(wc -l <said)" -le 1 ]
	done
	is "a title card of text $n: within the margins" "$(edges s.png)" '1 1 1 1 '
done

if fc-list ':color=true' family | grep -q .; then
	card title_card '' '🚀' >emoji.json
	placeholder-png emoji.json | pngtopnm | ppmhist -noheader |
		awk '$5 > 1000' >shades
	ok 'emoji have shades' [ "$(wc -l <shades)" -ge 3 ]
else
	skip 'emoji have shades' 'no font in colours is installed'
fi

# Fonts: one with some letters, and none.
font=$(fc-match -f '%{file}' 'Inter,Open Sans,DejaVu Sans,sans-serif:bold')
mkdir one none
cp "$font" one/
fonts one.conf "$work/one"
fonts none.conf "$work/none"
ok 'one font is enough' env FONTCONFIG_FILE="$work/one.conf" \
	placeholder-png -o one.png t.json
fails 0 'letters that no font has' env FONTCONFIG_FILE="$work/one.conf" \
	sh -c 'printf "%s" "$0" | placeholder-png -o s.png' \
	'{"chapter_id":"a","title":"x\udbff\udffd \udbff\udffd","visual":{"type":"title_card","description":"x"}}'
is 'letters that no font has are named once' "$err" "placeholder-png: standard input: no font has \
U+10FFFD (􏿽); boxes are drawn; install a font for that script"
fails 0 'many letters that no font has' env FONTCONFIG_FILE="$work/one.conf" \
	sh -c 'printf "%s" "$0" | placeholder-png -o s2.png' \
	'{"chapter_id":"a","title":"\udbff\udff0\udbff\udff1\udbff\udff2\udbff\udff3\udbff\udff4\udbff\udff5\udbff\udff6","visual":{"type":"title_card","description":"x"}}'
like 'many letters that no font has are counted' "$err" 'U+10FFF4 (􏿴) and 2 more; '
ok 'a letter that no font has is a box' sh -c '! cmp -s s.png one.png'
fails 78 'no font' env FONTCONFIG_FILE="$work/none.conf" placeholder-png t.json
is 'no font: the message says what to do' "$err" "placeholder-png: no font is installed that \
could be drawn with; run: make deps"
is 'no font: nothing is written' "$out" ''

# What goes wrong.
for type in diagram b_roll screen_share; do
	card "$type" '' x >drawn.json
	fails 65 "a $type" placeholder-png drawn.json
	is "a $type: the message names the tool for it" "$err" "placeholder-png: drawn.json: \
visual.type: $type is not a card; use draw-storyboard"
done
echo '{' >bad.json
cp t.png old.png
fails 65 'bad JSON' placeholder-png -o old.png bad.json
like 'bad JSON: the message says where' "$err" 'placeholder-png: bad.json:'
ok 'bad JSON: the old output stays' cmp old.png t.png
fails 65 'no visual' sh -c 'echo "{\"chapter_id\":\"a\",\"title\":\"b\"}" | placeholder-png'
fails 66 'a file that is missing' placeholder-png missing.json
like 'a file that is missing is named' "$err" 'placeholder-png: missing.json: '
for size in '' 0x0 15x100 100x8193 99999x100 100 100x 100x100x 1e3x100 -1x100 \
	'100 x100'; do
	fails 64 "-s '$size'" placeholder-png -s "$size" t.json
	like "-s '$size': the message says what a size is" "$err" 'is not a size; give WIDTHxHEIGHT'
done
for colour in '' '#' '#12345' '#1234567' orange '#12345g' '##123456'; do
	fails 64 "-b '$colour'" placeholder-png -b "$colour" t.json
	fails 64 "-f '$colour'" placeholder-png -f "$colour" t.json
	like "-f '$colour': the message says what a colour is" "$err" 'is not a colour; give #RRGGBB'
done
for name in '' 'a b' ü "$letters"; do
	fails 64 "-t '$(printf %.3s "$name")'" placeholder-png -t "$name" t.json
done
fails 64 'an option that is none' placeholder-png --colour t.json
fails 64 'two files' placeholder-png t.json h.json
fails 74 'a full disk' sh -c 'placeholder-png t.json >/dev/full'
fails 73 'an output that can not be' placeholder-png -o t.json/x.png t.json
fails 74 'a closed pipe is an error' unread sh -c 'trap "" PIPE; exec placeholder-png t.json'
is 'a closed pipe: the message' "$err" 'placeholder-png: standard output: Broken pipe'

fails 0 '--help' placeholder-png --help
like '--help is a summary' "$out" 'usage: placeholder-png '
fails 0 '--version' placeholder-png --version
like '--version is one' "$out" 'placeholder-png (limn) '
cp t.json ./-s
ok '-- ends options' sh -c 'placeholder-png -- -s | cmp - t.png'
printf 'ch00\nch01\n' >index
fails 0 '--progress' env NO_COLOR=1 placeholder-png --progress=index -o p.png t.json
is '--progress says what was drawn' "$err" '    2/2  ch01  image  title_card 1920x1080'

# The small copy.
placeholder-png --thumbnail=small.png -o p.png t.json
ok "--thumbnail: the picture is the same" cmp p.png t.png
ok "--thumbnail: the small copy is thumbnail-png's" sh -c 'thumbnail-png p.png | cmp - small.png'
is "--thumbnail: both have one date" "$(stat -c %.Y small.png)" "$(stat -c %.Y p.png)"

# A text from right to left: its lines begin at the right, one of digits, too.
lines() { # how many runs of rows have ink, and how many have it at the right, too
	pngtopnm rtl.png | pamcut -left 960 -width 820 | ppmtopgm | pnmtoplainpnm |
		awk 'NR > 1 && !head { head = NF == 1; next }
			{ for (i = 1; i <= NF; i++) {
				row = int(n / 820)
				column = n++ % 820
				if ($i >= 128) continue
				if (row > last + 1) { runs++; right += at_right; at_right = 0 }
				if (column >= 740) at_right = 1
				last = row } }
			END { print runs, right + at_right }'
}
card talking_head '' 'هذا عنوان عربي طويل بما يكفي ليأخذ أكثر من سطر 123456789012345678901234567890 واحد في الصورة' |
	jq '.chapter_id = "ch09"' >rtl.json
placeholder-png --background='#FFFFFF' -o rtl.png rtl.json
runs=$(lines)
ok "right to left: there are several lines: $runs" test "${runs% *}" -gt 2
is "right to left: each line begins at the right" "${runs#* }" "${runs% *}"
finish
