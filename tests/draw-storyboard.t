#!/bin/sh
# draw-storyboard: the frames, what goes into them, and what is refused.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# A chapter of TYPE with TITLE, DESCRIPTION and NARRATION.
chapter() {
	jq -n --arg type "$1" --arg title "$2" --arg description "$3" \
		--arg narration "$4" '
		{chapter_id: "ch02", title: $title,
		 visual: {type: $type, description: $description},
		 narration: {text: $narration}}'
}
bytes() { od -An -tu1 -v -j "$2" -N "$3" "$1" | tr -s ' \n' ' ' | sed 's/^ //; s/ $//'; }
has() { tr '\000' '|' <"$1" | grep -aqF "$2"; }
# How many colours there are at the left, right, upper and lower edge of FILE.
edges() {
	pngtopnm "$1" >edges.ppm
	for cut in '-right 99' '-left -99' '-bottom 79' '-top -79'; do
		# shellcheck disable=SC2086 # two words
		pamcut $cut edges.ppm | ppmhist -noheader | wc -l
	done | tr '\n' ' '
}
bytes_of() { wc -c <"$1" | tr -d ' '; }
differ() { ! cmp -s "$1" "$2"; }

narration='2008 yılının sonbaharında, küresel finans krizinin ortasında, '
narration="$narration"'Satoshi Nakamoto takma adını kullanan gizemli bir kişi ya da '
narration="$narration"'grup, eşler arası bir elektronik nakit sistemini anlattı.'
description="2008'den bugüne Bitcoin'in önemli anlarını gösteren yatay bir çizgi"
chapter diagram "Bitcoin'in Tarihi: Şifreleme ve İnanç" "$description" \
	"$narration" >c.json

ok 'a frame' draw-storyboard -o c.png c.json
ok 'a frame is a whole PNG' pngcheck -q c.png
is 'a frame is of 1920x1080, in a palette of 4 bits' "$(bytes c.png 16 13)" \
	'0 0 7 128 0 0 4 56 4 3 0 0 0'
is 'a frame has 15 colours' "$(bytes c.png 33 8)" '0 0 0 45 80 76 84 69'
is 'the first colour is that of the paper' "$(bytes c.png 41 3)" '247 245 241'
ok 'one colour is Bitcoin orange' sh -c 'od -An -tu1 -v -w3 -j 41 -N 45 c.png |
	tr -s " " | grep -qx " 247 147 26"'
ok 'a frame has at most 40 KB' [ "$(bytes_of c.png)" -le 40960 ]
ok 'a frame names its chapter' has c.png \
	"iTXtTitle|||||Bitcoin'in Tarihi: Şifreleme ve İnanç"
ok 'a frame names the tool' has c.png 'tEXtSoftware|limn draw-storyboard'
ok 'the same frame again' draw-storyboard -o c2.png c.json
ok 'the same frame again has the same bytes' cmp c.png c2.png
ok 'standard input to standard output: the same bytes' sh -c \
	'draw-storyboard <c.json | cmp - c.png'

# Everything that is shown changes the picture, and nothing else does.
for edit in '.title |= sub("Tarihi"; "Taribi")' \
	'.visual.description |= sub("2008"; "2080")' '.chapter_id = "ch20"' \
	'.narration.text |= sub("2008"; "2080")' '.visual.type = "b_roll"' \
	'.visual.type = "screen_share"' 'del(.narration)'; do
	jq "$edit" c.json >edit.json
	ok "edited by $edit" draw-storyboard -o edit.png edit.json
	ok "edited by $edit: another picture" differ c.png edit.png
done
for edit in '.prompt = "x" | .source = "llm"' '.episode_title = "x"' \
	'.visual.image_prompt = "x"' '.narration.text += " Daha çok söz."' \
	'.visual.description |= " " + . + " "' \
	'.title |= gsub(" "; "\u0001\u00a0" | .[:1])' \
	'.visuals = [.visual] | del(.visual)'; do
	jq "$edit" c.json >edit.json
	ok "$edit is not seen" sh -c 'draw-storyboard edit.json | cmp - c.png'
done

# The pictogram's place, without the type's name.
for type in diagram b_roll screen_share; do
	jq ".visual.type = \"$type\"" c.json | draw-storyboard |
		pngtopnm | pamcut 112 400 720 300 >"$type.ppm"
done
ok 'a pictogram for a diagram' differ diagram.ppm b_roll.ppm
ok 'another for b_roll' differ b_roll.ppm screen_share.ppm
ok 'a third for screen_share' differ screen_share.ppm diagram.ppm

# Any text gives a whole picture, silently or with one warning.
n=0 letters=$(printf 'ş%.0s' $(seq 300))
words=$(printf '%s ' $(seq 2000))
for title in x "$letters" "$words" 'تاريخ البيتكوين' '比特币的历史' \
	'🚀🌕' '"\&<b>%s</b>'; do
	chapter b_roll "$title" "$title" "$title" >script.json
	n=$((n + 1))
	ok "draws text $n" sh -c \
		'draw-storyboard -o s.png script.json 2>said && pngcheck -q s.png'
	ok "text $n: a message of one line at most" [ "$(wc -l <said)" -le 1 ]
	is "text $n: within the margins" "$(edges s.png)" '1 1 1 1 '
done
for size in 16x16 320x180 1024x1024 1024x1536 2048x1152 17x3000 3000x17; do
	ok "a frame of $size" sh -c "draw-storyboard -s $size c.json >s.png && pngcheck -q s.png"
	is "a frame of $size has that size" "$(bytes s.png 16 8 |
		awk '{ print $3 * 256 + $4 "x" $7 * 256 + $8 }')" "$size"
done

for type in title_card talking_head; do
	jq ".visual.type = \"$type\"" c.json >card.json
	fails 65 "a $type" draw-storyboard card.json
	is "a $type: the message names the tool for it" "$err" "draw-storyboard: card.json: \
visual.type: $type is a card; use placeholder-png"
done
cat >none.conf <<-EOT
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><cachedir>$work/cache</cachedir></fontconfig>
EOT
fails 78 'no font' env FONTCONFIG_FILE="$work/none.conf" \
	draw-storyboard -o c2.png c.json
like 'no font: the message says what to do' "$err" 'run: make deps'
ok 'no font: the old output stays' cmp c.png c2.png
echo '[]' >bad.json
fails 65 'a list for a chapter' draw-storyboard -o c2.png bad.json
ok 'a list for a chapter: the old output stays' cmp c.png c2.png
jq 'del(.visual.description)' c.json >bad.json
fails 65 'no description' draw-storyboard bad.json
fails 66 'a file that is missing' draw-storyboard missing.json
fails 64 'a size that is none' draw-storyboard -s 1920 c.json
fails 64 'an option that is none' draw-storyboard -t x c.json
fails 64 'two files' draw-storyboard c.json c.json
fails 74 'a full disk' sh -c 'draw-storyboard c.json >/dev/full'
fails 74 'a closed pipe is an error' unread sh -c 'trap "" PIPE; exec draw-storyboard c.json'
fails 0 '--help' draw-storyboard --help
like '--help is a summary' "$out" 'usage: draw-storyboard '
fails 0 '--version' draw-storyboard --version
like '--version is one' "$out" 'draw-storyboard (limn) '
printf 'ch02\n' >index
fails 0 '--progress' env NO_COLOR=1 draw-storyboard --progress=index -o p.png c.json
is '--progress says what was drawn' "$err" '    1/1  ch02  image  storyboard 1920x1080'

# The small copy.
draw-storyboard -o whole.png c.json
draw-storyboard --thumbnail=small.png -o p.png c.json
ok "--thumbnail: the picture is the same" cmp p.png whole.png
ok "--thumbnail: the small copy is thumbnail-png's" sh -c 'thumbnail-png p.png | cmp - small.png'
is "--thumbnail: both have one date" "$(stat -c %.Y small.png)" "$(stat -c %.Y p.png)"
finish
