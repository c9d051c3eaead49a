/*
 * place: the places of a template, like "{{ chapter.title[:80] }}", where a
 * value of the chapter is filled in.
 *
 *	if (!place_check(&src, section, &f) ||
 *		!place_expand(section, &chapter, path, &out, &f))
 *		return false;
 *
 * limn-template(5) lists the values and what else a place may have.  A value
 * that the chapter lacks is "".  Braces in a value are data.
 */
#ifndef LIMN_PLACE_H
#define LIMN_PLACE_H

#include "span.h"

struct buf;
struct chapter;

/* Whether every place of text, a part of src, can be filled in. */
bool place_check(const struct source *src, struct span text, struct failure *f);

/*
 * Add text, which place_check() accepted, to out, with its places filled in
 * from c.  More text than out may have is EXIT_BAD_INPUT; name is the
 * template's, for the message.
 */
bool place_expand(struct span text, const struct chapter *c, const char *name,
	struct buf *out, struct failure *f);

#endif
