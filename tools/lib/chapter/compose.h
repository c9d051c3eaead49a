/*
 * compose: a prompt from a chapter's own words, without an LLM.
 */
#ifndef LIMN_COMPOSE_H
#define LIMN_COMPOSE_H

#include <stdbool.h>

struct buf;
struct chapter;
struct failure;
struct prompt_template;

/*
 * Add the prompt to b: a sentence for the type, the description, the first
 * words of the narration, and the template's guidelines (limn-template(5)).
 */
bool compose_prompt(struct buf *b, const struct prompt_template *t,
	const struct chapter *c, struct failure *f);

#endif
