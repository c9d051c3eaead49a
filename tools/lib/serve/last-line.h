/*
 * last-line: why a tool failed, from what it said on standard error.
 */
#ifndef LIMN_LAST_LINE_H
#define LIMN_LAST_LINE_H

#include <stddef.h>

/* The last line that isn't make's, as a string: it is the error, and warnings
 * come before it.  "" where there is none; cut to what there is room for. */
void last_line(const char *said, size_t len, char *line, size_t size);

/* The exit status of the recipe that failed last, where make says so ("make:
 * *** [place: goal] Error 66"; its own is always 2), else status. */
int last_status(const char *said, size_t len, int status);

#endif
