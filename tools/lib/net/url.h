/*
 * url: the host and port of an http or https URL, and its proxy.
 *
 * Fewer URLs are accepted than by other parsers: letters, digits, "-", "." and
 * "_" in a name, an address in its usual form, no user name, no password, only
 * printable ASCII.  So all parsers agree on their meaning.
 */
#ifndef LIMN_URL_H
#define LIMN_URL_H

#include <stdbool.h>

#define URL_MAX 8192 /* bytes */
#define URL_HOST_MAX 256

struct url {
	bool is_https;
	char host[URL_HOST_MAX]; /* in small letters; no brackets */
	unsigned port;
	unsigned kind;    /* if the host is an address; 0: it is a name */
	const char *path; /* the rest of the URL, or "" */
};

/* Returns what is wrong, such as "has a user name or password in it"; NULL if
 * nothing is. */
const char *url_parse(struct url *u, const char *s);

/* Whether the host is localhost, in 127.0.0.0/8, or ::1. */
bool url_is_loopback(const struct url *u);

/* Whether both have the same scheme, host and port. */
bool url_is_same_origin(const struct url *a, const struct url *b);

/*
 * The proxy for u in the environment (https_proxy, http_proxy, all_proxy), or
 * NULL. This machine, and the hosts in no_proxy, have no proxy.
 */
const char *url_proxy(const struct url *u);

#endif
