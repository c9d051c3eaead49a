#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "model/catalogue.h"

#define FILE_NAME "models.json"
#ifdef LIMN_DATADIR
#define INSTALLED LIMN_DATADIR "/" FILE_NAME
#else
#define INSTALLED "" /* not a file */
#endif

/* The directory of programs that were built with SANITIZE=1. */
#define SANITIZED "/build/sanitize/bin"

/* Whether the file is where it is in a source tree. */
static bool
find_beside(char path[CATALOGUE_PATH_MAX])
{
	static const char below[] = "/tools/" FILE_NAME;
	char exe[CATALOGUE_PATH_MAX - sizeof below];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	size_t sanitized = sizeof SANITIZED - 1, len;
	char *slash;

	if (n <= 0 || (size_t)n >= sizeof exe - 1)
		return false;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return false;
	*slash = '\0';
	len = (size_t)(slash - exe);
	if (len >= sanitized && !strcmp(slash - sanitized, SANITIZED))
		slash -= sanitized;
	else if (len > 0)
		slash = strrchr(exe, '/');
	*slash = '\0';
	snprintf(path, CATALOGUE_PATH_MAX, "%s%s", exe, below);
	return access(path, F_OK) == 0;
}

static bool
find_file(char path[CATALOGUE_PATH_MAX], struct failure *f)
{
	char beside[CATALOGUE_PATH_MAX] = "";

	if (find_beside(beside)) {
		memcpy(path, beside, sizeof beside);
		return true;
	}
	snprintf(path, CATALOGUE_PATH_MAX, "%s", INSTALLED);
	if (access(path, F_OK) == 0)
		return true;
	return failure_set(f, EXIT_BAD_CONFIG,
		"%s: the catalogue of models isn't there%s%s; install limn "
		"again",
		*beside ? beside : FILE_NAME, *path ? ", nor is " : "", path);
}

static bool
read_document(struct catalogue *c, struct failure *f)
{
	struct buf text = BUF_INIT(CATALOGUE_MAX);
	struct stat st;
	json_error_t e;

	if (stat(c->path, &st) != 0)
		return failure_set(f, EXIT_BAD_CONFIG, "%s:", c->path);
	if (!S_ISREG(st.st_mode) || st.st_size > CATALOGUE_MAX)
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s: this is no file of at most %d bytes; install limn "
			"again",
			c->path, CATALOGUE_MAX);
	if (!file_read(c->path, &text, f)) {
		buf_free(&text);
		return false;
	}
	c->document = json_loadb(text.len ? text.data : "", text.len,
		JSON_REJECT_DUPLICATES, &e);
	buf_free(&text);
	return c->document ||
		failure_set(f, EXIT_BAD_CONFIG,
			"%s:%d:%d: %s; correct it, or install limn again",
			c->path, e.line, e.column > 0 ? e.column : 1, e.text);
}

bool
catalogue_open(struct catalogue *c, const char *path, struct failure *f)
{
	*c = (struct catalogue){ .document = NULL };
	if (path)
		snprintf(c->path, sizeof c->path, "%s", path);
	else if (!find_file(c->path, f))
		return false;
	return read_document(c, f);
}

void
catalogue_close(struct catalogue *c)
{
	json_decref(c->document);
	c->document = NULL;
}

bool
catalogue_need(const struct catalogue *c, bool is_good, const char *id,
	const char *field, struct failure *f)
{
	return is_good ||
		failure_set(f, EXIT_BAD_CONFIG,
			"%s: %s: %s: is missing, or is not as in "
			"limn-models(5); correct it, or install limn again",
			c->path, id, field);
}

const char *
catalogue_word(const json_t *list, const char *word)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s && strcmp(s, word) == 0)
			return s;
	}
	return NULL;
}

const json_t *
catalogue_rule(const struct catalogue *c, const json_t *entry)
{
	const json_t *rules = json_object_get(c->document, "size_rules");
	const char *name = json_text(json_object_get(entry, "sizes"), "rule");

	return name ? json_object_get(rules, name) : NULL;
}
