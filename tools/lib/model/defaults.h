/*
 * defaults: the defaults with which an episode was begun, in its defaults.json.
 *
 *	const struct defaults_form form = { names, COUNT(names), is_value };
 *	json_t *begun = defaults_read(path, &form, &f), *all;
 *
 *	if (!json_object_get(begun, "IMAGE_GEN_MODEL"))
 *		... add it to news ...
 *	all = defaults_add(path, &form, news, &f);
 *
 * The file is a flat object of names and texts; any other content is
 * EXIT_BAD_INPUT.  Names that this release doesn't know stay in the file.
 */
#ifndef LIMN_DEFAULTS_H
#define LIMN_DEFAULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define DEFAULTS_MAX 65536 /* bytes of the file */

struct failure;

/* The names that this release knows, in the order of the file, and whether a
 * text can be the value of the i-th of them. */
struct defaults_form {
	const char *const *names;
	size_t count;
	bool (*is_value)(size_t i, const char *text);
};

/* The content of the file, which the caller calls json_decref() on; an empty
 * object if there is no file.  NULL on failure. */
json_t *defaults_read(const char *path, const struct defaults_form *form,
	struct failure *f);

/*
 * Add the members of news that the file doesn't have yet.  Any number of
 * processes may do so at once: the value of the first one stays.  Returns the
 * content of the file then, as defaults_read() does.
 */
json_t *defaults_add(const char *path, const struct defaults_form *form,
	const json_t *news, struct failure *f);

#endif
