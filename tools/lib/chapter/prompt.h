/*
 * prompt: the text of a prompt, as an LLM gives it, and the file it goes to.
 *
 *	struct span s = prompt_clean(span_of(text));
 *
 *	if (!prompt_check(s, letters_max, "ch02", why))
 *		die(EXIT_BAD_ANSWER, "%s", why);
 *	if (prompt_doubts(s, why))
 *		warn("%s", why);
 */
#ifndef LIMN_PROMPT_H
#define LIMN_PROMPT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "span.h"

struct failure;

#define PROMPT_WORDS_MIN 150 /* else somebody should look at it */
#define PROMPT_WORDS_MAX 250
#define PROMPT_WHY_MAX 256
#define PROMPT_FILE_MAX ((size_t)128 << 20) /* bytes; a chapter's words fit */

/*
 * What is left without the thoughts of a local model, a fence, quotes around
 * it, and a line like "Here is the prompt:".
 */
struct span prompt_clean(struct span s);

/*
 * Whether a picture may be bought for it.  Not for one that is empty, has
 * control bytes (but newline and tab) or {{ in it, or more letters than the
 * image model takes (0: not known).  id is the chapter's, for the remedy, or
 * NULL.
 */
bool prompt_check(struct span s, size_t letters_max, const char *id,
	char why[PROMPT_WHY_MAX]);

/*
 * Whether somebody should look at it first: it is not of PROMPT_WORDS_MIN to
 * PROMPT_WORDS_MAX words, or asks for lettering.
 */
bool prompt_doubts(struct span s, char why[PROMPT_WHY_MAX]);

/*
 * json_write() of a prompt file.  Later steps go by its date: with keep_date,
 * one that only has another template or llm keeps the date it had, and one that
 * is the same in all is left alone.
 */
bool prompt_write(const char *path, const json_t *value, bool keep_date,
	struct failure *f);

#endif
