/*
 * place: "{{ chapter.title[:80] }}", where a template has a chapter's value.
 *
 *	place_check(&src, section, &f)
 *	place_expand(section, &chapter, path, &out, &f)
 *
 * limn-template(5) lists the values and what else may stand in a place.  One
 * that isn't known for a chapter is "".  Braces in a value are data.
 */
#ifndef LIMN_PLACE_H
#define LIMN_PLACE_H

#include "span.h"

struct buf;
struct chapter;

/* Whether every place of text, a part of src, can be filled in. */
bool place_check(const struct source *src, struct span text, struct failure *f);

/*
 * Add text, which has been checked, to out, its places filled in from c.  What
 * would grow out beyond its max is EXIT_BAD_INPUT, in the file called name.
 */
bool place_expand(struct span text, const struct chapter *c, const char *name,
	struct buf *out, struct failure *f);

#endif
