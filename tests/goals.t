#!/bin/sh
# The goals that people type, and the lines that they read.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"
new_episodes
manifest() { jq -r "$2" "outputs/$1/images/manifest.json"; }
says() { # ARGUMENT...: what make says on standard output
	# shellcheck disable=SC2086 # words
	$make $jobs "$@" 2>err
	rc=$?
}
status() {
	says "$@" >/dev/null
	echo "$rc"
}

# imagegen, and its three lines
is "imagegen: [OK]" "$(says imagegen EP='ep1 -ep3' | sort)" "[OK] -ep3 -> 3/4 images generated (\$0.0000)
[OK] ep1 -> 3/4 images generated (\$0.0000)"
is "... and nothing on standard error" "$(cat err)" ""
is "imagegen: [SKIP]" "$(says imagegen EP=ep1)" "[SKIP] ep1 -> already up-to-date"
find outputs/ep1 -type f -exec stat -c '%n %y' {} + | sort >before
says imagegen EP=ep1 >/dev/null
is "... which changes nothing at all" "$(find outputs/ep1 -type f -exec stat -c '%n %y' {} + | sort | diff before -)" ""
touch prompts/imagegen.md
is "the template touched: [SKIP], too" "$(says imagegen EP=ep1)" "[SKIP] ep1 -> already up-to-date"
cp outputs/ep2/chapters.json good
ed ep2 '.chapters[0].title = ""'
is "imagegen: a bad one among good ones" "$(says imagegen EP='ep1 ep2 -ep3')" "[SKIP] ep1 -> already up-to-date
[SKIP] -ep3 -> already up-to-date"
is "... is a [FAIL] with its reason, on standard error" "$(grep '^\[FAIL\]' err)" "[FAIL] ep2: split-chapters: outputs/ep2/chapters.json: chapters[0].title: is empty; give it a text"
is "... and a status" "$(status imagegen EP='ep1 ep2 -ep3')" 2
cp good outputs/ep2/chapters.json
is "imagegen without EP says how" "$(status imagegen; grep -c 'which episode' err)" "2
1"
is "an episode that isn't there" "$(status imagegen EP=nope; grep '^\[FAIL\]' err)" "2
[FAIL] nope: limn: Chapters file not found: outputs/nope/chapters.json"
is "... asked for by its manifest" "$(status outputs/nope/images/manifest.json; grep -c 'Chapters file not found: outputs/nope/chapters.json' err)" "2
1"
is "... beside one that is" "$(status -k outputs/nope/images/manifest.json outputs/ep2/images/manifest.json; manifest ep2 .episode_id)" "2
ep2"

is "imagegen -j: the jobs are shared" "$(says imagegen -j8 EP='ep1 ep2 -ep3' FORCE=1 | wc -l)" 3
is "... it isn't said" "$(grep -c jobserver err)" 0

# one chapter that fails
mv bin/draw-storyboard good
printf '#!/bin/sh\ncase "$*" in *ch02*) echo "draw-storyboard: refused" >&2; echo "{\"run\": \"$LIMN_RUN\", \"tool\": \"draw-storyboard\", \"chapter\": \"ch02\", \"status\": 10, \"message\": \"refused\"}" >>"$LIMN_LOG"; exit 10;; esac\nexec "%s/draw-storyboard" "$@"\n' "$bin" >bin/draw-storyboard
chmod +x bin/draw-storyboard
ed ep1 '.chapters[].visual.description += "!"'
before=$(sha256sum outputs/ep1/images/manifest.json)
touch mark
is "imagegen: one chapter refused" "$(status imagegen EP=ep1; grep '^\[FAIL\]' err)" "2
[FAIL] ep1: draw-storyboard: refused"
is "... the others go on" "$(find outputs/ep1/images -maxdepth 1 -name '*.png' -newer mark | wc -l; jq -r .metadata.alt outputs/ep1/imagegen/ch04.entry.json)" "3
Picture 4 of ep1.!"
is "... the old manifest stands" "$(sha256sum outputs/ep1/images/manifest.json)" "$before"
mv good bin/draw-storyboard
is "... and the next run draws the one" "$(says imagegen EP=ep1)" "[OK] ep1 -> 3/4 images generated (\$0.0000)"

# DRY_RUN
ed ep1 '.chapters[2].visual.description = "Dry."'
: >trace
like "DRY_RUN=1 says what would be bought" "$(says imagegen EP=ep1 DRY_RUN=1)" "To buy: 3 prompts, 3 pictures"
is "... and runs nothing" "$(ran)" ""
rm -r outputs/ep1/dry-run
like "make -n imagegen says what would run" "$(says imagegen EP=ep1 -n)" "gen-prompt"
is "... and runs none of it" "$(ran)" "split-chapters*1"

# CHAPTER
go outputs/ep1/images/manifest.json >/dev/null
jq '.images[3].metadata.kept = "as it was" | .images[3].other = [1.5, null]' outputs/ep1/images/manifest.json >t
touch -r outputs/ep1/images/manifest.json t && mv t outputs/ep1/images/manifest.json
ed ep1 '.chapters[1].visual.description = "Two." | .chapters[2].visual.description = "Three."'
steps "CHAPTER: only that one" "$chain" outputs/ep1/images/manifest.json CHAPTER=ch02
is "... is in the manifest" "$(manifest ep1 '.images[1].metadata.alt')" "Two."
is "... and no other" "$(manifest ep1 '.images[2].metadata.alt')" "Dry."
is "... the others are as they were, other keys and all" "$(manifest ep1 '.images[3] | .metadata.kept, (.other | tojson)' | tr '\n' ' ')" "as it was [1.5,null] "
is "... in the order of the chapters" "$(manifest ep1 '[.images[].chapter_id] | join(" ")')" "ch01 ch02 ch03 ch04"
is "... the provenance says so" "$(jq -c '[.partial, .chapters, .total_cost_usd == 0]' outputs/ep1/provenance/imagegen_provenance.json)" '[true,["ch02"],true]'
steps "... and then the rest" "draw-storyboard*1 gen-prompt*1 write-entry*1 $finish" outputs/ep1/images/manifest.json
is "... the provenance is whole again" "$(jq -c '[.partial, .chapters]' outputs/ep1/provenance/imagegen_provenance.json)" "[null,null]"
go all >/dev/null
then_nothing
ed ep1 '.chapters[1].visual.description = "2" | .chapters[2].visual.description = "3"'
go outputs/ep1/imagegen/ch03.entry.json >/dev/null
go outputs/ep1/images/manifest.json CHAPTER=ch02 >/dev/null
is "CHAPTER leaves what another run left unfinished" "$(manifest ep1 '[.images[1, 2].metadata.alt] | join(" ")')" "2 Three."
steps "... to the next full run" "$finish" outputs/ep1/images/manifest.json
is "... which finishes it" "$(manifest ep1 '[.images[1, 2].metadata.alt] | join(" ")')" "2 3"
go clean >/dev/null
go outputs/ep1/images/manifest.json CHAPTER='ch02 ch04' >/dev/null
is "CHAPTER without a manifest: those" "$rc" 0
is "... the manifest" "$(manifest ep1 '[.images[].chapter_id] | join(" ")')" "ch02 ch04"
is "imagegen with CHAPTER" "$(says imagegen EP=ep1 CHAPTER=ch02)" "[SKIP] ep1 -> already up-to-date"
is "imagegen then draws the rest" "$(says imagegen EP=ep1)" "[OK] ep1 -> 3/4 images generated (\$0.0000)"
is "a chapter that isn't there" "$(status imagegen EP=ep1 CHAPTER=ch09; grep '^\[FAIL\]' err)" "2
[FAIL] ep1: limn: outputs/ep1/chapters.json: there is no chapter ch09 with a picture; CHAPTER is one or more of ch01 ch02 ch03 ch04"

# FORCE
go all >/dev/null
sums=$(sha256sum outputs/ep1/images/*.png)
steps "FORCE: all of it" "draw-storyboard*3 gen-prompt*3 placeholder-png*1 write-entry*4 $finish" outputs/ep1/images/manifest.json FORCE=1
is "... the same pictures, for they are drafts" "$(sha256sum outputs/ep1/images/*.png)" "$sums"
then_nothing
steps "FORCE and CHAPTER: that one" "draw-storyboard*1 gen-prompt*1 write-entry*1 $finish" outputs/ep1/images/manifest.json FORCE=1 CHAPTER=ch02
then_nothing
is "imagegen with FORCE doesn't skip" "$(says imagegen EP=ep1 FORCE=1)" "[OK] ep1 -> 3/4 images generated (\$0.0000)"

# markers
mkdir outputs/ep1/render && touch outputs/ep1/render/draft.mp4
touch -d 2020-01-01 outputs/ep1/images/manifest.json.stale outputs/ep1/images/.stale
steps "an earlier stage's markers: the stage is finished anew" "$finish" outputs/ep1/images/manifest.json
is "... and they go" "$(ls -A outputs/ep1/images | grep -c stale)" 0
touch outputs/ep1/images/manifest.json.stale
go outputs/ep1/images/manifest.json CHAPTER=ch02 >/dev/null
is "... not when the run was for a chapter only" "$(ls -A outputs/ep1/images | grep -c stale)" 1
go outputs/ep1/images/manifest.json >/dev/null
is "... no picture changed: the render isn't stale" "$(ls outputs/ep1/render)" draft.mp4
then_nothing
ed ep1 '.chapters |= (reverse | to_entries | map(.value + {order: (.key + 1)}))'
go outputs/ep1/images/manifest.json >/dev/null
is "... nor when chapters are reordered" "$(ls outputs/ep1/render)" draft.mp4
ed ep1 '.chapters[1].visual.description = "Now it is."'
go outputs/ep1/images/manifest.json >/dev/null
is "a picture changed: the render is stale" "$(jq -c 'del(.invalidated_at)' outputs/ep1/render/draft.mp4.stale)" '{"invalidated_by":"imagegen","reason":"images_changed"}'
like "... since when" "$(jq -r .invalidated_at outputs/ep1/render/draft.mp4.stale)" "T"
is "... and the draft stays; no render, no marker" "$(ls outputs/ep1/render | tr '\n' ' ')$(ls -d outputs/ep2/render 2>&1 | wc -l)" "draft.mp4 draft.mp4.stale 1"

# manifest and provenance: both right, or neither
cp outputs/ep1/images/manifest.json before
mv bin/write-provenance good && printf '#!/bin/sh\nexit 74\n' >bin/write-provenance && chmod +x bin/write-provenance
ed ep1 '.chapters[1].visual.description = "Half."'
is "no provenance, no manifest" "$(status outputs/ep1/images/manifest.json; cmp before outputs/ep1/images/manifest.json)" 2
is "... and nothing half is left" "$(find outputs -name '.tmp.*')" ""
mv good bin/write-provenance
is "... the next run finishes" "$(status outputs/ep1/images/manifest.json; manifest ep1 '.images[1].metadata.alt')" "0
Half."

# a record step that fails is taken up again, and nothing before it
ed ep1 '.chapters[1].visual.description = "Recorded."'
# (a look whether the episode is ready is no record)
rm bin/record-asset && printf '#!/bin/sh\ncase "$*" in *--check* | *--look* | *--failed*) exec %s "$@" ;; esac\nexit 75\n' \
	"$bin/record-asset" >bin/record-asset && chmod +x bin/record-asset
is "not recorded: not published" "$(status outputs/ep1/images/manifest.json; manifest ep1 '.images[1].metadata.alt')" "2
Half."
rm bin/record-asset && ln -s "$bin/record-asset" bin
steps "... then the record, the page and no more" "write-gallery*1 write-manifest*1" outputs/ep1/images/manifest.json
is "... and it is published" "$(manifest ep1 '.images[1].metadata.alt')" "Recorded."

# what own/ has for no chapter
go all >/dev/null
mkdir outputs/ep1/own
cp outputs/ep1/images/ch02.png outputs/ep1/own/ch1.png
cp outputs/ep1/images/ch02.png outputs/ep1/own/ch02.jpg
says imagegen EP=ep1 >/dev/null
is "own/ch1.png, own/ch02.jpg: said" "$(grep -c 'limn: outputs/ep1/own/ch[0-9.a-z]*: no chapter.s picture; name it ID.png, a PNG, with one of these ids: ch0' err)" 2
is "... by name" "$(grep -o 'own/[^:]*' err | sort | paste -sd ' ' -)" "own/ch02.jpg own/ch1.png"
rm -r outputs/ep1/own

# a picture put there by hand
go all >/dev/null
base64 -d >outputs/ep1/images/ch02.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
END
go all >/dev/null
is "a picture by hand is kept, and called manual" "$(manifest ep1 '.images[] | select(.chapter_id == "ch02") | .generation_method, .size, .prompt, .size_bytes' | tr '\n' ' ')" "manual 1x1 null 70 "
then_nothing
sum=$(sha256sum <outputs/ep1/images/ch02.png)
ed ep1 '(.chapters[] | select(.chapter_id == "ch02")).visual.description = "Edited."'
go all >/dev/null
is "... though its chapter is edited" "$(sha256sum <outputs/ep1/images/ch02.png) $(manifest ep1 '.images[] | select(.chapter_id == "ch02") | .generation_method')" "$sum manual"
is "... which is said" "$(grep -c 'ch02.png: was put there by hand, and stays; delete it to have it drawn' log)" 1
then_nothing
touch -d 2020-01-01 outputs/ep1/images/ch02.png
go all >/dev/null
is "... and though it is older than its prompt" "$(sha256sum <outputs/ep1/images/ch02.png)" "$sum"
then_nothing
cp outputs/ep1/images/ch02.png hand.png
go outputs/ep1/images/manifest.json FORCE=1 CHAPTER=ch02 >/dev/null
is "... but for FORCE=1" "$(manifest ep1 '.images[] | select(.chapter_id == "ch02") | .generation_method')" storyboard
cp hand.png outputs/ep1/images/ch02.png
go all >/dev/null
go clean >/dev/null
is "... and make clean leaves it" "$(cd outputs/ep1/images && ls)" "ch02.png"

# verify
go all >/dev/null
is "verify: all is well" "$(says verify EP=ep2; echo "$rc")" "[OK] ep2 -> every file is as its manifest says, and recorded
0"
printf x >>outputs/ep2/images/ch02.png
rm outputs/ep2/images/ch03.png
is "verify: what isn't, line by line" "$(status verify EP=ep2; grep -c '^verify-manifest: outputs/ep2/images/manifest.json: images/ch0[23].png' err)" "2
4"
like "... and what to do" "$(grep '^verify-manifest' err | tail -n 1)" "; remove these pictures, then run make imagegen EP=ep2"

# other spellings
go all >/dev/null
ed ep2 '.chapters[1].visual.description += "."'
is "./outputs/... is the same goal" "$(go ./outputs/ep2/images/manifest.json)" "$chain"
for goal in outputs/ep2 outputs/ep2/; do
	is "$goal: is no goal" "$(status "$goal"; grep -c 'limn: outputs/ep2: a directory is no goal; make outputs/ep2/images/manifest.json' err)" "2
1"
done
ed ep2 '.chapters[1].visual.description += "."'
is "OUTPUTS_DIR=outputs/, too" "$(go outputs/ep2/images/manifest.json OUTPUTS_DIR=outputs/)" "$chain"
is "OUTPUTS_DIR=., too" "$(cd outputs && cp -r ../prompts . && $make imagegen EP=ep2 OUTPUTS_DIR=. && rm -r prompts)" "[SKIP] ep2 -> already up-to-date"
is "an episode named twice" "$(says imagegen EP='ep2 ep2')" "[SKIP] ep2 -> already up-to-date"
is "FORCE=0 is off" "$(says imagegen EP=ep2 FORCE=0)" "[SKIP] ep2 -> already up-to-date"
is "a template that isn't there" "$(status imagegen EP=ep2 TEMPLATE=nope.md; grep -c 'limn: TEMPLATE: nope.md: there is no such file' err)" "2
1"

# what imagegen has to say of a document
ed ep2 'del(.chapters[3].visual)'
says imagegen EP=ep2 >/dev/null
is "imagegen: a chapter without a visual is said" "$(cat err)" "split-chapters: outputs/ep2/chapters.json: 1 of 4 chapters have no visual and get no picture"
is "... it left the manifest" "$(manifest ep2 '[.images[].chapter_id] | join(" ")')" "ch01 ch02 ch03"

# a broken episode is mended in more ways than one
ed ep2 '.episode_id = "ep4"'
go all >/dev/null
mv outputs/ep2 outputs/ep4
is "a directory that was to be renamed" "$(status imagegen EP=ep4; manifest ep4 .episode_id)" "0
ep4"
rm -r outputs/ep4/imagegen
cp outputs/ep4/chapters.json good
echo '{' >outputs/ep4/chapters.json
go all >/dev/null
cp -p good outputs/ep4/chapters.json && rm outputs/ep4/imagegen/chapters.errors
is "a document replaced by an older one, and its errors deleted" "$(status imagegen EP=ep4)" 0
new_episode ep2
go all >/dev/null
mv outputs/ep2/chapters.json good && mkdir outputs/ep2/chapters.json
touch outputs/ep2/chapters.json
is "a document that can't be read" "$(status imagegen EP=ep2; grep '^\[FAIL\]' err)" "2
[FAIL] ep2: split-chapters: outputs/ep2/chapters.json: Is a directory"
rmdir outputs/ep2/chapters.json && cp good outputs/ep2/chapters.json
is "... and can be again" "$(status imagegen EP=ep2)" 0

# the database has a say in who is drawn
books() { sqlite3 outputs/limn.db "$@"; }
new_episode db1
m=outputs/db1/images/manifest.json
books "INSERT INTO episodes (episode_id, title, status, pipeline_version, created_at) VALUES ('db1', 'Theirs', 'CHAPTERIZED', 1, '2026-01-01 00:00:00')"
books "SELECT * FROM episodes" >before
is "version 1: refused" "$(status imagegen EP=db1; tail -n 3 err | head -n 1)" "2
[FAIL] db1: record-asset: Episode db1 is v1 pipeline, image generation not supported"
is "... by the manifest's name, too" "$(status $m; grep -c '^record-asset: Episode db1 is v1 pipeline, image generation not supported$' err) $(tail -n 1 err | grep -c 'Error 65')" "2
1 1"
is "... and no other" "$(status all; grep -c '^record-asset' err)" "2
1"
is "... nothing is planned for it" "$(status plan EP=db1; head -n 1 err)" "2
plan-episode: Episode db1 is v1 pipeline, image generation not supported"
is "... no file but why" "$(find outputs/db1 -type f | sort | tr '\n' ' ')" "outputs/db1/chapters.json outputs/db1/imagegen/chapters.errors outputs/db1/imagegen/chapters.mk outputs/db1/imagegen/log "
ok "... and its row is as it was" sh -c "sqlite3 outputs/limn.db 'SELECT * FROM episodes' | cmp - before"
books "UPDATE episodes SET pipeline_version = 2, status = 'ADAPTED' WHERE episode_id = 'db1'"
is "not ready: refused" "$(status $m; head -n 1 err)" "2
record-asset: Episode db1 not ready for image generation (status: adapted)"
is "... but with FORCE=1" "$(says imagegen EP=db1 FORCE=1)" "[OK] db1 -> 3/4 images generated (\$0.0000)"
is "... then it is further" "$(books "SELECT status FROM episodes WHERE episode_id = 'db1'")" IMAGES_GENERATED
new_episode db2
books "UPDATE episodes SET status = 'NEW'; INSERT INTO episodes (episode_id, title, status, pipeline_version, created_at) VALUES ('db2', '', 'ADAPTED', 2, '2026-01-01 00:00:00')"
status imagegen EP=db2 >/dev/null
books "UPDATE episodes SET status = 'CHAPTERIZED'"
is "once it is ready, it is drawn" "$(says outputs/db2/images/manifest.json)" "[OK] db2 -> 3/4 images generated (\$0.0000)"
is "... and all is recorded" "$(books "SELECT count(*) FROM media_assets WHERE episode_id = 'db2'")" 4

# one that is up to date, and not in the database, or as failed
rm -f outputs/limn.db*
is "a lost database: [SKIP]" "$(says imagegen EP='db1 db2')" "[SKIP] db1 -> already up-to-date
[SKIP] db2 -> already up-to-date"
is "... and recorded" "$(books "SELECT episode_id, status, (SELECT count(*) FROM media_assets AS m WHERE m.episode_id = e.episode_id) FROM episodes AS e")" "db1|IMAGES_GENERATED|4
db2|IMAGES_GENERATED|4"
books "UPDATE episodes SET status = 'COST_LIMIT', error_message = 'Episode cost limit exceeded: 2.00 > 1.00' WHERE episode_id = 'db1'"
says imagegen EP=db1 >/dev/null
is "... what failed since is no longer true" "$(books "SELECT status, error_message IS NULL FROM episodes WHERE episode_id = 'db1'; SELECT count(*) FROM pipeline_runs")" "IMAGES_GENERATED|1
2"
cp outputs/limn.db before
says imagegen EP=db1 >/dev/null
ok "... once" cmp outputs/limn.db before

# who only asks writes nothing
new_episode db3
rm outputs/limn.db*
says -n imagegen EP=db3 >/dev/null
status -q imagegen EP=db3 >/dev/null
says -n outputs/db3/images/manifest.json >/dev/null
ok "make -n, make -q: no database" test ! -e outputs/limn.db

# a database that is none: one line, and nothing is made
echo 'this is none, and was never any' >outputs/limn.db
new_episode db4
is "no database" "$(status outputs/db4/images/manifest.json; grep -v '^make' err)" "2
record-asset: outputs/limn.db: this file is no SQLite database; name another with DATABASE, or run make rebuild-db"
like "... by its status" "$(cat err)" "Error 74"
is "... the same by name" "$(status imagegen EP=db4; grep -vc '^make' err)" "2
2"
is "... nothing was drawn" "$(ls outputs/db4)" "chapters.json
imagegen"
$make rebuild-db >/dev/null 2>&1
is "... until it is rebuilt" "$(says imagegen EP=db4)" "[OK] db4 -> 3/4 images generated (\$0.0000)"
ok "... the other is set aside" grep -q 'never any' outputs/limn.db.damaged.1
rm -r outputs/db? outputs/limn.db*

# settings that are misspelt
is "a setting of make's command line that is misspelt" "$(status imagegen EP=ep1 IMAGE_GEN_QUALTY=low; cat err)" "2
$top/mk/config.mk:$(grep -n 'error $(misspelt)' "$top/mk/config.mk" | cut -d: -f1): *** write-settings: IMAGE_GEN_QUALTY: limn has no such setting; did you mean IMAGE_GEN_QUALITY?.  Stop."
is "... one of make's own" "$(status imagegen EP=ep1 DRYRUN=1; grep -c 'did you mean DRY_RUN?' err)" "2
1"
is "a setting of another program, on make's command line: succeeds" \
	"$(status imagegen EP=ep1 LTO=1)" 0
is "... nothing is said" "$(cat err)" ""
echo IMAGE_GEN_QUALTY=low >.env
chmod 600 .env
is "a setting of .env that is misspelt" "$(status imagegen EP=ep1; head -n 1 err)" "2
write-settings: .env:1: IMAGE_GEN_QUALTY: limn has no such setting; did you mean IMAGE_GEN_QUALITY?"
is "... is said each time" "$(status imagegen EP=ep1; head -n 1 err)" "2
write-settings: .env:1: IMAGE_GEN_QUALTY: limn has no such setting; did you mean IMAGE_GEN_QUALITY?"
rm -f .env .env.mk

# included in a makefile of one's own
printf 'include %s/mk/limn.mk\nmine: ; @echo mine\n' "$top" >Mine
is "limn.mk leaves the default goal alone" "$(make -f Mine BIN="$work/bin")" mine
is "... and has one of its own" "$($make | head -n 1 | cut -c1-4)" make

# words
is "make help" "$(says help | grep -c '^make')" 18
is "an id that is none, on the command line" "$(status imagegen EP='a/b'; grep -c 'a/b: not an id' err)" "2
1"
is "OUTPUTS_DIR with a blank" "$(status all OUTPUTS_DIR='a b'; grep -c OUTPUTS_DIR err)" "2
1"
rm outputs/ep2/images/ch02.png && mv outputs elsewhere
is "OUTPUTS_DIR elsewhere" "$(status all OUTPUTS_DIR=elsewhere; jq -r '.output_files[0]' elsewhere/ep2/provenance/imagegen_provenance.json)" "0
elsewhere/ep2/images/manifest.json"
printf '#!/bin/sh\necho "$OUTPUTS_DIR $ANSWERS_DIR $DATABASE"\n' >bin/verify-manifest
is "... the tools know it, for their messages" "$(says verify EP=ep2 OUTPUTS_DIR=elsewhere | head -n 1)" "elsewhere elsewhere/.answers elsewhere/limn.db"
finish
