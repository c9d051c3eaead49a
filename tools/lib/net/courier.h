/*
 * courier: one process that makes the requests of a run.
 *
 * To load libcurl and its thirty libraries takes a process 6 ms, and under make
 * there are two processes a chapter that need it.  So the first of a run (all
 * that have the same LIMN_RUN) leaves a child behind that has it loaded, takes
 * requests over a socket, forks for each, and ends a second after the last one.
 * Only processes of the same user are answered.  It is no more than that: the
 * store, the retrying and the messages are the tool's, and where there is no
 * courier, or no LIMN_RUN, the tool makes its request itself.
 */
#ifndef LIMN_COURIER_H
#define LIMN_COURIER_H

#include <stdbool.h>

struct http_request;
struct http_answer;

/*
 * As transfer_send(), by the run's courier.  false: it has not been sent.  A
 * courier that dies meanwhile is HTTP_UNKNOWN.
 */
bool courier_send(const struct http_request *q, struct http_answer *a);

#endif
