/*
 * said: how far a make is, and how it ended, by what it and its tools say.
 *
 *	struct said said;
 *
 *	said_begin(&said, false);
 *	while (... bytes are read from its output ...)
 *		said_add(&said, bytes, len);
 *	said_end(&said);
 *	... said.done, said.total, said.message ...
 *	said_free(&said);
 *
 * A step of a tool is the line that cli_step() prints, without colour,
 * "    2/8  ch02  thumbnail  480x270".  The thumbnail is the last that is made
 * of a picture, and of each that has changed: so a chapter is done that has
 *that stage.
 *
 * Lines may be anything, of any length: one is cut, with "..." at its end, and
 * what a terminal would obey, or isn't UTF-8, is written as \xNN.
 */
#ifndef LIMN_SAID_H
#define LIMN_SAID_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "jobs/jobs.h"

#define SAID_LINE_MAX 4096 /* bytes; what follows up to the newline is lost */

struct said {
	size_t done, total; /* chapters; total is 0 until somebody says it */

	/* The last line; make's own word only where nobody has said another.
	 * Of a step it begins with the chapter. */
	char message[JOBS_MESSAGE_SIZE];

	/* What the last line that begins with [OK] or [SKIP] says of the
	 * episode, and that with [FAIL]; or "". */
	char ok[JOBS_MESSAGE_SIZE], fail[JOBS_MESSAGE_SIZE];

	/* the module's own */
	bool is_one;    /* it is about one chapter */
	bool is_makes;  /* message is */
	struct buf ids; /* of those that are done, each after a newline */
	char line[SAID_LINE_MAX + 1];
	size_t len;
};

void said_begin(struct said *s, bool is_one);
void said_add(struct said *s, const char *bytes, size_t len);

/* What came last may have no newline. */
void said_end(struct said *s);
void said_free(struct said *s);

#endif
