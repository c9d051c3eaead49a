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
 * Settings are checked before anything is sent: those of the image model that
 *is to draw the prompt, too.  When a prompt is bought that somebody should look
 *at before it is drawn, there is a warning.
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
	json_t *facts; /* "llm" of limn's prompt files: who, when, how much */
	long long micros; /* what it cost, in micro-dollars */
	bool is_new;      /* just now; else it was in the store */
};

/* model is what the command line says, or NULL.  After false there is nothing
 * to free. */
bool ask_llm(struct store *store, struct asked *a, const struct provider *p,
	const char *model, const struct prompt_template *t,
	const struct chapter *c, struct failure *f);
void ask_free(struct asked *a);

#endif
