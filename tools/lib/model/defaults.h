/*
 * defaults: with which defaults an episode was begun, in its defaults.json.
 *
 *	const struct defaults_form form = { names, COUNT(names), is_value };
 *	json_t *begun = defaults_read("outputs/EP/imagegen/defaults.json",
 *&form);
 *
 *	if (!json_object_get(begun, "IMAGE_GEN_MODEL"))
 *		... add it to news ...
 *	all = defaults_add("outputs/EP/imagegen/defaults.json", &form, news);
 *
 * The file is a flat object of names and texts; what isn't is EXIT_BAD_INPUT.
 * Names that this release doesn't know are left in it.
 */
#ifndef LIMN_DEFAULTS_H
#define LIMN_DEFAULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define DEFAULTS_MAX 65536 /* bytes of the file */

/* The names that this release knows, in the order of the file, and whether a
 * text can have been remembered of the i-th of them. */
struct defaults_form {
	const char *const *names;
	size_t count;
	bool (*is_value)(size_t i, const char *text);
};

/* What is remembered, to be json_decref()ed; an empty object where there is no
 * file. */
json_t *defaults_read(const char *path, const struct defaults_form *form);

/*
 * Remember what is news and not remembered yet; silent.  Any number of
 * processes may do so at once: the first one's word stays.  Returns all that is
 * remembered now, to be json_decref()ed.
 */
json_t *defaults_add(const char *path, const struct defaults_form *form,
	const json_t *news);

#endif
