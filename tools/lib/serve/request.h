/*
 * request: a request, and what all requests share.
 */
#ifndef LIMN_REQUEST_H
#define LIMN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/access.h"
#include "serve/route.h"

struct MHD_Connection;

/* The settings of the server, which don't change while it runs. */
struct site {
	const char *outputs;
	const char *makefile; /* NULL: the one that make finds */
	const char *jobs;     /* -j of manage-jobs; NULL: its default */
	struct access access;
	char *policy; /* Content-Security-Policy of the pages; see page.h */
	char *before; /* the HTML before the text of an error, and after it */
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
