#!/bin/sh
# The static gallery in a real browser, from file://: what is seen, by mouse, by
# keys, on paper and without JavaScript.  Pictures of it for people to look at
# are left in build/screenshots/.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/browser.sh
. "$top/tests/browser.sh"

# The example as make draws it; then chapters in every state that there is.
ep=$work/outputs/bitcoin-nedir
mkdir -p "$ep"
cp "$top/outputs.example/bitcoin-nedir/chapters.json" "$ep"
DATABASE='' make -f "$top/mk/limn.mk" BIN="$bin" OUTPUTS_DIR="$work/outputs" \
	TEMPLATE="$top/prompts/imagegen.md" imagegen EP=bitcoin-nedir >made 2>&1 ||
	note "$(cat made)"
hostile='<img src=x onerror="document.title=1"> </script> "A" & 🚀 Iğdırın İşi'
edit() { # FILE FILTER
	jq --arg hostile "$hostile" "$2" "$1" >t && mv t "$1"
}
edit "$ep/imagegen/ch03.chapter.json" '.title = $hostile | .narration.text = $hostile'
for id in ch02 ch03; do
	edit "$ep/imagegen/$id.entry.json" '.generation_method = "openai"
		| .model = "gpt-image-2.6-flare" | .metadata.quality = "high"
		| .metadata.cost_usd = 0.0424
		| .metadata.revised_prompt = "A laptop in a dim room."'
done
edit "$ep/imagegen/ch05.entry.json" '.metadata.alt = ""'
edit "$ep/imagegen/ch05.chapter.json" '.title = "مقدمة: BTC!" | .visual.description = ""'
edit "$ep/imagegen/ch06.entry.json" '.generation_method = "manual"'
edit "$ep/imagegen/ch06.chapter.json" '.visual.description = $hostile'
# the error is newer than the picture of its chapter
touch -d '1 minute ago' "$ep/imagegen/ch04.entry.json"
echo '{"tool": "call-dalle", "chapter": "ch04", "stage": "image", "status": 10, "message": "ch04: the API refused it (content_policy_violation); describe the visual in other words and run: make imagegen EP=bitcoin-nedir"}' \
	>"$ep/imagegen/log"
rm "$ep/imagegen/ch07.entry.json" "$ep/images/ch07.png"
edit "$ep/images/manifest.json" 'del(.images[] | select(.chapter_id == "ch07"))'
ok "the page" write-gallery --episode="$ep" -o "$ep/images/index.html"
# a picture of another shape
pnm() { ppmmake "#20304a" 320 480 | pnmtopng; }
pnm >"$ep/images/ch05.png" 2>/dev/null && cp "$ep/images/ch05.png" "$ep/images/thumbs"

browser_start
page=file://$ep/images/index.html
viewer='document.querySelector("dialog#viewer")'
seen() { value "[...document.querySelectorAll('li.card')].filter(c =>
	c.checkVisibility()).map(c => c.id).join(' ')"; }
text() { value "document.querySelector('$1').innerText"; }
focus() { value '(document.activeElement.closest("li.card") ??
	document.activeElement).id + " " + document.activeElement.className'; }
opened() { value "$viewer.open ? $viewer.querySelector('h2 .chapter').textContent : 'none'"; }
style() { value "getComputedStyle(document.querySelector('$1')).$2"; }
columns() { value "getComputedStyle(document.querySelector('.grid'))
	.gridTemplateColumns.split(' ').length"; }
# The least contrast of visible text with what is behind it, by WCAG.
contrast() {
	js '
	const parse = c => c.match(/[\d.]+/g).map(Number);
	const light = c => parse(c).slice(0, 3).map(v => v / 255).map(v =>
		v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
	const lum = c => { const [r, g, b] = light(c); return .2126 * r + .7152 * g + .0722 * b; };
	const behind = e => { for (; e; e = e.parentElement) {
		const c = getComputedStyle(e).backgroundColor;
		if (parse(c)[3] !== 0) return c; } };
	let worst = 99, what = "";
	for (const e of document.querySelectorAll("body *")) {
		const has = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
		if (!has || !e.checkVisibility() || e.closest("option, script")) continue;
		const [a, b] = [lum(getComputedStyle(e).color), lum(behind(e))].sort((x, y) => y - x);
		const ratio = (a + .05) / (b + .05);
		if (ratio < worst) { worst = ratio; what = e.outerHTML.slice(0, 80); }
	}
	return worst >= 4.5 ? "AA" : worst.toFixed(2) + " " + what;'
}

# What is seen
go "$page"
is "a card a chapter" "$(seen)" "ch01 ch02 ch03 ch04 ch05 ch06 ch07 ch08"
is "the title" "$(text h1)" "Bitcoin Nedir?"
is "the counts" "$(text .facts | head -n 4 | tr '\n' '|')" "Generated: 5 images|Templates: 2 placeholders|Failed: 1 image|Not drawn yet: 1|"
until_js "thumbnails are there" '[...document.images].every(i => i.complete && i.naturalWidth > 0)'
is "... of another shape, too, as it is" "$(style '#ch05 img' objectFit)" contain
is "a failed one says why" "$(text '#ch04 .error strong')" "call-dalle: ch04: the API refused it (content_policy_violation)"
is "... and what to do" "$(text '#ch04 .remedy')" "describe the visual in other words and run: make imagegen EP=bitcoin-nedir"
is "how each was made" "$(value '[...document.querySelectorAll(".method")].map(e => e.innerText).join()')" "template,generated,generated,failed,storyboard,manual,not drawn yet,template"
is "a hostile title is text" "$(text '#ch03 .title')" "$hostile"
is "a hostile description in an attribute is text" "$(value 'document.querySelector("#ch06 img").alt')" "$hostile"
is "a hostile narration in a detail is text" "$(value 'document.querySelector("#ch03 .narration dd").textContent')" "$hostile"
is "Arabic begins at its right" "$(js '
	const text = document.querySelector("#ch05 .title").firstChild, range = new Range();
	const left = i => { range.setStart(text, i); range.setEnd(text, i + 1);
		return range.getBoundingClientRect().left; };
	return left(0) > left(text.length - 1)')" true
is "a link without description has its title" "$(value 'document.querySelector("#ch05 img").alt')" "مقدمة: BTC!"
is "what was bought has its price" "$(value '[...document.querySelectorAll(".price")].map(e => e.innerText).join()')" "\$0.0424,\$0.0424"
is "no hostile text ran as a script" "$(value 'document.title')" "Bitcoin Nedir? – limn"
is "no hostile text became a picture" "$(value 'document.querySelectorAll("img:not([src^=thumbs])").length')" 0
is "style and scripts are allowed, markup's aren't" "$(js 'const b = document.createElement("b");
	b.setAttribute("onclick", "document.title = 1"); b.setAttribute("style", "color: red");
	document.body.append(b); b.click();
	const was = getComputedStyle(b).color + document.title; b.remove();
	return was === "rgb(255, 0, 0)" || document.title === "1"')" false
console >/dev/null # which says so

# By keys
for width in 360 800 1600; do
	size ${width}x900
	case $width in 360) want=1 ;; 800) want='[23]' ;; *) want='[45]' ;; esac
	ok "$width pixels: columns" expr "$(columns)" : "$want\$"
	is "$width pixels: nothing is wider" "$(value 'document.documentElement.scrollWidth <= innerWidth')" true
done
keys Tab
is "Tab: the search" "$(focus)" "q "
is "... the search has a ring" "$(style ':focus' outlineStyle)" solid
keys Tab Tab Tab
is "Tab: filters, then a picture" "$(focus)" "ch01 picture"
is "... the picture has a ring" "$(style ':focus' outlineStyle)" solid
keys Enter
is "Enter: the viewer" "$(opened)" ch01
is "... with the full picture" "$(value "$viewer.querySelector('img').src.replace(/.*images|\\?.*/g, '')")" /ch01.png
is "... its hash is in the address" "$(value location.hash)" "#ch01"
keys ArrowLeft
is "left of the first: nothing" "$(opened)" ch01
keys ArrowRight ArrowRight
is "right: the next" "$(opened)" ch03
is "... with its facts" "$(value "['.model', '.quality', '.cost', '.revised'].map(s =>
	$viewer.querySelector(s + ' dd').textContent).join('|')")" "gpt-image-2.6-flare|high|\$0.0424|A laptop in a dim room."
is "... its title is text" "$(text '#viewer h2 .title')" "$hostile"
is "... where it is in the row" "$(text '#viewer .at')" "3 of 8"
is "... its hash is in the address" "$(value location.hash)" "#ch03"
keys ArrowRight ArrowRight ArrowRight ArrowRight
is "the viewer goes to a chapter without a picture" "$(opened)" ch07
is "... and shows no picture" "$(value "$viewer.querySelectorAll('img').length")" 0
keys ArrowRight ArrowRight
is "right of the last: nothing" "$(opened)" ch08
is "... which can't be pressed" "$(value "$viewer.querySelector('.next').disabled")" true
keys ArrowLeft ArrowLeft
keys Escape
is "Escape: closed" "$(opened)" none
is "... the focus is on what was seen last" "$(focus)" "ch06 picture"
is "... and the address is without hash" "$(value location.hash)" ""

# By mouse
click '#ch02 .picture'
is "a click: the viewer" "$(opened)" ch02
click '#viewer .next'
is "a click on next" "$(opened)" ch03
click '#viewer .previous'
is "a click on previous" "$(opened)" ch02
is "the viewer's link opens the file" "$(value "$viewer.querySelector('a.button').href.replace(/.*images|\\?.*/g, '')")" /ch02.png
click '#viewer .close'
is "a click on close" "$(opened)" none
click '#ch04 h3'
is "a click on the title: the viewer" "$(opened)" ch04
is "... with the error" "$(text '#viewer .error strong')" "call-dalle: ch04: the API refused it (content_policy_violation)"
js "$viewer.click()" # as one on its backdrop
is "a click beside it closes it" "$(opened)" none
is "a click with a key is the browser's" "$(js 'let was;
	addEventListener("click", e => { was = e.defaultPrevented; e.preventDefault(); },
		{once: true});
	document.querySelector("#ch02 .picture").dispatchEvent(new MouseEvent("click",
		{bubbles: true, cancelable: true, ctrlKey: true}));
	return was + " " + '"$viewer"'.open')" "false false"

# Search and filters
search() { # WORDS: what is shown then
	js 'const q = document.querySelector("input#q"); q.value = ""; q.focus()'
	keys "$1"
	seen
}
is "search: a title" "$(search madencilik)" ch04
is "... is counted" "$(text '#shown')" "1 of 8"
for words in işlemin ISLEMIN ıslemın İŞLEMİN yolculugu; do
	is "search: $words" "$(search $words)" ch05
done
is "search: ığdırın, of I and İ" "$(search 'IĞDIR iş')" "ch03 ch06"
is "search: a prompt" "$(search 'dizüstü bilgisayar')" ch02
is "search: an id" "$(search ch08)" ch08
is "search: nothing matches" "$(search nosuchthing)" ""
is "... which is said" "$(text '#none')" "No image matches."
is "... and counted" "$(text '#shown')" "0 of 8"
keys Enter
is "search: Enter goes nowhere" "$(value location.search)" ""
is "search: a blank finds all" "$(search ' ')" "ch01 ch02 ch03 ch04 ch05 ch06 ch07 ch08"
click '#by-type option[value=diagram]'
is "by type" "$(seen)" "ch03 ch06 ch07"
click '#by-method option[value=manual]'
is "by type and method" "$(seen)" ch06
is "... is counted" "$(text '#shown')" "1 of 8"
click '#by-method option[value=""]'
click '#ch03 .picture'
keys ArrowRight
is "the viewer goes through what is shown" "$(opened)" ch06
is "... counts what is shown" "$(text '#viewer .at')" "2 of 3"
keys Escape
click '#by-type option[value=""]'

# Copy
js 'document.querySelector("#ch02 details").open = true'
until_js "a command has a button" 'document.querySelector("#ch02 .copy") !== null'
paste() {
	js 'const q = document.querySelector("input#q"); q.value = ""; q.focus()'
	cdp Input.dispatchKeyEvent '{"type": "keyDown", "key": "v", "code": "KeyV",
		"modifiers": 2, "commands": ["paste"]}' >/dev/null
	js 'const q = document.querySelector("input#q"), pasted = q.value; q.value = "";
		q.dispatchEvent(new InputEvent("input", {bubbles: true})); return pasted'
}
click '#ch02 .copy'
until_js "... which says so" 'document.querySelector("#ch02 .copy").innerText === "Copied"'
command="make imagegen EP=bitcoin-nedir CHAPTER=ch02 FORCE=1"
is "... the command is copied" "$(paste)" "$command"
js 'Object.defineProperty(navigator, "clipboard", {value: undefined})'
click '#ch03 .picture'
click '#viewer .copy'
until_js "... in the viewer, without a clipboard" 'document.querySelector("#viewer .copy").innerText === "Copied"'
keys Escape
is "... the command is copied, too" "$(paste)" "make imagegen EP=bitcoin-nedir CHAPTER=ch03 FORCE=1"

# Links
go "$page#ch06"
js 'location.reload()'
until_js "a link to a chapter opens it" "$viewer?.open"
is "... the right one" "$(opened)" ch06
js 'location.hash = "#ch02"'
until_js "... another one, too" "$viewer.querySelector('h2 .chapter').textContent === 'ch02'"
keys Escape
for hash in '#%' '#q' '#<b>'; do
	js "location.hash = arguments[0]" "$hash"
	is "a link to $hash opens nothing" "$(opened)" none
done
is "nothing is complained of" "$(console)" ""
is "nothing is asked for elsewhere" "$(requests | grep -v "^file://$ep/images/")" ""

# Without JavaScript
scripts_off
go about:blank
go "$page"
is "without JavaScript: the grid" "$(seen)" "ch01 ch02 ch03 ch04 ch05 ch06 ch07 ch08"
is "without JavaScript: no filters, which couldn't work" "$(style '#filter' display)" none
click '#ch02 summary'
is "without JavaScript: details fold open" "$(value 'document.querySelector("#ch02 dl").checkVisibility()')" true
click '#ch02 .picture'
is "without JavaScript: a picture is a link" "$(value 'location.pathname.replace(/.*\//, "")')" ch02.png
scripts_on

# Colours, paper; pictures for people
go "$page"
js 'document.querySelector("#ch02 details").open = true'
for colours in light dark; do
	$colours
	is "$colours: text can be read" "$(contrast)" AA
	click '#ch04 .picture'
	is "$colours: text in the viewer can be read" "$(contrast)" AA
	keys Escape
done
js 'document.querySelector("#ch02 details").open = false'
for width in 360 800 1600; do
	for colours in light dark; do
		$colours
		size ${width}x1000
		js 'document.activeElement.blur()'
		whole "$screenshots/gallery-$width-$colours.png"
		js 'document.querySelector("#ch02 .picture").click()'
		screenshot "$screenshots/viewer-$width-$colours.png" ${width}x1000
		keys Escape
	done
	ok "pictures of it, $width wide" sh -c 'for f; do
		pngcheck -q "$f" || exit; done' - "$screenshots"/*-$width-*.png
done
light
print_media
is "on paper: no bar, no details" "$(value '[...document.querySelectorAll(
	".bar, button, summary, details, dialog, .badges")].filter(e => e.checkVisibility()).length')" 0
is "on paper: ids and titles" "$(text '#ch02 h3')" "ch02 Bitcoin’in Tarihi"
is "on paper: three in a row" "$(columns)" 3
is "on paper: no card is torn apart" "$(style .card breakInside)" avoid
whole "$screenshots/gallery-print.png"
screen_media
pdf "$screenshots/gallery.pdf"
is "a PDF of the gallery is made" "$(head -c 5 "$screenshots/gallery.pdf")" "%PDF-"
is "... has one page" "$(grep -ac '/Type /Page$' "$screenshots/gallery.pdf")" 1

# 200 chapters
mkdir -p many/thumbs
for i in $(seq 200); do
	printf 'ch%03d\n' "$i"
done >ids
while read -r id; do
	cp "$ep/images/thumbs/ch01.png" "many/thumbs/$id.png"
done <ids
jq --rawfile ids ids '.images[1] as $image | .images = [$ids | split("\n")[:-1][] as $id |
	$image | .chapter_id = $id | .file_path = "images/\($id).png"]' \
	"$ep/images/manifest.json" | write-gallery -o many/index.html
requests >/dev/null
size 1600x1000
go "file://$work/many/index.html"
browser_settle
is "200 chapters" "$(value 'document.querySelectorAll("li.card").length')" 200
requests >asked
thumbs=$(grep -c /thumbs/ asked)
ok "... thumbnails come when they are near: $thumbs" test "$thumbs" -ge 10 -a "$thumbs" -le 100
js 'scrollTo(0, document.documentElement.scrollHeight)'
until_js "... at the end, too" 'document.querySelector("#ch200 img").complete &&
	document.querySelector("#ch200 img").naturalWidth > 0'
is "200 chapters: the last is in sight" "$(value 'document.querySelector("#ch200").getBoundingClientRect().top < innerHeight')" true
pdf many.pdf
thumbnails() { # how many different ones were asked for
	requests >>asked
	grep /thumbs/ asked | sort -u | wc -l
}
until_is 200 thumbnails
is "200 chapters: all thumbnails are on paper" "$(thumbnails)" 200
is "200 chapters: nothing is complained of" "$(console)" ""

# Chapters that are called what parts of the page are.
names='q filter job viewer images again-all confirm shown none by-type by-method
	refused images-title viewer-title confirm-title constructor body'
jq --arg names "$names" '.images[1] as $image | .images = [$names |
	splits("\\s+") as $id | $image | .chapter_id = $id]' "$ep/images/manifest.json" |
	write-gallery -o named.html
go "file://$work/named.html"
alike="[...new Set([...document.querySelectorAll('li.card')].map(e => {
	const s = getComputedStyle(e);
	return [s.display, s.position, s.padding, s.fontSize, s.color]; }).map(String))].length"
is "chapters with names of parts: they look alike" "$(value "$alike")" 1
is "chapters with names of parts: all are counted" "$(text output#shown)" "17 of 17"
size 360x800
is "chapters with names of parts, on a telephone: they look alike" "$(value "$alike")" 1
print_media
is "chapters with names of parts, on paper: they look alike" "$(value "$alike")" 1
screen_media
size 1600x1000
click 'li#viewer a.picture'
is "a chapter called viewer: the viewer opens" "$(opened)" viewer
is "a chapter called viewer: the viewer has its own heading's name" "$(value "document.getElementById(
	$viewer.getAttribute('aria-labelledby')).localName")" h2
keys Escape
click input#q
keys again-all
is "chapters with names of parts: they are found" "$(seen)" again-all
is "chapters with names of parts: nothing is complained of" "$(console | grep -v 'ERR_FILE_NOT_FOUND')" ""
finish
