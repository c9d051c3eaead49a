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
 * template_read() checks the whole file.  It fails with EXIT_BAD_INPUT and
 * "file:line:column: what" (columns count code points) at the first error;
 * later calls can only fail for size.  Places (see place.h) are filled in
 * once.  CRLF is sent as LF, so that line ends of a checkout buy no second
 * answer.
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

	/* of the body's bytes, without space at either end */
	char hash[HASH_SIZE];

	/* the module's own: the sections, trimmed, their places unfilled */
	char *path;
	char *system;
	char *instructions; /* "": there is no such section */
	char *input;
};

/*
 * The path to read: option, else $TEMPLATE, else TEMPLATE_DEFAULT if it exists,
 * else the installed one.  NULL with EXIT_NO_INPUT if that doesn't exist.
 */
#define TEMPLATE_DEFAULT "prompts/imagegen.md"
const char *template_find(const char *option, struct failure *f);

/* Read path (see file.h).  template_free() is allowed after a failure, too. */
bool template_read(struct prompt_template *t, const char *path,
	struct failure *f);
void template_free(struct prompt_template *t);

/*
 * Add the system text (the sections System and Instructions) or the user's turn
 * (Input) to out, with its places filled in from c.  More text than out may
 * have is EXIT_BAD_INPUT.
 */
bool template_system(const struct prompt_template *t, const struct chapter *c,
	struct buf *out, struct failure *f);
bool template_user(const struct prompt_template *t, const struct chapter *c,
	struct buf *out, struct failure *f);

/*
 * The same for the text under one heading of the section System, written
 * "## Brand guidelines" or "**Brand Guidelines:**", in any case.  Without such
 * a heading nothing is added.
 */
bool template_part(const struct prompt_template *t, const char *heading,
	const struct chapter *c, struct buf *out, struct failure *f);

#endif
