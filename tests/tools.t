#!/bin/sh
# What all tools have in common: help, options, statuses, messages, manuals,
# libraries.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# An input for each tool, IN.json, IN.png or IN.env, which it takes without a
# word.  plan-episode's is a directory, ep, and so is report-cost's.  Those that
# only read or write the database have a command line instead: see operand().
umask 077 # write-settings warns of what others can read
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
mkdir -p ep/imagegen ep/images dir.json/chapters.json dir.png dir.env ./-x
base64 -d >ep/images/ch02.png <<'END'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
END
jq -n '{schema_version: "1.0", episode_id: "ep", title: "T", total_chapters: 1,
	chapters: [{chapter_id: "ch02", title: "C", order: 1, narration: {text: "N"},
		visual: {type: "diagram", description: "D"}}]}' >split-chapters.json
split-chapters -o ep/imagegen split-chapters.json
cp split-chapters.json ep/chapters.json
cp split-chapters.json plan-episode.json # for what isn't as it should be
cp ep/imagegen/ch02.chapter.json gen-prompt.json
cp gen-prompt.json draw-storyboard.json
cp gen-prompt.json slice.chapter.json
jq '.visual.type = "title_card"' gen-prompt.json >placeholder-png.json
cp ep/images/ch02.png write-entry.png
write-entry -o write-manifest.json slice.chapter.json ep/images/ch02.png
write-manifest --episode-id=ep -o write-provenance.json write-manifest.json
cp write-provenance.json verify-manifest.json
cp write-provenance.json record-asset.json
cp write-provenance.json ep/images/manifest.json
mkdir -p ep/provenance
write-provenance -t t.md -d t.db --episode=ep -o ep/provenance/imagegen_provenance.json ep/images/manifest.json
record-asset -d t.db ep/images/manifest.json
echo 'this is no database' >bad.db
cp ep/images/ch02.png check-png.png
cp ep/images/ch02.png thumbnail-png.png
cp ep/images/manifest.json write-gallery.json
gen-prompt -t t.md -o call-dalle.json gen-prompt.json
printf '{"data": [{"b64_json": "%s"}]}\n' "$(base64 -w0 check-png.png)" >download.json
echo 'IMAGE_GEN_MODEL=m' >write-settings.env

logged() { # the messages in the log, as the tools say them
	jq -r 'select(.status != 0) | "\(.tool): \(.message)"' log
}

logged() { # the messages in the log, as the tools say them
	jq -r 'select(.status != 0) | "\(.tool): \(.message)"' log
}

# Run a tool with what it can't do without, and those arguments.
run() { # TOOL ARGUMENT...
	run=$1
	shift
	case $run in
	gen-prompt | plan-episode) set -- -t t.md "$@" ;;
	call-dalle) set -- --dry-run "$@" ;; # it needs no key then
	placeholder-png | draw-storyboard) set -- -s 320x180 "$@" ;;
	write-entry) set -- slice.chapter.json "$@" ;;
	write-manifest) set -- --episode-id=ep "$@" ;;
	write-provenance) set -- -t t.md -d t.db --episode=ep "$@" ;;
	verify-manifest) set -- -C ep "$@" ;;
	record-asset) set -- -d t.db --episode-id=ep "$@" ;;
	report-cost) set -- -d t.db --outputs=. "$@" ;;
	write-overview) set -- -d t.db --outputs=. "$@" ;;
	migrate-db | manage-jobs) set -- -d t.db "$@" ;;
	esac
	"$run" "$@"
}
# What a tool of the database is about, if not all of it.
operand() { # TOOL
	case $1 in
	report-cost) echo ep ;;
	migrate-db) echo up ;;
	manage-jobs) echo list ;;
	esac
}
one_line() { # NAME LINE: that was the message, and nothing on standard output
	is "$1" "$out$err" "$2"
}
# The file err has so many lines, each of the tool's, and no control byte.
clean() { # NAME TOOL LINES
	is "$1" "$(wc -l <err) $(LC_ALL=C awk -v name="$2: " '
		index($0, name) == 1 && length($0) > length(name) && !/ $/ { good++ }
		/[[:cntrl:]]|\302[\200-\237]/ { bad++ }
		END { print good + 0, bad + 0 }' err)" "$3 $3 0"
}
complains() { # STATUS NAME TOOL ARGUMENT...: in one line, which is in err
	want=$1 name=$2
	shift 2
	run "$@" >out 2>err
	is "$name" $? "$want"
	clean "... one line says so" "$1" 1
}
evil=$(printf 'a\033]0;x\007\302\2331m\177\nb\rc')
status() { # STATUS NAME TOOL FILE: its message is left in err
	file=$4
	case "$3 $4" in
	'plan-episode bad.'*) # it is to be in a directory
		mkdir -p bad/ep && cp "$4" bad/ep/chapters.json
		file=bad/ep
		;;
	esac
	run "$3" "$file" >out 2>err
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
		grep -oE 'lib(curl|ssl|sqlite3|jansson|png|cairo|pango|fontconfig)' |
		sort -u | sed 's/^lib//' | paste -sd ' ' -
}

# Its manual, and what it is linked with.
about() { # TOOL
	is "$1.1 has the options of --help" "$(page_options "$1")" "$(help_options "$1")"
	is "... its name" "$(sed -n 's/^\.Dt //p; s/^\.Nm //p' "$top/tools/$1.1" | head -n 2 | tr '[:upper:]' '[:lower:]' | paste -sd ' ' -)" "$1 1 $1"
	is "... these sections, in this order" "$(sed -n 's/^\.Sh //p' "$top/tools/$1.1" | grep -vx 'ENVIRONMENT\|FILES' | paste -sd , -)" \
		"NAME,SYNOPSIS,DESCRIPTION,EXIT STATUS,EXAMPLES,SEE ALSO"
	case $1 in
	verify-manifest) statuses="0 64 65 66 74 75 78" ;;
	manage-jobs) statuses="0 64 65 66 73 74 75 78" ;;
	serve-gallery) statuses="0 64 69 73 74 75 78" ;;
	write-gallery | write-overview | thumbnail-png) statuses="0 64 65 66 73 74 75 78" ;;
	report-cost) statuses="0 64 65 66 74 75 78" ;; # of no file
	migrate-db) statuses="0 64 65 74 75 78" ;;
	record-asset) statuses="0 64 65 66 74 75 78" ;;
	write-provenance) statuses="0 64 65 66 73 74 75 78" ;;
	placeholder-png | draw-storyboard | write-settings) statuses="0 64 65 66 73 74 75 78" ;;
	plan-episode) statuses="0 64 65 66 73 74 75 77 78" ;; # asks nobody
	download) statuses="0 64 65 66 69 73 74 75 76 78" ;; # pays nobody
	gen-prompt | call-dalle) statuses="0 10 11 12 64 65 66 69 73 74 75 76 77 78" ;;
	*) statuses="0 64 65 66 73 74 75" ;;
	esac
	is "... these statuses" "$(section "$1" "EXIT STATUS" | sed -n 's/^\.It //p' | tr -d ,  | paste -sd ' ' - | tr -s ' ')" "$statuses"
	like "... an example of it" "$(section "$1" EXAMPLES)" "$1 "
	is "... a line in limn(7)" "$(grep -cx "\.It Xr $1 1" "$top/tools/limn.7")" 1

	# the libraries that it loads, of those that matter

	case $1 in
	write-settings) want="" ;;
	check-png | thumbnail-png) want="png" ;;
	serve-gallery) want="jansson" ;;
	split-chapters | write-manifest) want="jansson" ;;
	write-gallery | write-overview | manage-jobs | write-provenance | gen-prompt | record-asset | report-cost | migrate-db) want="jansson sqlite3" ;;
	call-dalle | plan-episode | verify-manifest) want="jansson png sqlite3" ;;
	placeholder-png | draw-storyboard) want="cairo fontconfig jansson pango png" ;;
	*) want="jansson png" ;; # libcurl only when there is a call
	esac
	is "$1 loads just these libraries" "$(libraries "$1")" "$want"
}

tools=$(for c in "$top"/tools/*.c; do basename "$c" .c; done)
is "these are the tools" "$(echo "$tools" | paste -sd ' ' -)" \
	"call-dalle check-png download draw-storyboard gen-prompt manage-jobs migrate-db placeholder-png plan-episode record-asset report-cost serve-gallery split-chapters thumbnail-png verify-manifest write-entry write-gallery write-manifest write-overview write-provenance write-settings"
version=$(sed -n 's/^VERSION *:= *//p' "$top/mk/config.mk")

for tool in $tools; do
	end=json in_it='' empty=65 text=65
	case $tool in
	write-entry | check-png | thumbnail-png) end=png ;;
	write-settings) end=env empty=0 text=78 ;; # no line is right
	plan-episode) in_it=/chapters.json ;;
	esac
	of=files
	in=$tool.$end
	case $tool in
	plan-episode) in=ep ;;
	report-cost | migrate-db | write-overview | manage-jobs)
		of=database
		in=$(operand "$tool")
		;;
	serve-gallery) of=network ;; # with one it would stay: serve-gallery.t
	esac
	see="see $tool --help"
	# what it says to do about a file that can't be read, or isn't there
	unread='' missing=''
	if [ "$tool" = verify-manifest ]; then
		unread='; remove this file, then run make imagegen'
		missing='; run make imagegen first'
	fi

	if [ $of != network ]; then

		# --- a good input

		run "$tool" ${in:+"$in"} >out 2>err
		is "$tool: a good input" $? 0
		is "... is taken without a word" "$(cat err)" ""
		if [ $of = files ]; then
			cp -r "$in" ./-x
			is "... after --" "$(run "$tool" -- "-x/$in" 2>&1 >out; echo $?)" 0
		else
			is "... after --" "$(run "$tool" -- ${in:+"$in"} 2>&1 >out; echo $?)" 0
		fi
		is "... in another locale" "$(LC_ALL=C; run "$tool" ${in:+"$in"} 2>&1 >out; echo $?)" 0
		is "... without standard input" "$(run "$tool" ${in:+"$in"} 2>&1 >out <&-; echo $?)" 0
		case $of:$tool in
		database:* | *:write-entry | *:write-manifest | *:plan-episode) ;;
		*)
			is "... on standard input" "$(run "$tool" 2>&1 >out <"$in"; echo $?)" 0
			is "... as -" "$(run "$tool" - 2>&1 >out <"$in"; echo $?)" 0
			fails 74 "... which is closed" run "$tool" <&-
			one_line "... one line says so" "$tool: standard input: Bad file descriptor$unread"
			;;
		esac
	fi

	# --- help, version, and what is no option

	fails 0 "$tool --help" "$tool" --help
	like "... says how it is used, on standard output" "$err$out" "usage: $tool "
	is "... in lines of a terminal" "$err$(echo "$out" | awk 'length > 80')" ""
	fails 0 "--help wants nothing else" "$tool" --help x x --nope
	fails 74 "--help on a full disk" sh -c "$tool --help >/dev/full"
	one_line "... one line says so" "$tool: standard output: No space left on device"
	fails 0 "$tool --version" "$tool" --version
	one_line "... says whose" "$tool (limn) $version"
	fails 74 "--version on a full disk" sh -c "$tool --version >/dev/full"
	case $tool in # what is no option is cli.c's, for all of them
	write-settings) set -- --nope --nope=5 -Q -QQ '-?' --help-me "$(printf -- '--\033\n')" ;;
	*) set -- --nope ;;
	esac
	for option; do
		fails 64 "the option $(printf %s "$option" | tr -c '[:print:]' '?')" run "$tool" "$option" ${in:+"$in"}
		one_line "... is named" "$tool: $(printf %s "$option" | sed "s/$(printf '\033')/\\\\x1b/; s/^-QQ/-Q/"): no such option; $see"
	done
	fails 64 "a value for --help" run "$tool" --help=5
	for option in $(help_options "$tool"); do
		is "$option is an option" "$("$tool" "$option" x --help 2>&1 | grep 'no such option')" ""
	done
	case $tool in
	# takes many
	write-manifest | record-asset | report-cost) ;;
	write-entry | migrate-db | manage-jobs | serve-gallery | write-overview)
		complains 64 "two files" "$tool" x x
		;;
	*)
		fails 64 "two files" run "$tool" "$in" other
		one_line "... the second is named" "$tool: other: one file at a time; $see"
		;;
	esac

	# --- a database that is none, or can't be

	case $tool in
	gen-prompt | call-dalle) ;; # that has to do with purchases: limit.t
	write-gallery | write-overview | serve-gallery) ;; # pages go without
	verify-manifest) ;; # with --records only: verify-manifest-records.t
	*)
		if help_options "$tool" | grep -qw database; then
			rm -f log
			LIMN_LOG=log
			export LIMN_LOG
			complains 74 "$tool: no database" "$tool" --database=bad.db ${in:+"$in"}
			is "... in the log, too" "$(logged)" "$(cat err)"
			unset LIMN_LOG
			complains 74 "a directory" "$tool" -d dir.json ${in:+"$in"}
			complains 74 "control bytes in its name" "$tool" -d "bad.db/$evil" ${in:+"$in"}
		fi
		;;
	esac
	if [ $of != files ]; then
		about "$tool"
		continue
	fi

	# --- inputs that are missing, or are none

	fails 66 "$tool: no such file" run "$tool" "none.$end"
	one_line "... is named" "$tool: none.$end$in_it: No such file or directory$missing"
	if [ "$tool" != plan-episode ]; then
		fails 66 "a file below a file" run "$tool" "$in/x.$end"
		one_line "... is named" "$tool: $in/x.$end: Not a directory$missing"
	fi
	[ "$tool" = write-entry ] || fails 66 "a file without a name" run "$tool" ''
	fails 74 "a directory" run "$tool" dir.$end
	one_line "... is named" "$tool: dir.$end$in_it: Is a directory$unread"
	head -c 60000 "$bin/$tool" >"bad.$end"
	status 65 "a program" "$tool" "bad.$end"
	clean "... one line says so" "$tool" 1
	: >"bad.$end"
	status $empty "an empty file" "$tool" "bad.$end"
	clean "... one line says so" "$tool" $((empty > 0))
	truncate -s 67108865 "bad.$end"
	status 65 "a large file of nothing" "$tool" "bad.$end"
	clean "... one line says so" "$tool" 1

	# --- control bytes

	status 66 "$tool: control bytes in a name" "$tool" "$evil.$end"
	clean "... are not repeated" "$tool" 1
	printf '{"a": "\033]0;x\007"' >"bad.$end"
	status $text "control bytes in a text" "$tool" "bad.$end"
	clean "... are not repeated" "$tool" 1
	printf '{"a": \033[31m\302\233}' >"bad.$end"
	status $text "control bytes outside one" "$tool" "bad.$end"
	clean "... are not repeated" "$tool" 1

	# --- errors for make

	LIMN_LOG=log
	export LIMN_LOG
	rm -f log
	status 66 "$tool: LIMN_LOG" "$tool" "none.$end"
	is "... has the message" "$(logged)" "$(cat err)"
	status 66 "... a second time" "$tool" "none.$end"
	is "... the second one, too" "$(logged)" "$(cat err err)"
	LIMN_LOG=/dev/full
	status 66 "... that can't be written: the message all the same" "$tool" "none.$end"
	clean "... in one line" "$tool" 1
	unset LIMN_LOG

	about "$tool"
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
value 65 plan-episode 1 '.episode_id = $e'
value 65 plan-episode 1 '.chapters[0].chapter_id = $e'
value 65 call-dalle 1 '.chapter_id = $e'
value 65 call-dalle 1 '.episode_id = $e'
value 0 call-dalle 0 '.title = $e | .prompt = $e'
value 76 download 1 '.data[0].b64_json = $e'
value 76 download 1 '.data[0] = {url: $e}'
value 76 download 1 '.data = $e'
value 65 write-manifest 1 '.chapter_id = $e'
value 65 write-provenance 1 '.episode_id = $e'
for key in chapter_id file_path; do
	value 65 record-asset 1 ".images[0].$key = \$e"
done
value 65 verify-manifest 2 '.images[0].file_path = $e'
value 65 verify-manifest 2 '.images[0].file_path = "images/" + $e'
value 65 verify-manifest 2 '.images[0].metadata.sha256 = $e'
value 65 verify-manifest 2 '.images[0].size = $e'
for s in "IMAGE_GEN_SIZE=$evil" "IMAGE_GEN_SIZE$evil=1" "$evil" "OPENAI_BASE_URL=https://a@$evil"; do
	printf '%s\n' "$s" >bad.env
	status 78 "write-settings: control bytes, $(printf %s "$s" | tr -dc 'A-Z_=')" write-settings bad.env
	clean "... are not repeated" write-settings 1
done
for tool in gen-prompt write-provenance plan-episode; do
	for sed in "s/chapter.title/$(printf '\033]0;x\007\302\233')/" "s/^name:/$(printf '\033\177')&/"; do
		sed "$sed" t.md >bad.md
		in=$tool.json
		[ $tool != plan-episode ] || in=ep
		run $tool -t bad.md $in >out 2>err
		is "$tool: control bytes in a template" $? 65
		clean "... are not repeated" $tool 1
	done
done

# --- what is a setting's, and not the input's

chmod 640 write-settings.env
status 0 "write-settings: a file that others can read" write-settings write-settings.env
is "... is warned of" "$(cat err)" "write-settings: write-settings.env: others can read it; run: chmod 600 write-settings.env"
for tool in gen-prompt call-dalle; do
	fails 0 "$tool --models, without an input" "$tool" --models <&-
	like "... has a price, and whence" "$out" "see limn-models(5)."
done
run_with() ( # SETTING TOOL FILE
	export IMAGE_GEN_PROVIDER=openai "${1?}"
	run "$2" "$3"
)
for tool in call-dalle plan-episode; do
	in=$tool.json
	[ $tool != plan-episode ] || in=ep
	for s in "IMAGE_GEN_PROVIDER=$evil" "IMAGE_GEN_MODEL=$evil" "IMAGE_GEN_SIZE=$evil" "IMAGE_GEN_QUALITY=$evil" "OPENAI_BASE_URL=$evil"; do
		run_with "$s" $tool $in >out 2>err
		is "$tool: control bytes, ${s%%=*}" "$?" 78
		clean "... are not repeated" $tool 1
	done
	run_with OPENAI_API_KEY="$evil" $tool $in >out 2>err
	is "$tool: control bytes in a key" "$?" 77
	is "... it is not repeated" "$(wc -l <err) $(grep -c 'x1b\|1m' err)" "1 0"
done

# --- the pages refer to each other, and to what there is elsewhere

for page in "$top"/tools/*.[157]; do
	is "${page##*/} names no page that isn't there" "$(sed -n 's/^\.Xr \([a-z0-9-]*\) \([0-9]\).*/\1.\2/p' "$page" |
		grep -vx 'make.1\|jq.1\|sed.1\|sqlite3.1\|fc-list.1\|fcntl.2\|sha256sum.1' | sort -u |
		while read -r other; do [ -e "$top/tools/$other" ] || echo "$other"; done)" ""
done
is "limn(7) names every format" "$(cd "$top/tools" && for f in *.5; do grep -q "^\.Xr ${f%.5} 5" limn.7 || echo "$f"; done)" ""
# the tables, with each of their columns
cat "$top"/migrations/*.up.sql | sqlite3 schema.db
for table in $(sqlite3 schema.db "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"); do
	page=limn-database.5
	case $table in
	limn_jobs) ;;
	ledger | limn_*) page=limn-ledger.5 ;;
	esac
	is "$page has the columns of $table" "$(awk -v s=".Ss $table" '/^\.S[sh] / { on = $0 == s } on' "$top/tools/$page" |
		sed -n 's/^\.It Cm \([a-z0-9_ ,]*\).*/\1/p' | tr -d ' ' | tr ',' '\n' | sort)" \
		"$(sqlite3 schema.db "SELECT name FROM pragma_table_info('$table')" | sort)"
done
awk '/^\.Sh EXIT/ { on = 1 } /^\.Sh EXAM/ { on = 0 } on' "$top/tools/limn.7" |
	sed -n 's/^\.It //p' | tr -d ' ' | tr ',' '\n' >statuses
is "... and every status" "$(sed -n 's/.*EXIT_.*= \([0-9]*\),.*/\1/p' "$top/tools/lib/err.h" | grep -vxFf statuses)" ""
finish
