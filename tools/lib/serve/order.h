/*
 * order: the body of POST /api/jobs.
 *
 *	{"command": "imagegen", "episode_id": "EP",
 *	 "args": {"force": true, "chapter": "ch02"}}
 *
 * args, force and chapter may be left out, and chapter may be null; there is
 * nothing else.
 */
#ifndef LIMN_ORDER_H
#define LIMN_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/parse.h"
#include "serve/route.h"

struct order {
	char episode[ROUTE_ID_SIZE];
	char chapter[ROUTE_ID_SIZE]; /* "" is all */
	bool force;
};

#define ORDER_WHY_SIZE (PARSE_WHY_SIZE + 32)

/* False, and why, where it is anything else. */
bool order_parse(struct order *o, const char *body, size_t len,
	char why[ORDER_WHY_SIZE]);

#endif
