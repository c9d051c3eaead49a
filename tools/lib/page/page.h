/*
 * page: what all pages have in common: head, style, scripts, policy.
 *
 *	const struct page p = { .title = title, .kind = "gallery" };
 *	struct buf b = BUF_INIT(PAGE_MAX);
 *
 *	page_begin(&b, &p);
 *	... add the body, see html.h ...
 *	page_end(&b, &p);
 *
 * A page is one file: its style and its scripts (the files *.css and *.js
 * beside this one) are in it, and only pictures are loaded.  Its
 * Content-Security-Policy allows only that, and the scripts by their hashes. So
 * markup that gets into a page by mistake can't run or send anything.
 */
#ifndef LIMN_PAGE_H
#define LIMN_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#define PAGE_MAX ((size_t)256 << 20) /* bytes */

struct buf;

struct page {
	const char *title;   /* text */
	const char *kind;    /* the body's class: "gallery", "overview" */
	const char *episode; /* the body's data-episode; NULL: the page has no
			      * episode, and no scripts */
	bool is_served; /* by serve-gallery, which sends the policy; it has the
			 * scripts for that, and its class has "served", too */
	const char *token; /* of a served page, its data-token; or NULL */
};

void page_begin(struct buf *b, const struct page *p);
void page_end(struct buf *b, const struct page *p);

/* Add the policy of a served page (or of a static one), as the header has it.
 */
void page_policy(struct buf *b, bool is_served);

#endif
