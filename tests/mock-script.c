/* mock-script: the answers that a test sets, a line each. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "mock.h"

struct line {
	struct line *next;
	json_t *spec;
	long long left; /* uses; -1: any number */
};

const char *script_path;
static struct line *first, **last = &first;
static struct buf unread = { .max = MOCK_SCRIPT_MAX }; /* no newline yet */
static unsigned long line_count;
static off_t offset;
static int fd = -1;

void
script_end(void)
{
	while (first) {
		struct line *line = first;

		first = line->next;
		json_decref(line->spec);
		free(line);
	}
	last = &first;
	buf_free(&unread);
	line_count = 0;
	offset = 0;
	if (fd >= 0)
		close(fd);
	fd = -1;
}

_Noreturn static void
wrong(const char *where, const char *what)
{
	die(EXIT_BAD_INPUT, "%s:%lu: %s%s; the test is wrong", script_path,
		line_count, where, what);
}

enum kind { TEXT, NUMBER, WHOLE, TRUTH, OBJECT, ANY };

static bool
is_kind(const json_t *value, enum kind kind)
{
	switch (kind) {
	case TEXT:
		return json_is_string(value);
	case NUMBER:
		return json_is_number(value) && json_number_value(value) >= 0;
	case WHOLE:
		return json_is_integer(value) && json_integer_value(value) >= 0;
	case TRUTH:
		return json_is_boolean(value);
	case OBJECT:
		return json_is_object(value);
	default:
		return true;
	}
}

static const struct {
	const char *name;
	enum kind kind;
} keys[] = { { "route", TEXT }, { "match", TEXT }, { "times", WHOLE },
	{ "status", WHOLE }, { "headers", OBJECT }, { "body", ANY },
	{ "file", TEXT }, { "type", TEXT }, { "delay", NUMBER },
	{ "cut", WHOLE }, { "reset", TRUTH }, { "drip", NUMBER },
	{ "hang", TRUTH } };

/* Refuse an unknown key: with a misspelt key a test would test nothing. */
static void
check(json_t *spec)
{
	const char *route = json_string_value(json_object_get(spec, "route"));
	const json_t *status = json_object_get(spec, "status");
	const size_t count = sizeof keys / sizeof *keys;
	const char *name;
	json_t *value;
	size_t i = 0;

	if (!json_is_object(spec))
		wrong("", "it is no JSON object");
	json_object_foreach(spec, name, value)
	{
		for (i = 0; i < count && strcmp(name, keys[i].name) != 0; i++)
			;
		if (i == count)
			wrong(name, ": there is no such key");
		if (!is_kind(value, keys[i].kind))
			wrong(name, ": it is no such value");
	}
	for (i = 0; route && i < ROUTES && strcmp(route, route_names[i]); i++)
		;
	if (i == ROUTES)
		wrong(route, ": there is no such route");
	if (status &&
		(json_integer_value(status) < 200 ||
			json_integer_value(status) > 999))
		wrong("status", ": it is 200 to 999");
}

static void
add_line(const char *text, size_t len)
{
	const json_t *times;
	struct line *line;

	line_count++;
	if (strspn(text, " \t\r\n") >= len)
		return;
	line = xmalloc(sizeof *line);
	line->next = NULL;
	line->spec = json_loadb(text, len,
		JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	check(line->spec);
	times = json_object_get(line->spec, "times");
	line->left = times ? json_integer_value(times) : 1;
	if (line->left == 0)
		line->left = -1;
	*last = line;
	last = &line->next;
}

/* If the file is shorter, or another one, it is a new script. */
static void
reopen(void)
{
	struct stat now, had;

	if (stat(script_path, &now) != 0) {
		script_end();
		return;
	}
	if (fd >= 0 && fstat(fd, &had) == 0 && had.st_ino == now.st_ino &&
		had.st_dev == now.st_dev && now.st_size >= offset)
		return;
	script_end();
	fd = open(script_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(EXIT_NO_INPUT, "%s:", script_path);
}

static void
read_more(void)
{
	char piece[65536];
	const char *newline;
	ssize_t n;

	while (fd >= 0 && (n = pread(fd, piece, sizeof piece, offset)) > 0) {
		buf_add(&unread, piece, (size_t)n);
		offset += n;
	}
	while (unread.len > 0 &&
		(newline = memchr(unread.data, '\n', unread.len)) != NULL) {
		size_t len = (size_t)(newline - unread.data) + 1;

		add_line(unread.data, len);
		unread.len -= len;
		memmove(unread.data, unread.data + len, unread.len + 1);
	}
}

static bool
fits(const json_t *spec, const struct ask *a)
{
	const char *route = json_string_value(json_object_get(spec, "route"));
	const char *match = json_string_value(json_object_get(spec, "match"));

	if (route && strcmp(route, route_names[a->route]) != 0)
		return false;
	return !match || strstr(a->path, match) || strstr(a->body, match);
}

json_t *
script_take(const struct ask *a)
{
	if (!script_path)
		return NULL;
	reopen();
	read_more();
	for (struct line *line = first; line; line = line->next) {
		if (line->left == 0 || !fits(line->spec, a))
			continue;
		if (line->left > 0)
			line->left--;
		return json_incref(line->spec);
	}
	return NULL;
}
