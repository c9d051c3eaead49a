#!/bin/sh
# write-settings: what it takes, what it refuses, and that make gets every
# value byte for byte.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
names="ANSWERS_DIR ANTHROPIC_API_KEY ANTHROPIC_BASE_URL DATABASE DOWNLOAD_TIMEOUT IMAGE_GEN_MODEL IMAGE_GEN_PROVIDER IMAGE_GEN_QUALITY IMAGE_GEN_RPM IMAGE_GEN_SIZE IMAGE_GEN_STYLE_PREFIX IMAGE_GEN_TIMEOUT LISTEN LLM_BASE_URL LLM_MODEL LLM_PROVIDER LLM_TIMEOUT MAX_EPISODE_COST_USD MAX_MONTH_COST_USD MAX_RETRIES MAX_TOTAL_COST_USD OPENAI_API_KEY OPENAI_BASE_URL OUTPUTS_DIR PORT TEMPLATE"
# shellcheck disable=SC2086 # they are words
unset LIMN_RUN $names
umask 077
key=sk-canary-1234567890
tab=$(printf '\t') esc=$(printf '\033')

env_file() { # LINE ...: is .env
	printf '%s\n' "$@" >.env
}
# What make knows of the settings that a fragment sets, and of the keys.
cat >known.mk <<END
include .env.mk
\$(foreach v,\$(sort \$(filter env-has-% $names,\$(.VARIABLES))),\$(info \$v=[\$(value \$v)]))
all: ;
END
known() { # MAKE'S ARGUMENT ...: in one line
	make -rRsf known.mk "$@" 2>&1 | paste -sd ' ' -
}
takes() { # NAME WANT [LINE ...]: of the file; nothing is said
	name=$1 expect=$2
	shift 2
	env_file "$@"
	fails 0 "$name" write-settings -o .env.mk .env
	is "$name: no output" "$out" ""
	is "$name: no message" "$err" ""
	is "$name: make has it" "$(known)" "$expect"
}
refuses() { # STATUS NAME MESSAGE
	rm -f .env.mk
	fails "$1" "$2" write-settings -o .env.mk .env
	is "$2: no output" "$out" ""
	is "$2: the message" "$err" "write-settings: $3"
	ok "$2: nothing is written" test ! -e .env.mk
}
not_shown() {
	is "... the key is nowhere" "$(printf '%s\n' "$out" "$err" | cat - .env.mk | grep -c canary)" 0
}

# --- the fragment

takes "no line" "" ""
is "the fragment of no line" "$(cat .env.mk)" '# write-settings wrote this; do not edit.
env-end :=
env-hash := \#'
takes "a setting" "IMAGE_GEN_SIZE=[1024x1024]" "IMAGE_GEN_SIZE=1024x1024"
is "the fragment of a setting" "$(tail -n +4 .env.mk)" 'ifeq ($(origin IMAGE_GEN_SIZE),undefined)
IMAGE_GEN_SIZE := $(env-end)1024x1024$(env-end)
endif'
rm .env
fails 0 "there is no .env" write-settings -o .env.mk .env
is "... is no error" "$err" ""
is "... sets nothing in the fragment" "$(wc -l <.env.mk)" 3
fails 66 "no other file may be missing" write-settings -o .env.mk x.env
is "no other file may be missing: the message" "$err" "write-settings: x.env: No such file or directory"
ln -s nowhere .env
refuses 66 "a link to nowhere" ".env: No such file or directory"
rm .env
mkdir .env
refuses 74 "a directory" ".env: Is a directory"
rmdir .env
env_file LLM_MODEL=m
is "standard input" "$(write-settings <.env | grep -c '^LLM_MODEL := ')" 1
is "... as -" "$(write-settings - <.env | grep -c '^LLM_MODEL := ')" 1
chmod 0 .env
if [ -r .env ]; then
	skip "a file that can't be read" "root reads all"
else
	refuses 74 "a file that can't be read" ".env: Permission denied"
fi
rm -f .env
takes "a file again" "LLM_MODEL=[m]" LLM_MODEL=m
touch -d 2020-01-01 .env.mk
write-settings -o .env.mk .env
is "the same fragment is a new file all the same" "$(find .env.mk -newermt 2021-01-01)" .env.mk
fails 74 "a full disk" sh -c 'write-settings .env >/dev/full'
fails 73 "nowhere to write" write-settings -o .env/x .env

# --- every setting, in .env.example

sed -n 's/^#\([A-Z_][A-Z_]*=\)/\1/p' "$top/.env.example" >.env
fails 0 ".env.example, nothing set" write-settings -o .env.mk "$top/.env.example"
is "... sets nothing" "$(wc -l <.env.mk)" 3
fails 0 ".env.example, all set" write-settings -o .env.mk .env
is "... every line is known" "$err" ""
is "... has all settings" "$(sed 's/=.*//' .env | LC_ALL=C sort | paste -sd ' ' -)" "$names"
is "... each arrives in make" "$(known | tr ' ' '\n' | grep -c '^[A-Z_]*=')" 22
like "... with the blank at the prefix's end" "$(known)" "minimalist design. ]"
is "... keys without a value aren't there" "$(grep -c env-has- .env.mk)" 0
is "... each has a comment above" "$(awk '/^#[A-Z_]+=/ && before !~ /^# / { print } { before = $0 }' "$top/.env.example")" ""

# --- lines

takes "export, blanks, a comment behind it" "IMAGE_GEN_MODEL=[a b] LLM_MODEL=[c]" \
	"  export${tab}IMAGE_GEN_MODEL =${tab} a b  # IMAGE_GEN_SIZE=1" "LLM_MODEL= c${tab}#d"
takes "# in a word is no comment" "IMAGE_GEN_MODEL=[#a#b#] LLM_MODEL=[c#]" "IMAGE_GEN_MODEL=#a#b# #c" 'LLM_MODEL=c#'
takes "only a comment behind the =" "" "IMAGE_GEN_MODEL= #a" "LLM_MODEL="
takes "quotes" "IMAGE_GEN_MODEL=[ a # b ] IMAGE_GEN_SIZE=[it's] LLM_MODEL=[say \"x\" \\\$\`]" \
	'IMAGE_GEN_MODEL=" a # b " # c' "IMAGE_GEN_SIZE=\"it's\"" "LLM_MODEL='say \"x\" \\\$\`'"
takes "quotes that are empty" "" 'IMAGE_GEN_MODEL=""' "LLM_MODEL='' #"
takes "quotes amid a word are letters" "LLM_MODEL=[it's \"x\"]" "LLM_MODEL=it's \"x\""
takes "the last of two" "LLM_MODEL=[b]" LLM_MODEL=a LLM_MODEL=b
takes "... also if it is empty" "" LLM_MODEL=a LLM_MODEL=
takes "other programs' variables" "" FOO=1 _x9=2 export=3 'export =4' IMAGE=5 MAX_LENGTH=6 TIMEOUT=7 \
	OPENAI_ORG_ID=8 POSTS=10 FORMAT=11 DATABASE_URL=postgres://a:b@c/ HOST_PORT=9
printf '\357\273\277LLM_MODEL=m\r\n\r\n#\r\nIMAGE_GEN_SIZE="a"\r\nIMAGE_GEN_MODEL=x' >.env
fails 0 "BOM, CRLF, no newline at the end" write-settings -o .env.mk .env
is "... are not said" "$err" ""
is "... don't matter" "$(known)" "IMAGE_GEN_MODEL=[x] IMAGE_GEN_SIZE=[a] LLM_MODEL=[m]"

line="this line is not NAME=value; a comment begins with #"
for l in "$key" "$key=1" "9A=1" "A" "A B=1" "export A" "=1" "A:=1" "A+=1" "'A'=1" "A-B=1" "Ä=1" "export export A=1" "$esc"; do
	env_file "# x" "" "$l"
	refuses 78 "a line that is '$(printf %s "$l" | tr "$esc" ^)'" ".env:3: $line"
done
for l in "A='$key" "A=\"$key'" "A=\"$key # \\" "A='"; do
	env_file "$l" "B='x'"
	refuses 78 "a quote that isn't closed: $(printf %s "$l" | cut -c 1-3)" \
		".env:1: a quote isn't closed; close it on the same line"
done
for l in "A='$key'x" "A=\"$key\"#" "A='$key''" "A='' ''" "A=\"$key\\\"\""; do
	env_file "$l"
	refuses 78 "something behind a quote" ".env:1: something follows the closing quote; put a value that has quotes in it between quotes of the other kind"
done
for c in 001 033 177 013 015; do
	printf 'A=%s%bx\n' "$key" "\\0$c" >.env
	refuses 78 "the control character $c" ".env:1: there is a control character in the value; take it out"
done
takes "a tab is none" "LLM_MODEL=[a${tab}b]" "LLM_MODEL=a${tab}b"
printf 'LLM_MODEL=a\0b\n' >.env
refuses 65 "a NUL" ".env:1:12: the byte 0x00 is not text; save it as UTF-8"
printf '\nLLM_MODEL=\303\n' >.env
refuses 65 "half a letter" ".env:2:11: the byte 0xc3 is not text; save it as UTF-8"
head -c 65524 /dev/zero | tr '\0' '#' >.env
printf '\nLLM_MODEL=x' >>.env
fails 0 "65536 bytes" write-settings -o .env.mk .env
is "... are taken" "$(known)" "LLM_MODEL=[x]"
echo >>.env
refuses 65 "one more" ".env: more than 65536 bytes; that is too much"
yes A= | head -c 65535 >.env
fails 0 "21845 lines" timeout 5 write-settings -o .env.mk .env
is "21845 lines: no message" "$err" ""
is "... set nothing" "$(known)" ""
yes '$#' | tr -d '\n' | head -c 65000 >body
printf 'LLM_MODEL="%s"\n' "$(cat body)" >.env
fails 0 "65000 bytes of \$ and #" write-settings -o .env.mk .env
is "... arrive" "$(known | sha256sum)" "$(printf 'LLM_MODEL=[%s]\n' "$(cat body)" | sha256sum)"

# --- keys

takes "keys" "LLM_MODEL=[m] env-has-ANTHROPIC_API_KEY=[yes] env-has-OPENAI_API_KEY=[yes]" \
	"OPENAI_API_KEY=$key" LLM_MODEL=m "export ANTHROPIC_API_KEY='$key' # x"
not_shown
takes "keys of blanks" "" "OPENAI_API_KEY='$tab '" "ANTHROPIC_API_KEY=''"
takes "a key that a later line takes back" "" "OPENAI_API_KEY=$key" OPENAI_API_KEY=
env_file "OPENAI_API_KEY=$key" "LLM_KEY=$key" "IMAGE_GEN_KEY=$key"
fails 0 "keys under names that are wrong" write-settings -o .env.mk .env
is "... are warned of" "$(printf '%s\n' "$err" | wc -l)" 2
not_shown

# --- base URLs

for v in OPENAI_BASE_URL ANTHROPIC_BASE_URL LLM_BASE_URL; do
	takes "$v" "$v=[http://127.0.0.1:8080/v1]" "$v=http://127.0.0.1:8080/v1"
	for u in "https://me:$key@h/v1" "https://$key@h" "me:$key@h" "https://h/?k=$key" "https://h/#$key"; do
		env_file "" "$v=$u" "$v=https://h"
		refuses 78 "$v, $(printf %s "$u" | tr -d a-z0-9)" \
			".env:2: $v: there must be no @, ? or # in it, where a user name, a password or a key could be; put the key into OPENAI_API_KEY or ANTHROPIC_API_KEY"
	done
done
takes "no other setting minds" "LLM_MODEL=[a@b?c#d]" "LLM_MODEL=a@b?c#d"

# --- names

misspelt() { # NAME SETTING
	env_file "# x" "" "$1=$key"
	refuses 78 "the name $1" ".env:3: $1: limn has no such setting; did you mean $2?"
}
misspelt IMAGE_GEN_QUALTY IMAGE_GEN_QUALITY
misspelt IMAGE_GEN_SIZ IMAGE_GEN_SIZE
misspelt LLM_MODELS LLM_MODEL
misspelt LLM_MDOEL LLM_MODEL
misspelt OPENAI_APIKEY OPENAI_API_KEY
misspelt OPEN_AI_API_KEYS OPENAI_API_KEY
misspelt ANTROPIC_API_KEY ANTHROPIC_API_KEY
misspelt openai_api_key OPENAI_API_KEY
misspelt MAX_EPISODE_COST_US MAX_EPISODE_COST_USD
misspelt OUTPUT_DIR OUTPUTS_DIR
misspelt TEMPLAT TEMPLATE
misspelt DATABASES DATABASE
warns() { # NAME
	env_file "# x" "" "$1=$key"
	fails 0 "the name $1" write-settings -o .env.mk .env
	is "... is warned of" "$err" "write-settings: .env:3: $1: limn has no such setting"
}
warns IMAGE_GEN_COLOUR
warns LLM_API_KEY
warns "LLM_$(printf %0900d 0)"
takes "what is for make's command line alone" "" FORCES=1 CHAPTERS=ch02

# --- names of make's command line

# shellcheck disable=SC2086 # words
fails 0 "every setting is one" write-settings --check $names
fails 0 "others' names" write-settings --check CFLAGS LTO x PREFIX AR JOBS FOO_BAR_BAZ
is "... have no output" "$out" ""
is "... are passed over" "$err" ""
unknown() { # NAME REMEDY
	fails 78 "--check $1" write-settings --check LTO "$1"
	is "--check $1: the message" "$err" "write-settings: $1: limn has no such setting; $2"
}
unknown IMAGE_GEN_QUALTY "did you mean IMAGE_GEN_QUALITY?"
unknown DRYRUN "did you mean DRY_RUN?"
unknown CHAPTERS "did you mean CHAPTER?"
unknown FROCE "did you mean FORCE?"
unknown IMAGE_GEN_COLOUR "see limn(7)"
unknown "LLM_$(printf %0900d 0)" "see limn(7)"

# --- who may read it

env_file LLM_MODEL=m
for mode in 600:"" 400:"" 700:"" 640:read 604:read 644:read 660:read 620:write 602:write 666:read; do
	chmod "${mode%%:*}" .env
	fails 0 "mode ${mode%%:*}" write-settings -o .env.mk .env
	expect=
	[ -z "${mode#*:}" ] || expect="write-settings: .env: others can ${mode#*:} it; run: chmod 600 .env"
	is "... is ${expect:+not }taken without a word" "$err" "$expect"
done
fails 0 "under make" env LIMN_RUN=1 write-settings .env
is "... it is said, too" "$err" "$expect"
fails 0 "on standard input" sh -c 'write-settings <.env'
is "... it isn't known" "$err" ""
rm -f .env
ln -s /dev/null .env
fails 0 "a device" write-settings .env
is "... belongs to all" "$err" ""
rm .env

# --- who is asked first

takes "make's command line" "LLM_MODEL=[m]" LLM_MODEL=m
is "... goes before .env" "$(known LLM_MODEL=x)" "LLM_MODEL=[x]"
is "... if empty, too" "$(known LLM_MODEL=)" "LLM_MODEL=[]"
is "the environment goes before .env" "$(LLM_MODEL=x known)" "LLM_MODEL=[x]"
is "... if empty, too" "$(LLM_MODEL='' known)" "LLM_MODEL=[]"
is "... under make -e" "$(LLM_MODEL=x known -e)" "LLM_MODEL=[x]"

# --- byte for byte: in make, and in the environment of what it runs

cat >byte.mk <<'END'
include .env.mk
export IMAGE_GEN_STYLE_PREFIX
$(info [$(value IMAGE_GEN_STYLE_PREFIX)])
again := $(value IMAGE_GEN_STYLE_PREFIX)
all: ; @printf '[%s]\n' "$$IMAGE_GEN_STYLE_PREFIX"
END
arrives() { # VALUE: sets $got
	case $1 in
	*\'*) printf 'IMAGE_GEN_STYLE_PREFIX="%s"\n' "$1" >.env ;;
	*) printf "IMAGE_GEN_STYLE_PREFIX='%s'\n" "$1" >.env ;;
	esac
	got=$(write-settings -o .env.mk .env 2>&1 && make -rRsf byte.mk 2>&1)
	[ "$got" = "[$1]
[$1]" ]
}
while IFS= read -r v; do
	v=${v#.} v=${v%.}
	arrives "$v"
	is "arrives: [$v]" "$got" "[$v]
[$v]"
done <<'END'
. .
.  a  .
.	a	.
.$.
.$$.
.$(shell touch pwned).
.${HOME}$(HOME).
.$(.
.$(env-end)$(env-hash).
.`touch pwned`.
.#.
.# a.
.\#.
.\\#.
.\\\# \\.
.\.
.\\.
.\\\.
.a\ .
.endef.
.define x.
.endif.
.else.
.ifeq (a,b).
.include /etc/passwd.
.),undefined).
.a,b),(c,{d}.
.:= = += ?= != ::=.
.!touch pwned.
.a:b::c;d|e&f>g.
.%.
.'it''s'.
."x" \"y\".
.\n\t\033.
.~ * ? [a] ! ^.
.-@+.
.ağ ₿ 🟠 אב.
. nbsp .
END
ok "nothing of the values was run" test ! -e pwned
# signs in any order; awk's numbers are the same in each run
awk 'BEGIN {
	srand(7)
	n = split("$ # \\ ( ) { } , : = % ; ! \" & endef ifeq $( ${ $$ \\# @ x", sign, " ")
	sign[++n] = " "; sign[++n] = "\t"; sign[++n] = "\\"
	for (i = 0; i < 150; i++) {
		v = ""
		for (k = int(rand() * 9); k >= 0; k--)
			v = v sign[int(rand() * n) + 1]
		print v
	}
}' >values
wrong=0
while IFS= read -r v; do
	arrives "$v" || {
		wrong=$((wrong + 1))
		note "[$v] became $got"
	}
done <values
is "there are 150 values of signs" "$(wc -l <values)" 150
is "values of signs arrive" "$wrong" 0
finish
