#!/bin/sh
# Print a C header with the named migrations, by number, for schema.c.  They are arrays
# of bytes, because a compiler of C11 need not take a string of more than 4095.
#
#	sh migrations.sh migrations/*.sql >migrations.h
set -eu

give_up() {
	echo "migrations.sh: $1" >&2
	exit 65
}

# "5 migrations/005_media_assets", of one of its two files
split() {
	case $1 in
	*.up.sql) base=${1%.up.sql} other=$base.down.sql ;;
	*.down.sql) base=${1%.down.sql} other=$base.up.sql ;;
	*) return 1 ;;
	esac
	name=${base##*/}
	number=${name%%_*}
	case $name in *[!a-z0-9_]* | *_) return 1 ;; *_*) ;; *) return 1 ;; esac
	case $number in '' | *[!0-9]* | ???????*) return 1 ;; esac
	[ -r "$1" ] || give_up "$1: no such file, or it can't be read"
	[ -f "$other" ] || give_up "$1: $other is missing"
	number=${number#"${number%%[!0]*}"}
	echo "${number:-0} $base"
}

files=$(for file; do
	split "$file" ||
		give_up "$file: not called NNN_name.up.sql or NNN_name.down.sql"
done)
[ -n "$files" ] || give_up "no migrations"
files=$(echo "$files" | sort -u | sort -n)
twice=$(echo "$files" | cut -d ' ' -f 1 | uniq -d | tr '\n' ' ')
[ -z "$twice" ] || give_up "more than one migration of number ${twice% }"

echo '/* By mk/migrations.sh. */'
echo "$files" | while read -r number base; do
	for way in up down; do
		echo "static const unsigned char ${way}_${number}[] = {"
		od -A n -v -t u1 "$base.$way.sql" | sed 's/[0-9][0-9]*/&,/g'
		echo ' 0 };'
	done
done
echo 'static const struct migration migrations[] = {'
echo "$files" | while read -r number base; do
	echo "	{ \"${base##*/}\", (const char *)up_$number," \
		"(const char *)down_$number },"
done
echo '};'
