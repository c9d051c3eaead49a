#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "json.h"
#include "model/catalogue.h"
#include "or-die.h"

#define PATH_LIMIT 4096 /* bytes of a path, with its NUL */

#define FILE_NAME "models.json"
#ifdef LIMN_DATADIR
#define INSTALLED LIMN_DATADIR "/" FILE_NAME
#else
#define INSTALLED "" /* and there is no such file */
#endif

/* The place of programs that were made with SANITIZE=1, below limn's root. */
#define SANITIZED "/build/sanitize/bin"

static json_t *document;
static char path[PATH_LIMIT];

/* Put into path what is called name as seen from the program's directory. */
static bool
find_beside(void)
{
	static const char below[] = "/tools/" FILE_NAME;
	char exe[PATH_LIMIT - sizeof below];
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
	snprintf(path, sizeof path, "%s%s", exe, below);
	return access(path, F_OK) == 0;
}

static void
find(void)
{
	char beside[PATH_LIMIT];

	if (find_beside())
		return;
	memcpy(beside, path, sizeof beside);
	snprintf(path, sizeof path, "%s", INSTALLED);
	if (access(path, F_OK) == 0)
		return;
	die(EXIT_BAD_CONFIG,
		"%s: the catalogue of models isn't there%s%s; install limn "
		"again",
		*beside ? beside : FILE_NAME, *path ? ", nor is " : "", path);
}

void
catalogue_open(const char *name)
{
	struct buf text = BUF_INIT(CATALOGUE_MAX);
	struct stat st;
	json_error_t e;

	json_decref(document);
	document = NULL;
	if (name != path)
		snprintf(path, sizeof path, "%s", name);
	if (stat(path, &st) != 0)
		die(EXIT_BAD_CONFIG, "%s:", path);
	if (!S_ISREG(st.st_mode) || st.st_size > CATALOGUE_MAX)
		die(EXIT_BAD_CONFIG,
			"%s: this is no file of at most %d bytes; install limn "
			"again",
			path, CATALOGUE_MAX);
	file_read_or_die(path, &text);
	document = json_loadb(text.len ? text.data : "", text.len,
		JSON_REJECT_DUPLICATES, &e);
	buf_free(&text);
	if (!document)
		die(EXIT_BAD_CONFIG,
			"%s:%d:%d: %s; correct it, or install limn again", path,
			e.line, e.column > 0 ? e.column : 1, e.text);
}

const json_t *
catalogue(void)
{
	if (!document) {
		find();
		catalogue_open(path);
	}
	return document;
}

void
catalogue_need(bool is_good, const char *id, const char *field)
{
	if (!is_good)
		die(EXIT_BAD_CONFIG,
			"%s: %s: %s: is missing, or is not as in "
			"limn-models(5); correct it, or install limn again",
			path, id, field);
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
catalogue_rule(const json_t *entry)
{
	const json_t *rules = json_object_get(catalogue(), "size_rules");
	const char *name = json_text(json_object_get(entry, "sizes"), "rule");

	return name ? json_object_get(rules, name) : NULL;
}
