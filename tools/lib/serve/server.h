/*
 * server: libmicrohttpd, with limn's limits.
 *
 *	if (!server_begin(&site, socket, &f))
 *		die_of(&f);
 *	... until SIGTERM; server_tick() once a second ...
 *	server_end();
 *
 * Each connection has a thread, so a slow tool delays only the request that
 * waits for it.  A connection is closed if nothing is sent or received for
 * SERVER_IDLE_S seconds.  No request ends the server.
 */
#ifndef LIMN_SERVER_H
#define LIMN_SERVER_H

#include <stdbool.h>

struct failure;
struct site;

#define SERVER_CONNECTIONS_MAX 1024
#define SERVER_HEADER_MAX 32768 /* bytes of a request's line and headers */
#define SERVER_IDLE_S 60        /* longer than a tool may take (tools.h) */

/* Start the server on a listening socket.  The caller has blocked the signals
 * for which it waits. */
bool server_begin(const struct site *site, int fd, struct failure *f);

/* Call this once a second. */
void server_tick(void);

void server_end(void);

#endif
