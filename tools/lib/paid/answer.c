#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "paid/answer.h"
#include "paid/base64.h"

#define SPACES " \t\r\n"
#define BOM "\xef\xbb\xbf"
#define DATA_URL_MAX 128 /* bytes of "data:image/png;base64," */

/* A piece of the text. */
struct piece {
	char *at; /* NULL: not found */
	size_t len;
};

/* The position in the JSON text. */
struct position {
	size_t depth;
	size_t element;  /* index in the array at depth 2 */
	bool in_data;    /* inside the value of "data" */
	bool at_picture; /* the next value is that of "b64_json" */
};

/* The quote that ends the string which begins at s, or NULL. */
static char *
string_end(char *s, char *end)
{
	char *begin = s;

	while ((s = memchr(s, '"', (size_t)(end - s)))) {
		const char *slash = s;

		while (slash > begin && slash[-1] == '\\')
			slash--;
		if ((s - slash) % 2 == 0)
			return s;
		s++;
	}
	return NULL;
}

static bool
is_string(const struct piece *p, const char *s)
{
	return p->len == strlen(s) && memcmp(p->at, s, p->len) == 0;
}

/* Move the position past a bracket or a comma. */
static void
step(struct position *p, char c)
{
	switch (c) {
	case '{':
	case '[':
		if (++p->depth == 2)
			p->element = 0;
		break;
	case '}':
	case ']':
		if (p->depth > 0)
			p->depth--;
		break;
	case ',':
		if (p->depth == 2)
			p->element++;
		break;
	default:
		return;
	}
	p->at_picture = false;
}

/*
 * Copy text to rest without the strings of "b64_json".  picture is that of
 * data[0].  This doesn't check the JSON: jansson parses the rest afterwards.
 * Returns false if the text is nested too deeply for jansson.
 */
static bool
cut_pictures(const struct buf *text, struct buf *rest, struct piece *picture)
{
	char *copied = text->data, *end = text->data + text->len;
	struct position p = { 0, 0, false, false };

	*picture = (struct piece){ NULL, 0 };
	for (char *s = text->data; s < end; s++) {
		struct piece string;

		step(&p, *s);
		if (p.depth > JSON_DEPTH_MAX)
			return false;
		if (*s != '"')
			continue;
		string.at = s + 1;
		s = string_end(s + 1, end);
		if (!s)
			break;
		string.len = (size_t)(s - string.at);
		if (p.at_picture) {
			buf_add(rest, copied, (size_t)(string.at - copied));
			copied = s;
			if (p.depth == 3 && p.in_data && p.element == 0)
				*picture = string;
		} else if (s[1 + strspn(s + 1, SPACES)] == ':') {
			p.at_picture = is_string(&string, "b64_json");
			if (p.depth == 1)
				p.in_data = is_string(&string, "data");
		}
	}
	buf_add(rest, copied, (size_t)(end - copied));
	return true;
}

static unsigned
hex_value(const char *s)
{
	unsigned value = 0;

	for (int i = 0; i < 4; i++) {
		const char *all = "0123456789abcdef0123456789ABCDEF";
		const char *digit = s[i] ? strchr(all, s[i]) : NULL;

		if (!digit)
			return UINT_MAX;
		value = value << 4 | ((unsigned)(digit - all) & 15);
	}
	return value;
}

/*
 * Decode escapes: some APIs write / as \/, + as \u002b or = as \u003d.  Other
 * escapes stay, and make the text invalid base64.
 */
static void
unescape(struct piece *p)
{
	char *to = memchr(p->at, '\\', p->len), *end = p->at + p->len;
	const char *s = to;

	if (!s)
		return;
	while (s < end) {
		unsigned c = UINT_MAX;

		if (s[0] == '\\' && s[1] == 'u' && end - s >= 6)
			c = hex_value(s + 2);
		if (c < 0x80) {
			*to++ = (char)c;
			s += 6;
		} else if (s[0] == '\\' && s[1] && strchr("/rn", s[1])) {
			*to++ = s[1] == '/' ? '/' : '\n';
			s += 2;
		} else {
			*to++ = *s++;
		}
	}
	p->len = (size_t)(to - p->at);
}

static bool set_error(char why[ANSWER_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static bool
set_error(char why[ANSWER_WHY_MAX], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, ANSWER_WHY_MAX, fmt, ap);
	va_end(ap);
	return false;
}

static bool
parse_rest(json_t **rest, const struct buf *text, char why[ANSWER_WHY_MAX])
{
	json_error_t e;
	json_t *value =
		json_loadb(text->data, text->len, JSON_REJECT_DUPLICATES, &e);

	if (json_is_object(value)) {
		*rest = value;
		return true;
	}
	if (value) {
		json_decref(value);
		return set_error(why, "it is JSON, but not an object");
	}
	if (json_error_code(&e) == json_error_premature_end_of_input)
		return set_error(why, "it is not JSON: it is cut off");
	return set_error(why, "it is not JSON: %.90s",
		json_error_code(&e) == json_error_null_character
			? "\\u0000 is not allowed"
			: e.text);
}

bool
answer_parse(struct answer *a, struct buf *text, char why[ANSWER_WHY_MAX])
{
	struct buf rest = BUF_INIT(text->len);
	struct piece picture;
	const json_t *first;
	bool ok;

	*a = (struct answer){ NULL, NULL, NULL, 0 };
	if (text->len == 0)
		return set_error(why, "it is empty");
	if (text->len >= 3 && memcmp(text->data, BOM, 3) == 0)
		memset(text->data, ' ', 3);
	if (cut_pictures(text, &rest, &picture))
		ok = parse_rest(&a->rest, &rest, why);
	else
		ok = set_error(why,
			"more than %d levels of nesting; that is too deep",
			JSON_DEPTH_MAX);
	buf_free(&rest);
	if (!ok)
		return false;
	first = json_array_get(json_object_get(a->rest, "data"), 0);
	a->url = json_text(first, "url");
	if (a->url && !a->url[0])
		a->url = NULL;
	if (picture.len > 0 && json_text(first, "b64_json")) {
		unescape(&picture);
		a->base64 = picture.at;
		a->base64_len = picture.len;
	}
	return true;
}

void
answer_free(struct answer *a)
{
	json_decref(a->rest);
	*a = (struct answer){ NULL, NULL, NULL, 0 };
}

json_t *
answer_peek(const char *path)
{
	struct buf text = BUF_INIT(ANSWER_MAX);
	char why[ANSWER_WHY_MAX];
	json_t *rest = NULL;
	struct answer a;

	if (!file_is_regular(path, ANSWER_MAX))
		return NULL;
	if (file_read(path, &text, NULL) && answer_parse(&a, &text, why)) {
		rest = json_incref(a.rest);
		answer_free(&a);
	}
	buf_free(&text);
	return rest;
}

size_t
answer_decode(struct answer *a)
{
	size_t head =
		a->base64_len < DATA_URL_MAX ? a->base64_len : DATA_URL_MAX;
	size_t n = 0;

	if (head >= 5 && memcmp(a->base64, "data:", 5) == 0) {
		const char *comma = memchr(a->base64, ',', head);

		if (!comma)
			return 0;
		n = (size_t)(comma - a->base64) + 1;
	}
	a->base64 += n;
	a->base64_len -= n;
	return base64_decode(a->base64, a->base64_len);
}

bool
answer_print(const json_t *rest, const void *picture, size_t len,
	struct buf *out, struct failure *f)
{
	json_t *copy = json_deep_copy(rest);
	json_t *first = json_array_get(json_object_get(copy, "data"), 0);
	struct buf text = BUF_INIT(out->max), ignored = BUF_INIT(out->max);
	struct piece gap;

	json_put(first, "b64_json", json_string(""));
	json_print(copy, &text);
	cut_pictures(&text, &ignored, &gap);
	if (gap.at) {
		buf_add(out, text.data, (size_t)(gap.at - text.data));
		base64_add(out, picture, len);
		buf_add(out, gap.at, text.len - (size_t)(gap.at - text.data));
	} else {
		failure_set(f, EXIT_BAD_ANSWER,
			"more than %d levels of nesting", JSON_DEPTH_MAX);
	}
	buf_free(&ignored);
	buf_free(&text);
	json_decref(copy);
	return gap.at != NULL;
}
