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
 * A field is a line, "name: value" or "name: 'value'"; see limn-template(5).
 */
#ifndef LIMN_FRONT_H
#define LIMN_FRONT_H

#include "span.h"

/*
 * Cut the front matter from rest, the text of src.  It must have each of the n
 * names once, with a value that isn't only space, and no other name.  values,
 * all {NULL, NULL} before, are in the order of the names.
 */
bool front_read(const struct source *src, struct span *rest,
	const char *const names[], struct span values[], size_t n,
	struct failure *f);

#endif
