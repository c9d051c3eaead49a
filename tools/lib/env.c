#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "span.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define DIGITS "0123456789"

struct entry {
	const char *name;
	const char *value;
	size_t line;
};

/* Keys without the space around them; the callers keep the pointers. */
struct key {
	struct key *next;
	char *text;
};

/* The file: its bytes, in which NULs now end the names and values. */
static struct source file;
static struct entry *entries;
static size_t count;
static bool is_read;
static struct key *keys;

static bool
bad_line(size_t line, const char *what, struct failure *f)
{
	return failure_set(f, EXIT_BAD_CONFIG, "%s:%zu: %s", file.name, line,
		what);
}

/* s as a string: write a NUL after it, where the byte was read already. */
static const char *
end_string(struct span s)
{
	file.bytes[s.end - file.bytes] = '\0';
	return s.begin;
}

static bool
begins_comment(const char *s)
{
	return *s == '#' && isspace((unsigned char)s[-1]);
}

/* The inside of the quotes that rest begins with. */
static bool
unquote(struct span rest, size_t line, struct span *inside, struct failure *f)
{
	const char *begin = rest.begin + 1;
	const char *end =
		memchr(begin, *rest.begin, (size_t)(rest.end - begin));
	struct span after;

	if (!end)
		return bad_line(line,
			"a quote isn't closed; close it on the same line", f);
	after = span_trim((struct span){ end + 1, rest.end });
	if (span_length(after) > 0 && !begins_comment(after.begin))
		return bad_line(line,
			"something follows the closing quote; put a value "
			"that has quotes in it between quotes of the other "
			"kind",
			f);
	*inside = (struct span){ begin, end };
	return true;
}

/* Find the value after the =, up to a comment. */
static bool
find_value(struct span rest, size_t line, struct span *value, struct failure *f)
{
	*value = span_trim(rest);
	if (span_length(*value) > 0 && strchr("'\"", *value->begin))
		return unquote(*value, line, value, f);
	for (const char *s = value->begin; s < value->end; s++)
		if (begins_comment(s))
			value->end = s;
	*value = span_trim(*value);
	return true;
}

static bool
check_value(struct span value, size_t line, struct failure *f)
{
	for (const char *s = value.begin; s < value.end; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			return bad_line(line,
				"there is a control character in the value; "
				"take it out",
				f);
	return true;
}

/* Parse a line that isn't only space. */
static bool
parse_line(struct span s, struct entry *e, struct failure *f)
{
	struct span name = s, value;
	size_t n = strlen("export");

	if (span_length(s) > n && memcmp(s.begin, "export", n) == 0 &&
		isblank((unsigned char)s.begin[n])) {
		name = span_trim((struct span){ s.begin + n, s.end });
		if (*name.begin == '=') /* a variable of that name */
			name = s;
	}
	/* the file is followed by a NUL, which none of these functions passes
	 */
	name.end = name.begin + strspn(name.begin, LETTERS DIGITS);
	value.begin = name.end + strspn(name.end, " \t");
	if (name.end == name.begin || strchr(DIGITS, *name.begin) ||
		value.begin >= s.end || *value.begin != '=')
		return bad_line(e->line,
			"this line is not NAME=value; a comment "
			"begins with #",
			f);
	if (!find_value((struct span){ value.begin + 1, s.end }, e->line,
		    &value, f) ||
		!check_value(value, e->line, f))
		return false;
	e->name = end_string(name);
	e->value = end_string(value);
	return true;
}

static void
warn_of_mode(const char *path)
{
	const mode_t readable = S_IRGRP | S_IROTH, writable = S_IWGRP | S_IWOTH;
	struct stat st;

	if (!path || strcmp(path, "-") == 0 || stat(path, &st) != 0 ||
		!S_ISREG(st.st_mode) || !(st.st_mode & (readable | writable)))
		return;
	warn("%s: others can %s it; run: chmod 600 %s", path,
		st.st_mode & readable ? "read" : "write", path);
}

static bool
is_missing(const char *path)
{
	struct stat st;

	/* a broken link isn't a missing file, but a mistake */
	return path && strcmp(path, ENV_FILE) == 0 && lstat(path, &st) != 0 &&
		errno == ENOENT;
}

static bool
read_file(const char *path, struct failure *f)
{
	struct span rest, line;
	size_t lines = 1;

	is_read = true;
	if (is_missing(path))
		return true;
	if (!source_read(&file, path, ENV_MAX, f))
		return false;
	for (rest = file.text; span_take_line(&rest, &line);)
		lines++;
	entries = xmalloc(lines * sizeof *entries);
	lines = 0;
	for (rest = file.text; span_take_line(&rest, &line);) {
		lines++;
		line = span_trim(line);
		if (span_length(line) == 0 || *line.begin == '#')
			continue;
		entries[count].line = lines;
		if (!parse_line(line, &entries[count], f))
			return false;
		count++;
	}
	return true;
}

bool
env_open(const char *path, struct failure *f)
{
	warn_of_mode(path);
	return read_file(path, f);
}

bool
env_load(struct failure *f)
{
	const char *run = getenv("LIMN_RUN");

	if (is_read)
		return true;
	if (!run || !*run)
		warn_of_mode(ENV_FILE);
	return read_file(ENV_FILE, f);
}

void
env_each(void (*each)(const char *name, const char *value, size_t line,
		 void *data),
	void *data)
{
	for (size_t i = 0; i < count; i++)
		each(entries[i].name, entries[i].value, entries[i].line, data);
}

const char *
env_get(const char *name)
{
	const char *value = getenv(name);

	for (size_t i = count; !value && i > 0; i--)
		if (strcmp(entries[i - 1].name, name) == 0)
			value = entries[i - 1].value;
	return value && *value ? value : NULL;
}

bool
env_number(const char *name, double fallback, double min, double max,
	double *number, struct failure *f)
{
	const char *value = env_get(name);
	struct span text = span_of(value ? value : "");
	char *end;

	*number = fallback;
	text = span_trim(text);
	if (span_length(text) == 0)
		return true;
	*number = strtod(text.begin, &end);
	/* strtod() would accept nan, -1 and 0x10, too */
	if (end != text.end || !(*number >= min && *number <= max) ||
		strspn(text.begin, DIGITS ".") < span_length(text))
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s: must be a number from %.15g to %.15g, such as "
			"%.15g",
			name, min, max, fallback);
	return true;
}

bool
env_key(const char *name, const char **found, struct failure *f)
{
	const char *value = env_get(name);
	struct span text = span_of(value ? value : "");
	struct key *key;

	*found = NULL;
	text = span_trim(text);
	if (span_length(text) == 0)
		return true;
	if (span_length(text) > ENV_KEY_MAX)
		return failure_set(f, EXIT_NO_ACCESS,
			"%s: more than %d bytes; that is not a key", name,
			ENV_KEY_MAX);
	for (const char *s = text.begin; s < text.end; s++)
		if (*s <= ' ' || *s > '~')
			return failure_set(f, EXIT_NO_ACCESS,
				"%s: a key is letters, digits and signs of "
				"ASCII without a space, and this is not; "
				"copy it anew",
				name);
	key = xmalloc(sizeof *key);
	key->next = keys;
	key->text = span_copy(text);
	keys = key;
	*found = key->text;
	return true;
}

const char *
env_run(void)
{
	const char *run = getenv("LIMN_RUN");

	return run && strlen(run) < ENV_RUN_SIZE ? run : "";
}
