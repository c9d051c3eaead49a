#define _GNU_SOURCE /* SOCK_CLOEXEC, memmem, strcasestr */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "err.h"
#include "failure.h"
#include "net/address.h"
#include "net/http.h"
#include "net/libcurl.h"
#include "net/url.h"
#include "net/wait.h"

/* CURLE_TOO_LARGE of libcurl 8.6 and later */
#define TOO_LARGE ((CURLcode)100)

struct transfer {
	const struct http_request *q;
	struct http_answer *a;
	const struct url *u;
	const struct libcurl *curl;
	CURL *easy;
	const char *proxy;
	unsigned allowed;               /* kinds of address to connect to */
	bool is_opened;                 /* a socket, to an allowed address */
	bool is_ready;                  /* connected, and about to send */
	const char *rule;               /* the message for other addresses */
	char refused[INET6_ADDRSTRLEN]; /* one of them, or "" */
	char error[CURL_ERROR_SIZE];
};

static void __attribute__((format(printf, 3, 4)))
set_outcome(struct http_answer *a, enum http_outcome outcome, const char *fmt,
	...)
{
	va_list ap;

	a->outcome = outcome;
	va_start(ap, fmt);
	vsnprintf(a->why, sizeof a->why, fmt, ap);
	va_end(ap);
	a->why[strcspn(a->why, "\r\n")] = '\0';
}

static bool
is_own(const struct http_request *q, const struct url *u)
{
	struct url own;

	return q->is_base ||
		(q->own_base && !url_parse(&own, q->own_base) &&
			url_is_same_origin(u, &own));
}

/* Find the kinds of address that the URL may have; false if the URL itself is
 * not allowed. */
static bool
is_allowed(struct transfer *t, const struct url *u)
{
	t->proxy = url_proxy(u);
	if (is_own(t->q, u)) {
		t->allowed = u->is_https ? ADDRESS_ANY
					 : ADDRESS_LOOPBACK | ADDRESS_PRIVATE;
		t->rule = "with http the key would cross the internet for all "
			  "to see; use https";
	} else if (u->is_https) {
		t->allowed = ADDRESS_PUBLIC;
		t->rule = "no picture is fetched from an address that isn't "
			  "public";
	} else {
		t->allowed = ADDRESS_LOOPBACK;
		t->rule = "with http a picture is fetched from this machine "
			  "only";
	}
	if (u->kind)
		return (u->kind & t->allowed) != 0;
	return !t->proxy || u->is_https;
}

static curl_socket_t
open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfer *t = data;

	(void)purpose;
	if (!t->proxy && !(address_kind(&to->addr) & t->allowed)) {
		address_print(&to->addr, t->refused);
		return CURL_SOCKET_BAD;
	}
	t->is_opened = true;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static int
before_sending(void *data, char *to, char *from, int to_port, int from_port)
{
	struct transfer *t = data;

	(void)to, (void)from, (void)to_port, (void)from_port;
	t->is_ready = true;
	return CURL_PREREQFUNC_OK;
}

static size_t
take_body(char *bytes, size_t size, size_t n, void *data)
{
	struct transfer *t = data;
	struct buf *body = &t->a->body;
	curl_off_t whole = -1;

	n *= size;
	if (!body->data)
		t->curl->easy_getinfo(t->easy,
			CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &whole);
	if (n > body->max - body->len ||
		(whole > 0 && (size_t)whole > body->max)) {
		t->a->is_too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	if (whole > 0)
		buf_grow(body, (size_t)whole);
	buf_add(body, bytes, n);
	return n;
}

static struct curl_slist *
list_headers(const struct libcurl *curl, const struct http_request *q)
{
	struct curl_slist *list = NULL;

	if (q->body) {
		list = curl->slist_append(list,
			"Content-Type: application/json");
		/* or libcurl waits a second for "100 Continue" */
		list = curl->slist_append(list, "Expect:");
	}
	for (size_t i = 0; q->headers && q->headers[i]; i++)
		list = curl->slist_append(list, q->headers[i]);
	return list;
}

static void
set_options(struct transfer *t, CURLU *url, struct curl_slist *headers)
{
	__typeof__(curl_easy_setopt) *set = t->curl->easy_setopt;
	CURL *easy = t->easy;
	double connect = t->q->timeout < HTTP_CONNECT_MAX ? t->q->timeout
							  : HTTP_CONNECT_MAX;

	set(easy, CURLOPT_ERRORBUFFER, t->error);
	set(easy, CURLOPT_NOSIGNAL, 1L);
	set(easy, CURLOPT_CURLU, url);
	set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	set(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	/* on a used connection libcurl may send a second time */
	set(easy, CURLOPT_FRESH_CONNECT, 1L);
	set(easy, CURLOPT_FORBID_REUSE, 1L);
	set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	set(easy, CURLOPT_PROXY, t->proxy ? t->proxy : "");
	set(easy, CURLOPT_NOPROXY, ""); /* that has been looked at */
	set(easy, CURLOPT_TIMEOUT_MS, (long)(t->q->timeout * 1000 + 1));
	set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(connect * 1000 + 1));
	set(easy, CURLOPT_USERAGENT, "limn/" LIMN_VERSION);
	set(easy, CURLOPT_HTTPHEADER, headers);
	set(easy, CURLOPT_ACCEPT_ENCODING, ""); /* all that libcurl decodes */
	libcurl_certificates(t->curl, easy);
	if (t->q->body) {
		set(easy, CURLOPT_POST, 1L);
		set(easy, CURLOPT_POSTFIELDS, t->q->body);
		set(easy, CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t)t->q->body_len);
	}
	set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	set(easy, CURLOPT_OPENSOCKETDATA, t);
	set(easy, CURLOPT_PREREQFUNCTION, before_sending);
	set(easy, CURLOPT_PREREQDATA, t);
	set(easy, CURLOPT_WRITEFUNCTION, take_body);
	set(easy, CURLOPT_WRITEDATA, t);
}

static const char *
header(struct transfer *t, const char *name)
{
	struct curl_header *h;

	if (t->curl->easy_header(t->easy, name, 0, CURLH_HEADER, -1, &h) !=
		CURLHE_OK)
		return NULL;
	return h->value;
}

static void
read_answer(struct transfer *t)
{
	struct http_answer *a = t->a;
	const char *id = header(t, "x-request-id");
	const char *again = header(t, "x-should-retry");
	const char *type = header(t, "Content-Type");
	const char *location = NULL;

	t->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &a->status);
	t->curl->easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &location);
	if (!id)
		id = header(t, "request-id");
	snprintf(a->request_id, sizeof a->request_id, "%s", id ? id : "");
	if (location && strlen(location) < sizeof a->location)
		strcpy(a->location, location);
	if (again)
		a->should_retry = strcmp(again, "true") == 0 ? 1
			: strcmp(again, "false") == 0        ? 0
							     : -1;
	a->retry_after = wait_asked(header(t, "retry-after-ms"),
		header(t, "Retry-After"), header(t, "Date"));
	a->is_json = type && strcasestr(type, "json");
	buf_add(&a->body, "", 0);
}

/* Whether the server's certificate, or one with which to check it, is bad. */
static bool
is_untrusted(CURLcode code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION ||
		code == CURLE_SSL_CACERT_BADFILE ||
		code == CURLE_SSL_INVALIDCERTSTATUS ||
		code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CRL_BADFILE;
}

static void
read_failure(struct transfer *t, CURLcode code)
{
	struct http_answer *a = t->a;
	const char *why = t->error[0] ? t->error : t->curl->easy_strerror(code);
	long written = 0;

	t->curl->easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &written);
	if (!t->is_ready || written <= 0) {
		if (t->refused[0] && !t->is_opened)
			set_outcome(a, HTTP_FORBIDDEN, "%s is %s: %s",
				t->u->host, t->refused, t->rule);
		else if (is_untrusted(code))
			set_outcome(a, HTTP_UNTRUSTED, "%s", why);
		else
			set_outcome(a, HTTP_NOT_SENT, "%s", why);
	} else if (a->is_too_large) {
		set_outcome(a, HTTP_UNKNOWN,
			"the answer has more than %zu bytes", t->q->body_max);
	} else if (code == CURLE_OUT_OF_MEMORY || code == TOO_LARGE) {
		/* libcurl refuses a header of 100 kB with this code */
		set_outcome(a, HTTP_UNKNOWN,
			"the answer has headers that are too large");
	} else if (code == CURLE_OPERATION_TIMEDOUT) {
		set_outcome(a, HTTP_UNKNOWN, "no whole answer within %g s",
			t->q->timeout);
	} else if (code == CURLE_PARTIAL_FILE) {
		set_outcome(a, HTTP_UNKNOWN, "the answer was cut off (%s)",
			why);
	} else {
		set_outcome(a, HTTP_UNKNOWN, "%s", why);
	}
	buf_free(&a->body);
}

static void
transfer(struct transfer *t, CURLU *url)
{
	struct curl_slist *headers = list_headers(t->curl, t->q);
	CURLcode code;

	t->easy = t->curl->easy_init();
	if (!t->easy) {
		t->curl->slist_free_all(headers);
		set_outcome(t->a, HTTP_UNABLE, "libcurl: out of memory");
		return;
	}
	set_options(t, url, headers);
	code = t->curl->easy_perform(t->easy);
	if (code == CURLE_OK)
		read_answer(t);
	else
		read_failure(t, code);
	t->curl->easy_cleanup(t->easy);
	t->curl->slist_free_all(headers);
}

static void
send_checked(const struct http_request *q, struct http_answer *a)
{
	struct url u;
	struct transfer t = { .q = q, .a = a, .u = &u };
	struct failure f;
	CURLU *url;
	const char *wrong = url_parse(&u, q->url);

	if (wrong) {
		set_outcome(a, HTTP_FORBIDDEN, "the URL %s", wrong);
		return;
	}
	if (!is_allowed(&t, &u)) {
		set_outcome(a, HTTP_FORBIDDEN, "%s: %s", u.host, t.rule);
		return;
	}
	t.curl = libcurl(&f);
	if (!t.curl) {
		set_outcome(a, HTTP_UNABLE, "%s", f.message);
		return;
	}
	url = libcurl_url(t.curl, q->url, &u);
	if (url)
		transfer(&t, url);
	else
		set_outcome(a, HTTP_FORBIDDEN,
			"libcurl reads this URL differently");
	t.curl->url_cleanup(url);
}

void
http_send(const struct http_request *q, struct http_answer *a)
{
	memset(a, 0, sizeof *a);
	a->body = BUF_INIT(q->body_max);
	a->retry_after = a->should_retry = -1;
	send_checked(q, a);
	http_hide(a->body.data, a->body.len, q->secret);
	http_hide(a->why, strlen(a->why), q->secret);
	http_hide(a->request_id, strlen(a->request_id), q->secret);
	http_hide(a->location, strlen(a->location), q->secret);
}

void
http_free(struct http_answer *a)
{
	buf_free(&a->body);
}

void
http_hide(char *bytes, size_t len, const char *secret)
{
	size_t n = secret ? strlen(secret) : 0;
	char *s;

	if (n < HTTP_SECRET_MIN)
		return;
	while (len >= n && (s = memmem(bytes, len, secret, n))) {
		memset(s, '*', n);
		len -= (size_t)(s - bytes) + n;
		bytes = s + n;
	}
}

bool
http_is_loopback(const char *url)
{
	struct url u;

	return !url_parse(&u, url) && url_is_loopback(&u);
}

bool
http_base_is_valid(const char *setting, const char *url, struct failure *f)
{
	struct url u;
	const char *wrong = url_parse(&u, url);

	if (!wrong && strpbrk(u.path, "?#"))
		wrong = "has a query or a fragment in it";
	/* the URL isn't shown, because it may have a password */
	if (wrong)
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s: %s; set it to an URL like "
			"https://api.example.com/v1",
			setting, wrong);
	if (!u.is_https && u.kind &&
		!(u.kind & (ADDRESS_LOOPBACK | ADDRESS_PRIVATE)))
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s: with http to %s the key would cross the internet "
			"for all to see; use https",
			setting, u.host);
	return true;
}
