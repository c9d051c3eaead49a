/*
 * llm: the request to an LLM for the prompt of a chapter, and its answer.
 *
 *	struct model m;
 *	struct llm_request r;
 *	struct failure f;
 *
 *	if (!llm_model(&m, &provider, &template, NULL, &f) ||
 *		!llm_request(&r, &m, &provider, &template, &chapter, &f))
 *		return false;
 *	... r.endpoint, r.body, r.estimate; buy() ...
 *	prompt = llm_prompt(bought.answer, codepoints_max, "ch02", &f);
 *	llm_request_free(&r);
 *
 * The same inputs give the same bytes: the store of answers identifies a
 * request by their hash.  The catalogue says what may be sent to which model.
 */
#ifndef LIMN_LLM_H
#define LIMN_LLM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

#define LLM_ANSWER_MAX ((size_t)4 << 20) /* bytes of an answer */
#define LLM_WAYS_OUT_MAX 1280 /* bytes; 200 code points may have 800 */
#define LLM_WORDS_MIN 8       /* of a prompt that is drawn */

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
 * Find the model: option (may be NULL), else LLM_MODEL, else that of the
 * template. If that is a model of another provider, the default of this
 * provider is taken. false with EXIT_BAD_CONFIG: there is none.
 */
bool llm_model(struct model *m, const struct provider *p,
	const struct prompt_template *t, const char *option, struct failure *f);

/* false with EXIT_BAD_CONFIG: the model doesn't take what the template sets;
 * there is nothing to free then. */
bool llm_request(struct llm_request *r, const struct model *m,
	const struct provider *p, const struct prompt_template *t,
	const struct chapter *c, struct failure *f);
void llm_request_free(struct llm_request *r);

/*
 * Get the prompt from an answer of either API, cleaned (prompt.h); the caller
 * frees it.  NULL: there is no prompt, or none for which a picture should be
 * bought; f says why.  If the LLM refuses in plain words, or writes fewer than
 * LLM_WORDS_MIN words, it is EXIT_REFUSED, too.  codepoints_max is what the
 * image model takes; 0: not known.  id is the chapter's, for the remedy, or
 * NULL.
 */
char *llm_prompt(const json_t *answer, size_t codepoints_max, const char *id,
	struct failure *f);

/* Fill in the message about a refusal: the beginning of the description, and
 * the remedies. */
void llm_ways_out(const struct chapter *c, char says[LLM_WAYS_OUT_MAX]);

/* The tokens in the usage of an answer; -1: not there. */
long long llm_input_tokens(const json_t *answer);
long long llm_output_tokens(const json_t *answer);

#endif
