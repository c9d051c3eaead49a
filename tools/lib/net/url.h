/*
 * url: where an http or https URL leads, and through which proxy.
 *
 * What is taken is less than others take: letters, digits, "-", "." and "_" in
 * a name, an address in its usual form, no user name, no password, nothing but
 * printable ASCII.  So all parsers agree on what they see in it.
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
	unsigned kind;    /* of a host that is an address; 0: a name */
	const char *path; /* what follows, or "" */
};

/* Returns what is wrong, "has a blank in it", or NULL. */
const char *url_parse(struct url *u, const char *s);

/* localhost, 127.0.0.0/8, ::1. */
bool url_is_loopback(const struct url *u);

/* The same scheme, host and port. */
bool url_is_same_origin(const struct url *a, const struct url *b);

/*
 * The proxy that the environment names for u (https_proxy, http_proxy,
 * all_proxy), or NULL; what no_proxy lists has none, nor has this machine.
 */
const char *url_proxy(const struct url *u);

#endif
