/*
 * ask: the prompt of a chapter, bought from an LLM.
 *
 *	struct asked a;
 *
 *	buy_open(&store);
 *	ask_llm(&a, &provider, NULL, &template, &chapter);
 *	... a.prompt, a.facts ...
 *	ask_free(&a);
 *
 * Whatever goes wrong is said, and the tool exits as the contract has it: what
 * the settings get wrong before anything is sent, those of the image model that
 * is to draw it, too.  A prompt that somebody should look at before it is drawn
 * is warned of when it is bought.
 */
#ifndef LIMN_ASK_H
#define LIMN_ASK_H

#include <jansson.h>
#include <stdbool.h>

struct chapter;
struct prompt_template;
struct provider;

struct asked {
	char *prompt;
	json_t *facts; /* "llm" of limn's prompt files: who, when, how much */
	long long micros; /* what it cost, in micro-dollars */
	bool is_new;      /* just now; else it was in the store */
};

/* model is what the command line says, or NULL. */
void ask_llm(struct asked *a, const struct provider *p, const char *model,
	const struct prompt_template *t, const struct chapter *c);
void ask_free(struct asked *a);

#endif
