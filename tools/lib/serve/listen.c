#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "err.h"
#include "failure.h"
#include "serve/listen.h"

#define WAITING_MAX 1024 /* connections that wait in the kernel */

union socket_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Parse the literal; false if it isn't an address. */
static bool
parse_literal(struct address *a, union socket_address *at)
{
	char text[INET6_ADDRSTRLEN];
	size_t len = strlen(a->literal);
	bool has_brackets = a->literal[0] == '[' && a->literal[len - 1] == ']';

	memset(at, 0, sizeof *at);
	if (inet_pton(AF_INET, a->literal, &at->v4.sin_addr) == 1) {
		at->v4.sin_family = AF_INET;
		at->v4.sin_port = htons((uint16_t)a->port);
		a->is_loopback =
			ntohl(at->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
		return true;
	}
	snprintf(text, sizeof text, "%s", a->literal + has_brackets);
	if (has_brackets && strlen(text) > 0)
		text[strlen(text) - 1] = '\0';
	if (inet_pton(AF_INET6, text, &at->v6.sin6_addr) != 1)
		return false;
	at->v6.sin6_family = AF_INET6;
	at->v6.sin6_port = htons((uint16_t)a->port);
	a->is_loopback = IN6_IS_ADDR_LOOPBACK(&at->v6.sin6_addr);
	return true;
}

/* The literal for the URL; for all addresses, that of loopback. */
static void
set_url(struct address *a, const union socket_address *at)
{
	char text[INET6_ADDRSTRLEN] = "127.0.0.1";
	bool is_v6 = at->any.sa_family == AF_INET6;

	if (is_v6 && IN6_IS_ADDR_UNSPECIFIED(&at->v6.sin6_addr))
		strcpy(text, "::1");
	else if (is_v6)
		inet_ntop(AF_INET6, &at->v6.sin6_addr, text, sizeof text);
	else if (at->v4.sin_addr.s_addr != htonl(INADDR_ANY))
		inet_ntop(AF_INET, &at->v4.sin_addr, text, sizeof text);
	a->port = ntohs(is_v6 ? at->v6.sin6_port : at->v4.sin_port);
	snprintf(a->url, sizeof a->url, "http://%s%s%s:%u/", is_v6 ? "[" : "",
		text, is_v6 ? "]" : "", a->port);
}

int
listen_at(struct address *a, struct failure *f)
{
	union socket_address at;
	socklen_t len;
	int fd, yes = 1;

	if (!parse_literal(a, &at)) {
		failure_set(f, EXIT_USAGE,
			"%s: this is no IP address; say 127.0.0.1, or 0.0.0.0 "
			"for all that this machine has",
			a->literal);
		return -1;
	}
	len = at.any.sa_family == AF_INET6 ? sizeof at.v6 : sizeof at.v4;
	fd = socket(at.any.sa_family,
		SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		failure_set(f, EXIT_UNAVAILABLE, "%s: no socket:", a->literal);
		return -1;
	}
	/* without V6ONLY, an IPv4 address in Host would have two forms */
	if (at.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(fd, &at.any, len) == 0 && listen(fd, WAITING_MAX) == 0 &&
		getsockname(fd, &at.any, &len) == 0) {
		set_url(a, &at);
		return fd;
	}
	if (errno == EADDRINUSE)
		failure_set(f, EXIT_UNAVAILABLE,
			"%s, port %u: another program listens there, perhaps "
			"another serve-gallery; stop it, or choose another "
			"with make serve PORT=%u",
			a->literal, a->port,
			a->port < 65535 ? a->port + 1 : a->port - 1);
	else
		failure_set(f, EXIT_UNAVAILABLE, "%s, port %u:", a->literal,
			a->port);
	close(fd);
	return -1;
}
