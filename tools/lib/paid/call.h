/*
 * call: the request of a purchase, sent to its API when its turn has come.
 *
 *	call_check(&purchase, what);
 *	... reserve the money ...
 *	call_send(&purchase, what, &booking, &answer);
 *
 * Whatever goes wrong is said, booked, and ends the tool.  From the moment that
 * a request is under way signals wait (hold.h): the caller keeps the answer,
 * then calls hold_end().
 */
#ifndef LIMN_CALL_H
#define LIMN_CALL_H

#include <stdbool.h>

struct booking;
struct http_answer;
struct purchase;

/* Die where there is no key, a setting is wrong, or another tool of this run
 * was told that all requests must fail.  what heads the messages: "ch02:
 * image". */
void call_check(const struct purchase *p, const char *what);

/* On return a holds a good answer, and the caller has http_free() to do. */
void call_send(const struct purchase *p, const char *what,
	struct booking *booking, struct http_answer *a);

/* Whether it has to wait for its turn first. */
bool call_waits(const struct purchase *p);

#endif
