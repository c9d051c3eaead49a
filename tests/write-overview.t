#!/bin/sh
# write-overview: all episodes on a page, whatever their files hold.
# shellcheck source=tests/lib.sh disable=SC2154 # $out, $err
. "${0%/*}/lib.sh"
unset LIMN_TOKEN

sql() { sqlite3 limn.db "$@"; }
fresh() {
	rm -rf limn.db* outputs
	mkdir outputs
	cat "$top"/migrations/*.up.sql | sqlite3 limn.db
}
hash=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
pictures() { # EPISODE TIME [CHAPTER TYPE]...: its manifest, and thumbnails
	d=outputs/$1/images list=
	mkdir -p "$d/thumbs"
	time=$2
	shift 2
	while [ $# -gt 0 ]; do
		list="$list${list:+,}{\"chapter_id\": \"$1\", \"visual_type\": \"$2\",
			\"metadata\": {\"sha256\": \"sha256:$hash\"}}"
		: >"$d/thumbs/$1.png"
		shift 2
	done
	echo "{\"generated_at\": \"$time\", \"images\": [$list]}" >"$d/manifest.json"
}
chapters() { # EPISODE CHAPTER...: its index
	d=outputs/$1/imagegen
	mkdir -p "$d"
	shift
	printf '%s\n' "$@" >"$d/chapters.index"
}
log() { # EPISODE CHAPTER STATUS: what a tool did, in the log
	printf '{"run": "", "tool": "call-dalle", "chapter": "%s", "stage": "image", "status": %s, "message": "no"}\n' \
		"$2" "$3" >>"outputs/$1/imagegen/log"
}
titled() { # EPISODE TITLE: in its chapters.json
	mkdir -p "outputs/$1"
	jq -n --arg e "$1" --arg t "$2" '{episode_id: $e, title: $t}' \
		>"outputs/$1/chapters.json"
}
slice() { # EPISODE CHAPTER TITLE
	jq -n --arg e "$1" --arg c "$2" --arg t "$3" '{episode_id: $e,
		chapter_id: $c, episode_title: $t}' \
		>"outputs/$1/imagegen/$2.chapter.json"
}
purchase() { # EPISODE STATE MICROS
	sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256,
		state, cost_micros, estimate_micros,
		reserved_at) VALUES (lower(hex(randomblob(16))), '$1', 'image', 'm',
		'', '$2', $3, 0, '2026-02-01 00:00:00')"
}
row() { # EPISODE STATUS TITLE
	sql "INSERT INTO episodes (episode_id, status, title, created_at)
		VALUES ('$1', '$2', '$3', '')"
}
body() { write-overview -d limn.db "$@" | sed -n '/^<body/,/^<\/main>/p'; }
card() { body | sed -n "/^<h2><a href=\"\/episodes\/$1\"/,/<\/li>/p"; } # EPISODE
sums() { body | sed -n 's/.*<p class="id">\([0-9].*\)<\/p><\/header>/\1/p'; }
status() { card "$1" | sed -n 's/.*badge status \(.*\)<\/span>.*/\1/p'; }
facts() { # EPISODE, in plain text
	card "$1" | sed -n '/class="facts"/s/<[^>]*>//gp'
}
title() { card "$1" | sed -n 's/.*lang="">\(.*\)<\/a><\/h2>/\1/p'; }
order() { body | sed -n 's/<p class="id"><code>\(.*\)<\/code><\/p>/\1/p' | tr '\n' ' '; }
is_status() { is "$1" "$(status "$2")" "$(echo "$3" | tr ' ' -)\">$3"; }

# --- none

is "no outputs, no database: a page that says what to do" "$(body 2>&1)" \
	'<body class="overview served">
<header class="top"><h1>Episodes</h1>
<p class="id">0 episodes · 0 pictures · $0.0000</p></header>
<main>
<p class="empty">There is no episode yet. An episode is a file <code>outputs/EP/chapters.json</code>; to draw it, run <code>make imagegen EP=EP</code>. For an example, run <code>make demo</code>.</p>
</main>'
ok "... and makes neither" [ "$(ls)" = "" ]
like "... of another directory" "$(body --outputs='<a b>')" \
	'<code>&lt;a b&gt;/EP/chapters.json</code>'
mkdir outputs
like "outputs with nothing in it: the same" "$(body)" '<p class="empty">'

# --- all of it

fresh
pictures bitcoin-nedir 2026-02-28T10:30:00Z ch01 title_card ch02 diagram \
	ch03 b_roll
chapters bitcoin-nedir ch01 ch02 ch03 ch04
slice bitcoin-nedir ch01 'Bitcoin nedir?'
row bitcoin-nedir IMAGES_GENERATED 'Another'
purchase bitcoin-nedir settled 42400
purchase bitcoin-nedir unknown 216400
purchase bitcoin-nedir released 1000000
purchase -new sent 49
purchase -new reserved 1
purchase gone settled 9000000
purchase '' settled 9000000
titled -new 'Şifre & "İnanç"'
is "two episodes" "$(body)" '<body class="overview served">
<header class="top"><h1>Episodes</h1>
<p class="id">2 episodes · 3 pictures · $0.2589</p></header>
<main>
<ol class="grid">
<li class="card" data-status="images-generated"><a class="picture" href="/episodes/bitcoin-nedir" tabindex="-1" aria-hidden="true"><img src="/api/episodes/bitcoin-nedir/files/images/thumbs/ch02.png?0123456789abcdef" alt="" width="480" height="270" loading="lazy" decoding="async"></a>
<h2><a href="/episodes/bitcoin-nedir" lang="">Bitcoin nedir?</a></h2>
<p class="id"><code>bitcoin-nedir</code></p>
<p class="badges"><span class="badge status images-generated">images generated</span></p>
<p class="facts">3 of 4 pictures · $0.2588 · <time datetime="2026-02-28T10:30:00Z">2026-02-28 10:30 UTC</time></p></li>
<li class="card" data-status="no-pictures-yet"><div class="picture none"></div>
<h2><a href="/episodes/-new" lang="">Şifre &amp; &#34;İnanç&#34;</a></h2>
<p class="id"><code>-new</code></p>
<p class="badges"><span class="badge status no-pictures-yet">no pictures yet</span></p>
<p class="facts">0 pictures · $0.0001</p></li>
</ol>
</main>'
write-overview -d limn.db >page
is "the page's first line" "$(sed 1q page)" '<!DOCTYPE html>'
is "the page's last line" "$(tail -n 1 page)" '</html>'
ok "the page's title" grep -qx '<title>Episodes – limn</title>' page
is "the page has no script, nor anything from elsewhere" \
	"$(grep -cE '<script|https?:' page)" 0
write-overview -d limn.db -o made/page
ok "-o FILE" cmp page made/page
like "the token is the environment's" "$(LIMN_TOKEN='a"b' body)" \
	' data-token="a&#34;b">'
mv outputs 'o s'
mv limn.db 'd b.db'
is "OUTPUTS_DIR and DATABASE, with blanks" "$(OUTPUTS_DIR='o s' \
	DATABASE='d b.db' write-overview | cksum)" "$(cksum <page)"
is "... --outputs and --database" "$(write-overview --outputs='o s' \
	--database='d b.db' --output=- | cksum)" "$(cksum <page)"
mv 'o s' outputs
is "no database: the status is that of the files" "$(status bitcoin-nedir)" 'unfinished">unfinished'
is "no database: nothing was spent on an episode" "$(facts -new)" "0 pictures · \$0.0000"
is "no database: nothing was spent on all" "$(sums)" "2 episodes · 3 pictures · \$0.0000"
ok "no database: none is made" [ ! -e limn.db ]

# --- a database that fails

for what in damaged newer elsewhere; do
	fresh
	titled a A
	case $what in
	damaged) dd if=/dev/urandom of=limn.db bs=8192 count=1 2>/dev/null ;;
	newer)
		sql "CREATE TABLE schema_migrations (version);
			INSERT INTO schema_migrations VALUES ('999_limn')"
		;;
	elsewhere) rm limn.db && mkdir limn.db ;;
	esac
	fails 0 "a database that fails ($what) is not the end" \
		write-overview -d limn.db -o page
	page=$(sed -n '/^<body/,$p' page)
	like "... its name is said" "$err" "write-overview: limn.db: "
	is "a database that fails ($what) is not the end: the message is one line" "$(echo "$err" | wc -l)" 1
	like "... the episode has no sum" "$page" '<p class="facts">0 pictures</p>'
	like "... all episodes have no sum" "$page" '1 episode · 0 pictures</p>'
done
fresh
titled a A
for t in ledger episodes; do
	sqlite3 -cmd '.dbconfig defensive off' limn.db "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = 1000
		WHERE name = '$t'"
	fails 0 "a database without its table $t is not the end" write-overview -d limn.db
	like "... the message says why" "$err" 'the database is damaged'
	is "... the page is whole" "$(echo "$out" | tail -n 1)" '</html>'
	rm limn.db
	cat "$top"/migrations/*.up.sql | sqlite3 limn.db
done
mkfifo hold
sql 'PRAGMA journal_mode = delete' >/dev/null
: >held
sqlite3 limn.db <hold >held 2>&1 &
exec 3>hold
echo "BEGIN EXCLUSIVE; SELECT 'held';" >&3
wait_for test -s held
fails 0 "a database that is locked is not the end" timeout 20 write-overview -d limn.db
like "... is not waited for for long" "$err" \
	'another program has locked the database'
exec 3>&-
wait

# --- statuses

fresh
time=2026-01-01T00:00:00Z
for e in a b; do
	pictures $e "$time" ch01 diagram ch02 diagram
done
chapters b ch01 ch02
is_status "no index: done" a 'done'
is_status "all chapters have pictures: done" b 'done'
is "no index: the number of pictures is the manifest's" "$(facts a)" \
	"2 of 2 pictures · \$0.0000 · 2026-01-01 00:00 UTC"
is "an index: the number of pictures is the index's" "$(facts b)" \
	"2 of 2 pictures · \$0.0000 · 2026-01-01 00:00 UTC"
chapters b ch01 ch02 ch03
is_status "one has none: unfinished" b unfinished
chapters b ch01
is_status "one that was taken out doesn't count" b 'done'
is "... but is shown" "$(facts b | cut -c-14)" "2 of 1 picture"
log b ch01 77
is "one has failed: so it says" "$(status b)" 'failed">1 chapter failed'
log b ch01 0
is_status "... and was good since" b 'done'
log b ch01 10
: >outputs/b/imagegen/ch01.entry.json
touch -d '2026-01-01 10:00:00.5' outputs/b/imagegen/log
touch -d '2026-01-01 10:00:00.4' outputs/b/imagegen/ch01.entry.json
is "... or failed after that" "$(status b)" 'failed">1 chapter failed'
touch -d '2026-01-01 10:00:00.5' outputs/b/imagegen/ch01.entry.json
is_status "... or is as new" b 'done'
rm outputs/b/imagegen/log
log b ch09 10
is_status "what is no chapter's is no failure" b 'done'
titled c C
chapters c ch01 ch02
is_status "an index alone: no pictures yet" c 'no pictures yet'
is "... of so many" "$(facts c)" "0 of 2 pictures · \$0.0000"
row c IMAGES_GENERATED ''
log c ch01 10
is "... a failure, whatever the database says" "$(status c)" 'failed">1 chapter failed'
log c ch02 10
is "... two" "$(status c)" 'failed">2 chapters failed'
log c ch02 0
is "... of so many" "$(facts c)" "0 of 2 pictures · 1 failed · \$0.0000"
: >outputs/c/imagegen/ch02.entry.json
is "... a record is a picture" "$(facts c)" "1 of 2 pictures · 1 failed · \$0.0000"
rm outputs/c/imagegen/log
sql "DELETE FROM episodes WHERE episode_id = 'c'"
is_status "... of which there are too few" c unfinished
job() { # EPISODE STATE DONE TOTAL
	sql "INSERT INTO limn_jobs (command, episode_id, force, state, done, total, created_at)
		VALUES ('imagegen', '$1', 0, '$2', $3, $4, '')"
}
job c 'done' 2 2
is_status "a job that is over says nothing" c unfinished
job c queued 0 0
is "one that is queued does" "$(status c)" 'queued">queued'
job b running 1 2
is_status "a running one whose lock nobody holds is over" b 'done'
mkfifo go
cat >job.mk <<'END'
imagegen:
	@mkdir -p outputs/d/imagegen && echo '{"tool": "x", "chapter": "ch01", "stage": "entry", "status": 0, "message": "m"}' >>$(LIMN_LOG)
	@echo >begun; cat go
END
titled d D
chapters d ch01 ch02 ch03
log d ch03 10
manage-jobs -d limn.db add d >/dev/null
manage-jobs -d limn.db run -f job.mk d &
runner=$!
until_is 1 sql "SELECT done FROM limn_jobs WHERE episode_id = 'd'"
is "a running one does, and how far it is" "$(status d)" 'running">running, 1 of 3'
echo >go
wait $runner
is "... until it is over" "$(status d)" 'failed">1 chapter failed'
rm -r outputs/d
sql "DELETE FROM limn_jobs"
row b cost_limit ''
row c TTS_DONE ''
is_status "in small letters" b 'cost limit'
is_status "... in capitals" c 'tts done'
sql "UPDATE episodes SET status = ' ' WHERE episode_id = 'b'"
is_status "a blank one is none" b 'done'
sql "UPDATE episodes SET status = '\"><b class=x>É' || printf('%.*c', 99, 'y')
	WHERE episode_id = 'b'"
is "a hostile one is text, and cut" "$(status b)" \
	"---b-class-x---yyyyyyyyyyyyyyyyyyyyyyyyyy\">&#34;&gt;&lt;b class=x&gt;É$(printf '%.26s' yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy)"
sql "UPDATE episodes SET status = x'ff41' WHERE episode_id = 'b'"
is "... also one that isn't UTF-8" "$(status b)" '-xffa">\xffa'
sql 'DELETE FROM episodes WHERE episode_id = "b"; ALTER TABLE episodes DROP COLUMN title'
is "a table without titles" "$(status c)" 'tts-done">tts done'

# --- what went wrong

fresh
titled a A
pictures a "$time" ch01 diagram ch02 diagram
chapters a ch01 ch02 ch03
for c in ch01 ch03; do
	log a $c 10
done
is "so many have failed" "$(facts a)" "2 of 3 pictures · 2 failed · \$0.0000 · 2026-01-01 00:00 UTC"
errors=outputs/a/imagegen/chapters.errors
error() { card a | sed -n 's/^<p class="error">\(.*\)<\/p><\/li>$/\1/p'; }
is "(nothing is wrong with the chapters)" "$(error)" ""
printf 'split-chapters: chapters[1].title: "<b>"; shorten it\nand more\n' >$errors
is "why the chapters were refused" "$(error)" 'split-chapters: chapters[1].title: &#34;&lt;b&gt;&#34;; shorten it'
touch -d '1 hour ago' $errors
is "... but not when they have changed since" "$(error)" ""
printf 'ş%.0s' $(seq 1000) >$errors
is "... cut" "$(error)" "$(printf 'ş%.0s' $(seq 300))"
printf '\377\0x' >$errors
is "... if it is no text" "$(error)" '�'
rm $errors
ln -s ../chapters.json $errors
is "... not by a link" "$(error)" ""
rm $errors
mkfifo $errors
is "... nor a FIFO" "$(timeout 10 write-overview -d limn.db | grep -c 'class="error"')" 0

# --- order, sums

fresh
for e in m1 m2 m3 -m; do
	pictures $e 2026-02-01T00:00:00Z ch01 diagram
done
pictures m2 2026-02-01T00:00:01Z ch01 diagram
pictures old 2025-12-31T23:59:59Z ch01 diagram
pictures zero 2027-01-01T00:00:00Z
titled B B
titled a A
titled _z Z
is "the latest manifest, then by ids; then those without pictures" "$(order)" \
	'm2 -m m1 m3 old B _z a zero '
pictures m3 yesterday ch01 diagram
touch -d '2030-01-01 00:00 UTC' outputs/m3/images/manifest.json
is "a manifest without a time: its file's counts in the order" "$(order | cut -c-5)" 'm3 m2'
is "a manifest without a time: its file's is shown" "$(facts m3)" \
	"1 of 1 picture · \$0.0000 · 2030-01-01 00:00 UTC"
for e in m1 m2; do
	sql "PRAGMA ignore_check_constraints = 1; INSERT INTO ledger (purchase,
		episode_id, kind, model, request_sha256, state, cost_micros,
		estimate_micros, reserved_at) SELECT '$e' ||
		value, '$e', 'image', 'm', '', 'settled', 9223372036854775807, 0, ''
		FROM json_each('[$(seq -s, 200)]')"
done
like "an absurd sum has an end" "$(sums)" ' · $100000000000.0000'
sql 'PRAGMA ignore_check_constraints = 1; UPDATE ledger SET cost_micros = -5'
like "... nothing is given back" "$(sums)" ' · $0.0000'

# --- titles

fresh
pictures a "$time" ch01 diagram
chapters a ch01
is "no title: the id" "$(title a)" a
row a DONE 'the row'
is "... the row's" "$(title a)" 'the row'
titled a 'the chapters'
is "... that of chapters.json" "$(title a)" 'the chapters'
slice a ch01 'the slice'
is "... the slice's" "$(title a)" 'the slice'
slice a ch01 ' '
is "... if it says something" "$(title a)" 'the chapters'
jq -n '{episode_id: "b", episode_title: "another"}' \
	>outputs/a/imagegen/ch01.chapter.json
is "... and is this episode's" "$(title a)" 'the chapters'
hostile() { # NAME TITLE WANT
	slice a ch01 "$2"
	is "$1" "$(title a)" "$3"
}
hostile "markup is text" '<img src=x onerror="alert(1)"> & </a></script>' \
	'&lt;img src=x onerror=&#34;alert(1)&#34;&gt; &amp; &lt;/a&gt;&lt;/script&gt;'
hostile "letters are as they are" "Işık 🖼 it's %s %n" 'Işık 🖼 it&#39;s %s %n'
hostile "control characters are none" "$(printf 'a\033[31mb')" 'a�[31mb'
slice a ch01 "$(printf '%0400d' 0)"
is "a long one is cut" "$(title a)" "$(printf '%0300d…' 0)"
sql "UPDATE episodes SET title = '<b>' || char(7) || x'ff'"
rm outputs/a/chapters.json outputs/a/imagegen/*.json
like "a hostile row is text" "$(title a)" '&lt;b&gt;�'

# --- hostile files

fresh
titled a A
pictures a "$time" ch01 diagram ch02 diagram
picture() { body | sed -n 's/.*thumbs\/\(.*\)" alt.*/\1/p'; }
is "the first picture that is drawn" "$(picture)" 'ch01.png?0123456789abcdef'
rm outputs/a/images/thumbs/ch01.png
is "... and has a thumbnail" "$(picture)" 'ch02.png?0123456789abcdef'
pictures a "$time" ch01 title_card ch02 talking_head
is "a card is not shown as the picture" "$(picture)" ""
is "an episode of cards has no picture" "$(body | grep -c 'class="picture none"')" 1
m=outputs/a/images/manifest.json
rm $m
chapters a ch01 ch02
for c in ch01 ch02; do
	: >outputs/a/images/$c.png
	: >outputs/a/images/thumbs/$c.png
done
entry() { # CHAPTER TYPE
	echo "{\"chapter_id\": \"$1\", \"visual_type\": \"$2\", \"file_path\": \"images/$1.png\"}" \
		>outputs/a/imagegen/"$1".entry.json
}
entry ch01 title_card
is "no manifest, no drawn picture" "$(picture)" ""
entry ch02 diagram
is "no manifest: the first picture that the run has drawn" "$(picture)" ch02.png
rm -r outputs/a/imagegen
image() { # JSON...: the picture that is shown
	echo "{\"images\": [$1]}" >$m
	picture
}
: >outputs/a/images/thumbs/ch01.png
is "a hash that is none" "$(image '{"chapter_id": "ch01", "visual_type":
	"diagram", "metadata": {"sha256": "sha256:\"><script>"}}')" ch01.png
is "... or a number" "$(image '{"chapter_id": "ch01", "visual_type":
	"diagram", "metadata": {"sha256": 5}}')" ch01.png
is "... or nothing" "$(image '{"chapter_id": "ch01", "visual_type": "b_roll",
	"metadata": []}')" ch01.png
for j in '{"chapter_id": "../ch01", "visual_type": "diagram"}' '"x"' null \
	'{"chapter_id": "ch01", "visual_type": 1}' '[]' \
	'{"chapter_id": 1, "visual_type": "diagram"}'; do
	is "an image that is none: $j" "$(image "$j")" ""
done
for j in '[1]' '"x"' '{' '{"images": {}}' '' "$(printf '\377\376x')" \
	'{"images": 5, "generated_at": 5}'; do
	printf '%s' "$j" >$m
	is "a manifest that is none: $j" "$(facts a)" "0 pictures · \$0.0000"
done
of='"chapter_id": "ch01", "visual_type": "diagram"'
is "an id that is there twice is the first" "$(image "{$of},
	{$of, \"metadata\": {\"sha256\": \"sha256:$hash\"}}")" ch01.png
is "... and one" "$(facts a | cut -c-14)" '1 of 1 picture'
longer() { # FILE BYTES: with newlines at its end
	size=$(wc -c <"$1")
	head -c "$(($2 - size))" /dev/zero | tr '\0' '\n' >>"$1"
}
longer $m 16777216
is "a manifest that is large" "$(facts a | cut -c-14)" '1 of 1 picture'
longer $m 16777217
is "... that is too large is none" "$(facts a)" "0 pictures · \$0.0000"
pictures a "$time" ch01 diagram
printf 'ch01\n../x\n\n<b>\nch02' >outputs/index
mkdir outputs/a/imagegen
mv outputs/index outputs/a/imagegen/chapters.index
is "an index with lines that are no ids is none" "$(facts a | cut -c-14)" '1 of 1 picture'
chapters a ch01 ch02
is "one of two" "$(facts a | cut -c-15)" '1 of 2 pictures'
longer outputs/a/imagegen/chapters.index 1048577
is "an index that is too large is none" "$(facts a | cut -c-14)" '1 of 1 picture'
: >outputs/a/imagegen/chapters.index
is "an empty one, too" "$(facts a | cut -c-14)" '1 of 1 picture'
rm outputs/a/imagegen/chapters.index
mkfifo outputs/a/imagegen/chapters.index
rm outputs/a/chapters.json
mkfifo outputs/a/chapters.json
is "a FIFO is not waited for" "$(timeout 10 write-overview |
	grep -c '<li class="card"')" 1

fresh
mkdir -p outputs/empty outputs/dir/chapters.json 'outputs/a b' outputs/.hidden \
	outputs/images-only/images "outputs/$(printf '%065d' 0)"
for d in 'a b' .hidden "$(printf '%065d' 0)"; do
	echo '{}' >"outputs/$d/chapters.json"
done
echo '{}' >outputs/file
is "what is no episode is none" "$(order)" ""
mkdir away
mv outputs away/o
mkdir outputs
pictures real "$time" ch01 diagram
chapters real ch01
slice real ch01 'Real'
mv outputs/real away/real
ln -s ../away/real outputs/link
mkdir outputs/one outputs/two outputs/three
ln -s ../../away/real/images outputs/one/images
mkdir outputs/two/images
ln -s ../../../away/real/images/manifest.json outputs/two/images/manifest.json
cp away/real/images/manifest.json outputs/three/chapters.json
ln -s ../../away/real/imagegen outputs/three/imagegen
ln -s ../../away/real/images outputs/three/images
is "links to episodes are not followed" "$(order)" 'three '
is "links to slices are not followed" "$(title three)" three
is "links to images are not followed" "$(facts three)" "0 pictures · \$0.0000"
rm outputs/three/images
pictures three "$time" ch01 diagram
rm -r outputs/three/images/thumbs
ln -s ../../../away/real/images/thumbs outputs/three/images/thumbs
is "links to thumbnails are not followed" "$(body | grep -c 'class="picture none"')" 1

# --- the end

fails 64 "an operand" write-overview outputs
fails 64 "an option that isn't" write-overview --jsn
fails 64 "a path that is too long" write-overview --outputs="$(printf '%04000d' 0)"
fails 66 "outputs that are a file" write-overview --outputs=away/o/file
is "outputs that are a file: the message" "$err" "write-overview: away/o/file: Not a directory"
fails 73 "an output that can't be made" write-overview -o outputs/three/chapters.json/x
fails 74 "a full disk" sh -c 'write-overview >/dev/full'
echo 'DATABASE' >.env && chmod 600 .env
fails 78 "a .env that is none" write-overview
rm .env
is "nothing was changed" "$(sql 'SELECT count(*) FROM ledger' 2>&1)" 0

finish
