/*
 * gallery: the page of an episode's pictures.
 *
 *	const struct gallery g = { .id = "abc123", .manifest = manifest,
 *		.total_micros = 42400 };
 *	struct buf page = BUF_INIT(PAGE_MAX);
 *
 *	gallery_add(&page, &g);
 *
 * Each chapter is a card: its picture, title, cost and details, and why it
 * failed.  A chapter or a value that can't be read is left out.
 */
#ifndef LIMN_GALLERY_H
#define LIMN_GALLERY_H

#include <jansson.h>
#include <stdbool.h>

struct buf;

struct gallery {
	const char *id;         /* the episode's */
	const char *directory;  /* the episode's, outputs/EP; NULL: only the
				 * manifest is read */
	const json_t *manifest; /* that passed manifest_check(); NULL: none */
	long long total_micros; /* that were spent; -1: take the files' sum */
	bool is_served;    /* by serve-gallery; else the page is in images/ */
	const char *token; /* of a served page, or NULL */
};

void gallery_add(struct buf *page, const struct gallery *g);

#endif
