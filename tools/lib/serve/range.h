/*
 * range: what a request wants of a file: all, a part of it, or nothing, as it
 * has it already.
 */
#ifndef LIMN_RANGE_H
#define LIMN_RANGE_H

#include <stdbool.h>
#include <stdint.h>

enum range {
	RANGE_ALL,  /* also where it is more than one part, or no range */
	RANGE_PART, /* from first to last */
	RANGE_NONE, /* what isn't there */
};

/* Of a Range header and a file of so many bytes. */
enum range range_parse(const char *header, uint64_t size_bytes, uint64_t *first,
	uint64_t *last);

/* Whether a list as If-None-Match has it names this tag, or is *. */
bool range_has_tag(const char *list, const char *tag);

#endif
