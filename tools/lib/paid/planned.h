/*
 * planned: a chapter of a plan (plan.h), as plan-episode(1) shows it.
 */
#ifndef LIMN_PLANNED_H
#define LIMN_PLANNED_H

#include <jansson.h>

struct planned;

/* For people: a line on standard output. */
void planned_print(const struct planned *c);

/* For scripts. */
json_t *planned_json(const struct planned *c);

#endif
