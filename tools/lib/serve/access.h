/*
 * access: whether a request may be answered at all.
 *
 * The pages can spend money, and other pages in the same browser can send
 * requests here, too.  So:
 *
 * - Host must be localhost, 127.0.0.1, [::1], the address that the connection
 * came in on, or an allowed name, each with this server's port.  (If evil.org
 * points its name to this machine, its pages still send its name.)
 * - Origin, if there is one, must be http:// and that Host.
 * - Sec-Fetch-Site of an API request must not name another site.
 * - A POST must have the token of limn's pages, be JSON, and have a length of
 * at most ACCESS_BODY_MAX bytes.
 * - The header must be HTTP to the letter: no header twice, none folded, no
 * control character, no white space around a name.
 *
 * All of this is checked before the body is read.
 */
#ifndef LIMN_ACCESS_H
#define LIMN_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#define ACCESS_BODY_MAX 4096 /* bytes */
#define ACCESS_NAMES_MAX 16  /* other names that are allowed */
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

/* The headers that the server reads. */
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

/* The values belong to the connection, and are valid until its request is
 * answered.  NULL: no such header. */
struct headers {
	const char *value[HEADERS];
	bool is_doubled;   /* one of them occurs twice */
	bool is_malformed; /* a name or a value is not allowed */
	size_t size;       /* bytes of all headers, in their usual form */
};

/* The status and the text of a refusal; status is 0 if the request is allowed.
 */
struct refusal {
	unsigned status;
	const char *why;
};

/* Make the token. */
bool access_begin(struct access *a, struct failure *f);

/* Allow this name of a host; EXIT_USAGE if it isn't a name, or one too many. */
bool access_allow_host(struct access *a, const char *name, struct failure *f);

void headers_read(struct headers *h, struct MHD_Connection *connection);

/* target_len: bytes of the target as it was sent. */
struct refusal access_check(const struct access *a,
	struct MHD_Connection *connection, const struct headers *h,
	const struct route *r, const char *method, size_t target_len,
	const char *version);

/* Whether the headers announce a body. */
bool access_has_body(const struct headers *h);

#endif
