/*
 * spent: what the answers of an episode cost, by its workings.
 *
 * An answer that serves two chapters is counted once.
 */
#ifndef LIMN_SPENT_H
#define LIMN_SPENT_H

#include <jansson.h>
#include <stdbool.h>

struct failure;

#define SPENT_PROMPT_MAX ((size_t)64 << 20) /* bytes of a prompt's file */

struct spent {
	long long micros;        /* micro-dollars, of the whole episode */
	long long run_micros;    /* of those, what LIMN_RUN bought */
	long long input_tokens;  /* of language models, in this run */
	long long output_tokens; /* the same */
	char llm_model[128];     /* of the first prompt by one, or "" */
	json_t *llm_params;      /* how that was asked, or NULL */

	json_t *seen; /* the module's own: the hashes so far */
};

/* dir: outputs/EP/imagegen.  A chapter without an answer counts nothing.  The
 * caller calls spent_end(). */
bool spent_read(struct spent *s, const char *dir, struct failure *f);

/* The same chapter by chapter, of what its two files say; either may be NULL.
 */
void spent_begin(struct spent *s);
void spent_add(struct spent *s, const json_t *prompt, const json_t *response);
void spent_end(struct spent *s);

#endif
