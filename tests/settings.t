#!/bin/sh
# .env.example is the list of the settings: the makefiles, the tools, README.md
# and limn(7) know the same names and defaults.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

sed -n 's/^#\([A-Z_][A-Z_]*\)=/\1 /p' "$top/.env.example" | sed 's/"//g' >list
names=$(cut -d ' ' -f 1 list | sort)
echo "$names" >list.names
default() { sed -n "s/^$1 //p" list; }

# --- the names

sed -n '/^## Settings/,/^## Files/p' "$top/README.md" | grep '^| `' >readme
is "README.md: the names" \
	"$(cut -d '|' -f 2 readme | grep -o '[A-Z][A-Z_]*' | sort)" \
	"$(printf '%s\n' "$names" NO_COLOR V | sort)"
sed -n '/^\.Sh ENVIRONMENT/,/^These/p' "$top/tools/limn.7" >page
is "limn(7): the names" \
	"$(sed -n 's/^\.It Ev //p' page | grep -o '[A-Z][A-Z_]*' | sort)" \
	"$(printf '%s\n' "$names" NO_COLOR SSL_CERT_FILE | sort)"
cat >names.mk <<END
LIMN := $top/
include $top/mk/config.mk
\$(foreach v,\$(tool-names) \$(make-names),\$(info \$v))
all: ;
END
make_says() { make -s -f "$@" BIN="$bin" all; }
is "make: the names" "$(make_says names.mk | sort)" "$names"
is "the tests unset each" "$(sed -n '/^unset/,/[^\\]$/p' "$top/tests/lib.sh" |
	grep -o '[A-Z][A-Z_]*' | sort | comm -13 - list.names 2>&1)" ""

# --- the defaults

row() { # NAME: what README.md says of it
	grep -w "$1" readme | sed 's/`//g'
}
item() { # NAME: what limn(7) says of it, without its macros
	awk -v name="$1" '/^\.It/ { on = 0; n = split($0, w, /[ ,]+/)
			for (i = 1; i <= n; i++) if (w[i] == name) on = 1
			next }
		on' page | sed 's/^\.[A-Z][a-z] //; s/^"//; s/" ,$//; s/ ;$//' | paste -sd ' ' -
}
for name in IMAGE_GEN_PROVIDER IMAGE_GEN_MODEL IMAGE_GEN_SIZE IMAGE_GEN_QUALITY \
	IMAGE_GEN_STYLE_PREFIX LLM_PROVIDER TEMPLATE MAX_EPISODE_COST_USD \
	IMAGE_GEN_RPM MAX_RETRIES IMAGE_GEN_TIMEOUT LLM_TIMEOUT DOWNLOAD_TIMEOUT \
	OUTPUTS_DIR ANSWERS_DIR DATABASE LISTEN PORT; do
	want=$(default $name | sed 's/ $//')
	like "README.md: the default of $name" "$(row $name)" "$want"
	like "limn(7): the default of $name" "$(item $name)" "${want#outputs/}"
done
for name in OPENAI_BASE_URL ANTHROPIC_BASE_URL; do
	like "limn(7): the default of $name" "$(item $name)" "$(default $name)"
done
cat >values.mk <<END
include $top/mk/config.mk
\$(foreach v,OUTPUTS_DIR TEMPLATE ANSWERS_DIR DATABASE LISTEN PORT,\$(info \$v \$(\$v)))
all: ;
END
make_says values.mk >values
for name in OUTPUTS_DIR TEMPLATE ANSWERS_DIR DATABASE LISTEN PORT; do
	is "make: the default of $name" "$(sed -n "s/^$name //p" values)" "$(default $name)"
done
for name in IMAGE_GEN_MODEL IMAGE_GEN_SIZE IMAGE_GEN_QUALITY IMAGE_GEN_STYLE_PREFIX; do
	is "models.json: the default of $name" \
		"$(jq -r ".defaults.$name" "$top/tools/models.json")" "$(default $name)"
done
is "the template: the default of LLM_MODEL" \
	"$(sed -n 's/^model: *//p' "$top/prompts/imagegen.md")" "$(default LLM_MODEL)"

# What is no number is refused with the default as an example.
export OPENAI_BASE_URL=http://127.0.0.1:9/v1 OPENAI_API_KEY=any
echo words >prompt.txt
jq '.chapters[1]' "$top/outputs.example/bitcoin-nedir/chapters.json" >chapter.json
echo '{"data": [{"url": "https://127.0.0.1/x.png"}]}' >answer.json
number() { # NAME COMMAND...
	number=$1
	shift
	fails 78 "$number=x" env "$number=x" "$@"
	is "$number=x: the message has the default" "${err##*such as }" "$(default "$number" | sed 's/\.00$//')"
}
for name in MAX_RETRIES IMAGE_GEN_TIMEOUT IMAGE_GEN_RPM MAX_EPISODE_COST_USD; do
	number $name call-dalle --database=x.db --episode-id=e --chapter=c prompt.txt
done
number LLM_TIMEOUT env LLM_PROVIDER=openai gen-prompt -t "$top/prompts/imagegen.md" chapter.json
number DOWNLOAD_TIMEOUT download answer.json
finish
