/*
 * parse: json.h's reading of a text, for threads that must not die.
 */
#ifndef LIMN_PARSE_H
#define LIMN_PARSE_H

#include <jansson.h>
#include <stddef.h>

#define PARSE_WHY_SIZE (JSON_ERROR_TEXT_LENGTH + 64)

/* The value, or NULL and in why what is wrong: "line 3: ...". */
json_t *parse_json(const char *s, size_t len, char why[PARSE_WHY_SIZE]);

#endif
