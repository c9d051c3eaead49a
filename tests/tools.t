#!/bin/sh
# What all tools have in common: help, options, statuses, messages, manuals,
# libraries.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
unset TEMPLATE LLM_PROVIDER

# An input for each tool, IN.json or IN.png, which it takes without a word.
cat >t.md <<'END'
---
name: t
model: m
temperature: 1
max_tokens: 1
description: For tests
author: Ada
---
# System
Draw.
# Input
{{ chapter.title }}
END
mkdir -p ep/imagegen ep/images dir.json dir.png
base64 -d >ep/images/ch02.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
END
jq -n '{schema_version: "1.0", episode_id: "ep", title: "T", total_chapters: 1,
	chapters: [{chapter_id: "ch02", title: "C", order: 1, narration: {text: "N"},
		visual: {type: "diagram", description: "D"}}]}' >split-chapters.json
split-chapters -o ep/imagegen split-chapters.json
cp ep/imagegen/ch02.chapter.json gen-prompt.json
cp gen-prompt.json draw-storyboard.json
cp gen-prompt.json slice.chapter.json
jq '.visual.type = "title_card"' gen-prompt.json >placeholder-png.json
cp ep/images/ch02.png write-entry.png
write-entry -o write-manifest.json slice.chapter.json ep/images/ch02.png
write-manifest --episode-id=ep -o write-provenance.json write-manifest.json
cp write-provenance.json verify-manifest.json

# Run a tool with what it can't do without, and those arguments.
run() { # TOOL ARGUMENT...
	run=$1
	shift
	case $run in
	gen-prompt) set -- -t t.md "$@" ;;
	placeholder-png | draw-storyboard) set -- -s 320x180 "$@" ;;
	write-entry) set -- slice.chapter.json "$@" ;;
	write-manifest) set -- --episode-id=ep "$@" ;;
	write-provenance) set -- -t t.md --episode=ep "$@" ;;
	verify-manifest) set -- -C ep "$@" ;;
	esac
	"$run" "$@"
}
one_line() { # NAME LINE: that was the message, and nothing on standard output
	is "$1" "$out$err" "$2"
}
# The file err has so many lines, each of the tool's, and no control byte.
c1=$(printf '\302[\200-\237]')
clean() { # NAME TOOL LINES
	is "$1" "$(wc -l <err) $(grep -ac "^$2: ..*[^ ]$" err) $(tr -d '\n' <err | LC_ALL=C grep -ac "[[:cntrl:]]\|$c1")" "$3 $3 0"
}
evil=$(printf 'a\033]0;x\007\302\2331m\177\nb\rc')
status() { # STATUS NAME TOOL FILE: its message is left in err
	run "$3" "$4" >out 2>err
	is "$2" "$?" "$1"
}

# What --help and the page have for options, long and short.
help_options() {
	"$1" --help | grep -o -e '--[a-z][a-z-]*' -e '^ *-[a-zA-Z],' |
		tr -d ' ,' | LC_ALL=C sort -u | paste -sd ' ' -
}
page_options() {
	sed -n 's/^\.It //p' "$top/tools/$1.1" | tr -d "\\\\" |
		grep -o 'Fl [a-zA-Z-]*' | sed 's/Fl /-/' |
		LC_ALL=C sort -u | paste -sd ' ' -
}
section() { # TOOL TITLE: of its page
	awk -v "s=.Sh $2" '/^\.Sh / { on = $0 == s } on' "$top/tools/$1.1"
}
libraries() {
	ldd "$bin/$1" |
		grep -oE 'lib(curl|ssl|crypto|sqlite3|jansson|png|cairo|pango|fontconfig)' |
		sort -u | sed 's/^lib//' | paste -sd ' ' -
}

tools=$(for c in "$top"/tools/*.c; do basename "$c" .c; done)
is "these are the tools" "$(echo "$tools" | paste -sd ' ' -)" \
	"draw-storyboard gen-prompt placeholder-png split-chapters verify-manifest write-entry write-manifest write-provenance"
version=$(sed -n 's/^VERSION *:= *//p' "$top/mk/config.mk")

for tool in $tools; do
	end=json
	[ "$tool" != write-entry ] || end=png
	in=$tool.$end
	see="see $tool --help"

	# --- a good input

	status 0 "$tool: a good input" "$tool" "$in"
	is "... is taken without a word" "$(cat err)" ""
	cp "$in" "./-x.$end"
	is "... after --" "$(run "$tool" -- "-x.$end" 2>&1 >out; echo $?)" 0
	rm "./-x.$end"
	is "... in another locale" "$(LC_ALL=C; run "$tool" "$in" 2>&1 >out; echo $?)" 0
	is "... without standard input" "$(run "$tool" "$in" 2>&1 >out <&-; echo $?)" 0
	case $tool in
	write-entry | write-manifest) ;;
	*)
		is "... on standard input" "$(run "$tool" 2>&1 >out <"$in"; echo $?)" 0
		is "... as -" "$(run "$tool" - 2>&1 >out <"$in"; echo $?)" 0
		fails 74 "... which is closed" run "$tool" <&-
		one_line "... one line says so" "$tool: standard input: Bad file descriptor"
		;;
	esac

	# --- help, version, and what is no option

	fails 0 "$tool --help" "$tool" --help
	like "... says how it is used, on standard output" "$err$out" "usage: $tool "
	is "... in lines of a terminal" "$err$(echo "$out" | awk 'length > 80')" ""
	fails 0 "--help wants nothing else" "$tool" --help "$in" "$in" --nope
	fails 74 "--help on a full disk" sh -c "$tool --help >/dev/full"
	one_line "... one line says so" "$tool: standard output: No space left on device"
	fails 0 "$tool --version" "$tool" --version
	one_line "... says whose" "$tool (limn) $version"
	fails 74 "--version on a full disk" sh -c "$tool --version >/dev/full"
	for option in --nope --nope=5 -Q -QQ '-?' --help-me "$(printf -- '--\033\n')"; do
		fails 64 "the option $(printf %s "$option" | tr -c '[:print:]' '?')" run "$tool" "$option" "$in"
		one_line "... is named" "$tool: $(printf %s "$option" | sed "s/$(printf '\033')/\\\\x1b/; s/^-QQ/-Q/"): no such option; $see"
	done
	fails 64 "a value for --help" run "$tool" --help=5
	for option in $(help_options "$tool"); do
		fails 0 "$option is an option" sh -c "$tool $option x --help 2>&1 | awk '/no such option/ { exit 1 }'"
	done
	case $tool in
	write-manifest) ;; # takes many
	write-entry)
		fails 64 "two files" run "$tool" "$in" "$in"
		;;
	*)
		fails 64 "two files" run "$tool" "$in" other
		one_line "... the second is named" "$tool: other: one file at a time; $see"
		;;
	esac

	# --- inputs that are missing, or are none

	fails 66 "$tool: no such file" run "$tool" "none.$end"
	one_line "... is named" "$tool: none.$end: No such file or directory"
	fails 66 "a file below a file" run "$tool" "$in/x.$end"
	one_line "... is named" "$tool: $in/x.$end: Not a directory"
	[ "$tool" = write-entry ] || fails 66 "a file without a name" run "$tool" ''
	fails 74 "a directory" run "$tool" dir.$end
	one_line "... is named" "$tool: dir.$end: Is a directory"
	head -c 60000 "$bin/$tool" >"bad.$end"
	status 65 "a program" "$tool" "bad.$end"
	clean "... one line says so" "$tool" 1
	: >"bad.$end"
	status 65 "an empty file" "$tool" "bad.$end"
	clean "... one line says so" "$tool" 1
	truncate -s 67108865 "bad.$end"
	status 65 "a large file of nothing" "$tool" "bad.$end"
	clean "... one line says so" "$tool" 1

	# --- control bytes

	status 66 "$tool: control bytes in a name" "$tool" "$evil.$end"
	clean "... are not repeated" "$tool" 1
	printf '{"a": "\033]0;x\007"' >"bad.$end"
	status 65 "control bytes in a text" "$tool" "bad.$end"
	clean "... are not repeated" "$tool" 1
	printf '{"a": \033[31m\302\233}' >"bad.$end"
	status 65 "control bytes outside one" "$tool" "bad.$end"
	clean "... are not repeated" "$tool" 1

	# --- errors for make

	LIMN_ERRORS=errors
	export LIMN_ERRORS
	rm -f errors
	status 66 "$tool: LIMN_ERRORS" "$tool" "none.$end"
	ok "... has the message" cmp err errors
	status 66 "... a second time" "$tool" "none.$end"
	is "... the second one, too" "$(cat err err | cmp - errors 2>&1)" ""
	rm errors
	status 0 "... without an error" "$tool" "$in"
	is "... no file" "$(ls errors 2>/dev/null)" ""
	LIMN_ERRORS=/dev/full
	status 66 "... that can't be written: the message all the same" "$tool" "none.$end"
	clean "... in one line" "$tool" 1
	unset LIMN_ERRORS

	# --- its manual

	is "$tool.1 has the options of --help" "$(page_options "$tool")" "$(help_options "$tool")"
	is "... its name" "$(sed -n 's/^\.Dt //p; s/^\.Nm //p' "$top/tools/$tool.1" | head -n 2 | tr '[:upper:]' '[:lower:]' | paste -sd ' ' -)" "$tool 1 $tool"
	is "... these sections, in this order" "$(sed -n 's/^\.Sh //p' "$top/tools/$tool.1" | grep -vx 'ENVIRONMENT\|FILES' | paste -sd , -)" \
		"NAME,SYNOPSIS,DESCRIPTION,EXIT STATUS,EXAMPLES,SEE ALSO"
	statuses="0 64 65 66 73 74 75"
	case $tool in
	verify-manifest) statuses="0 64 65 66 74 75" ;; # writes nothing
	gen-prompt | placeholder-png | draw-storyboard) statuses="$statuses 78" ;;
	esac
	is "... these statuses" "$(section "$tool" "EXIT STATUS" | sed -n 's/^\.It //p' | tr -d ,  | paste -sd ' ' - | tr -s ' ')" "$statuses"
	like "... an example of it" "$(section "$tool" EXAMPLES)" "$tool "
	is "... a line in limn(7)" "$(grep -cx "\.It Xr $tool 1" "$top/tools/limn.7")" 1
	is "... and names no page that isn't there" "$(sed -n 's/^\.Xr \([a-z-]*\) \([157]\).*/\1.\2/p' "$top/tools/$tool.1" |
		grep -vx 'make.1\|jq.1\|sed.1\|fc-list.1' | while read -r page; do [ -e "$top/tools/$page" ] || echo "$page"; done)" ""

	# --- the libraries that it loads, of those that matter

	case $tool in
	split-chapters | write-manifest) want="jansson" ;;
	gen-prompt | write-provenance) want="crypto jansson" ;;
	write-entry | verify-manifest) want="crypto jansson png" ;;
	*) want="cairo fontconfig jansson pango png" ;;
	esac
	is "$tool loads just these libraries" "$(libraries "$tool")" "$want"
done

# --- control bytes in the values of an input, which messages quote

value() { # STATUS TOOL LINES FILTER: where the value is $e
	jq --arg e "$evil" "$4" "$2.json" >bad.json
	status "$1" "$2: control bytes, $4" "$2" bad.json
	clean "... are not repeated" "$2" "$3"
}
value 65 split-chapters 1 '.episode_id = $e'
value 65 split-chapters 1 '.schema_version = $e'
value 65 split-chapters 1 '.chapters[0].chapter_id = $e'
value 65 split-chapters 1 '.chapters[0].visual.type = $e'
for tool in gen-prompt draw-storyboard placeholder-png; do
	value 65 $tool 1 '.chapter_id = $e'
	value 65 $tool 1 '.visual.type = $e'
	value 0 $tool 0 '.title = $e | .episode_title = $e | .visual.description = $e'
done
for key in chapter_id visual.type; do
	jq --arg e "$evil" ".$key = \$e" slice.chapter.json >bad.chapter.json
	write-entry bad.chapter.json write-entry.png 2>err
	is "write-entry: control bytes, $key" $? 65
	clean "... are not repeated" write-entry 1
done
value 65 write-manifest 1 '.chapter_id = $e'
value 65 write-provenance 1 '.episode_id = $e'
value 65 verify-manifest 1 '.images[0].file_path = $e'
value 65 verify-manifest 1 '.images[0].file_path = "images/" + $e'
value 65 verify-manifest 1 '.images[0].metadata.sha256 = $e'
value 65 verify-manifest 1 '.images[0].size = $e'
for tool in gen-prompt write-provenance; do
	for sed in "s/chapter.title/$(printf '\033]0;x\007\302\233')/" "s/^name:/$(printf '\033\177')&/"; do
		sed "$sed" t.md >bad.md
		run $tool -t bad.md $tool.json >out 2>err
		is "$tool: control bytes in a template" $? 65
		clean "... are not repeated" $tool 1
	done
done
finish
