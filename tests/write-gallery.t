#!/bin/sh
# write-gallery: the page of an episode, static and served; what it counts; that
# nothing that it reads is markup, a link elsewhere or the end of it.
# shellcheck disable=SC2016,SC2086 # $ is jq's; words
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
unset LIMN_TOKEN

# The page without its style and scripts, and without the release in it.
bones() {
	perl -0777 -pe 's{(<style>).*?(</style>)}{$1$2}sg;
		s{(<script>).*?(</script>)}{$1$2}sg;
		s{(\x27sha256-)[^\x27]*}{$1HASH}g; s{(content="limn )[^"]*}{$1VERSION}' "$@"
}
card() { # ID PAGE
	perl -0777 -ne 'print $1 if m{(<li class="card[^>]* id="'"$1"'".*?)(?=<li class="card|</ol>)}s' "$2"
}
facts() { sed -n '/^<ul class="facts">/,/^<\/ul>/s/<[^>]*>//gp' "$@" | sed '/^$/d' | paste -sd '|' -; }
log() { # CHAPTER STATUS MESSAGE: what call-dalle did, in the log
	jq -nc --arg c "$1" --argjson s "$2" --arg m "$3" '{run: "", tool: "call-dalle",
		chapter: $c, stage: "image", status: $s, setting: null, message: $m}' >>$w/log
}
failed() { log "$1" 10 "$2"; } # CHAPTER MESSAGE
ids() { sed -n 's/^<li class="card.* id="\([^"]*\)".*/\1/p' "$@" | paste -sd ' ' -; }
methods() { sed -n 's/^<li class="card.* data-method="\([^"]*\)".*/\1/p' "$@" | paste -sd ' ' -; }
count_of() { grep -o "$1" "$2" | wc -l; }
sum() { printf %s "$1" | sha256sum | cut -c 1-64; }

# An episode, its chapters in another order than their names.
e=outputs/abc123
w=$e/imagegen
m=$e/images/manifest.json
mkdir -p $w $e/images
slice() { # ID TYPE TITLE
	jq -n --arg id "$1" --arg type "$2" --arg title "$3" '{episode_id: "abc123",
		episode_title: "Bitcoin “Nedir”? & <daha>", schema_version: "1.0",
		chapter_id: $id, title: $title, visual: {type: $type,
		description: "Soldan \"sağa\"", image_prompt: null},
		narration: {text: "Merhaba.\nİkinci satır"}}' >$w/$1.chapter.json
}
record() { # ID METHOD MODEL COST TYPE
	: >$e/images/$1.png
	jq -n --arg id $1 --arg method $2 --arg model "$3" --arg cost "$4" --arg type $5 \
		--arg sha "sha256:$(sum $1)" --arg asked "sha256:$(sum "$1 asked")" '
		{chapter_id: $id, chapter_title: "In the record", visual_type: $type,
		file_path: "images/\($id).png", prompt: "Two <keys> & a lock.\n\nNo text.",
		generation_method: $method, model: (if $model == "" then null else $model end),
		size: "2048x1152", mime_type: "image/png", size_bytes: 1523840,
		metadata: {revised_prompt: null, cost_usd: ($cost | tonumber),
		generated_at: "2026-02-28T10:29:58Z", quality: "high", request_sha256: $asked,
		sha256: $sha, prompt_source: "llm", alt: "In the record"}}' >$w/$1.entry.json
}
template() { # ID TYPE
	record "$1" template "" 0 $2
	jq --arg sha "sha256:$(sum $1)" '.prompt = null | .size_bytes = 24512 | .metadata = {
		template_name: "x", sha256: $sha, alt: "In the record"}' \
		$w/$1.entry.json >t && mv t $w/$1.entry.json
}
answer() { # ID COST [BASE64]
	jq -n --arg sha "sha256:$(sum $1)" --arg asked "sha256:$(sum "$1 asked")" \
		--arg cost $2 --arg picture "${3:-}" --arg id "$1" '
		{created: 1, data: [{b64_json: $picture}], prompt: "p", model: "m",
		request_sha256: $asked, request_id: "req_\($id)", bought_at: "x", run: "r",
		cost_usd: ($cost | tonumber), cost_source: "measured", picture_sha256: $sha}' \
		>$w/$1.response.json
}
asked() { # ID COST
	jq -n --arg id $1 --arg asked "sha256:$(sum "$1 prompt")" --arg cost $2 '{
		chapter_id: $id, prompt: "A prompt that was refused.", source: "llm",
		llm: {model: "claude-sonnet-5-5", request_sha256: $asked,
		cost_usd: ($cost | tonumber)}}' >$w/$1.prompt.json
}
manifest() { # ID...
	for id; do cat $w/$id.entry.json; done | jq -s '{episode_id: "abc123",
		schema_version: "1.0", generated_at: "2026-02-28T10:30:00Z", images: .}' >$m
	touch -d 2026-02-28T10:30:00.123456789Z $m
}
slice ch01 title_card Giriş
template ch01 title_card
slice ch03 diagram 'Şifreleme "1"'
record ch03 openai gpt-image-2.6-flare 0.043785 diagram
asked ch03 0.0012
answer ch03 0.043785
slice ch02 b_roll 'Kapı'
manifest ch01 ch03
printf '%s\n' ch01 ch03 ch02 >$w/chapters.index
failed ch02 'call-dalle: and what was before'
failed ch02 'ch02: image: refused <b> by the policy; write "it" another way; or so'
one=$(sum ch01) three=$(sum ch03)

# --- byte for byte

fails 0 "a page" write-gallery --episode=$e -o page $m
is "a page: no output" "$out" ""
is "a page: no message" "$err" ""
cat >want <<END
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="limn VERSION">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'sha256-HASH'; script-src 'sha256-HASH'; base-uri 'none'; form-action 'none'">
<title>Bitcoin “Nedir”? &amp; &lt;daha&gt; – limn</title>
<style></style>
</head>
<body class="gallery" data-episode="abc123">
<header class="top">
<h1 lang="">Bitcoin “Nedir”? &amp; &lt;daha&gt;</h1>
<p class="id"><code>abc123</code></p>
<ul class="facts">
<li class="generated">Generated: 1 image</li>
<li class="templates">Templates: 1 placeholder</li>
<li class="failed">Failed: 1 image</li>
<li class="cost">Total Cost: \$0.0450</li>
<li class="model">Model: gpt-image-2.6-flare</li>
<li class="time"><time datetime="2026-02-28T10:30:00Z">2026-02-28 10:30 UTC</time></li>
</ul>
</header>
<main>
<section id="images" aria-labelledby="images-title">
<div class="bar"><h2 id="images-title">Images</h2>
<form id="filter" role="search" hidden>
<input type="search" id="q" aria-label="Search in titles and prompts" placeholder="Search">
<select id="by-type" aria-label="Type"><option value="">All types<option value="title_card">title card<option value="diagram">diagram<option value="b_roll">b-roll</select>
<select id="by-method" aria-label="Method"><option value="">All methods<option value="template">template<option value="generated">generated<option value="failed">failed</select>
<output id="shown"></output>
</form>
</div>
<ol class="grid">
<li class="card" id="ch01" data-type="title_card" data-method="template">
<a class="picture" href="ch01.png?${one%"${one#????????????????}"}"><img src="thumbs/ch01.png?${one%"${one#????????????????}"}" lang="" alt="Soldan &#34;sağa&#34;" width="480" height="270" loading="lazy" decoding="async"></a>
<h3><span class="chapter">ch01</span> <span class="title" lang="">Giriş</span></h3>
<p class="badges"><span class="badge type">title card</span> <span class="badge method">template</span></p>
<details><summary>Details</summary><dl>
<div class="size"><dt>Size<dd>2048x1152 pixels</div>
<div class="cost"><dt>Cost<dd>–</div>
<div class="bytes"><dt>File size<dd>25 kB</div>
<div class="sha256"><dt>SHA-256<dd>$one</div>
<div class="narration"><dt>Narration<dd lang="">Merhaba.
İkinci satır</div>
</dl></details>
<li class="card" id="ch03" data-type="diagram" data-method="generated">
<a class="picture" href="ch03.png?${three%"${three#????????????????}"}"><img src="thumbs/ch03.png?${three%"${three#????????????????}"}" lang="" alt="Soldan &#34;sağa&#34;" width="480" height="270" loading="lazy" decoding="async"></a>
<h3><span class="chapter">ch03</span> <span class="title" lang="">Şifreleme &#34;1&#34;</span></h3>
<p class="badges"><span class="badge type">diagram</span> <span class="badge method">generated</span> <span class="price">\$0.0438</span></p>
<details><summary>Details</summary><dl>
<div class="prompt"><dt>Prompt<dd lang="">Two &lt;keys&gt; &amp; a lock.

No text.</div>
<div class="source"><dt>Prompt by<dd>an LLM</div>
<div class="model"><dt>Model<dd>gpt-image-2.6-flare</div>
<div class="size"><dt>Size<dd>2048x1152 pixels</div>
<div class="quality"><dt>Quality<dd>high</div>
<div class="cost"><dt>Cost<dd>\$0.0438</div>
<div class="bytes"><dt>File size<dd>1.5 MB</div>
<div class="sha256"><dt>SHA-256<dd>$three</div>
<div class="request"><dt>Request id<dd>req_ch03</div>
<div class="made"><dt>Made<dd>2026-02-28 10:29 UTC</div>
<div class="narration"><dt>Narration<dd lang="">Merhaba.
İkinci satır</div>
<div class="again"><dt>Draw again<dd><code class="command">make imagegen EP=abc123 CHAPTER=ch03 FORCE=1</code></div>
</dl></details>
<li class="card failed" id="ch02" data-type="b_roll" data-method="failed">
<div class="picture none"></div>
<h3><span class="chapter">ch02</span> <span class="title" lang="">Kapı</span></h3>
<p class="badges"><span class="badge type">b-roll</span> <span class="badge method">failed</span></p>
<p class="error"><strong>call-dalle: ch02: image: refused &lt;b&gt; by the policy</strong> <span class="remedy">write &#34;it&#34; another way; or so</span></p>
<details><summary>Details</summary><dl>
<div class="narration"><dt>Narration<dd lang="">Merhaba.
İkinci satır</div>
<div class="again"><dt>Draw<dd><code class="command">make imagegen EP=abc123 CHAPTER=ch02</code></div>
</dl></details>
</ol>
<p id="none" hidden>No image matches.</p>
</section>
</main>
<script></script>
</body>
</html>
END
is "a page: byte for byte" "$(bones page | diff - want)" ""
is "... dated as its manifest is" "$(stat -c %y page)" "$(stat -c %y $m)"
is "the manifest of the episode, where none is named" "$(write-gallery --episode=$e | cmp - page 2>&1)" ""
is "... a slash behind its name" "$(write-gallery --episode=$e/ -o - | cmp - page 2>&1)" ""
write-gallery --episode=$e -o page2
is "... has the date of its manifest" "$(stat -c %y page2)" "$(stat -c %y $m)"
is "the manifest on standard input" "$(write-gallery --episode=$e - <$m | cmp - page 2>&1)" ""
is "--output, and a directory that is made" "$(write-gallery --episode $e --output=new/page $m && cmp page new/page 2>&1)" ""

api=/api/episodes/abc123/files/images
LIMN_TOKEN='a"<token>' write-gallery --served --episode=$e -o served
sed -e '/Content-Security-Policy/d' \
	-e 's/<body class="gallery" data-episode="abc123">/<body class="gallery served" data-episode="abc123" data-token="a\&#34;\&lt;token\&gt;">/' \
	-e 's/^<header class="top">$/&\n<nav><a href="\/">Episodes<\/a><\/nav>/' \
	-e "s|href=\"ch|href=\"$api/ch|; s|src=\"thumbs|src=\"$api/thumbs|" \
	-e 's|^</form>$|&\n<button type="button" id="again-all">Regenerate All</button>|' \
	-e 's|^<ol class="grid">$|<div id="job" role="status" aria-live="polite" hidden></div>\n&|' \
	-e 's|^<script></script>$|&\n&|' want |
	perl -0777 -pe 's{(</p>\n)(<details>(?:(?!</details>).)*<div class="again">(?:(?!</details>).)*?CHAPTER=(\w+))}{$1<button type="button" class="again" aria-label="Regenerate $3">Regenerate</button>\n$2}sg' |
	perl -0777 -pe 's{(</h2>\n<form.*?</form>\n.*?</button>\n</div>\n)(<ol class="grid">|)}{$1$2}s' >want.served
is "a served page, byte for byte" "$(bones served | diff - want.served)" ""
is "... without a token" "$(write-gallery --served --episode=$e | grep -c data-token)" 0
is "a static page has none" "$(LIMN_TOKEN=secret write-gallery --episode=$e | cmp - page 2>&1)" ""

# --- its policy, and what it needs

perl -MDigest::SHA=sha256_base64 -0777 -ne '
	my $page = $_;
	my ($policy) = /Policy" content="([^"]*)/;
	for my $what (["style", "style-src"], ["script", "script-src"]) {
		my ($tag, $directive) = @$what;
		my @in = map { ("\x27sha256-" . sha256_base64($_) . "=\x27") } $page =~ m{<$tag>(.*?)</$tag>}sg;
		my ($allowed) = $policy =~ /$directive ([^;]*)/;
		print "$directive: $allowed is not @in\n" if $allowed ne "@in";
	}' page >policy
is "the hashes of the policy are those of style and script" "$(cat policy)" ""
is "style and script are there" "$(perl -0777 -ne 'print length($1) > 1000 && length($2) > 1000 ? "yes" : "no"
	if m{<style>(.*?)</style>.*<script>(.*?)</script>}s' page)" yes
is "nothing is inline but those" "$(bones page served | grep -ciE ' (style|on[a-z]+)=|javascript:')" 0
is "nothing comes from elsewhere" "$(grep -cE 'https?:|@import|url\(|(src|href)="/' page)" 0
is "... and nothing is asked for" "$(grep -cE 'fetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|/api/' page)" 0

# --- what is counted

slice ch04 screen_share Boş
slice ch05 diagram Elle
record ch05 manual "" 0 diagram
jq '.metadata |= {generated_at, sha256, alt} | .prompt = null' $w/ch05.entry.json >t && mv t $w/ch05.entry.json
slice ch06 b_roll Eski
record ch06 dalle3 dall-e-3 0.08 b_roll
slice ch07 talking_head Kapanış
template ch07 talking_head
slice ch08 diagram Taslak
record ch08 storyboard "" 0 diagram
slice ch09 diagram Yine
record ch09 openai gpt-image-2.6-flare 0.05 diagram
answer ch09 0.05
failed ch09 'ch09: no answer'
touch -d '1 minute ago' $w/ch09.entry.json
failed ch08 'error; gone'
log ch08 0 'drawn'
seq -f 'ch%02.0f' 9 >$w/chapters.index
manifest ch01 ch03 ch05 ch06 ch07 ch08
write-gallery --episode=$e -o page
is "the chapters, in the order of the index" "$(ids page)" "ch01 ch02 ch03 ch04 ch05 ch06 ch07 ch08 ch09"
is "... and what became of them" "$(methods page)" \
	"template failed generated missing manual generated template storyboard failed"
is "the facts" "$(facts page)" \
	'Generated: 5 images|Templates: 2 placeholders|Failed: 2 images|Not drawn yet: 1|Total Cost: $0.0950|Model: gpt-image-2.6-flare|2026-02-28 10:30 UTC'
like "a card that isn't drawn yet" "$(card ch04 page)" '<li class="card missing" id="ch04" data-type="screen_share" data-method="missing">
<div class="picture none"></div>'
like "... its badge" "$(card ch04 page)" '<span class="badge method">not drawn yet</span>'
like "... how to draw it" "$(card ch04 page)" '<dt>Draw<dd><code class="command">make imagegen EP=abc123 CHAPTER=ch04</code>'
like "a failed one has its older picture" "$(card ch09 page)" '<a class="picture" href="ch09.png?'
like "... and the error" "$(card ch09 page)" '<p class="error"><strong>call-dalle: ch09: no answer</strong></p>'
like "... and what it cost" "$(card ch09 page)" '<dt>Cost<dd>$0.0500</div>'
is "an error counts no more when a later step was good" "$(card ch08 page | grep -c 'class="error"')" 0
like "a picture by hand has no price" "$(card ch05 page)" '<dt>Cost<dd>–</div>'
is "... and isn't drawn again" "$(card ch05 page | grep -c again)" 0
is "what was bought has its price on the card" "$(grep -c 'class="price"' page)" 3
like "a storyboard costs nothing" "$(card ch08 page)" '<dt>Cost<dd>$0.0000</div>'
like "dall-e-3 is generated, too" "$(card ch06 page)" 'data-method="generated"'
mkdir $w/own $e/own
: >$w/own/ch05
: >$e/own/ch05.png
failed ch05 'ch05: refused'
like "a picture of the author's own stays when another step fails" "$(write-gallery --served --episode=$e | card ch05 -)" '<a class="picture"'
rm $e/own/ch05.png
write-gallery --served --episode=$e -o served
like "... taken away, and its redraw refused: no old picture" "$(card ch05 served)" '<div class="picture none">'
like "... but the failure" "$(card ch05 served)" '<p class="error"><strong>call-dalle: ch05: refused</strong></p>'
like "... and the button" "$(card ch05 served)" 'aria-label="Regenerate ch05"'
log ch05 0 drawn
write-gallery --served --episode=$e -o served
like "... taken away, and not redrawn yet: the button" "$(card ch05 served)" 'aria-label="Regenerate ch05"'
rm -r $w/own $e/own
write-gallery --served --episode=$e -o served
is "buttons: on what is drawn, not by hand" "$(for c in $(cat $w/chapters.index); do
	card $c served | grep -c "<button type=\"button\" class=\"again\" aria-label=\"Regenerate $c\">Regenerate</button>"; done | paste -sd ' ' -)" \
	"0 1 1 1 0 1 0 1 1"
printf '{"tool": "x", "chapter": "ch01", "status": 10, "mess' >>$w/log
printf '\n\n[]\n{"chapter": 1, "status": []}\n{"tool": "x", "chapter": "../x", "status": 1, "message": "m"}\n' >>$w/log
is "lines that are none say nothing" "$(write-gallery --episode=$e | methods)" "$(methods page)"
touch -d '2 minutes ago' $w/log
is "an error of before the picture counts no more" "$(write-gallery --episode=$e | methods | cut -d ' ' -f 9)" generated
rm $w/log
is "without a log there is no error" "$(write-gallery --episode=$e | methods)" \
	"template missing generated missing manual generated template storyboard generated"
rm -f $e/images/ch03.png
is "a picture that was deleted isn't drawn" "$(write-gallery --episode=$e | methods)" \
	"template missing missing missing manual generated template storyboard generated"
: >$e/images/ch03.png
rm -f $w/ch06.entry.json
is "without its record, that of the manifest" "$(write-gallery --episode=$e | methods)" \
	"template missing generated missing manual generated template storyboard generated"
failed ch06 'b; c'
is "... where an error counts" "$(write-gallery --episode=$e | bones | sed -n '/id="ch06"/p')" \
	'<li class="card failed" id="ch06" data-type="b_roll" data-method="failed">'
mv $w/log elsewhere
ln -s "$PWD/elsewhere" $w/log
is "... but no link" "$(write-gallery --episode=$e | methods | cut -d ' ' -f 6)" generated
rm -f $w/log
asked ch02 0.5
failed ch02 'b; c'
write-gallery --episode=$e -o page
like "a refused prompt is shown" "$(card ch02 page)" '<dt>Prompt<dd lang="">A prompt that was refused.</div>'
like "... and was paid for" "$(facts page)" 'Total Cost: $0.5950'
like "the answer of another picture: its id isn't that one's" "$(jq '.picture_sha256 = "sha256:0"' \
	$w/ch03.response.json >t && mv t $w/ch03.response.json; write-gallery --episode=$e >page; card ch03 page |
	grep -c 'Request id')" 0
jq -n '{data: [{b64_json: ("QUJD" * 100000)}]}' >t
answer ch03 0.043785 && jq -s '.[0].data = .[1].data | .[0]' $w/ch03.response.json t >t2 && mv t2 $w/ch03.response.json
write-gallery --episode=$e >page
like "an answer with its picture" "$(card ch03 page)" '<dt>Request id<dd>req_ch03</div>'
jq -c . $w/ch03.response.json >t && mv t $w/ch03.response.json
is "... printed in another way" "$(write-gallery --episode=$e | cmp - page 2>&1)" ""

# --- the ledger has what all runs cost, this one or not

migrate-db -d limn.db up
sqlite3 limn.db "INSERT INTO ledger (purchase, episode_id, chapter_id, kind, model, request_sha256, state, cost_micros, estimate_micros, reserved_at, run) VALUES
	('1', 'abc123', 'ch03', 'image', 'm', 'sha256:1', 'settled', 208800, 300000, '2026-02-27 10:00:00', 'a'),
	('2', 'abc123', 'ch03', 'image', 'm', 'sha256:1', 'unknown', 50000, 50000, '2026-02-28 10:00:00', 'b'),
	('3', 'abc123', 'ch03', 'image', 'm', 'sha256:1', 'released', 90000, 90000, '2026-02-28 10:00:00', 'b'),
	('4', 'other', 'ch03', 'image', 'm', 'sha256:1', 'settled', 90000, 90000, '2026-02-28 10:00:00', 'b')" 2>sql
is "(the ledger is filled)" "$(cat sql)" ""
like "the total is the ledger's" "$(write-gallery -d limn.db --episode=$e | facts)" 'Total Cost: $0.2588|'
like "... by --database" "$(write-gallery --database=limn.db --episode=$e | facts)" 'Total Cost: $0.2588|'
like "... by DATABASE" "$(DATABASE=limn.db LIMN_RUN=b write-gallery --episode=$e | facts)" 'Total Cost: $0.2588|'
like "... of a manifest alone" "$(write-gallery -d limn.db <$m | facts)" 'Total Cost: $0.2588|'
before=$(sha256sum <limn.db)
write-gallery -d limn.db --episode=$e -o served --served
is "the ledger is only read" "$(sha256sum <limn.db)" "$before"
is "no database: the facts are those of the files" \
	"$(write-gallery -d none.db --episode=$e | facts)" "$(write-gallery --episode=$e | facts)"
is "no database: none is made" "$(find . -name 'none.db*')" ""
echo 'no database, but long enough to be taken for one at first sight' >spoilt.db
fails 0 "a database that is none isn't the end" env LIMN_LOG="$work/errors" write-gallery -d spoilt.db --episode=$e -o page
is "... the files are asked" "$(facts page)" "$(write-gallery --episode=$e | facts)"
like "... which is said" "$err" 'write-gallery: spoilt.db: this file is no SQLite database'
ok "... but is no error of the episode's" test ! -s errors
fails 0 "a directory instead of one" write-gallery -d $e --episode=$e -o page
sqlite3 empty.db 'CREATE TABLE episodes (id TEXT PRIMARY KEY)'
is "one without a ledger" "$(write-gallery -d empty.db --episode=$e 2>&1 | facts)" "$(write-gallery --episode=$e | facts)"

# --- the chapters were refused

refused() { sed -n '/^<div id="refused">/,/^<\/div>/p' "$@"; }
echo '{}' >$e/chapters.json
printf '%s\n' 'split-chapters: chapters.json: chapters[3].chapter_id: "ch02" is <b>; give each its own' '' \
	'split-chapters: chapters.json: what; more' >$w/chapters.errors
for served in "" --served; do
	is "why make refused the chapters${served:+, served}" "$(write-gallery $served --episode=$e | refused)" \
		'<div id="refused"><p>The last run drew nothing. Put this right, and run it again:</p>
<p class="error"><strong>split-chapters: chapters.json: chapters[3].chapter_id: &#34;ch02&#34; is &lt;b&gt;</strong> <span class="remedy">give each its own</span></p>
<p class="error"><strong>split-chapters: chapters.json: what</strong> <span class="remedy">more</span></p>
</div>'
done
is "... the cards are there, too" "$(write-gallery --episode=$e | ids)" "$(ids page)"
is "... not by a manifest alone" "$(write-gallery <$m | refused)" ""
touch -d '1 minute ago' $w/chapters.errors
is "... nor when they were edited since" "$(write-gallery --episode=$e | refused)" ""
head -c 100000 /dev/zero | tr '\0' '\377' >$w/chapters.errors
ok "one that is long, and no text" sh -c "write-gallery --episode=$e | iconv -f UTF-8 -t UTF-8"
for spoil in 'mkdir' 'mkfifo' 'ln -s nowhere' ': >'; do
	rm -rf $w/chapters.errors
	eval "$spoil $w/chapters.errors"
	is "... none: $spoil" "$(timeout 10 write-gallery --episode=$e 2>&1 | refused)" ""
done
rm -rf $w/chapters.errors $e/chapters.json

# --- a manifest alone

fails 0 "from standard input" sh -c 'write-gallery <'$m' | cat >page'
is "... its own order" "$(ids page)" "ch01 ch03 ch05 ch06 ch07 ch08"
is "... its facts" "$(facts page)" \
	'Generated: 4 images|Templates: 2 placeholders|Total Cost: $0.1238|Model: gpt-image-2.6-flare|2026-02-28 10:30 UTC'
like "... its titles" "$(card ch03 page)" '<span class="title" lang="">In the record</span>'
like "... the episode's is its id" "$(cat page)" '<h1 lang="">abc123</h1>'
is "... nothing else" "$(grep -cE 'Narration|Request id|class="error"' page)" 0
write-gallery -o page $m
is "... from a file: its date" "$(stat -c %y page)" "$(stat -c %y $m)"
jq '.images += [.images[1] | .chapter_id = "ch99"]' $m >two.json
like "a picture that serves two chapters was paid for once" "$(write-gallery two.json | facts)" 'Total Cost: $0.1238|'
jq '.images |= map(select(.generation_method == "storyboard"))' $m >drafts.json
is "of drafts" "$(write-gallery drafts.json | facts)" \
	'Generated: 1 image|Templates: 0 placeholders|Total Cost: $0.0000|Storyboard drafts|2026-02-28 10:30 UTC'
jq '.images = []' $m >none.json
like "of no picture" "$(write-gallery none.json)" '<p class="empty">There are no images yet. To draw them, run: <code class="command">make imagegen EP=abc123</code></p>'
fails 0 "-- ends the options" sh -c "cp $m ./-x.json && write-gallery -- -x.json >/dev/null"

# --- an episode that isn't finished, or has just begun

rm -f $m
fails 0 "without a manifest" write-gallery --episode=$e -o page
is "... its records are what there is" "$(ids page; methods page)" "ch01 ch02 ch03 ch04 ch05 ch06 ch07 ch08 ch09
template failed generated missing manual missing template storyboard generated"
is "... and no time" "$(grep -c '<time' page)" 0
is "... the page is of now" "$(find page -newer $w/chapters.index)" page
fails 66 "... unless it is named" write-gallery --episode=$e $m
mkdir -p outputs/-new
jq -n '{episode_id: "-new", title: "Yeni <b>"}' >outputs/-new/chapters.json
write-gallery --episode=outputs/-new --served >page
like "nothing made yet: it says what to run" "$(cat page)" '<code class="command">make imagegen EP=-new</code>'
like "... has a button" "$(cat page)" '<button type="button" id="again-all">Draw the images</button>'
like "... and a title" "$(cat page)" '<h1 lang="">Yeni &lt;b&gt;</h1>'
is "... but nothing to search" "$(grep -c 'id="filter"' page)" 0

# --- text is text

h=outputs/hostile
mkdir -p $h/imagegen $h/images
: >$h/images/ch01.png
evil='<img src=x onerror=alert(1)>"'"'"'</script></style></title></body>&amp;<!--]]> 🔑 İıŞğ %s %n '"$(printf '\001\033[31m\177\302\205\r\n')"
jq -n --arg x "$evil" --arg sha "sha256:$(sum ch01)" '{chapter_id: "ch01", chapter_title: $x,
	visual_type: $x, file_path: "images/ch01.png", prompt: $x, generation_method: $x,
	model: $x, size: $x, mime_type: $x, size_bytes: 5, metadata: {revised_prompt: $x,
	cost_usd: 1, generated_at: $x, quality: $x, request_sha256: $x, sha256: $sha,
	prompt_source: $x, alt: $x}}' >$h/imagegen/ch01.entry.json
jq -n --arg x "$evil" '{episode_id: $x, episode_title: $x, chapter_id: "ch01", title: $x,
	visual: {type: $x, description: $x}, narration: {text: $x}}' >$h/imagegen/ch01.chapter.json
jq -n --arg x "$evil" --arg sha "sha256:$(sum ch01)" '{request_sha256: $x, request_id: $x,
	picture_sha256: $sha, cost_usd: 1}' >$h/imagegen/ch01.response.json
jq -nc --arg x "$evil" '{tool: $x, chapter: "ch01", stage: $x, status: 10, setting: $x, message: "\($x); \($x)"}' >$h/imagegen/log
echo ch01 >$h/imagegen/chapters.index
jq -s --arg x "$evil" '{episode_id: "hostile", generated_at: $x, images: .}' \
	$h/imagegen/ch01.entry.json >$h/images/manifest.json
for served in "" --served; do
	fails 0 "evil texts${served:+, served}" env LIMN_TOKEN="$evil" write-gallery $served --episode=$h -o page
	is "... aren't markup" "$(bones page | tr '\n' ' ' | grep -oE '<(img|script|/script|style|/style|/title|/body|!--)' | paste -sd ' ' -)" \
		"</title <style </style <img <script </script${served:+ <script </script} </body"
	is "... nor end an attribute" "$(grep -cE 'alt="<|alt="[^"]*"[^ ]|"onerror|"'"'" page)" 0
	bones page >bare
	is "... nor are there control characters" "$(LC_ALL=C tr -d '\n\t\040-\176\200-\377' <bare | wc -c)" 0
	ok "... and it is UTF-8" iconv -f UTF-8 -t UTF-8 bare
	is "... without C1" "$(perl -CS -ne '$n += () = /[\x{80}-\x{9f}]/g; END { print $n + 0 }' <bare)" 0
done
like "a title is read as it was written" "$(card ch01 page)" \
	'<span class="title" lang="">&lt;img src=x onerror=alert(1)&gt;&#34;&#39;&lt;/script&gt;&lt;/style&gt;&lt;/title&gt;&lt;/body&gt;&amp;amp;&lt;!--]]&gt; 🔑 İıŞğ %s %n �'

# a place for a picture that is none
: >"$h/images/a b%ş#.png"
rm -f $h/imagegen/log
link() { # FILE_PATH: what the card links to
	jq --argjson p "$1" '.file_path = $p' $h/imagegen/ch01.entry.json >t && mv t $h/imagegen/ch01.entry.json
	write-gallery --episode=$h | sed -n 's/.*href="\([^"?]*\).*/\1/p'
}
is "a picture is linked" "$(link '"images/ch01.png"')" ch01.png
is "... its name encoded" "$(link '"images/a b%ş#.png"')" a%20b%25%C5%9F%23.png
for p in '"../../etc/passwd"' '"images/../../../etc/passwd.png"' '"/etc/passwd"' '"javascript:alert(1)"' \
	'"images/thumbs/ch01.png"' '"images/.png"' '"images/.x.png"' '"images/"' '"images/ch01.svg"' \
	'"images//ch01.png"' '"http://example.com/images/x.png"' '"images/x\ny.png"' '""' null 7 '[]' '{"a": 1}'; do
	is "a file_path of $p isn't" "$(link "$p")" ""
done
like "... nor is one of a manifest" "$(jq '.images[0].file_path = "../x.png"' $h/images/manifest.json | write-gallery)" \
	'<div class="picture none"></div>'
printf '{"episode_id":"x","images":[{"chapter_id":"c","file_path":"images/%0300d.png"}]}' 0 >t
like "... nor is a name too long to be one" "$(write-gallery t)" '<div class="picture none"></div>'
size() {
	jq -n --argjson s "$1" '{episode_id: "x", images: [{chapter_id: "c", file_path: "images/c.png", size: $s}]}' |
		write-gallery | sed -n 's/.*alt="c"\(.*\) loading=.*/\1/p'
}
is "the size of a thumbnail" "$(size '"1024x1024"')" ' width="480" height="480"'
is "... of a small picture" "$(size '"320x200"')" ' width="320" height="200"'
is "... of a flat one" "$(size '"100000x1"')" ' width="480" height="1"'
for s in '"0x5"' '"5x0"' '"x"' '"9"' '"-5x5"' '"5x 5"' '"99999999999999999999x1"' '"5x5x5"' 5 null '"1e3x5"'; do
	is "... of $s isn't known" "$(size "$s")" ""
done

# --- workings that are spoilt count as missing

h=outputs/spoilt
mkdir -p $h/imagegen $h/images
jq '.episode_id = "spoilt"' two.json >$h/images/manifest.json
for id in ch01 ch03 ch05 ch06 ch07 ch08 ch99; do : >$h/images/$id.png; done
write-gallery --episode=$h -o want
tries=0
for bad in '' '{' '[]' 'null' '"x"' '{"chapter_id": 7}' '{"chapter_id": "ch02"}' '{"chapter_id": "ch01", "title": 5, "visual": [], "narration": "x"}' \
	'{"a": 1, "a": 2}' '{"chapter_id": "ch01\u0000"}' "$(printf '\377\376{')" "$(printf '%0*d' 20000 0 | tr 0 '[')"; do
	for suffix in chapter.json prompt.json response.json; do
		printf '%s' "$bad" >$h/imagegen/ch01.$suffix
	done
	[ "$bad" = '{"chapter_id": "ch01", "title": 5, "visual": [], "narration": "x"}' ] ||
		printf '%s' "$bad" >$h/imagegen/ch01.entry.json
	printf 'bad\0%s' "$bad" >$h/imagegen/chapters.index
	tries=$((tries + 1))
	is "spoilt workings, $tries" "$(write-gallery --episode=$h 2>&1 | cmp - want 2>&1)" ""
done
for x in ch01.entry.json ch01.chapter.json ch01.prompt.json ch01.response.json log; do
	rm -f $h/imagegen/$x && mkdir $h/imagegen/$x
done
rm -f $h/imagegen/chapters.index && mkdir $h/imagegen/chapters.index
is "directories instead" "$(write-gallery --episode=$h 2>&1 | grep -v 'class="error"' | cmp - want 2>&1)" ""
rm -rf $h/imagegen && mkdir $h/imagegen
for x in ch01.entry.json ch01.chapter.json ch01.prompt.json ch01.response.json log chapters.index; do mkfifo $h/imagegen/$x; done
is "FIFOs" "$(timeout 10 write-gallery --episode=$h 2>&1 | cmp - want 2>&1)" ""
rm -rf $h/imagegen && mkdir $h/imagegen
for index in 'ch01
../x' 'ch01
<b>' 'ch01
-x' '
' 'ch01 ch02'; do
	printf '%s\n' "$index" >$h/imagegen/chapters.index
	is "an index that is none: the order of the manifest" "$(write-gallery --episode=$h | cmp - want 2>&1)" ""
done
printf 'ch03\nch01\nch03' >$h/imagegen/chapters.index
is "a chapter that it has twice is shown once" "$(write-gallery --episode=$h | ids)" "ch03 ch01"
rm -rf $h/imagegen
is "no workings" "$(write-gallery --episode=$h | cmp - want 2>&1)" ""
numbers() {
	jq '.images[].size_bytes = "@" | .images[].metadata.cost_usd = "@"' two.json | sed "s/\"@\"/$1/" |
		write-gallery | bones | grep -oE 'Total Cost[^<]*|nan|inf|-[0-9]+ bytes' | paste -sd ' ' -
}
for x in 1e308 -1 9223372036854775807 -9223372036854775808 '"7"' null; do
	is "costs and sizes of $x" "$(numbers "$x")" 'Total Cost: $0.0000'
done
printf '{"episode_id":"x","images":[{"chapter_id":"c","metadata":%s,"prompt":{},"model":1,"size":[],"visual_type":3,"generation_method":[]}]}' 7 >t
fails 0 "wrong types in a record" write-gallery t

# --- a manifest that is spoilt

fails 65 "no JSON" sh -c 'echo x | write-gallery'
fails 65 "nothing" sh -c ': | write-gallery'
refused() { # NAME JSON MESSAGE
	printf '%s' "$2" >bad.json
	fails 65 "$1" write-gallery bad.json
	like "... which is said" "$err" "write-gallery: bad.json: $3"
}
refused "a list" '[]' 'episode_id: is not an id'
refused "no id" '{"images": []}' 'episode_id: is not an id'
refused "a bad id" '{"episode_id": "../x", "images": []}' 'episode_id: is not an id'
refused "no images" '{"episode_id": "x"}' 'images: must be a list'
refused "images of another type" '{"episode_id": "x", "images": {}}' 'images: must be a list'
refused "an image that is none" '{"episode_id": "x", "images": [5]}' 'images\[0\].chapter_id: is not an id'
refused "a bad chapter" '{"episode_id": "x", "images": [{"chapter_id": "a b"}]}' 'images\[0\].chapter_id: is not an id'
refused "a chapter twice" '{"episode_id": "x", "images": [{"chapter_id": "a"}, {"chapter_id": "a"}]}' \
	'images\[1\].chapter_id: a: duplicate id'
mkdir -p outputs/bad/images && cp bad.json outputs/bad/images/manifest.json
echo kept >page
fails 65 "that of an episode" write-gallery --episode=outputs/bad -o page
is "... and the former page is kept" "$(cat page)" kept

# --- the other exit statuses

fails 64 "an option that there isn't" write-gallery --what
fails 64 "two manifests" write-gallery a b
fails 64 "an episode's directory of a bad name" write-gallery --episode='a b'
fails 64 "... of none" write-gallery --episode=/
fails 66 "an episode that there isn't" write-gallery --episode=outputs/nowhere
fails 66 "... or is a file" write-gallery --episode=want $m
fails 66 "a manifest that there isn't" write-gallery nowhere.json
fails 73 "an output that can't be made" write-gallery -o /proc/x two.json
fails 74 "a full disk" sh -c 'write-gallery two.json >/dev/full'
mkdir env && printf 'DATABASE\n' >env/.env && cp two.json env
fails 78 "a bad .env" sh -c 'cd env && write-gallery two.json'
fails 0 "--help" write-gallery --help
fails 0 "--version" write-gallery --version

# --- weight: two hundred chapters like those of the example

b=outputs/big
mkdir -p x $b/imagegen $b/images
split-chapters -o x "$top/outputs.example/bitcoin-nedir/chapters.json"
jq -s '[.[] | select(.visual.type | IN("diagram", "b_roll", "screen_share"))]' x/*.chapter.json >drawn.json
n=0
while [ $n -lt 6 ]; do
	jq ".[$n]" drawn.json | gen-prompt -t "$top/prompts/imagegen.md" >x/$n.prompt.json
	n=$((n + 1))
done
jq -s '[range(200) as $i | .[$i % 6] | .chapter_id = "ch\(100 + $i)"]' x/?.prompt.json >all.json
is "(six chapters are drawn)" "$(jq length drawn.json)" 6
jq -c '.[]' all.json | while IFS= read -r line; do
	id=${line#*\"chapter_id\":\"} id=${id%%\"*}
	printf '%s\n' "$line" >$b/imagegen/$id.chapter.json
	: >$b/images/$id.png
	echo $id
done >$b/imagegen/chapters.index
jq --arg sha "$(sum x)" '{episode_id: "big", generated_at: "2026-02-28T10:30:00Z", images: map({
	chapter_id, chapter_title: .title, visual_type: .visual.type,
	file_path: "images/\(.chapter_id).png", prompt: ("Professional educational content illustration for Bitcoin/cryptocurrency video. Clean, modern, minimalist design. " + .prompt),
	generation_method: "openai", model: "gpt-image-2.6-flare", size: "2048x1152", size_bytes: 1523840,
	metadata: {revised_prompt: null, cost_usd: 0.043785, generated_at: "2026-02-28T10:30:00Z", quality: "high",
	request_sha256: "sha256:\($sha)", sha256: "sha256:\($sha)", prompt_source: "llm", alt: .visual.description}})}' \
	all.json >$b/images/manifest.json
for served in "" --served; do
	write-gallery $served --episode=$b -o page
	name="200 chapters${served:+, served}"
	is "$name: the cards" "$(count_of '<li class="card' page)" 200
	is "$name: the narrations" "$(count_of 'Narration' page)" 200
	is "$name: the prompts" "$(count_of '<dt>Prompt<' page)" 200
	all=$(wc -c <page)
	grid=$(perl -0777 -ne 'm{<ol class="grid">(.*)</ol>}s and print length $1' page)
	note "$((all - grid)) bytes, and $((grid / 200)) a chapter"
	ok "200 chapters${served:+, served}: the page without them is under 40 KB" test $((all - grid)) -lt 40000
	ok "200 chapters${served:+, served}: each is under 4 KB" test $((grid / 200)) -lt 4096
done

finish
