/*
 * front: front matter, the fields between two lines of --- at a text's head.
 *
 *	static const char *const names[] = { "name", "model" };
 *	struct span values[2] = { { NULL, NULL } };
 *	struct span rest = src.text;
 *
 *	if (!front_read(&src, &rest, names, values, 2, &f))
 *		return false;
 *
 * A field is a line, "name: value" or "name: 'value'"; limn-template(5) tells
 * the rest.
 */
#ifndef LIMN_FRONT_H
#define LIMN_FRONT_H

#include "span.h"

/*
 * Cut the front matter from rest, the text of src.  Each of the n names must be
 * there, once, with a value that isn't blank, and no other; values, all {NULL,
 * NULL} before, are in the order of the names.  false at anything else.
 */
bool front_read(const struct source *src, struct span *rest,
	const char *const names[], struct span values[], size_t n,
	struct failure *f);

#endif
