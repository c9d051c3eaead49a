/*
 * access: whether a request may be answered at all.
 *
 * The pages can spend money, and other pages in the same browser can send
 * requests here, too.  So:
 *
 *	Host must be this machine's name in the address bar: localhost,
 *	127.0.0.1, [::1], the address that the connection came in on, or one
 *that was allowed, each with our port.  (A page of evil.org whose name was made
 *	to point here still sends its own name.)
 *	Origin, where there is one, must be http:// and that Host
 *	Sec-Fetch-Site must not say, of the API, that another site asks
 *	a POST must have the token that our pages were given, say that it is
 *	JSON, and how long it is: at most ACCESS_BODY_MAX bytes
 *	the head must be HTTP to the letter: no header twice, none folded, no
 *	control character, no white space around a name
 *
 * All this is known before the body is read.
 */
#ifndef LIMN_ACCESS_H
#define LIMN_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#define ACCESS_BODY_MAX 4096 /* bytes */
#define ACCESS_NAMES_MAX 16  /* further names that are allowed */
#define ACCESS_TOKEN_SIZE 33 /* 32 hexadecimal digits and the NUL */

struct MHD_Connection;
struct failure;
struct route;

struct access {
	unsigned port;
	const char *names[ACCESS_NAMES_MAX];
	size_t name_count;
	char token[ACCESS_TOKEN_SIZE];
};

/* The headers that the server looks at. */
enum header {
	HEADER_HOST,
	HEADER_ORIGIN,
	HEADER_FETCH_SITE, /* Sec-Fetch-Site */
	HEADER_TOKEN,      /* X-Limn-Token */
	HEADER_TYPE,       /* Content-Type */
	HEADER_LENGTH,     /* Content-Length */
	HEADER_ENCODING,   /* Transfer-Encoding */
	HEADER_IF_NONE_MATCH,
	HEADERS
};

/* The values belong to the connection, until its request is answered; NULL is
 * none. */
struct headers {
	const char *value[HEADERS];
	bool is_doubled;   /* one of them came twice */
	bool is_malformed; /* a name or a value is none */
	size_t size;       /* bytes of all headers, as they should be written */
};

/* What to answer instead, and why; status is 0 where nothing is wrong. */
struct refusal {
	unsigned status;
	const char *why;
};

/* Make the token. */
bool access_begin(struct access *a, struct failure *f);

/* Allow this name of a host; EXIT_USAGE where it is none, or one too many. */
bool access_allow_host(struct access *a, const char *name, struct failure *f);

void headers_read(struct headers *h, struct MHD_Connection *connection);

/* target_len: bytes of the target as it was sent. */
struct refusal access_check(const struct access *a,
	struct MHD_Connection *connection, const struct headers *h,
	const struct route *r, const char *method, size_t target_len,
	const char *version);

/* Whether the request says that it has a body. */
bool access_has_body(const struct headers *h);

#endif
