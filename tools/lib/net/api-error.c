#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "net/api-error.h"
#include "utf8.h"

/* The bytes of the space or control character at s, or 0. */
static size_t
space_size(const char *s)
{
	static const char *const spaces[] = { " ", "\u00a0", "\u2028",
		"\u2029" };

	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
		if (strncmp(s, spaces[i], strlen(spaces[i])) == 0)
			return strlen(spaces[i]);
	return utf8_control(s);
}

void
api_error_tidy(char *line, size_t size, const char *text, size_t codepoints)
{
	static const char cut[] = "...";
	size_t n = 0, space;
	bool is_parted = false;

	for (; *text; codepoints--) {
		size_t m;

		while ((space = space_size(text)) > 0) {
			text += space;
			is_parted = n > 0;
		}
		if (!*text)
			break;
		m = utf8_size(text, UTF8_MAX);
		if (m == 0)
			m = 1; /* not UTF-8 */
		if (codepoints == 0 || n + m + 1 + sizeof cut > size) {
			n += (size_t)snprintf(line + n, size - n, "%s", cut);
			break;
		}
		if (is_parted)
			line[n++] = ' ';
		is_parted = false;
		memcpy(line + n, text, m);
		n += m;
		text += m;
	}
	line[n] = '\0';
}

/* Copy a word: a string, or a number, because some APIs have numbers as codes.
 */
static void
take_word(char word[API_ERROR_WORD_MAX], const json_t *value)
{
	char number[32];

	if (json_is_integer(value)) {
		snprintf(number, sizeof number, "%lld",
			(long long)json_integer_value(value));
		api_error_tidy(word, API_ERROR_WORD_MAX, number, SIZE_MAX);
	} else if (json_is_string(value)) {
		api_error_tidy(word, API_ERROR_WORD_MAX,
			json_string_value(value), SIZE_MAX);
	}
}

static void
take_message(struct api_error *c, const char *text)
{
	if (text)
		api_error_tidy(c->message, sizeof c->message, text,
			API_ERROR_CODEPOINTS);
}

static void
take_error(struct api_error *c, const json_t *error)
{
	const json_t *below = json_object_get(error, "details");

	take_word(c->type, json_object_get(error, "type"));
	take_word(c->code, json_object_get(error, "code"));
	take_word(c->param, json_object_get(error, "param"));
	take_message(c, json_text(error, "message"));
	take_word(c->detail, json_object_get(below, "error_code"));
	if (!c->detail[0]) /* Azure's */
		take_word(c->detail,
			json_object_get(json_object_get(error, "innererror"),
				"code"));
}

/* Read FastAPI's detail: a text, or a list of errors, each with its place in
 * the request. */
static void
take_detail(struct api_error *c, const json_t *detail)
{
	const json_t *first = json_array_get(detail, 0);
	const json_t *where = json_object_get(first, "loc");
	size_t depth = json_array_size(where);

	if (json_is_string(first))
		take_message(c, json_string_value(first));
	take_message(c, json_string_value(detail));
	take_message(c, json_text(detail, "message"));
	take_message(c, json_text(first, "msg"));
	take_word(c->type, json_object_get(first, "type"));
	if (depth > 0)
		take_word(c->param, json_array_get(where, depth - 1));
}

static void
take_body(struct api_error *c, const json_t *body)
{
	const json_t *error = json_object_get(body, "error");
	const json_t *detail = json_object_get(body, "detail");
	const char *type = json_text(body, "type");

	c->is_anthropic = type && strcmp(type, "error") == 0;
	take_word(c->request_id, json_object_get(body, "request_id"));
	if (json_is_object(error)) {
		take_error(c, error);
	} else if (json_is_string(error)) {
		const char *message = json_text(body, "message");

		if (message)
			take_word(c->code, error);
		take_message(c, message ? message : json_string_value(error));
	} else if (detail) {
		take_detail(c, detail);
	} else {
		take_error(c, body);
	}
	c->has_error = json_is_object(error) || json_is_string(error) ||
		c->is_anthropic;
	if (json_object_get(body, "data") || json_object_get(body, "choices") ||
		json_object_get(body, "content"))
		c->has_error = false;
}

void
api_error_read(struct api_error *c, const char *body, size_t len)
{
	json_t *value;

	memset(c, 0, sizeof *c);
	if (len > API_ERROR_MAX || !body)
		return;
	value = json_loadb(body, len, JSON_ALLOW_NUL, NULL);
	if (!value)
		return;
	c->is_json = true;
	take_body(c, value);
	json_decref(value);
}
