/*
 * request: one request, from its first line to the end of its answer.
 */
#ifndef LIMN_REQUEST_H
#define LIMN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/access.h"
#include "serve/route.h"

struct MHD_Connection;

/* What the server was started with: it doesn't change. */
struct site {
	const char *outputs;
	const char *makefile; /* NULL: make's own choice */
	const char *jobs;     /* the -j of a run of make; NULL: its default */
	struct access access;
	char *policy; /* Content-Security-Policy of the pages; see page.h */
	char *before; /* the HTML before an error's text, and after it */
	char *after;
};

struct request {
	struct MHD_Connection *connection;
	const struct site *site;
	struct route route;
	struct headers headers;
	struct refusal refusal;
	size_t target_len; /* bytes of the target as it was sent */
	bool is_begun;     /* its headers were read */
	size_t body_len;
	char body[ACCESS_BODY_MAX];
};

#endif
