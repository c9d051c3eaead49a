#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "err.h"
#include "serve/gate.h"
#include "serve/headers.h"
#include "serve/route.h"

#define HTTP_PORT 80 /* what a URL without a port means */
#define LITERAL_SIZE (INET6_ADDRSTRLEN + 2)

static const struct refusal fine = { 0, NULL };

void
gate_begin(struct gate *g)
{
	unsigned char bytes[(GATE_TOKEN_SIZE - 1) / 2];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		die(EXIT_TRY_LATER, "no random numbers:");
	for (size_t i = 0; i < sizeof bytes; i++)
		sprintf(g->token + 2 * i, "%02x", bytes[i]);
}

void
gate_allow(struct gate *g, const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789.-_";

	if (!name[0] || name[strspn(name, letters)])
		die(EXIT_USAGE,
			"--allow-host=%s: this is no host's name; leave out "
			"http:// and the port",
			name);
	if (g->name_count == GATE_NAMES_MAX)
		die(EXIT_USAGE, "--allow-host: more than %d names",
			GATE_NAMES_MAX);
	g->names[g->name_count++] = name;
}

/* The address that the connection came in on, as a URL has it. */
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
is_ours(const struct gate *g, struct MHD_Connection *connection,
	const char *host)
{
	static const char *const always[] = { "localhost", "127.0.0.1",
		"[::1]" };
	size_t len =
		host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	char literal[LITERAL_SIZE], port[16];

	if (len > strlen(host))
		return false;
	snprintf(port, sizeof port, ":%u", g->port);
	if (strcmp(host + len, port) != 0 &&
		(host[len] || g->port != HTTP_PORT))
		return false;
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (is_name(host, len, always[i]))
			return true;
	for (size_t i = 0; i < g->name_count; i++)
		if (is_name(host, len, g->names[i]))
			return true;
	own_address(connection, literal);
	return literal[0] && is_name(host, len, literal);
}

/* It takes as long whatever is wrong with it. */
static bool
is_token(const struct gate *g, const char *token)
{
	unsigned char difference = 0;

	if (!token || strlen(token) != GATE_TOKEN_SIZE - 1)
		return false;
	for (size_t i = 0; i < GATE_TOKEN_SIZE - 1; i++)
		difference =
			(unsigned char)(difference | (token[i] ^ g->token[i]));
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
	/* a site has many ports; an origin is just one of them */
	if (site && (is_post || r->is_api) &&
		strcasecmp(site, "same-origin") != 0 &&
		strcasecmp(site, "none") != 0)
		return (struct refusal){ 403, "another site's page asks" };
	return fine;
}

static struct refusal
check_post(const struct gate *g, const struct headers *h, const struct route *r)
{
	const char *length = h->value[HEADER_LENGTH];

	if (!is_token(g, h->value[HEADER_TOKEN]))
		return (struct refusal){ 403,
			"the page's token is missing or old; load the page "
			"again" };
	if (!length || h->value[HEADER_ENCODING])
		return (struct refusal){ 411, "Content-Length is needed" };
	/* what says no more than its address needn't be JSON */
	if (!is_json(h->value[HEADER_TYPE]) &&
		(gate_has_body(h) || r->place != PLACE_CANCEL))
		return (struct refusal){ 415,
			"the body must be application/json" };
	if (strtoull(length, NULL, 10) > GATE_BODY_MAX)
		return (struct refusal){ 413, "the body is too large" };
	return fine;
}

bool
gate_has_body(const struct headers *h)
{
	const char *length = h->value[HEADER_LENGTH];

	return h->value[HEADER_ENCODING] ||
		(length && strspn(length, "0") != strlen(length));
}

struct refusal
gate_check(const struct gate *g, struct MHD_Connection *connection,
	const struct headers *h, const struct route *r, const char *method)
{
	const char *host = h->value[HEADER_HOST];
	bool is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
	bool is_get = strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
		strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	struct refusal refusal;

	if (!host || h->is_doubled)
		return (struct refusal){ 400,
			host ? "a header came twice" : "Host is missing" };
	if (!is_ours(g, connection, host) ||
		(r->authority[0] && !is_ours(g, connection, r->authority)))
		return (struct refusal){ 421,
			"this is not the host that was asked for; see "
			"--allow-host" };
	refusal = check_origin(h, r, is_post);
	if (refusal.status)
		return refusal;
	if (!is_get && !is_post)
		return (struct refusal){ 405, "only GET, HEAD and POST" };
	if (r->place == PLACE_MALFORMED)
		return (struct refusal){ 400, "this is no request" };
	if (r->place == PLACE_NONE)
		return (struct refusal){ 404, "Not found" };
	if (is_post != r->is_post)
		return (struct refusal){ 405,
			is_post ? "only GET and HEAD" : "only POST" };
	if (is_post)
		return check_post(g, h, r);
	if (gate_has_body(h))
		return (struct refusal){ 413, "a GET has no body" };
	return fine;
}
