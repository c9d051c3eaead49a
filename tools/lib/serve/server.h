/*
 * server: libmicrohttpd, with our limits.
 *
 *	server_begin(&site, socket, &stopped);
 *	... until SIGTERM ...
 *	server_end();
 *
 * A connection has a thread: who waits for a slow tool holds up nobody else.
 * Whatever comes, the server goes on.
 */
#ifndef LIMN_SERVER_H
#define LIMN_SERVER_H

struct site;

#define SERVER_CONNECTIONS_MAX 1024
#define SERVER_HEADER_MAX 32768 /* bytes of a request's line and headers */

/* Start it on a socket that listens; or die.  Whoever calls it has blocked the
 * signals that he waits for. */
void server_begin(const struct site *site, int fd);

/* Once a second. */
void server_tick(void);

void server_end(void);

#endif
