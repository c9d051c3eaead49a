#define _GNU_SOURCE /* strptime, timegm */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"

#define DOLLARS_MAX 1e6               /* the most that one answer may cost */
#define PRINT_MAX ((size_t)256 << 20) /* bytes; the largest input, indented */
#define TIME_MAX 253402300799LL       /* the end of the year 9999 */

/* Check the depth (jansson allows 2,048 levels) and look for NULs. */
static bool
check_bytes(const char *name, const char *s, size_t len, struct failure *f)
{
	size_t depth = 0, line = 1, begin = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '\n') {
			line++;
			begin = i + 1;
		} else if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '\0') {
			/* jansson takes a NUL after a number for a space */
			return failure_set(f, EXIT_BAD_INPUT,
				"%s:%zu:%zu: a NUL byte is not allowed", name,
				line, i - begin + 1);
		} else if (c == '[' || c == '{') {
			if (++depth > JSON_DEPTH_MAX)
				return failure_set(f, EXIT_BAD_INPUT,
					"%s:%zu:%zu: more than %d levels of "
					"nesting; that is too deep",
					name, line, i - begin + 1,
					JSON_DEPTH_MAX);
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return true;
}

static bool
check_encoding(const char *name, const char *s, size_t len, struct failure *f)
{
	if (len < 2 ||
		(memcmp(s, "\xff\xfe", 2) && memcmp(s, "\xfe\xff", 2) && s[0] &&
			s[1]))
		return true;
	return failure_set(f, EXIT_BAD_INPUT,
		"%s: this is UTF-16 or UTF-32; save it as UTF-8", name);
}

json_t *
json_parse(const char *name, const char *s, size_t len, struct failure *f)
{
	static const char bom[] = "\xef\xbb\xbf";
	json_error_t e;
	json_t *value;

	if (!check_encoding(name, s, len, f))
		return NULL;
	if (len >= 3 && memcmp(s, bom, 3) == 0) {
		s += 3;
		len -= 3;
	}
	if (!check_bytes(name, s, len, f))
		return NULL;
	value = json_loadb(s, len, JSON_REJECT_DUPLICATES, &e);
	if (!value && json_error_code(&e) == json_error_null_character)
		strcpy(e.text, "\\u0000 is not allowed");
	if (!value)
		failure_set(f, EXIT_BAD_INPUT,
			"%s:%d:%d: %s; this is not the JSON it should be", name,
			e.line, e.column > 0 ? e.column : 1, e.text);
	return value;
}

json_t *
json_read(const char *path, size_t max, struct failure *f)
{
	struct buf b = BUF_INIT(max);
	json_t *value = NULL;

	if (file_read(path, &b, f))
		value = json_parse(file_name(path), b.data, b.len, f);
	buf_free(&b);
	return value;
}

json_t *
json_read_optional(const char *path, size_t max)
{
	struct buf b = BUF_INIT(max);
	json_t *value;

	if (access(path, R_OK) != 0 || !file_is_regular(path, max))
		return NULL;
	/* jansson's own function reads a file byte by byte */
	value = file_read(path, &b, NULL)
		? json_loadb(b.len ? b.data : "", b.len, JSON_REJECT_DUPLICATES,
			  NULL)
		: NULL;
	buf_free(&b);
	return value;
}

static int
add_piece(const char *piece, size_t n, void *b)
{
	buf_add(b, piece, n);
	return 0;
}

static void
print(const json_t *value, struct buf *b, size_t flags)
{
	if (json_dump_callback(value, add_piece, b,
		    flags | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY) != 0)
		die_out_of_memory();
}

void
json_print(const json_t *value, struct buf *b)
{
	print(value, b, JSON_INDENT(2));
	buf_add(b, "\n", 1);
}

void
json_print_compact(const json_t *value, struct buf *b)
{
	print(value, b, JSON_COMPACT);
}

void
json_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		die_out_of_memory();
}

void
json_append(json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) != 0)
		die_out_of_memory();
}

json_t *
json_need(json_t *value)
{
	if (!value)
		die_out_of_memory();
	return value;
}

bool
json_write(const char *path, const json_t *value, struct failure *f)
{
	struct buf b = BUF_INIT(PRINT_MAX);
	bool is_written;

	json_print(value, &b);
	is_written = file_write(path, b.data, b.len, f);
	buf_free(&b);
	return is_written;
}

json_t *
json_dollars(long long micros)
{
	return json_real((double)micros / 1e6);
}

long long
json_micros(const json_t *dollars)
{
	double n = json_number_value(dollars);

	return n > 0 && n <= DOLLARS_MAX ? (long long)(n * 1e6 + 0.5) : 0;
}

json_t *
json_time(time_t time)
{
	char s[64];
	struct tm tm;

	if (!gmtime_r(&time, &tm) ||
		strftime(s, sizeof s, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return json_null(); /* the year doesn't fit into a struct tm */
	return json_string(s);
}

bool
json_parse_time(const char *s, time_t *time)
{
	struct tm tm = { 0 };
	const char *end = s ? strptime(s, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	if (!end)
		return false;
	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (*end && strcmp(end, "Z") != 0 && strcmp(end, "+00:00") != 0)
		return false;
	*time = timegm(&tm);
	return *time >= 0 && *time <= TIME_MAX;
}

const char *
json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}
