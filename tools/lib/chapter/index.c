#include <stdio.h>
#include <string.h>

#include "chapter/chapter.h"
#include "chapter/index.h"
#include "err.h"
#include "failure.h"
#include "file.h"

#define SUFFIX_MAX 64 /* bytes of ".response.json" */
#define QUOTE_MAX 80  /* bytes of a line that a message quotes */

/* Whether every line is an id, and the path of its files isn't too long. */
static bool
check_ids(struct index *x, struct failure *f)
{
	char id[CHAPTER_ID_MAX + 2];

	if (strlen(x->text.data) < x->text.len)
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: there is a NUL in it", x->path);
	if (strlen(x->path) + CHAPTER_ID_MAX + SUFFIX_MAX > INDEX_PATH_MAX)
		return failure_set(f, EXIT_BAD_INPUT,
			"%.64s...: this path is too long", x->path);
	for (const char *s = x->text.data; *(s += strspn(s, "\n"));
		s += strcspn(s, "\n")) {
		int n = (int)strcspn(s, "\n");

		snprintf(id, sizeof id, "%.*s", n, s);
		if (!chapter_id_is_valid(id))
			return failure_set(f, EXIT_BAD_INPUT,
				"%s: %.*s: is not an id", x->path,
				n < QUOTE_MAX ? n : QUOTE_MAX, s);
	}
	return true;
}

bool
index_open(struct index *x, const char *path, struct failure *f)
{
	x->id = NULL;
	x->path = path;
	x->text = BUF_INIT(INDEX_MAX);
	if (file_read(path, &x->text, f) && check_ids(x, f)) {
		x->next = x->text.data;
		return true;
	}
	buf_free(&x->text);
	return false;
}

bool
index_next(struct index *x)
{
	char *id = x->next + strspn(x->next, "\n");

	x->next = id + strcspn(id, "\n");
	if (*x->next)
		*x->next++ = '\0';
	x->id = *id ? id : NULL;
	return x->id;
}

const char *
index_file(struct index *x, const char *suffix)
{
	const char *slash = strrchr(x->path, '/');
	int dir = slash ? (int)(slash - x->path) + 1 : 0;

	snprintf(x->file, sizeof x->file, "%.*s%s%s", dir, x->path, x->id,
		suffix);
	return x->file;
}

void
index_close(struct index *x)
{
	buf_free(&x->text);
}
