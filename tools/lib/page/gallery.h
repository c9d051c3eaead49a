/*
 * gallery: the page of an episode's pictures.
 *
 *	const struct gallery g = { .id = "abc123", .manifest = manifest,
 *		.total_micros = -1 };
 *	struct buf page = BUF_INIT(PAGE_MAX);
 *
 *	gallery_add(&page, &g);
 */
#ifndef LIMN_GALLERY_H
#define LIMN_GALLERY_H

#include <jansson.h>
#include <stdbool.h>

struct buf;
struct failure;

struct gallery {
	const char *id;         /* the episode's */
	const char *directory;  /* the episode's, outputs/EP; NULL: what the
				 * manifest says is all that there is */
	const json_t *manifest; /* NULL: there is none yet */
	long long total_micros; /* that were spent; -1: as the files say */
	bool is_served;    /* by serve-gallery; else it stands in images/ */
	const char *token; /* of a served page, or NULL */
};

void gallery_add(struct buf *page, const struct gallery *g);

#endif
