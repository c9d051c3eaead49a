/*
 * listen: the socket that the server listens on.
 */
#ifndef LIMN_LISTEN_H
#define LIMN_LISTEN_H

#include <stdbool.h>

struct failure;

#define LISTEN_URL_SIZE 80

struct address {
	const char *literal; /* IPv4, or IPv6 with or without brackets */
	unsigned port;       /* 0: any; listen_at() fills in the real one */
	bool is_loopback;
	char url[LISTEN_URL_SIZE]; /* "http://127.0.0.1:8765/" */
};

/* Returns the socket, and fills in a; -1 on failure. */
int listen_at(struct address *a, struct failure *f);

#endif
