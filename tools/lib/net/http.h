/*
 * http: one HTTP request, and its outcome.
 *
 *	struct http_answer a;
 *
 *	http_send(&request, &a);
 *	if (a.outcome == HTTP_ANSWERED) ... a.status, a.body ...
 *	http_free(&a);
 *
 * libcurl sends the request.  It is loaded for the first request, so a tool
 * that finds its answer in the store doesn't load thirty libraries.  Redirects
 * are not followed, and nothing is sent twice.
 *
 * Whether a request may go to a host is decided by the host's address, when
 * libcurl connects, and not by its name.  With a proxy (https_proxy,
 * http_proxy, all_proxy; no proxy for this machine and the hosts of no_proxy)
 * only the proxy knows the address.  Then an address in the URL is checked, and
 * a name is accepted with https and refused with http.
 *
 * Certificates are always checked, against SSL_CERT_FILE, SSL_CERT_DIR, or the
 * system's own.
 */
#ifndef LIMN_HTTP_H
#define LIMN_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct failure;

#define HTTP_WHY_MAX 512
#define HTTP_ID_MAX 128
#define HTTP_LOCATION_MAX 8192
#define HTTP_CONNECT_MAX 10.0 /* seconds */
#define HTTP_SECRET_MIN 8     /* bytes; a shorter text isn't hidden */

enum http_outcome {
	HTTP_ANSWERED,  /* there is a status, and the whole body */
	HTTP_NOT_SENT,  /* it didn't reach the server: resolve, connect, TLS */
	HTTP_UNKNOWN,   /* sent, and no whole answer came */
	HTTP_FORBIDDEN, /* a URL that isn't allowed; nothing was sent */
	HTTP_UNTRUSTED, /* a certificate that isn't trusted; nothing was sent */
	HTTP_UNABLE,    /* libcurl can't be used here; nothing was sent */
};

struct http_request {
	const char *url;
	const char *body; /* NULL: GET, else POST of JSON */
	size_t body_len;
	const char *const *headers; /* "Name: value", then NULL; or NULL */
	/* a key in the headers, or NULL; it is hidden if the answer repeats it
	 */
	const char *secret;
	double timeout;  /* seconds, for the whole request */
	size_t body_max; /* bytes of an answer; more is HTTP_UNKNOWN */
	/*
	 * is_base: the URL is the user's base URL or the vendor's.  Any https
	 * is allowed, and http to this machine or a private network.  Else the
	 * URL is from an answer: https to public addresses is allowed, and
	 * http to loopback.  If its scheme, host and port are those of
	 * own_base (may be NULL), it may do what a base URL may.
	 */
	bool is_base;
	const char *own_base;
};

struct http_answer {
	enum http_outcome outcome;
	char why[HTTP_WHY_MAX]; /* if it isn't HTTP_ANSWERED */
	long status;
	struct buf body;              /* followed by a NUL */
	char request_id[HTTP_ID_MAX]; /* x-request-id or request-id, or "" */
	char location[HTTP_LOCATION_MAX]; /* of a redirect, absolute, or "" */
	double retry_after;               /* seconds; -1: no such header */
	int should_retry;  /* x-should-retry: 1, 0; -1: no such header */
	bool is_json;      /* by its Content-Type */
	bool is_too_large; /* HTTP_UNKNOWN, because of body_max */
};

void http_send(const struct http_request *q, struct http_answer *a);
void http_free(struct http_answer *a);

/* Whether the URL's host is this machine: localhost, 127.0.0.0/8, ::1. */
bool http_is_loopback(const char *url);

/* Whether url is a base URL: without user name, password, query and fragment.
 * If not, f (EXIT_BAD_CONFIG) says what the setting should be. */
bool http_base_is_valid(const char *setting, const char *url,
	struct failure *f);

/* Overwrite the secret wherever it is in these bytes. */
void http_hide(char *bytes, size_t len, const char *secret);

#endif
