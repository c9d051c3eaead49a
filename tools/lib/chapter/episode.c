#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/episode.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"

static void
check_head(struct episode *e, const json_t *doc, struct report *r)
{
	const json_t *total = json_object_get(doc, "total_chapters");
	const char *s;

	e->schema_version = s =
		report_text(r, doc, "schema_version", "schema_version");
	if (s &&
		(strncmp(s, "1", 1) || (s[1] && s[1] != '.') ||
			s[strspn(s, "0123456789.")] || strlen(s) > 16)) {
		report_problem(r, "schema_version",
			"\"%.32s\" is not known; this limn reads version 1", s);
		e->schema_version = NULL;
	}
	e->id = report_text(r, doc, "episode_id", "episode_id");
	if (e->id && !episode_id_is_valid(e->id)) {
		report_problem(r, "episode_id",
			"\"%.80s\" is not an id; use 1 to 64 letters and "
			"digits of ASCII, - and _",
			e->id);
		e->id = NULL;
	}
	e->title = report_text(r, doc, "title", "title");
	if (total &&
		(!json_is_integer(total) ||
			(size_t)json_integer_value(total) != e->count)) {
		char *is = json_dumps(total, JSON_ENCODE_ANY | JSON_COMPACT);

		report_problem(r, "total_chapters",
			"is %.32s, but there are %zu chapters; correct one "
			"of them",
			is ? is : "?", e->count);
		free(is);
	}
}

/* The place, from 0, that the chapter's order says; e->count if it is wrong. */
static size_t
find_place(const struct episode *e, const json_t *value, struct report *r)
{
	const json_t *order = json_object_get(value, "order");
	json_int_t n = json_integer_value(order);

	if (!order)
		report_problem(r, "order",
			"is missing; number the chapters "
			"from 1 to %zu",
			e->count);
	else if (!json_is_integer(order) || n < 1 || (size_t)n > e->count)
		report_problem(r, "order",
			"is not a number from 1 to %zu; the orders of the "
			"chapters are 1..n",
			e->count);
	else
		return (size_t)n - 1;
	return e->count;
}

static int
by_id(const void *a, const void *b)
{
	const struct chapter *const *x = a, *const *y = b;
	int order = strcmp((*x)->id, (*y)->id);

	return order ? order : (*x > *y) - (*x < *y);
}

/* Two chapters with one id would overwrite each other's picture. */
static void
check_ids(const struct episode *e, struct report *r)
{
	const struct chapter **sorted = xmalloc(e->count * sizeof *sorted);
	size_t n = 0;

	for (size_t i = 0; i < e->count; i++)
		if (e->chapters[i].id)
			sorted[n++] = &e->chapters[i];
	qsort(sorted, n, sizeof *sorted, by_id);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(sorted[i - 1]->id, sorted[i]->id) != 0)
			continue;
		snprintf(r->at, sizeof r->at, "chapters[%zu]",
			(size_t)(sorted[i] - e->chapters));
		report_problem(r, "chapter_id",
			"\"%s\" is that of chapters[%zu], too; give each "
			"its own",
			sorted[i]->id, (size_t)(sorted[i - 1] - e->chapters));
	}
	r->at[0] = '\0';
	free(sorted);
}

/* Fill e->chapters in the order of the list, then sort by the order field. */
static void
check_chapters(struct episode *e, const json_t *list, struct report *r)
{
	struct chapter *sorted = xmalloc(e->count * sizeof *sorted);
	bool *taken = xmalloc((e->count + 1) * sizeof *taken);
	size_t *places = xmalloc(e->count * sizeof *places);

	memset(taken, 0, (e->count + 1) * sizeof *taken);
	for (size_t i = 0; i < e->count; i++) {
		const json_t *value = json_array_get(list, i);
		struct chapter *c = &e->chapters[i];

		snprintf(r->at, sizeof r->at, "chapters[%zu]", i);
		chapter_parse(c, value, r);
		c->episode_id = e->id;
		c->episode_title = e->title;
		c->schema_version = e->schema_version;
		places[i] = json_is_object(value) ? find_place(e, value, r)
						  : e->count;
		if (places[i] < e->count && taken[places[i]])
			report_problem(r, "order",
				"%zu is taken; the orders of the chapters "
				"are 1..n",
				places[i] + 1);
		taken[places[i]] = true;
	}
	r->at[0] = '\0';
	check_ids(e, r);
	if (!r->count) {
		for (size_t i = 0; i < e->count; i++)
			sorted[places[i]] = e->chapters[i];
		memcpy(e->chapters, sorted, e->count * sizeof *sorted);
	}
	free(places);
	free(taken);
	free(sorted);
}

/* Whether the document has no error. */
static bool
check_document(struct episode *e, const json_t *doc, const char *name,
	const char *dir_id, struct failure *f)
{
	struct report r = { .file = name, .last = f };
	const json_t *list = json_object_get(doc, "chapters");

	*f = (struct failure){ 0 };
	memset(e, 0, sizeof *e);
	if (!json_is_object(doc))
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: the document must be an object", name);
	e->count = json_array_size(list);
	check_head(e, doc, &r);
	if (dir_id && e->id && strcmp(dir_id, e->id) != 0)
		report_problem(&r, "episode_id",
			"is \"%s\", but the directory is called \"%s\"; "
			"rename one of them",
			e->id, dir_id);
	if (!json_is_array(list))
		report_problem(&r, "chapters", "must be a list");
	else if (e->count == 0)
		report_problem(&r, "chapters",
			"is empty; an episode has at least one");
	else if (e->count > EPISODE_CHAPTERS_MAX)
		report_problem(&r, "chapters",
			"has %zu chapters; the limit is %d", e->count,
			EPISODE_CHAPTERS_MAX);
	else {
		e->chapters = xmalloc(e->count * sizeof *e->chapters);
		memset(e->chapters, 0, e->count * sizeof *e->chapters);
		check_chapters(e, list, &r);
	}
	return report_end(&r);
}

json_t *
episode_read(struct episode *e, const char *path, const char *directory_id,
	struct failure *f)
{
	json_t *doc = json_read(path, CHAPTER_INPUT_MAX, f);

	if (!doc || check_document(e, doc, file_name(path), directory_id, f))
		return doc;
	episode_free(e);
	json_decref(doc);
	return NULL;
}

void
episode_free(struct episode *e)
{
	free(e->chapters);
	e->chapters = NULL;
}

bool
episode_id_of(const char *directory, size_t len, char id[EPISODE_ID_SIZE])
{
	const char *end = directory + len, *begin;

	while (end > directory && end[-1] == '/')
		end--;
	for (begin = end; begin > directory && begin[-1] != '/'; begin--)
		;
	if (end - begin >= EPISODE_ID_SIZE)
		return false;
	snprintf(id, EPISODE_ID_SIZE, "%.*s", (int)(end - begin), begin);
	return episode_id_is_valid(id);
}

char *
episode_title(const char *path, const char *id)
{
	json_t *doc = json_read_optional(path, CHAPTER_INPUT_MAX);
	const char *is = json_text(doc, "episode_id");
	const char *text = json_text(doc, "title");
	char *title = NULL;

	if (is && strcmp(is, id) == 0 && text &&
		text[strspn(text, " \t\r\n")] &&
		strlen(text) <= CHAPTER_TEXT_MAX)
		title = xstrdup(text);
	json_decref(doc);
	return title;
}
