/*
 * llm: what an LLM is asked for the prompt of a chapter, and what it answered.
 *
 *	struct model m;
 *	struct llm_request r;
 *	struct failure f;
 *
 *	if (!llm_model(&m, &provider, &template, NULL, &f) ||
 *		!llm_request(&r, &m, &provider, &template, &chapter, &f))
 *		return false;
 *	... r.endpoint, r.body, r.estimate; buy() ...
 *	prompt = llm_prompt(bought.answer, letters_max, "ch02", &f);
 *	llm_request_free(&r);
 *
 * The same inputs give the same bytes, for the store of answers knows a request
 * by their hash.  The catalogue says what may be sent to which model.
 */
#ifndef LIMN_LLM_H
#define LIMN_LLM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

#define LLM_ANSWER_MAX ((size_t)4 << 20) /* bytes of an answer */
#define LLM_WAYS_OUT_MAX 1280            /* bytes; 200 letters may have 800 */
#define LLM_WORDS_MIN 8                  /* of a prompt that is drawn */

struct chapter;
struct failure;
struct model;
struct prompt_template;
struct provider;

struct llm_request {
	char *endpoint;             /* the URL */
	struct buf body;            /* compact JSON */
	const char *const *headers; /* that aren't secret, then NULL */
	long long estimate;         /* micro-dollars that it costs at most */
};

/*
 * Which model to ask: option (may be NULL), else LLM_MODEL, else the template's
 * own; where the catalogue knows that as another provider's, this one's
 * default.  false with EXIT_BAD_CONFIG where there is none.
 */
bool llm_model(struct model *m, const struct provider *p,
	const struct prompt_template *t, const char *option, struct failure *f);

/* false with EXIT_BAD_CONFIG where the template asks for what the model doesn't
 * take; there is nothing to free then. */
bool llm_request(struct llm_request *r, const struct model *m,
	const struct provider *p, const struct prompt_template *t,
	const struct chapter *c, struct failure *f);
void llm_request_free(struct llm_request *r);

/*
 * The prompt in an answer of either wire, cleaned (see prompt.h), which the
 * caller frees.  NULL where there is none, or none that a picture should be
 * bought for; f says why.  It is EXIT_REFUSED also where the LLM refuses in the
 * words of an answer, or writes fewer than LLM_WORDS_MIN words.  letters_max
 * is how many code points the image model takes; 0: not known.  id is the
 * chapter's, for the remedy, or NULL.
 */
char *llm_prompt(const json_t *answer, size_t letters_max, const char *id,
	struct failure *f);

/* What to say, and do, about a refusal: the description's beginning, and the
 * ways out. */
void llm_ways_out(const struct chapter *c, char says[LLM_WAYS_OUT_MAX]);

/* The tokens of an answer's usage; -1 where it doesn't tell. */
long long llm_input_tokens(const json_t *answer);
long long llm_output_tokens(const json_t *answer);

#endif
