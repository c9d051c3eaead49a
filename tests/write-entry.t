#!/bin/sh
# write-entry: the records it writes, the pictures and files that it refuses.
# shellcheck disable=SC2086,SC2094 # words; begin and end are commands, too
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

mkdir in && cd in || exit 1
cat >ch02.chapter.json <<'END'
{
  "episode_id": "ep",
  "episode_title": "Bitcoin Nedir?",
  "schema_version": "1.0",
  "chapter_id": "ch02",
  "title": "Şifreleme \"1\"",
  "visual": {
    "type": "diagram",
    "description": "İki\nanahtar",
    "image_prompt": null
  },
  "narration": {
    "text": "Merhaba."
  }
}
END
jq '.chapter_id = "ch01" | .title = "Giriş" | .visual.type = "title_card"
	| .visual.description = "Logo"' ch02.chapter.json >ch01.chapter.json
jq '.prompt = "Two keys — “a” & “b”.\n\nNo text." | .source = "composed"
	| .template = {name: "small", hash: "sha256:0"}' \
	ch02.chapter.json >ch02.prompt.json

# PNGs of 3x2 pixels, chunk by chunk.
byte() { for b; do printf '%b' "\\0$(printf %o "$b")"; done; }
number() { byte $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)); }
chunk() { # TYPE: of standard input; its CRC is one that gzip has, too
	{
		printf %s "$1"
		cat
	} >.body
	number $(($(wc -c <.body) - 4))
	cat .body
	# shellcheck disable=SC2046 # words
	set -- $(gzip -c .body | tail -c 8 | od -An -tu1 -N4)
	byte "$4" "$3" "$2" "$1"
}
text() { # KEYWORD TEXT
	printf '%s\0%s' "$1" "$2" | chunk tEXt
}
utf8_text() { # KEYWORD TEXT
	printf '%s\0\0\0\0\0%s' "$1" "$2" | chunk iTXt
}
begin() {
	byte 137 80 78 71 13 10 26 10
	byte 0 0 0 3 0 0 0 2 1 0 0 0 0 | chunk IHDR
}
end() {
	byte 120 1 1 4 0 251 255 0 0 0 0 0 4 0 1 | chunk IDAT
	chunk IEND </dev/null
}
sum() { echo "sha256:$(sha256sum <"$1" | cut -c 1-64)"; }
bytes() { wc -c <"$1"; }
then=2026-02-28T10:30:00Z
begin >begin && end >end
{
	begin
	text Software 'limn draw-storyboard'
	end
} >ch02.png
{
	begin
	utf8_text Title 'Bitcoin Nedir — “ş”?'
	text Software 'limn placeholder-png'
	text Template title_card_default
	text Background '#F7931A'
	end
} >ch01.png
cat begin end >manual.png
touch -d "$then" ./*.png
drawn='ch02.chapter.json ch02.prompt.json ch02.png'
card='ch01.chapter.json ch01.png'

# --- what it writes

cat >want <<END
{
  "chapter_id": "ch02",
  "chapter_title": "Şifreleme \"1\"",
  "visual_type": "diagram",
  "file_path": "images/ch02.png",
  "prompt": "Two keys — “a” & “b”.\n\nNo text.",
  "generation_method": "storyboard",
  "model": null,
  "size": "3x2",
  "mime_type": "image/png",
  "size_bytes": $(bytes ch02.png),
  "metadata": {
    "revised_prompt": null,
    "cost_usd": 0.0,
    "generated_at": "$then",
    "quality": null,
    "request_sha256": null,
    "sha256": "$(sum ch02.png)",
    "prompt_source": "composed",
    "alt": "İki\nanahtar"
  }
}
END
fails 0 "a storyboard" write-entry -o got $drawn
is "a storyboard: no output" "$out" ""
is "a storyboard: no message" "$err" ""
ok "a storyboard: byte for byte" cmp got want
fails 0 "to standard output" write-entry $drawn
is "to standard output: the same bytes" "$out" "$(cat want)"
is "to standard output: no message" "$err" ""
ok "to -" sh -c "write-entry -o - $drawn | cmp - want"
ok "--output, and the files in another order" sh -c \
	"write-entry ch02.png --output=new/dir/got ch02.prompt.json ch02.chapter.json && cmp new/dir/got want"
ok "of two -o the last" sh -c "write-entry -o none -o last $drawn && cmp last want && ! test -e none"
cp ch02.png ./-x.png
ok "-- ends the options" sh -c \
	'write-entry -- -x.png ch02.chapter.json | jq -e ".file_path == \"images/-x.png\""'
mkdir some && cp ch02.png some/
is "only the picture's name is in the path, and of the others nothing" \
	"$(cd some && write-entry ../ch01.chapter.json "$work/in/some/ch02.png" | jq -c '[.chapter_id, .file_path]')" \
	'["ch01","images/ch02.png"]'

cat >want <<END
{
  "chapter_id": "ch01",
  "chapter_title": "Giriş",
  "visual_type": "title_card",
  "file_path": "images/ch01.png",
  "prompt": null,
  "generation_method": "template",
  "model": null,
  "size": "3x2",
  "mime_type": "image/png",
  "size_bytes": $(bytes ch01.png),
  "metadata": {
    "template_name": "title_card_default",
    "background_color": "#F7931A",
    "text_overlay": "Bitcoin Nedir — “ş”?",
    "sha256": "$(sum ch01.png)",
    "alt": "Logo"
  }
}
END
ok "a card" write-entry -o got $card
ok "a card, byte for byte" cmp got want
touch -d 2001-01-01 ch01.png
ok "... whatever its date" sh -c "write-entry $card | cmp - want"

cat >want <<END
{
  "chapter_id": "ch02",
  "chapter_title": "Şifreleme \"1\"",
  "visual_type": "diagram",
  "file_path": "images/manual.png",
  "prompt": null,
  "generation_method": "manual",
  "model": null,
  "size": "3x2",
  "mime_type": "image/png",
  "size_bytes": $(bytes manual.png),
  "metadata": {
    "generated_at": "$then",
    "sha256": "$(sum manual.png)",
    "alt": "İki\nanahtar"
  }
}
END
ok "a picture put there by hand" write-entry -o got ch02.chapter.json ch02.prompt.json manual.png
ok "a picture put there by hand: byte for byte" cmp got want

# --- limn-manifest(5) has these keys, and in this order

page() { # SECTION
	awk -v "s=.Ss $1" '/^\.S[sh] / { on = $0 == s }
		on && /^\.It Cm .* Pq/ { print $3 }' \
		"$top/tools/limn-manifest.5" | paste -sd ' ' -
}
keys() { jq -r "$1 | keys_unsorted | join(\" \")"; }
is "the keys of a picture" "$(write-entry $drawn | keys .)" "$(page 'A picture')"
is "... of a storyboard's metadata" "$(write-entry $drawn | keys .metadata) warning" "$(page "Metadata of an image model's picture, and of a storyboard")"
is "... of a template's" "$(write-entry $card | keys .metadata)" "$(page 'Metadata of a template')"
is "... of a manual picture's" "$(write-entry manual.png ch02.chapter.json | keys .metadata)" "$(page 'Metadata of a manual picture')"

# --- a picture that was bought

answer() { # SHA FILTER
	jq -n --arg s "$1" '{created: 1, data: [{b64_json: "'"$(head -c 9000 /dev/zero | tr '\0' A)"'"}],
		prompt: "Style. Prompt.", style_prefix: "Style. ", model: "gpt-image-2.6-flare", size: "2048x1152",
		quality: "high", usage: null, request_sha256: "sha256:1", request_id: "req", bought_at: "2026-02-28T10:32:15Z",
		run: "r", cost_usd: 0.042391, cost_source: "measured", picture_sha256: $s}'" | $2" >ch02.response.json
}
answer "$(sum manual.png)" .
cat >want <<END
{
  "chapter_id": "ch02",
  "chapter_title": "Şifreleme \"1\"",
  "visual_type": "diagram",
  "file_path": "images/manual.png",
  "prompt": "Style. Prompt.",
  "generation_method": "openai",
  "model": "gpt-image-2.6-flare",
  "size": "3x2",
  "mime_type": "image/png",
  "size_bytes": $(bytes manual.png),
  "metadata": {
    "revised_prompt": null,
    "cost_usd": 0.042391,
    "generated_at": "2026-02-28T10:32:15Z",
    "quality": "high",
    "request_sha256": "sha256:1",
    "sha256": "$(sum manual.png)",
    "prompt_source": "composed",
    "alt": "İki\nanahtar",
    "warning": "2048x1152 was asked for, and 3x2 came"
  }
}
END
bought="ch02.chapter.json ch02.prompt.json ch02.response.json manual.png"
ok "a picture of an image API" write-entry -o got $bought
ok "a picture of an image API: byte for byte" cmp got want
answer "$(sum manual.png)" '.size = "3x2"'
is "... of the size that was asked for: no warning" "$(write-entry $bought | jq .metadata.warning)" null
answer "$(sum manual.png)" '.size = null'
is "... that was asked for in no size" "$(write-entry $bought | jq .metadata.warning)" null
answer "$(sum manual.png)" '.model = "dall-e-3" | .data[0] = {url: "https://x/", revised_prompt: "Revised."}'
is "dall-e-3, which revises prompts" "$(write-entry $bought | jq -r '.generation_method, .model, .metadata.revised_prompt' | tr '\n' ' ')" "dalle3 dall-e-3 Revised. "
answer "sha256:other" .
is "another picture than that of the answer is by hand" "$(write-entry $bought | jq -r '.generation_method, .model' | tr '\n' ' ')" "manual null "
answer null '.picture_sha256 = null | .data = []'
is "... as where none was bought" "$(write-entry $bought | jq -r .generation_method)" manual
for bad in 'del(.model)' 'del(.prompt)' '.model = 1' '[.]' '"x"'; do
	answer null "$bad"
	fails 65 "an answer: $bad" write-entry $bought
	like "an answer: $bad: the message" "$err" "write-entry: ch02.response.json: is not an answer"
done
rm ch02.response.json

# --- how the picture came about

says() { # METHOD NAME: of a picture with the chunks of the file t
	cat begin t end >x.png
	is "$2: $1" "$(write-entry ch02.chapter.json ch02.prompt.json x.png | jq -r .generation_method)" "$1"
}
text Software '' >t
says manual "an empty Software text"
text Software 'limn draw-storyboard' >t
says storyboard "that of a storyboard"
utf8_text Software 'limn draw-storyboard' >t
says storyboard "... in UTF-8"
text Software 'limn placeholder-png' >t
says template "that of a card"
text Software 'limn draw-storyboard 2' >t
says manual "more than that"
text Software 'limn' >t
says manual "less"
text Software 'Photoshop' >t
says manual "another"
text software 'limn draw-storyboard' >t
says manual "another keyword"
text Title 'limn draw-storyboard' >t
says manual "in another text"
printf 'Software\0limn draw-storyboard' | chunk zTXt >t
says manual "in a chunk that isn't read"
printf 'Software' | chunk tEXt >t
says manual "a keyword without its end"
{
	text Software GIMP
	text Software 'limn draw-storyboard'
} >t
says manual "of two the first"
head -c 200000 /dev/zero | tr '\0' x >long
{
	printf 'Software\0'
	cat long
} | chunk tEXt >t
says manual "a long one"
{
	printf 'Title\0'
	cat long
} | chunk tEXt >t
says manual "a long title that nobody asked for"
text Software 'limn placeholder-png' >t
cat begin t end >bare.png
is "a card without its other texts" "$(write-entry ch01.chapter.json bare.png | jq -c '.metadata | [.template_name, .background_color, .text_overlay]')" "[null,null,null]"
{
	text Software 'limn placeholder-png'
	printf 'Title\0\0\0\0\0\377\376' | chunk iTXt
	printf 'Background\0\377' | chunk tEXt
	text Template ''
} >t
cat begin t end >bad.png
is "texts that are not UTF-8, are Latin-1, are empty" "$(write-entry ch01.chapter.json bad.png | jq -c '.metadata | [.text_overlay, .background_color, .template_name // ""]')" '[null,"ÿ",""]'
is "a storyboard without a prompt's file" "$(write-entry ch02.chapter.json ch02.png | jq -c '[.generation_method, .prompt, .metadata.prompt_source]')" '["storyboard",null,null]'
is "a card has no prompt, whatever there is" "$(write-entry ch01.png ch02.chapter.json ch02.prompt.json | jq -c '[.generation_method, .prompt]')" '["template",null]'
jq '.source = "author"' ch02.prompt.json >a.prompt.json
is "an author's own prompt" "$(write-entry ch02.chapter.json a.prompt.json ch02.png | jq -r .metadata.prompt_source)" author

# what the drawing tools say is what is looked for
if placeholder-png -s 320x180 -o card.png ch01.chapter.json &&
	draw-storyboard -s 320x180 -o frame.png ch02.prompt.json; then
	is "placeholder-png's card" "$(write-entry ch01.chapter.json card.png | jq -c '[.generation_method, .size, .metadata.template_name, .metadata.background_color, .metadata.text_overlay]')" \
		'["template","320x180","title_card_default","#F7931A","Bitcoin Nedir?"]'
	is "draw-storyboard's frame" "$(write-entry ch02.chapter.json ch02.prompt.json frame.png | jq -r .generation_method)" storyboard
else
	result 1 "the drawing tools draw"
fi

# --- when the picture was made

at() { jq -r .metadata.generated_at got; }
write-entry -o got $drawn
touch -d 2026-03-01T00:00:00Z ch02.png
write-entry -o got $drawn
is "the same picture, dated anew: made when it was" "$(at)" "$then"
jq '.visual.description = "Other"' ch02.chapter.json >other.chapter.json
write-entry -o got other.chapter.json ch02.prompt.json ch02.png
is "the same picture with other words: made when it was" "$(at)" "$then"
is "... the entry has the other words" "$(jq -r .metadata.alt got)" Other
{
	cat begin
	text Software 'limn draw-storyboard'
	text Comment another
	cat end
} >t && mv t ch02.png
touch -d 2026-03-02T00:00:00Z ch02.png
write-entry -o got $drawn
is "another picture: made at its date" "$(at)" "2026-03-02T00:00:00Z"
touch -d 1969-12-31T23:59:58Z manual.png
is "... before 1970, too" "$(write-entry ch02.chapter.json manual.png | jq -r .metadata.generated_at)" "1969-12-31T23:59:58Z"
write-entry -o good $drawn
touch -d 2026-03-03T00:00:00Z ch02.png
for former in 'no JSON' '' '5' '[]' '{}' '{"metadata": 5}' '{"metadata": []}' \
	"$(jq '.metadata.sha256 = 5' good)" "$(jq '.metadata.generated_at = 5' good)" \
	"$(jq 'del(.metadata.generated_at)' good)" "$(jq '.metadata.sha256 += "0"' good)"; do
	printf '%s' "$former" >got
	write-entry -o got $drawn
	is "a former entry to no avail: $(printf %s "$former" | tr -d ' \n' | cut -c 1-24)" "$(at)" "2026-03-03T00:00:00Z"
done
cp good got && touch -d 2020-01-01 got
write-entry -o got $drawn
is "the same entry is dated anew" "$(find got -newermt 2020-01-02)" got

# an input that is edited meanwhile is newer than what was made of it
next_time() { # the clock of the files has gone on
	touch now
	until touch later && [ "$(find later -newer now)" ]; do :; done
}
mkfifo slow.chapter.json
rm -f got
write-entry -o got slow.chapter.json manual.png &
exec 3>slow.chapter.json # waits for it to be read
next_time
touch mark
next_time
cat ch02.chapter.json >&3
exec 3>&-
wait $!
is "an entry of an input that comes late is written" $? 0
is "... is as old as the beginning" "$(find got ! -newer mark)" got
rm slow.chapter.json

# --- the command line

fails 64 "no file"  write-entry
is "no file: the message" "$err" "write-entry: a slice (.chapter.json) and a picture (.png) are needed"
fails 64 "no picture" write-entry ch02.chapter.json
fails 64 "no slice" write-entry ch02.png ch02.prompt.json
fails 64 "two slices" write-entry $drawn ch01.chapter.json
is "two slices: the message" "$err" "write-entry: ch01.chapter.json: one file of a kind, after ch02.chapter.json"
fails 64 "two pictures" write-entry $drawn ch01.png
fails 64 "two prompts" write-entry $drawn a.prompt.json
for file in - '' x.json chapter.json png ch02.PNG ch02.png/ .chapter.jso; do
	fails 64 "a file called '$file'" write-entry $drawn "$file"
	is "a file called '$file': the message" "$err" "write-entry: $file: its name must end in .chapter.json, .prompt.json, .response.json or .png"
done
fails 64 "an option that it hasn't" write-entry -x $drawn
fails 64 "-o without a file" write-entry $drawn -o

# --- files that are missing, and outputs that can't be

fails 66 "no such slice" write-entry none.chapter.json ch02.png
is "no such slice: the message" "$err" "write-entry: none.chapter.json: No such file or directory"
fails 66 "no such prompt" write-entry ch02.chapter.json none.prompt.json ch02.png
fails 66 "no such picture" write-entry -o got2 ch02.chapter.json none.png
is "no such picture: no output" "$out" ""
ok "... no file is made" test ! -e got2
mkdir dir.png dir.chapter.json
fails 74 "a directory for a picture" write-entry ch02.chapter.json dir.png
fails 74 "a directory for a slice" write-entry dir.chapter.json ch02.png
fails 73 "an output below a file" write-entry -o good/got $drawn
is "an output below a file: the message" "$err" "write-entry: good/got: Not a directory"
fails 73 "an output that is a directory" write-entry -o dir.png $drawn
fails 74 "a full disk" write-entry -o /dev/full $drawn
is "a full disk: the message" "$err" "write-entry: /dev/full: No space left on device"
fails 74 "standard output full" sh -c "write-entry $drawn >/dev/full"
fails 74 "standard output closed" sh -c "write-entry $drawn >&-"
unread write-entry $drawn 2>/dev/null
status=$?
like "a closed pipe: status 74 or SIGPIPE" " 74 141 " " $status "
cp good got
head -c 2000 long | jq -Rs '{prompt: ., source: "author"}' >l.prompt.json
fails 74 "no room for all of it" sh -c \
	"trap '' XFSZ; ulimit -f 1; exec write-entry -o got ch02.chapter.json l.prompt.json ch02.png"
ok "no room for all of it: the old output stands" cmp got good
is "... and nothing else" "$(find . -name '.tmp*')" ""

# --- slices and prompts that mean harm

refused() { # NAME FILE...: with one line at least, and the old output stands
	name=$1
	shift
	fails 65 "$name" write-entry -o got "$@"
	is "$name: no output" "$out" ""
	is "$name: each line of the message has a file's name" \
		"$(printf '%s\n' "$err" | LC_ALL=C grep -v '^write-entry: [^ ]*\(chapter.json\|prompt.json\|png\)[:0-9]* .*[a-z]')" ""
	ok "$name: the old output stands" cmp got good
}
for bad in 'no JSON' '' 5 null '"x"' '[]' '{}' '[{}]' '{"chapter_id": "ch02", "chapter_id": "ch02"}' \
	'{"a": "\u0000"}' '{"a": "\ud800"}' '{"chapter_id": "ch02"' '{} {}' "$(head -c 65 /dev/zero | tr '\0' '[')"; do
	printf '%s' "$bad" >x.chapter.json
	cp x.chapter.json x.prompt.json
	refused "a slice that is '$bad'" x.chapter.json ch02.prompt.json ch02.png
	refused "a prompt that is '$bad'" ch02.chapter.json x.prompt.json ch02.png
done
printf '{"prompt": "\377\376", "chapter_id": "\300\200"}' >x.chapter.json
cp x.chapter.json x.prompt.json
refused "a slice in no UTF-8" x.chapter.json ch02.png
refused "a prompt in no UTF-8" ch02.chapter.json x.prompt.json ch02.png
sed 's/^  "title": .*/&&/' ch02.chapter.json >x.chapter.json
refused "a slice with a key twice" x.chapter.json ch02.png
like "... which is named" "$err" "duplicate object key"
iconv -t UTF-16 ch02.chapter.json >x.chapter.json
refused "a slice in UTF-16" x.chapter.json ch02.png
{
	printf '\357\273\277'
	cat ch02.chapter.json
} >x.chapter.json
fails 0 "a BOM is taken" write-entry x.chapter.json ch02.png
for key in .chapter_id .title .visual .visual.type .visual.description; do
	for value in 5 '[]' '{}' null true '" \n"'; do
		jq "$key = $value" ch02.chapter.json >x.chapter.json
		refused "a slice with $key = $value" x.chapter.json ch02.png
	done
done
for id in ../x a/b 'a b' 'a\nb' 'a\u001b' ç -x; do
	jq ".chapter_id = \"$id\"" ch02.chapter.json >x.chapter.json
	refused "a chapter called $id" x.chapter.json ch02.png
done
for value in 5 '[]' '{}' null true; do
	jq ".prompt = $value" ch02.prompt.json >x.prompt.json
	refused "a prompt that says $value" ch02.chapter.json x.prompt.json ch02.png
	jq ".source = $value" ch02.prompt.json >x.prompt.json
	is "... from $value" "$(write-entry ch02.chapter.json x.prompt.json ch02.png | jq -c .metadata.prompt_source)" null
done
head -c 1000000 /dev/zero | tr '\0' x >long
jq --rawfile l long '.title = $l' ch02.chapter.json >x.chapter.json
refused "a title of 1 MB" x.chapter.json ch02.png
like "... and its limit" "$err" "x.chapter.json: title: has 1000000 bytes; the limit is 65536"
jq --rawfile l long '.title = $l[:65536]' ch02.chapter.json >x.chapter.json
is "a title of 64 KiB" "$(write-entry x.chapter.json ch02.png | jq '.chapter_title | length')" 65536
jq --rawfile l long '.prompt = $l + $l' ch02.prompt.json >x.prompt.json
is "a prompt of 2 MB" "$(write-entry ch02.chapter.json x.prompt.json ch02.png | jq '.prompt | length')" 2000000
jq '.title = "<b>\u001b[31m\u009b\"\\ $(id) %s\n\t\u007f 😀"' ch02.chapter.json >x.chapter.json
is "any letters are letters" "$(write-entry x.chapter.json ch02.png | jq .chapter_title)" "$(jq .title x.chapter.json)"
truncate -s 67108865 x.chapter.json
refused "a slice over 64 MiB" x.chapter.json ch02.png
like "... and its limit" "$err" "more than 67108864 bytes"
jq 'del(.visual)' ch02.chapter.json >x.chapter.json
refused "a chapter without a picture" x.chapter.json ch02.png

# --- pictures that are none

picture() { # WHAT NAME: x.png is refused, as WHAT
	refused "$2" ch02.chapter.json ch02.prompt.json x.png
	is "... as what it is" "$err" "write-entry: x.png: $1; delete it to have it made again"
}
: >x.png
picture "it is empty" "an empty picture"
printf '\377\330\377\340\0\020JFIF' >x.png
picture "it is a JPEG" "a JPEG"
printf 'GIF89a\1\0\1\0' >x.png
picture "it is a GIF" "a GIF"
printf 'RIFF\1\0\0\0WEBPVP8 ' >x.png
picture "it is a WebP" "a WebP"
printf '<!doctype html><title>502</title>' >x.png
picture "it is HTML" "a web page"
printf '{"error": "no"}' >x.png
picture "it is JSON" "an error of an API"
base64 ch02.png >x.png
picture "it is a PNG in base64" "a PNG in base64"
sed 's/\r$//' ch02.png >x.png
picture "it is a PNG that was changed as if it were text" "a PNG that went through a text mode"
head -c 100 long >x.png
picture "it is not a PNG" "anything else"
n=$(bytes ch02.png)
head -c 5 ch02.png >x.png
picture "it is only the beginning of a PNG" "five bytes"
head -c $((n / 2)) ch02.png >x.png
picture "it ends early, at byte $((n / 2))" "half a picture"
head -c $((n - 1)) ch02.png >x.png
picture "it ends early, at byte $((n - 1))" "all but a byte"
head -c $((n - 12)) ch02.png >x.png
picture "it ends early, at byte $((n - 12))" "all but IEND"
{
	cat ch02.png
	printf ab
} >x.png
picture "2 bytes follow it that are no part of it" "two bytes more"
{
	begin
	text Software 'limn draw-storyboard' | sed s/draw/DRAW/
	end
} >x.png
picture "the CRC of tEXt is wrong, before byte 74" "the CRC of a text is wrong"
LC_ALL=C sed 's/IDATx/IDATy/' ch02.png >x.png
refused "pixels that were changed" ch02.chapter.json x.png
for size in '0 0 0 0 0 0 0 2' '0 15 66 65 0 0 0 1' '0 0 255 255 0 0 255 255' '255 255 255 255 255 255 255 255'; do
	# shellcheck disable=SC2046,SC2086 # words
	{
		byte 137 80 78 71 13 10 26 10
		byte $size 1 0 0 0 0 | chunk IHDR
		end
	} >x.png
	refused "a picture of $size" ch02.chapter.json x.png
	like "... for its size" "$err" "a side and 67108864 pixels are possible"
done
truncate -s 67108865 x.png
refused "a picture over 64 MiB" ch02.chapter.json x.png
bad=$(printf 'b\377d.png')
cp ch02.png "$bad"
refused "a name in no UTF-8" ch02.chapter.json "$bad"
is "... says that it is the name" "$err" "write-entry: $bad: this name is not UTF-8; rename it"
file=$(printf 'a"\033\nb.png')
cp ch02.png "$file"
is "a name of any letters" "$(write-entry ch02.chapter.json "$file" | jq .file_path)" '"images/a\"\u001b\nb.png"'

# The small copy.
entry() { write-entry --thumbnail=small.png -o e.json "$@"; }
cp ch02.png p.png
touch -d '2026-01-02 03:04:05.678' p.png
entry ch02.chapter.json p.png
ok "--thumbnail: it is written" sh -c 'thumbnail-png p.png | cmp - small.png'
is "... with the date of the picture" "$(stat -c %.Y small.png)" "$(stat -c %.Y p.png)"
cp e.json whole.json
head -c 40 p.png >cut.png
touch -r p.png cut.png
fails 65 "a bad picture of another date than its small copy" sh -c 'touch cut.png; exec write-entry --thumbnail=small.png ch02.chapter.json cut.png'
touch -r small.png cut.png
fails 0 "a picture with the date of its small copy isn't checked again" write-entry --thumbnail=small.png ch02.chapter.json cut.png
hash=sha256:$(printf '%064d' 7)
jq -n --arg h "$hash" '{model: "gpt-image-2", prompt: "P.", bought_at: "2026-01-01T00:00:00Z", data: [{}], picture_sha256: $h}' >ch02.response.json
entry ch02.chapter.json ch02.prompt.json ch02.response.json p.png
is "... one that was bought has the hash of its answer" "$(jq -r .metadata.sha256 e.json)" "$hash"
is "... its size in pixels" "$(jq -r .size e.json)" "$(jq -r .size whole.json)"
is "... its size in bytes" "$(jq .size_bytes e.json)" "$(wc -c <p.png)"
touch p.png
entry ch02.chapter.json ch02.prompt.json ch02.response.json p.png
is "... but not if it has another date" "$(jq -r .metadata.sha256 e.json)" "$(jq -r .metadata.sha256 whole.json)"
finish
