#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapter/chapter.h"
#include "err.h"
#include "file.h"
#include "json.h"

#define MESSAGE_MAX 512

void
report_problem(struct report *r, const char *path, const char *fmt, ...)
{
	char what[MESSAGE_MAX];
	const char *dot = r->at[0] && path[0] && path[0] != '[' ? "." : "";
	const char *colon = r->at[0] || path[0] ? ": " : "";
	va_list ap;

	if (r->count++ >= CHAPTER_ERRORS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (!r->last) {
		err("%s: %s%s%s%s%s", r->file, r->at, dot, path, colon, what);
		return;
	}
	if (r->last->status)
		err("%s", r->last->message);
	failure_set(r->last, EXIT_BAD_INPUT, "%s: %s%s%s%s%s", r->file, r->at,
		dot, path, colon, what);
}

bool
report_end(struct report *r)
{
	if (r->count > CHAPTER_ERRORS_MAX) {
		err("%s", r->last->message);
		failure_set(r->last, EXIT_BAD_INPUT,
			"%s: %zu more errors; mend these first", r->file,
			r->count - CHAPTER_ERRORS_MAX);
	}
	return r->count == 0;
}

static bool
is_space(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

static const char *
type_name(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "a list",
		[JSON_STRING] = "a string",
		[JSON_INTEGER] = "a number",
		[JSON_REAL] = "a number",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null",
	};

	return names[json_typeof(value)];
}

const char *
report_text(struct report *r, const json_t *object, const char *key,
	const char *path)
{
	const json_t *value = json_object_get(object, key);
	const char *s = json_string_value(value);

	if (!value)
		report_problem(r, path, "is missing; give it a text");
	else if (!s)
		report_problem(r, path, "is %s; it must be a string",
			type_name(value));
	else if (is_space(s))
		report_problem(r, path, "is empty; give it a text");
	else if (strlen(s) > CHAPTER_TEXT_MAX)
		report_problem(r, path, "has %zu bytes; the limit is %d",
			strlen(s), CHAPTER_TEXT_MAX);
	else
		return s;
	return NULL;
}

/* A string that may be missing or null; else, as on an error, "". */
static const char *
optional_text(struct report *r, const json_t *object, const char *key,
	const char *path)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return "";
	if (!json_is_string(value)) {
		report_problem(r, path, "is %s; it must be a string or null",
			type_name(value));
		return "";
	}
	if (json_string_length(value) > CHAPTER_LONG_MAX) {
		report_problem(r, path, "has %zu bytes; the limit is %d",
			json_string_length(value), CHAPTER_LONG_MAX);
		return "";
	}
	return json_string_value(value);
}

bool
chapter_type_is_card(const char *type)
{
	return !strcmp(type, "title_card") || !strcmp(type, "talking_head");
}

static bool
is_drawn(const char *type)
{
	return !strcmp(type, "diagram") || !strcmp(type, "b_roll") ||
		!strcmp(type, "screen_share");
}

static void
parse_visual(struct chapter *c, const json_t *visual, const char *at,
	struct report *r)
{
	char path[64];

	if (!json_is_object(visual)) {
		report_problem(r, at, "is %s; it must be an object",
			type_name(visual));
		return;
	}
	snprintf(path, sizeof path, "%s.type", at);
	c->visual_type = report_text(r, visual, "type", path);
	if (c->visual_type && !chapter_type_is_card(c->visual_type) &&
		!is_drawn(c->visual_type))
		report_problem(r, path,
			"\"%.64s\" is not a type; use diagram, b_roll, "
			"screen_share, title_card or talking_head",
			c->visual_type);
	snprintf(path, sizeof path, "%s.description", at);
	c->description = report_text(r, visual, "description", path);
	snprintf(path, sizeof path, "%s.image_prompt", at);
	c->image_prompt = optional_text(r, visual, "image_prompt", path);
	if (is_space(c->image_prompt))
		c->image_prompt = NULL;
}

/* Both are in use: an object, or a list whose first is taken. */
static void
find_visual(struct chapter *c, const json_t *value, struct report *r)
{
	const json_t *visual = json_object_get(value, "visual");
	const json_t *visuals = json_object_get(value, "visuals");

	if (visual && !json_is_null(visual)) {
		parse_visual(c, visual, "visual", r);
	} else if (visuals && !json_is_null(visuals)) {
		if (!json_is_array(visuals))
			report_problem(r, "visuals", "is %s; it must be a list",
				type_name(visuals));
		else if (json_array_size(visuals) > 0)
			parse_visual(c, json_array_get(visuals, 0),
				"visuals[0]", r);
	}
}

bool
chapter_parse(struct chapter *c, const json_t *value, struct report *r)
{
	const json_t *narration;
	size_t before = r->count;

	memset(c, 0, sizeof *c);
	c->narration = "";
	if (!json_is_object(value)) {
		report_problem(r, "", "is %s; it must be an object",
			type_name(value));
		return false;
	}
	c->episode_id = json_text(value, "episode_id");
	c->episode_title = json_text(value, "episode_title");
	c->schema_version = json_text(value, "schema_version");
	c->id = report_text(r, value, "chapter_id", "chapter_id");
	if (c->id && !chapter_id_is_valid(c->id))
		report_problem(r, "chapter_id",
			"\"%.80s\" is not an id; use 1 to 64 letters and "
			"digits of ASCII, - and _, the first a letter or digit",
			c->id);
	c->title = report_text(r, value, "title", "title");
	find_visual(c, value, r);
	narration = json_object_get(value, "narration");
	if (json_is_object(narration))
		c->narration =
			optional_text(r, narration, "text", "narration.text");
	else if (narration && !json_is_null(narration))
		report_problem(r, "narration", "is %s; it must be an object",
			type_name(narration));
	return r->count == before;
}

json_t *
chapter_read(struct chapter *c, const char *path, struct failure *f)
{
	struct report r = { .file = file_name(path), .last = f };
	json_t *value = json_read(path, CHAPTER_INPUT_MAX, f);

	if (!value)
		return NULL;
	*f = (struct failure){ 0 };
	chapter_parse(c, value, &r);
	if (r.count == 0 && !c->visual_type)
		report_problem(&r, "visual",
			"is missing; this chapter has no picture");
	if (report_end(&r))
		return value;
	json_decref(value);
	return NULL;
}

json_t *
chapter_slice(const struct chapter *c)
{
	return json_need(json_pack("{s:s?, s:s?, s:s?, s:s, s:s, "
				   "s:{s:s, s:s, s:s?}, s:{s:s}}",
		"episode_id", c->episode_id, "episode_title", c->episode_title,
		"schema_version", c->schema_version, "chapter_id", c->id,
		"title", c->title, "visual", "type", c->visual_type,
		"description", c->description, "image_prompt", c->image_prompt,
		"narration", "text", c->narration));
}

bool
chapter_is_drawn(const struct chapter *c)
{
	return is_drawn(c->visual_type);
}

static bool
is_id(const char *id, const char *first)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";

	return id[0] && (strchr(first, id[0]) || !strchr("-_", id[0])) &&
		strlen(id) <= CHAPTER_ID_MAX && id[strspn(id, letters)] == '\0';
}

bool
chapter_id_is_valid(const char *id)
{
	return is_id(id, "");
}

bool
episode_id_is_valid(const char *id)
{
	return is_id(id, "-_");
}
