/*
 * ask: the prompt of a chapter, bought from an LLM.
 *
 *	struct asked a;
 *
 *	if (!buy_open(&store, &f))
 *		return false;
 *	if (!ask_llm(&store, &a, &provider, NULL, &template, &chapter, &f))
 *		return false;
 *	... a.prompt, a.facts ...
 *	ask_free(&a);
 *
 * All settings are checked before anything is sent, also those of the image
 * model that will draw the prompt.  There is a warning if a person should look
 * at the prompt before it is drawn.
 */
#ifndef LIMN_ASK_H
#define LIMN_ASK_H

#include <jansson.h>
#include <stdbool.h>

struct chapter;
struct failure;
struct prompt_template;
struct provider;
struct store;

struct asked {
	char *prompt;
	json_t *facts;    /* "llm" of the prompt's file: model, time, cost */
	long long micros; /* what it cost, in micro-dollars */
	bool is_new;      /* bought now; else it was in the store */
};

/* model is that of the command line, or NULL.  After false there is nothing to
 * free. */
bool ask_llm(struct store *store, struct asked *a, const struct provider *p,
	const char *model, const struct prompt_template *t,
	const struct chapter *c, struct failure *f);
void ask_free(struct asked *a);

#endif
