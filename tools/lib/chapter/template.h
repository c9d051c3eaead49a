/*
 * template: the request to an LLM, as limn-template(5) describes it.
 *
 *	struct prompt_template t;
 *	struct buf system = BUF_INIT(TEMPLATE_TEXT_MAX);
 *
 *	if (!template_read(&t, "prompts/imagegen.md", &f))
 *		return false;
 *	... t.name, t.hash, t.model, t.temperature, t.max_tokens ...
 *	if (template_system(&t, &chapter, &system, &f) &&
 *		template_user(&t, &chapter, &user, &f))
 *		...
 *	template_free(&t);
 *
 * template_read() checks all of it, and fails with EXIT_BAD_INPUT and
 * "file:line:column: what" (columns count code points) at the first thing that
 * is wrong: what comes after it can only fail for size.  Places (see place.h)
 *are filled in once.  CRLF is sent as LF, so that a checkout's line ends buy no
 * second answer.
 */
#ifndef LIMN_TEMPLATE_H
#define LIMN_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "hash.h"

struct buf;
struct chapter;
struct failure;

#define TEMPLATE_MAX ((size_t)256 << 10)    /* bytes of a template's file */
#define TEMPLATE_TEXT_MAX ((size_t)4 << 20) /* bytes, places filled in */
#define TEMPLATE_TEMPERATURE_MAX 2.0
#define TEMPLATE_TOKENS_MAX 1000000L

struct prompt_template {
	/* the front matter; none of the strings is empty */
	char *name;
	char *model;
	double temperature; /* 0 to TEMPLATE_TEMPERATURE_MAX */
	unsigned temperature_line;
	long max_tokens; /* 1 to TEMPLATE_TOKENS_MAX */
	char *description;
	char *author;

	/* of the body's bytes, without blank space at either end */
	char hash[HASH_SIZE];

	/* the module's own: the sections, trimmed, their places unfilled */
	char *path;
	char *system;
	char *instructions; /* "" when there is no such section */
	char *input;
};

/*
 * The path to read: option, or else $TEMPLATE, TEMPLATE_DEFAULT where that is
 * here, or the installed one.  NULL with EXIT_NO_INPUT where it isn't there.
 */
#define TEMPLATE_DEFAULT "prompts/imagegen.md"
const char *template_find(const char *option, struct failure *f);

/* Read path (see file.h).  template_free() frees; after a failure, too. */
bool template_read(struct prompt_template *t, const char *path,
	struct failure *f);
void template_free(struct prompt_template *t);

/*
 * Add the system text (the sections System and Instructions) or the user's
 * turn (Input) to out, places filled in from c.  Text that would grow out
 * beyond its max is EXIT_BAD_INPUT.
 */
bool template_system(const struct prompt_template *t, const struct chapter *c,
	struct buf *out, struct failure *f);
bool template_user(const struct prompt_template *t, const struct chapter *c,
	struct buf *out, struct failure *f);

/*
 * The same for what stands under one heading of the section System, written
 * "## Brand guidelines" or "**Brand Guidelines:**"; capitals don't matter.
 * Adds nothing where there is no such text.
 */
bool template_part(const struct prompt_template *t, const char *heading,
	const struct chapter *c, struct buf *out, struct failure *f);

#endif
