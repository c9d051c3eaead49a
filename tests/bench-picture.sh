# shellcheck shell=sh disable=SC2154,SC2086 # names of bench.sh; $make is words
# One picture: a card, a storyboard.
cards=21
[ -z "${BENCH_QUICK:-}" ] || cards=1

# shellcheck disable=SC1112 # that is how it is written
title='Bitcoin’in Tarihi: Şifreleme, Güvenlik ve İnanç'
font=$(fc-match -f '%{file}' 'Inter,Open Sans,DejaVu Sans,sans-serif:bold')
magick=$(find_magick) || magick=
pillow=$(find_python PIL) || pillow=
jq -n --arg title "$title" '{chapter_id: "card", title: $title,
	visual: {type: "title_card", description: $title}}' >card.json
make_eight
c=eight/bitcoin-nedir/imagegen/ch02
i=0
while [ $((i += 1)) -le "$cards" ]; do
	sample card placeholder-png -o card.png card.json
	[ -z "$magick" ] || peer card-magick "$magick" -size 1632x1080 \
		-background '#F7931A' -fill '#1A1714' -font "$font" \
		-pointsize 176 -gravity west caption:"$title" \
		-gravity center -extent 1920x1080 PNG8:magick.png
	[ -z "$pillow" ] || peer card-pillow "$pillow" "$here/bench-pillow.py" \
		"$font" pillow.png "$title"
	sample frame draw-storyboard -o frame.png $c.prompt.json
	sample steps gen-prompt -t imagegen.md --stamp=ch02.prompt.stamp \
		-o ch02.prompt.json $c.chapter.json + \
		draw-storyboard -o ch02.png ch02.prompt.json + \
		write-entry -o ch02.entry.json ch02.png $c.chapter.json \
		ch02.prompt.json
done
table "One picture of 1920x1080; $cards runs" "" "wall ms" "CPU ms" "RSS MB" \
	bytes "at most"
row "a card" "$(took card)" "$(bytes card.png)" "$(target \
	CPU "$(median card 3 1)" 30 " ms" RSS "$(median card 4 1024)" 24 " MB" \
	bytes "$(bytes card.png)" 12288 "")"
row "... ImageMagick, caption:, PNG8" "$(took card-magick)" \
	"$(bytes magick.png)" ""
row "... Pillow, wrapped" "$(took card-pillow)" "$(bytes pillow.png)" ""
row "a storyboard" "$(took frame)" "$(bytes frame.png)" \
	"$(target CPU "$(median frame 3 1)" 30 " ms")"
row "a storyboard's chapter, all steps" "$(took steps)" "" \
	"$(target CPU "$(median steps 3 1)" 45 " ms")"
