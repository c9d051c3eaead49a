/*
 * deadline: connections that dawdle.
 *
 * libmicrohttpd closes a connection on which nothing moves, but a byte a minute
 * is enough for it.  Here each has to have its request complete, and its answer
 * taken, by a time; else it is told 408 where that can be, and cut.
 *
 *	MHD_OPTION_NOTIFY_CONNECTION, deadline_notify, NULL
 *	deadline_set(connection, DEADLINE_READ);	at each turn
 *	deadline_check();				every second
 */
#ifndef LIMN_DEADLINE_H
#define LIMN_DEADLINE_H

#include <microhttpd.h>

#define DEADLINE_READ_S 15    /* for a request, from the first of it */
#define DEADLINE_IDLE_S 60    /* between two requests */
#define DEADLINE_ANSWER_S 600 /* to make an answer, and to have it taken */

enum deadline {
	DEADLINE_READ,   /* a request has begun */
	DEADLINE_ANSWER, /* it is here */
	DEADLINE_IDLE,   /* it is answered */
};

void deadline_notify(void *unused, struct MHD_Connection *connection,
	void **context, enum MHD_ConnectionNotificationCode code);

/* One connection has come to another state. */
void deadline_set(struct MHD_Connection *connection, enum deadline state);

/* Cut all whose time is over. */
void deadline_check(void);

/* The connection's socket, or -1. */
int deadline_socket(struct MHD_Connection *connection);

#endif
