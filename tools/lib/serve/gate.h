/*
 * gate: whether a request may be answered at all.
 *
 * The pages can spend money, and other pages in the same browser can send
 * requests here, too.  So:
 *
 *	Host must name this machine as the address bar does (a page of evil.org
 *	that has its name point here still sends its own name): localhost,
 *	127.0.0.1, [::1], the address the connection came in on, or one that was
 *	allowed, each with our port
 *	Origin, where there is one, must be http:// and that Host
 *	Sec-Fetch-Site must not say, of the API, that another site asks
 *	a POST must have the token that our pages were given, say that it is
 *	JSON, and how long it is: at most GATE_BODY_MAX bytes
 *
 * All this is known before the body is read.
 */
#ifndef LIMN_GATE_H
#define LIMN_GATE_H

#include <stdbool.h>
#include <stddef.h>

#define GATE_BODY_MAX 4096 /* bytes */
#define GATE_NAMES_MAX 16  /* further names that are allowed */
#define GATE_TOKEN_SIZE 33 /* 32 hexadecimal digits and the NUL */

struct MHD_Connection;
struct headers;
struct route;

struct gate {
	unsigned port;
	const char *names[GATE_NAMES_MAX];
	size_t name_count;
	char token[GATE_TOKEN_SIZE];
};

/* What to answer instead, and why; status is 0 where nothing is wrong. */
struct refusal {
	unsigned status;
	const char *why;
};

/* Make the token, or die. */
void gate_begin(struct gate *g);

/* Allow this name, or die: it is none, or there are too many. */
void gate_allow(struct gate *g, const char *name);

struct refusal gate_check(const struct gate *g,
	struct MHD_Connection *connection, const struct headers *h,
	const struct route *r, const char *method);

/* Whether the request says that it has a body. */
bool gate_has_body(const struct headers *h);

#endif
