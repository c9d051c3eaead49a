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
ok 'is a whole PNG' pngcheck -q t.png
is 'of 1920x1080, in a palette of 2 bits' "$(bytes t.png 16 13)" \
	'0 0 7 128 0 0 4 56 2 3 0 0 0'
is 'with Bitcoin orange first' "$(colour t.png 0)" '247 147 26'
is 'and the darkest that it needs last' "$(colour t.png 3)" '26 23 20'
ok 'of at most 12 KB' [ "$(bytes_of t.png)" -le 12288 ]
ok 'but not empty' [ "$(bytes_of t.png)" -gt 4000 ]
ok 'it names the episode' has t.png 'iTXtTitle|||||Bitcoin Nedir?'
ok 'and who drew it' has t.png 'tEXtSoftware|limn placeholder-png'
ok 'and the template' has t.png 'tEXtTemplate|title_card_default'
ok 'and the background' has t.png 'tEXtBackground|#F7931A'
ok 'and no time' sh -c '! grep -aq -e tIME -e date: t.png'

ok 'the same again' placeholder-png -o t2.png t.json
ok 'has the same bytes' cmp t.png t2.png
ok 'in another locale, too' sh -c \
	'LC_ALL=C LANG=tr_TR.UTF-8 placeholder-png t.json | cmp - t.png'
ok 'standard input to standard output, too' sh -c \
	'placeholder-png <t.json | cmp - t.png && placeholder-png - <t.json | cmp - t.png'
jq '.title = "Other"' t.json >other.json
ok 'another chapter title' placeholder-png -o other.png other.json
ok 'is another picture' sh -c '! cmp -s t.png other.png'
jq '.visual.description = "other"' t.json >other.json
ok 'another description is the same' sh -c \
	'placeholder-png other.json | cmp - t.png'

card title_card '' 'Yalnız Bölüm' >alone.json
ok 'no episode title' placeholder-png -o alone.png alone.json
ok 'means the chapter title' has alone.png 'iTXtTitle|||||Yalnız Bölüm'
card title_card '  ' 'Yalnız Bölüm' >blank.json
ok 'a blank one, too' sh -c 'placeholder-png blank.json | cmp - alone.png'
card title_card "$(printf ' A\tb\n\001\177c ')" x >control.json
ok 'control characters' placeholder-png -o control.png control.json
ok 'are blanks' has control.png 'iTXtTitle|||||A b c'
jq '.title = "\u0001" | del(.episode_title)' t.json >none.json
ok 'a title of nothing else' placeholder-png -o none.png none.json
ok 'is the id' has none.png 'iTXtTitle|||||ch01'

ok 'a talking head' placeholder-png -o h.png h.json
ok 'is a whole PNG, too' pngcheck -q h.png
is 'of 4 bits' "$(bytes h.png 16 13)" '0 0 7 128 0 0 4 56 4 3 0 0 0'
is 'on a neutral ground' "$(colour h.png 0)" '237 235 230'
ok 'of at most 12 KB, too' [ "$(bytes_of h.png)" -le 12288 ]
ok 'it names the chapter' has h.png 'iTXtTitle|||||Hoş geldiniz'
ok 'and its template' has h.png 'tEXtTemplate|talking_head_default'
ok 'and its background' has h.png 'tEXtBackground|#EDEBE6'

ok 'another size' placeholder-png -s 320x180 -o small.png t.json
is 'is that size' "$(bytes small.png 16 8)" '0 0 1 64 0 0 0 180'
for size in 16x16 8192x16 17x8192; do
	ok "$size" sh -c "placeholder-png --size=$size t.json >s.png && pngcheck -q s.png"
done
ok 'colours and a template' placeholder-png --background='#102030' \
	-f ffffff --template=mine -o colours.png t.json
is 'that background' "$(colour colours.png 0)" '16 32 48'
is 'that foreground' "$(colour colours.png 3)" '255 255 255'
ok 'said in upper case' has colours.png 'tEXtBackground|#102030'
ok 'that template' has colours.png 'tEXtTemplate|mine'
ok 'a dark background' placeholder-png -b 000080 -o dark.png t.json
is 'gets white letters' "$(colour dark.png 3)" '255 255 255'

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
		ok 'in one line at most' [ "$(wc -l <said)" -le 1 ]
	done
	is 'within the margins' "$(edges s.png)" '1 1 1 1 '
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
is 'are named once' "$err" "placeholder-png: standard input: no font has \
U+10FFFD (􏿽); boxes are drawn; install a font for that script"
fails 0 'many' env FONTCONFIG_FILE="$work/one.conf" \
	sh -c 'printf "%s" "$0" | placeholder-png -o s2.png' \
	'{"chapter_id":"a","title":"\udbff\udff0\udbff\udff1\udbff\udff2\udbff\udff3\udbff\udff4\udbff\udff5\udbff\udff6","visual":{"type":"title_card","description":"x"}}'
like 'are counted' "$err" 'U+10FFF4 (􏿴) and 2 more; '
ok 'the box is drawn' sh -c '! cmp -s s.png one.png'
fails 78 'no font' env FONTCONFIG_FILE="$work/none.conf" placeholder-png t.json
is 'says what to do' "$err" "placeholder-png: no font is installed that \
could be drawn with; run: make deps"
is 'and writes nothing' "$out" ''

# What goes wrong.
for type in diagram b_roll screen_share; do
	card "$type" '' x >drawn.json
	fails 65 "a $type" placeholder-png drawn.json
	is 'is for other tools' "$err" "placeholder-png: drawn.json: \
visual.type: $type is not a card; use draw-storyboard"
done
echo '{' >bad.json
cp t.png old.png
fails 65 'bad JSON' placeholder-png -o old.png bad.json
like 'says where' "$err" 'placeholder-png: bad.json:'
ok 'the old output stays' cmp old.png t.png
fails 65 'no visual' sh -c 'echo "{\"chapter_id\":\"a\",\"title\":\"b\"}" | placeholder-png'
fails 66 'a file that is missing' placeholder-png missing.json
like 'is named' "$err" 'placeholder-png: missing.json: '
for size in '' 0x0 15x100 100x8193 99999x100 100 100x 100x100x 1e3x100 -1x100 \
	'100 x100'; do
	fails 64 "-s '$size'" placeholder-png -s "$size" t.json
	like 'says what a size is' "$err" 'is not a size; give WIDTHxHEIGHT'
done
for colour in '' '#' '#12345' '#1234567' orange '#12345g' '##123456'; do
	fails 64 "-b '$colour'" placeholder-png -b "$colour" t.json
	fails 64 "-f '$colour'" placeholder-png -f "$colour" t.json
	like 'says what a colour is' "$err" 'is not a colour; give #RRGGBB'
done
for name in '' 'a b' ü "$letters"; do
	fails 64 "-t '$(printf %.3s "$name")'" placeholder-png -t "$name" t.json
done
fails 64 'an option that is none' placeholder-png --colour t.json
fails 64 'two files' placeholder-png t.json h.json
fails 74 'a full disk' sh -c 'placeholder-png t.json >/dev/full'
fails 73 'an output that can not be' placeholder-png -o t.json/x.png t.json
fails 74 'a closed pipe is an error' unread sh -c 'trap "" PIPE; exec placeholder-png t.json'
is 'of one line' "$err" 'placeholder-png: standard output: Broken pipe'

fails 0 '--help' placeholder-png --help
like 'is a summary' "$out" 'usage: placeholder-png '
fails 0 '--version' placeholder-png --version
like 'is one' "$out" 'placeholder-png (limn) '
cp t.json ./-s
ok '-- ends options' sh -c 'placeholder-png -- -s | cmp - t.png'
printf 'ch00\nch01\n' >index
fails 0 '--progress' env NO_COLOR=1 placeholder-png --progress=index -o p.png t.json
is 'says what it drew' "$err" '    2/2  ch01  image  title_card 1920x1080'
finish
