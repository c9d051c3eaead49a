/*
 * prompt: the text of a prompt that an LLM wrote, and the file of a prompt.
 *
 *	struct span s = prompt_clean(span_of(text));
 *
 *	if (!prompt_check(s, codepoints_max, "ch02", why))
 *		return failure_set(f, EXIT_BAD_ANSWER, "%s", why);
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

#define PROMPT_WORDS_MIN 150 /* see prompt_doubts() */
#define PROMPT_WORDS_MAX 250
#define PROMPT_WHY_MAX 256
#define PROMPT_FILE_MAX ((size_t)128 << 20) /* bytes; any chapter fits */

/*
 * The prompt without the thoughts of a local model, a fence, quotes around it,
 * and a line like "Here is the prompt:".
 */
struct span prompt_clean(struct span s);

/*
 * Whether a picture may be bought for it.  false, and why is filled in, if it
 * is empty, has control characters (other than newline and tab) or {{ in it, or
 * more code points than the image model takes (0: not known).  id is the
 * chapter's, for the remedy, or NULL.
 */
bool prompt_check(struct span s, size_t codepoints_max, const char *id,
	char why[PROMPT_WHY_MAX]);

/*
 * Whether a person should read it before a picture is bought: it has fewer than
 * PROMPT_WORDS_MIN or more than PROMPT_WORDS_MAX words, or asks for lettering.
 */
bool prompt_doubts(struct span s, char why[PROMPT_WHY_MAX]);

/*
 * json_write() of a prompt file.  make compares its date with that of later
 * files.  With keep_date, a file keeps its date if only its template or llm
 * changes, and isn't written if nothing does.
 */
bool prompt_write(const char *path, const json_t *value, bool keep_date,
	struct failure *f);

#endif
