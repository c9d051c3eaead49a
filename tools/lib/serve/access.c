#include <arpa/inet.h>
#include <ctype.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "err.h"
#include "failure.h"
#include "serve/access.h"
#include "serve/route.h"

#define HTTP_PORT 80 /* the port of a URL that names none */
#define LITERAL_SIZE (INET6_ADDRSTRLEN + 2)

static const struct refusal no_refusal = { 0, NULL };

bool
access_begin(struct access *a, struct failure *f)
{
	unsigned char bytes[(ACCESS_TOKEN_SIZE - 1) / 2];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return failure_set(f, EXIT_TRY_LATER, "no random numbers:");
	for (size_t i = 0; i < sizeof bytes; i++)
		sprintf(a->token + 2 * i, "%02x", bytes[i]);
	return true;
}

bool
access_allow_host(struct access *a, const char *name, struct failure *f)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789.-_";

	if (!name[0] || name[strspn(name, letters)])
		return failure_set(f, EXIT_USAGE,
			"--allow-host=%s: this is no host's name; leave out "
			"http:// and the port",
			name);
	if (a->name_count == ACCESS_NAMES_MAX)
		return failure_set(f, EXIT_USAGE,
			"--allow-host: more than %d names", ACCESS_NAMES_MAX);
	a->names[a->name_count++] = name;
	return true;
}

/* A token of RFC 9110. */
static bool
is_field_name(const char *name, size_t len)
{
	static const char signs[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) &&
			(!name[i] || !strchr(signs, name[i])))
			return false;
	return len > 0;
}

static bool
has_control(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)value[i] < ' ' && value[i] != '\t') ||
			value[i] == 0x7f)
			return true;
	return false;
}

static enum MHD_Result
take_header(void *headers, enum MHD_ValueKind kind, const char *name,
	size_t name_len, const char *value, size_t value_len)
{
	static const char *const names[HEADERS] = { "Host", "Origin",
		"Sec-Fetch-Site", "X-Limn-Token", "Content-Type",
		"Content-Length", "Transfer-Encoding", "If-None-Match" };
	struct headers *h = headers;

	(void)kind;
	h->size += name_len + strlen(": ") + value_len + strlen("\r\n");
	if (!is_field_name(name, name_len) ||
		(value && has_control(value, value_len)))
		h->is_malformed = true;
	for (size_t i = 0; i < HEADERS; i++) {
		if (strcasecmp(name, names[i]) != 0)
			continue;
		if (h->value[i])
			h->is_doubled = true;
		else
			h->value[i] = value ? value : "";
	}
	return MHD_YES;
}

void
headers_read(struct headers *h, struct MHD_Connection *connection)
{
	*h = (struct headers){ .size = 0 };
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_header,
		h);
}

/*
 * Whether libmicrohttpd dropped bytes of the header: a folded line, the rest
 * after a NUL, white space where none is allowed.  Later versions of the
 * library refuse these.
 */
static bool
has_dropped_bytes(struct MHD_Connection *connection, const struct headers *h,
	const char *method, size_t target_len, const char *version)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection,
			MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	size_t want = strlen(method) + 1 + target_len + 1 + strlen(version) +
		strlen("\r\n") + h->size + strlen("\r\n");

	return info && info->header_size > want;
}

/* The address that the connection came in on, as in a URL. */
static void
own_address(struct MHD_Connection *connection, char literal[LITERAL_SIZE])
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection,
			MHD_CONNECTION_INFO_CONNECTION_FD);
	struct sockaddr_in6 at = { 0 }; /* the larger of the two */
	struct sockaddr_in *at4 = (struct sockaddr_in *)&at;
	socklen_t len = sizeof at;
	char text[INET6_ADDRSTRLEN];

	literal[0] = '\0';
	if (!info ||
		getsockname(info->connect_fd, (struct sockaddr *)&at, &len) !=
			0)
		return;
	if (at.sin6_family == AF_INET &&
		inet_ntop(AF_INET, &at4->sin_addr, text, sizeof text))
		strcpy(literal, text);
	else if (at.sin6_family == AF_INET6 &&
		inet_ntop(AF_INET6, &at.sin6_addr, text, sizeof text))
		sprintf(literal, "[%s]", text);
}

static bool
is_name(const char *host, size_t len, const char *name)
{
	return strlen(name) == len && strncasecmp(host, name, len) == 0;
}

static bool
is_allowed_host(const struct access *a, struct MHD_Connection *connection,
	const char *host)
{
	static const char *const loopback[] = { "localhost", "127.0.0.1",
		"[::1]" };
	size_t len =
		host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	char literal[LITERAL_SIZE], port[16];

	if (len > strlen(host))
		return false;
	snprintf(port, sizeof port, ":%u", a->port);
	if (strcmp(host + len, port) != 0 &&
		(host[len] || a->port != HTTP_PORT))
		return false;
	for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
		if (is_name(host, len, loopback[i]))
			return true;
	for (size_t i = 0; i < a->name_count; i++)
		if (is_name(host, len, a->names[i]))
			return true;
	own_address(connection, literal);
	return literal[0] && is_name(host, len, literal);
}

/* Compare tokens in constant time. */
static bool
is_token(const struct access *a, const char *token)
{
	unsigned char difference = 0;

	if (!token || strlen(token) != ACCESS_TOKEN_SIZE - 1)
		return false;
	for (size_t i = 0; i < ACCESS_TOKEN_SIZE - 1; i++)
		difference =
			(unsigned char)(difference | (token[i] ^ a->token[i]));
	return difference == 0;
}

static bool
is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t len = sizeof json - 1;

	return type && strncasecmp(type, json, len) == 0 &&
		(!type[len] || strchr("; \t", type[len]));
}

static struct refusal
check_origin(const struct headers *h, const struct route *r, bool is_post)
{
	const char *origin = h->value[HEADER_ORIGIN];
	const char *site = h->value[HEADER_FETCH_SITE];

	if (origin &&
		(strncmp(origin, "http://", 7) != 0 ||
			strcasecmp(origin + 7, h->value[HEADER_HOST]) != 0))
		return (struct refusal){ 403, "another site's page asks" };
	/* same-site may be another port, which is another origin */
	if (site && (is_post || r->is_api) &&
		strcasecmp(site, "same-origin") != 0 &&
		strcasecmp(site, "none") != 0)
		return (struct refusal){ 403, "another site's page asks" };
	return no_refusal;
}

static struct refusal
check_post(const struct access *a, const struct headers *h,
	const struct route *r)
{
	const char *length = h->value[HEADER_LENGTH];

	if (!is_token(a, h->value[HEADER_TOKEN]))
		return (struct refusal){ 403,
			"the page's token is missing or old; load the page "
			"again" };
	if (!length || h->value[HEADER_ENCODING])
		return (struct refusal){ 411, "Content-Length is needed" };
	/* a request without a body needn't be JSON */
	if (!is_json(h->value[HEADER_TYPE]) &&
		(access_has_body(h) || r->place != PLACE_CANCEL))
		return (struct refusal){ 415,
			"the body must be application/json" };
	if (strtoull(length, NULL, 10) > ACCESS_BODY_MAX)
		return (struct refusal){ 413, "the body is too large" };
	return no_refusal;
}

bool
access_has_body(const struct headers *h)
{
	const char *length = h->value[HEADER_LENGTH];

	return h->value[HEADER_ENCODING] ||
		(length && strspn(length, "0") != strlen(length));
}

struct refusal
access_check(const struct access *a, struct MHD_Connection *connection,
	const struct headers *h, const struct route *r, const char *method,
	size_t target_len, const char *version)
{
	const char *host = h->value[HEADER_HOST];
	bool is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
	bool is_get = strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
		strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	struct refusal refusal;

	if (!host || h->is_doubled)
		return (struct refusal){ 400,
			host ? "a header came twice" : "Host is missing" };
	if (h->is_malformed ||
		has_dropped_bytes(connection, h, method, target_len, version))
		return (struct refusal){ 400, "this is not HTTP" };
	if (!is_allowed_host(a, connection, host) ||
		(r->authority[0] &&
			!is_allowed_host(a, connection, r->authority)))
		return (struct refusal){ 421,
			"this is not the host that was asked for; see "
			"--allow-host" };
	refusal = check_origin(h, r, is_post);
	if (refusal.status)
		return refusal;
	if (!is_get && !is_post)
		return (struct refusal){ 405, "only GET, HEAD and POST" };
	if (r->place == PLACE_MALFORMED)
		return (struct refusal){ 400, "this is not a request" };
	if (r->place == PLACE_NONE)
		return (struct refusal){ 404, "Not found" };
	if (is_post != r->is_post)
		return (struct refusal){ 405,
			is_post ? "only GET and HEAD" : "only POST" };
	if (is_post)
		return check_post(a, h, r);
	if (access_has_body(h))
		return (struct refusal){ 413, "a GET has no body" };
	return no_refusal;
}
