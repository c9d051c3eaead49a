/*
 * server: libmicrohttpd, with our limits.
 *
 *	if (!server_begin(&site, socket, &f))
 *		die_of(&f);
 *	... until SIGTERM; server_tick() once a second ...
 *	server_end();
 *
 * A connection has a thread: who waits for a slow tool holds up nobody else.
 * One on which nothing moves for SERVER_IDLE_S is closed.  Whatever comes, the
 * server goes on.
 */
#ifndef LIMN_SERVER_H
#define LIMN_SERVER_H

#include <stdbool.h>

struct failure;
struct site;

#define SERVER_CONNECTIONS_MAX 1024
#define SERVER_HEADER_MAX 32768 /* bytes of a request's line and headers */
#define SERVER_IDLE_S 60        /* longer than a tool may take (tools.h) */

/* Start it on a socket that listens.  The caller has blocked the signals that
 * it waits for. */
bool server_begin(const struct site *site, int fd, struct failure *f);

/* Once a second. */
void server_tick(void);

void server_end(void);

#endif
