/*
 * headers: those of a request that the server looks at, and no others.
 */
#ifndef LIMN_HEADERS_H
#define LIMN_HEADERS_H

#include <stdbool.h>

struct MHD_Connection;

enum header {
	HEADER_HOST,
	HEADER_ORIGIN,
	HEADER_FETCH_SITE, /* Sec-Fetch-Site */
	HEADER_TOKEN,      /* X-Limn-Token */
	HEADER_TYPE,       /* Content-Type */
	HEADER_LENGTH,     /* Content-Length */
	HEADER_ENCODING,   /* Transfer-Encoding */
	HEADER_RANGE,
	HEADER_IF_RANGE,
	HEADER_IF_NONE_MATCH,
	HEADERS
};

/* The values belong to the connection, until its request is answered; NULL is
 * none.  Of two with one name the first counts, and is_doubled says so. */
struct headers {
	const char *value[HEADERS];
	bool is_doubled;
};

void headers_read(struct headers *h, struct MHD_Connection *connection);

#endif
