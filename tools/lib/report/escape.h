/*
 * escape: text of unknown origin, for a terminal or a file.
 *
 *	char *name = escape_text(db_text(q, 0));
 *	puts(name);
 *	free(name);
 *
 * A control character is written as \xNN, as err.h does it.  In a text that
 * isn't UTF-8, every byte that isn't ASCII is written so, too.
 */
#ifndef LIMN_ESCAPE_H
#define LIMN_ESCAPE_H

#include <jansson.h>

/* The caller frees the string.  It is "-" for NULL and for "". */
char *escape_text(const char *s);

/* The same as a JSON string, where control characters need no escape; null for
 * NULL and for "". */
json_t *escape_json(const char *s);

#endif
