/*
 * http: one HTTP request, and its outcome.
 *
 *	struct http_answer a;
 *
 *	http_send(&request, &a);
 *	if (a.outcome == HTTP_ANSWERED) ... a.status, a.body ...
 *	http_free(&a);
 *
 * libcurl sends it, and is loaded for the first request: a tool that finds its
 * answer in the store doesn't load thirty libraries.  Redirects are not
 * followed, and nothing is sent twice.
 *
 * Whether a request may go to an address is decided on the address itself,
 * when libcurl connects, and not on its name.  Behind a proxy (https_proxy,
 * http_proxy, all_proxy; none for this machine and for what no_proxy lists)
 * only the proxy sees the address.  There an address in the URL is judged, a
 * name is accepted with https, and refused with http.
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
#define HTTP_SECRET_MIN 8     /* bytes; what is shorter is no secret */

enum http_outcome {
	HTTP_ANSWERED,  /* there is a status, and the whole body */
	HTTP_NOT_SENT,  /* it never reached the server: resolve, connect, TLS */
	HTTP_UNKNOWN,   /* sent, and no whole answer came back */
	HTTP_FORBIDDEN, /* a URL that limn doesn't fetch; nothing was sent */
	HTTP_UNTRUSTED, /* a certificate that isn't trusted; nothing was sent */
	HTTP_UNABLE,    /* libcurl can't be used here; nothing was sent */
};

struct http_request {
	const char *url;
	const char *body; /* NULL: GET, else POST of JSON */
	size_t body_len;
	const char *const *headers; /* "Name: value", then NULL; or NULL */
	/* a key among the headers: where the answer repeats it, it is made
	 * illegible.  Or NULL. */
	const char *secret;
	double timeout;  /* seconds, for all of it */
	size_t body_max; /* bytes of an answer; more is HTTP_UNKNOWN */
	/*
	 * The user's own base URL or the vendor's: any https, and http to this
	 * machine or a private network.  Else, for an URL out of an answer:
	 * https to public addresses, http only to loopback; and where its
	 * scheme, host and port are those of own_base (may be NULL), what that
	 * may.
	 */
	bool is_base;
	const char *own_base;
};

struct http_answer {
	enum http_outcome outcome;
	char why[HTTP_WHY_MAX]; /* where it isn't HTTP_ANSWERED */
	long status;
	struct buf body;              /* followed by a NUL */
	char request_id[HTTP_ID_MAX]; /* x-request-id or request-id, or "" */
	char location[HTTP_LOCATION_MAX]; /* of a redirect, absolute, or "" */
	double retry_after;               /* seconds; -1 where it isn't said */
	int should_retry;  /* x-should-retry: 1, 0; -1 where it isn't said */
	bool is_json;      /* by its Content-Type */
	bool is_too_large; /* HTTP_UNKNOWN, for there was more than body_max */
};

void http_send(const struct http_request *q, struct http_answer *a);
void http_free(struct http_answer *a);

/* Whether the URL's host is this machine: localhost, 127.0.0.0/8, ::1. */
bool http_is_loopback(const char *url);

/* Whether a base URL is one, without user name, password, query or fragment. If
 * not, f (EXIT_BAD_CONFIG) names the setting and what it should be. */
bool http_base_is_valid(const char *setting, const char *url,
	struct failure *f);

/* Make the secret illegible, wherever it is among these bytes. */
void http_hide(char *bytes, size_t len, const char *secret);

#endif
