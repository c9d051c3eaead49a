#!/bin/sh
# The dashboard in a real browser: look, ask for the price, draw again, cancel,
# with the loopback API.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
# shellcheck source=tests/browser.sh
. "$top/tests/browser.sh"

mock_start --
export OPENAI_API_KEY=sk-test-openai ANTHROPIC_API_KEY=sk-test-anthropic
# Until it is released, download waits.
printf '#!/bin/sh\nwhile [ -e %s/held ]; do sleep 0.05; done\nexec %s/download "$@"\n' \
	"$work" "$bin" >bin/download
hold_download() { : >held; }
release() { rm held; }
cat >Makefile <<END
BIN := $work/bin
TEMPLATE := prompts/imagegen.md
include $top/mk/limn.mk
END
make='make -s'
server=
serve() { # the dashboard, at $site
	[ "$server" ] || rm -f port
	serve-gallery -p "${port:-0}" --port-file=port --outputs=outputs -d outputs/limn.db \
		-f Makefile >served 2>&1 &
	server=$!
	tries=0
	until [ -s port ] && curl -so /dev/null "http://127.0.0.1:$(cat port)/"; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || { echo "Bail out! no server: $(cat served)"; exit 1; }
		sleep 0.05
	done
	port=$(cat port)
	site=http://127.0.0.1:$port
}
no_server() { # SIGNAL
	kill "-$1" "$server" 2>/dev/null
	wait "$server" 2>/dev/null
}
source_of() { value "document.querySelector('#$1 img').getAttribute('src')"; }
shown() { value "document.querySelector('$1').innerText"; }
bought() { echo "$(($(calls messages) - was_p))+$(($(calls images) - was_i))"; }
# The API draws another picture than it would for the same prompt.
another() { # COLOUR
	script "$(ppmmake "$1" 2048 1152 | pnmtopng -quiet 2>/dev/null | base64 -w0 |
		jq -Rc '{route: "images", body: {data: [{b64_json: .}]}}')"
}
count() { was_p=$(calls messages) was_i=$(calls images); }
has_bought() { [ "$(calls images)" -gt "$was_i" ]; }
last_job_is() { [ "$(sqlite3 outputs/limn.db "SELECT state FROM limn_jobs ORDER BY id DESC LIMIT 1")" = "$1" ]; }
again() { # SELECTOR NAME: of a button; the question is asked
	# not under what is said of the last job
	js 'document.querySelector(arguments[0]).scrollIntoView({block: "center"})' "$1"
	click "$1"
	until_js "$2" "!!document.querySelector('dialog#confirm[open] .price')"
}
makes() { # ARGUMENTS: the makes of them that run here
	for pid in $(pgrep -f "$1"); do
		[ "$(readlink "/proc/$pid/cwd")" != "$work" ] || echo "$pid"
	done
}
ended="!document.querySelector('#job [data-state=queued], #job [data-state=running]') && !!document.querySelector('#job [data-state]')"
api() { curl -s "$site/api/$1"; }

new_episode ep1
# shellcheck disable=SC2089,SC2090 # it is text
hostile='<img src=x onerror="alert(1)">'\''</script><script>document.title="got"</script> İĞÜŞÖÇığüşöç 🎨 "&amp;'
# shellcheck disable=SC2090 # it is text
export hostile
ed ep1 '.chapters[3].title = env.hostile | .title = "Bölüm " + env.hostile'
new_episode ep2
$make -j4 imagegen EP=ep1 >/dev/null 2>&1
serve
browser_start
at_exit no_server TERM

# --- the episodes

go "$site/"
is "the episodes" "$(value "[...document.querySelectorAll('.card code')].map(e => e.innerText).join(' ')")" "ep1 ep2"
is "a hostile title among the episodes is text" "$(value "document.querySelector('.card h2').innerText")" "Bölüm $hostile"
is "... doesn't run as a script" "$(value 'document.title.includes("got")')" false
ok "... with its pictures, its cost" sh -c "echo '$(shown '.card .facts')' | grep -q '4 of 4 pictures · \$0.1'"
until_js "... and its cover" "document.querySelector('.card img').naturalWidth === 480"
screenshot "$screenshots/dashboard-episodes.png" 1200x800
click '.card h2 a'
until_js "one leads to its gallery" "document.body.dataset.episode === 'ep1'"

# --- the gallery

is "the gallery: a card a chapter, buttons on those that are drawn" \
	"$(value "[...document.querySelectorAll('li.card')].map(e => e.id + (e.querySelector('button.again') ? '+' : '')).join(' ')")" "ch01 ch02+ ch03+ ch04+"
is "... each of which says what it is for" "$(value "[...document.querySelectorAll('button.again')].map(e => e.ariaLabel + '|' + e.innerText).join()")" \
	"Regenerate ch02|Regenerate,Regenerate ch03|Regenerate,Regenerate ch04|Regenerate"
is "... a hostile title is text" "$(shown '#ch04 .title')" "$hostile"
until_js "... the pictures are there" "[...document.images].every(i => i.naturalWidth > 0)"
screenshot "$screenshots/dashboard-gallery.png" 1200x800

# --- draw one again

count
another '#204060'
before=$(source_of ch02)
price=$(printf '%.4f' "$(api 'episodes/ep1/plan?chapter=ch02' | jq .cost_usd)")
again '#ch02 button.again' "Regenerate asks first"
like "... with the price of the plan" "$(shown 'dialog#confirm')" "This will cost ~\$$price. Continue?"
like "... and what the limit leaves" "$(shown 'dialog#confirm')" 'of $10.00'
screenshot "$screenshots/dashboard-confirm.png"
click 'dialog#confirm .no'
is "No buys nothing" "$(bought)" 0+0
is "No begins no job" "$(api episodes/ep1/jobs)" "[]"
again '#ch02 button.again' "... asked again"
click 'dialog#confirm .yes'
until_js "... it is drawn" "$ended && document.querySelector('#ch02 img').getAttribute('src') !== '$before'"
is "... bought once, prompt and picture" "$(bought)" 1+1
until_js "... the new picture is seen" "document.querySelector('#ch02 img').naturalWidth > 0"
is "... it is that of the manifest" "$(source_of ch02 | sed 's/.*?//')" "$(jq -r '.images[1].metadata.sha256[7:23]' outputs/ep1/images/manifest.json)"
is "... the others are as they were" "$(api episodes/ep1/jobs | jq -c '[.[] | [.state, .args.chapter, .progress.done, .progress.total]]')" '[["done","ch02",1,1]]'
click '#ch02 a.picture'
until_js "... large, too" "document.querySelector('dialog#viewer img').naturalWidth === 2048"
keys Escape

# --- cancel

count
hold_download
again '#ch03 button.again' "Cancel: one that takes long"
click 'dialog#confirm .yes'
until_js "... runs" "!!document.querySelector('#job [data-state=running]')"
wait_for has_bought
screenshot "$screenshots/dashboard-running.png"
go "$site/episodes/ep1"
until_js "... a page that is opened now finds it" "!!document.querySelector('#job [data-state=running]')"
click '#job button'
until_js "... it is cancelled" "$ended && document.querySelector('#job').innerText.includes('Cancelled')"
is "... no make is left" "$(makes 'EP=ep1 CHAPTER=ch03')" ""
is "... no picture is gone" "$(value "document.querySelector('#ch03 img').naturalWidth")" 480
is "... the job says so" "$(api episodes/ep1/jobs | jq -c '.[0] | [.state, .cancelled]')" '["failed",true]'
release

# --- the server goes and comes while it draws

count
another '#406020'
hold_download
before=$(source_of ch04)
again '#ch04 button.again' "the server is killed while one is drawn"
click 'dialog#confirm .yes'
until_js "... it runs" "!!document.querySelector('#job [data-state=running]')"
wait_for has_bought
no_server KILL
until_js "... the page says so" "document.querySelector('#job').innerText.includes('doesn’t answer')"
release
wait_for last_job_is "done"
serve
until_js "... a new one knows how it ended" "$ended && document.querySelector('#ch04 img').getAttribute('src') !== '$before'"
is "... bought once" "$(bought)" 1+1
again '#ch04 button.again' "... and the page goes on with it"
click 'dialog#confirm .yes'
until_js "... though its token is another" "$ended"
is "... bought" "$(bought)" 2+2

# --- what fails says why

count
script '{"route": "images", "status": 400, "body": {"error": {"code": "content_policy_violation", "message": "No <b>such</b> picture."}}}'
again '#again-all' "Regenerate All"
like "... for the price of all" "$(shown 'dialog#confirm')" "This will cost ~\$0.2"
click 'dialog#confirm .yes'
until_js "... one is refused" "$ended && !!document.querySelector('li.card.failed')"
like "... in one line" "$(shown '#job')" 'No <b>such</b> picture.'
like "... and on its card" "$(shown '.failed .error')" 'No <b>such</b> picture.'
is "... the others are drawn" "$(bought)" 3+3
screenshot "$screenshots/dashboard-failed.png"
mock_reset

# what is to be drawn anyhow needs no force, and what was paid for is used
last() { api episodes/ep1/jobs | jq -c '.[0] | [.state, .args.force]'; }
chapter=$(value "document.querySelector('li.card.failed').id")
ed ep1 "(.chapters[] | select(.chapter_id == \"$chapter\")).visual.description = \"A lighthouse.\""
script '{"route": "images", "status": 400, "body": {"error": {"code": "content_policy_violation", "message": "Nor a lighthouse."}}}'
count
again '.failed button.again' "that chapter is edited"
like "... and has another prompt" "$(shown 'dialog#confirm')" 'To buy: 1 image, 1 prompt'
click 'dialog#confirm .yes'
until_js "... it is refused again" "$ended && document.querySelector('.failed .error').innerText.includes('lighthouse')"
is "... a prompt and a picture were asked for" "$(bought)" 1+1
is "... the job has failed, without force" "$(last)" '["failed",false]'
count
again '.failed button.again' "once more"
is "... its prompt is bought already" "$(shown 'dialog#confirm' | sed -n 's/^To buy: //p')" '1 image'
click 'dialog#confirm .yes'
until_js "... it is drawn" "$ended && !document.querySelector('li.card.failed')"
is "... only a picture was bought" "$(bought)" 0+1
is "... the job is done, without force" "$(last)" '["done",false]'
is "no errors on the console, but for the server that was gone" "$(console | grep -v 'Failed to load resource\|ERR_CONNECTION')" ""
is "nobody else was asked" "$(requests | grep -v "^$site/\|^about:\|^chrome" | head -n 3)" ""

# --- the limit

no_server TERM
export MAX_EPISODE_COST_USD=0.5
serve
go "$site/episodes/ep1"
count
again '#ch02 button.again' "over the limit"
like "... it says by how much" "$(shown 'dialog#confirm')" 'more than is left for this episode; raise MAX_EPISODE_COST_USD'
is "... Yes can't be pressed" "$(value "[...document.querySelectorAll('dialog#confirm .yes')].filter(e => e.offsetParent && !e.disabled).length")" 0
is "... nothing is bought" "$(bought)" 0+0

# --- an episode that has no pictures yet

go "$site/episodes/ep2"
like "an episode without pictures says what to do" "$(shown main)" "make imagegen EP=ep2"
until_js "... and has a button" "!!document.querySelector('#again-all')"
again '#again-all' "... that asks"
click 'dialog#confirm .yes'
until_js "... and draws" "document.querySelectorAll('li.card').length === 4 && $ended"
is "... all of it" "$(jq '.images | length' outputs/ep2/images/manifest.json)" 4
# --- drafts, and chapters that are refused

no_server TERM
unset OPENAI_API_KEY ANTHROPIC_API_KEY OPENAI_BASE_URL ANTHROPIC_BASE_URL
new_episode ep3
serve
count
go "$site/episodes/ep1"
again '#ch02 button.again' "an episode that was bought, and no key"
like "... says which" "$(shown 'dialog#confirm')" "It can’t be bought: OPENAI_API_KEY is not set"
is "... there is no Yes" "$(value "document.querySelector('dialog#confirm .yes').hidden")" true
is "... nothing is bought" "$(bought)" 0+0
go "$site/episodes/ep3"
again '#again-all' "without a key"
like "... it costs nothing" "$(shown 'dialog#confirm')" "This costs nothing. Continue?"
like "... and says what that will be" "$(shown 'dialog#confirm')" "To draw: 3 storyboard drafts"
click 'dialog#confirm .yes'
until_js "... which are drawn" "document.querySelectorAll('[data-method=storyboard]').length === 3 && $ended"
ed ep3 '.chapters[3].chapter_id = "ch02"'
click '#again-all'
until_js "chapters that are refused: no price, but why" \
	"document.querySelector('dialog#confirm .bad')?.innerText.includes('is that of chapters[1], too')"
keys Escape
$make imagegen EP=ep3 >/dev/null 2>&1
go "$site/episodes/ep3"
like "... above the cards, too" "$(shown '#refused')" 'chapters\[3\].chapter_id: "ch02" is that of chapters\[1\], too'
like "... and in the static page" "$(cat outputs/ep3/images/index.html)" 'is that of chapters\[1\], too'
go "$site/"
like "... and among the episodes" "$(shown '.card .error')" 'is that of chapters\[1\], too'
ed ep3 '.chapters[3].chapter_id = "ch04"'
$make imagegen EP=ep3 >/dev/null 2>&1
is "... until they are good again" "$(grep -c 'id="refused"' outputs/ep3/images/index.html)" 0

# --- without JavaScript

scripts_off
go "$site/episodes/ep3"
is "without JavaScript: no button that can't work" "$(value "[...document.querySelectorAll('button')].filter(e => e.checkVisibility()).length")" 0
is "... the cards" "$(value "[...document.querySelectorAll('li.card')].filter(e => e.checkVisibility()).length")" 4
scripts_on
like "the server had nothing to say" "$(grep -v '^http://127' served)" ""

# --- tools that lie: nothing of theirs becomes markup, or runs

no_server TERM
mkdir -p lies/outputs/ep1
cp "$bin/serve-gallery" lies
echo '{}' >lies/outputs/ep1/chapters.json
LIMN_TOKEN=@TOKEN@ "$bin/write-gallery" --served --episode=outputs/ep1 -d '' >lies/page.html
# shellcheck disable=SC2016 # the tool's
printf '#!/bin/sh\n%s\n' 'sed "s/@TOKEN@/$LIMN_TOKEN/" page.html' >lies/write-gallery
# shellcheck disable=SC2016
printf '#!/bin/sh\n%s\n' 'echo "$1" >>calls; cat "$1.json"' >lies/manage-jobs
printf '#!/bin/sh\ncat plan.json\n' >lies/plan-episode
chmod +x lies/*-*
echo >lies/run.json
cat >lies/list.json <<'END'
[null, 3, {}, {"job_id": "5", "state": "running"},
 {"job_id": 4, "state": "running", "args": null, "progress": {"done": "<i>", "total": 1e300}}]
END
echo '{"job_id": 4, "state": "running", "message": ["<b>bold</b>"], "progress": "7"}' >lies/show.json
echo '{"job_id": "6"}' >lies/add.json
echo '{"cost_usd": 0.0424, "images": "<b>", "left_usd": "<b>", "limit_usd": {}, "chapters": {"a": 1}}' >lies/plan.json
markup='<img src=x onerror="document.title = 1"><script>document.title = 2</script>
<a href="javascript:document.title=3" id=js>x</a><base href="http://127.0.0.1:9/">
<style>body { display: none }</style><p id=styled style="position: fixed">x
<form action="http://127.0.0.1:9/"><button id=go>x</button></form>
<iframe srcdoc="<script>parent.document.title = 4</script>"></iframe>
<script src="/api/episodes/ep1/files/images/ch02.png"></script>
<svg onload="document.title = 5"></svg><input autofocus onfocus="document.title = 6">'
MARKUP=$markup perl -pe 's/<main>/<main>$ENV{MARKUP}/' lies/page.html >lies/marked.html
cp lies/page.html lies/good.html
(cd lies && exec ./serve-gallery -p 0 --port-file=port) >served 2>&1 &
server=$!
wait_for test -s lies/port
site=http://127.0.0.1:$(cat lies/port)
go "$site/episodes/ep1"
until_js "a job that isn't as it should be" "document.querySelector('div#job').innerText.includes('Drawing: <b>bold</b>')"
echo '[]' >lies/list.json
js 'location.reload()'
again 'li#ch02 button.again' "a plan of the same kind"
is "... the price that is a number is shown" "$(shown 'dialog#confirm .price')" "This will cost ~\$0.0424. Continue?"
is "... what is left is no number and isn't shown" "$(value "document.querySelectorAll('dialog#confirm .left').length")" 0
js 'const yes = document.querySelector("dialog#confirm .yes"); yes.click(); yes.click()'
until_js "... no job comes of it" "!!document.querySelector('div#job .bad')"
is "... two clicks are one order" "$(grep -c add lies/calls)" 1
is "... nothing was thrown" "$(console | grep -v 'Failed to load resource')" ""
mv lies/marked.html lies/page.html
js 'location.reload()'
until_js "markup that came through" "!!document.querySelector('a#js')"
js 'document.querySelector("a#js").click(); document.querySelector("button#go").click()'
browser_settle # what was clicked and what failed to load have had their turn
is "... runs no script" "$(value 'document.title')" "Bölüm $hostile – limn"
is "... leaves the address" "$(value 'document.baseURI')" "$site/episodes/ep1"
is "... hides nothing" "$(value "getComputedStyle(document.body).display")" block
is "... has no style" "$(value "getComputedStyle(document.querySelector('p#styled')).position")" static
finish
