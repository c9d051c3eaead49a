/*
 * plan-own: what the files of the module plan share.
 */
#ifndef LIMN_PLAN_OWN_H
#define LIMN_PLAN_OWN_H

#include <jansson.h>

struct chapter;
struct plan;
struct planned;

/* What changed since the prompt and the answer that the workings have, either
 * of which may be NULL; prompt is today's, or NULL. */
unsigned plan_find_reasons(const struct plan *p, const struct chapter *c,
	const struct planned *n, const char *prompt, const json_t *was_prompt,
	const json_t *was);

#endif
