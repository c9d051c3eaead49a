/*
 * escape: text from elsewhere, for a terminal or a file of ours.
 *
 *	char *name = escape_text(db_text(q, 0));
 *	puts(name);
 *	free(name);
 *
 * A control byte is written as \xNN, as err.h does it, and so is every byte
 * that isn't ASCII of a text that isn't UTF-8.
 */
#ifndef LIMN_ESCAPE_H
#define LIMN_ESCAPE_H

#include <jansson.h>

/* A string of its own, to be freed; "-" for NULL, and for "". */
char *escape_text(const char *s);

/* The same as a JSON string, which has its own way with control bytes; null for
 * NULL, and for "". */
json_t *escape_json(const char *s);

#endif
