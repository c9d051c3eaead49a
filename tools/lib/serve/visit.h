/*
 * visit: a request, from its first line to the end of its answer.
 */
#ifndef LIMN_VISIT_H
#define LIMN_VISIT_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/gate.h"
#include "serve/headers.h"
#include "serve/route.h"

struct MHD_Connection;

/* What the server was told, and has made of it: it doesn't change. */
struct site {
	const char *outputs;
	const char *makefile; /* NULL: make's own choice */
	const char *jobs;     /* of a run of make, a number; NULL: one */
	struct gate gate;
	char *policy; /* of the pages; see page.h */
	char *before; /* the HTML before an error's text, and behind it */
	char *behind;
};

struct visit {
	struct MHD_Connection *connection;
	const struct site *site;
	struct route route;
	struct headers headers;
	struct refusal refusal;
	bool is_head;
	bool is_begun; /* its headers are here */
	bool is_early; /* it is answered before its body was read */
	size_t body_len;
	char body[GATE_BODY_MAX];
};

#endif
