#include <stdio.h>
#include <string.h>

#include "chapter/chapter.h"
#include "chapter/index.h"
#include "err.h"
#include "file.h"
#include "or-die.h"

void
index_open(struct index *x, const char *path)
{
	x->id = NULL;
	x->path = path;
	x->text = BUF_INIT(INDEX_MAX);
	file_read_or_die(path, &x->text);
	if (strlen(x->text.data) < x->text.len)
		die(EXIT_BAD_INPUT, "%s: there is a NUL in it", path);
	x->next = x->text.data;
}

bool
index_next(struct index *x)
{
	char *id = x->next + strspn(x->next, "\n");

	x->next = id + strcspn(id, "\n");
	if (*x->next)
		*x->next++ = '\0';
	x->id = *id ? id : NULL;
	if (x->id && !chapter_id_is_valid(x->id))
		die(EXIT_BAD_INPUT, "%s: %.80s: is not an id", x->path, x->id);
	return x->id;
}

const char *
index_file(struct index *x, const char *suffix)
{
	const char *slash = strrchr(x->path, '/');
	int dir = slash ? (int)(slash - x->path) + 1 : 0;
	int n = snprintf(x->file, sizeof x->file, "%.*s%s%s", dir, x->path,
		x->id, suffix);

	if (n < 0 || (size_t)n >= sizeof x->file)
		die(EXIT_BAD_INPUT, "%.64s...: this path is too long", x->path);
	return x->file;
}

void
index_close(struct index *x)
{
	buf_free(&x->text);
}
