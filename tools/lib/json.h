/*
 * json: jansson with limn's limits, messages and form of output.
 *
 * Input is UTF-8, with or without BOM.  UTF-16, invalid UTF-8, NUL, \u0000,
 * lone surrogates, duplicate keys, more than JSON_DEPTH_MAX levels, and text
 * after the end are EXIT_BAD_INPUT, with the message "file:line:column: what".
 */
#ifndef LIMN_JSON_H
#define LIMN_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct buf;
struct failure;

#define JSON_DEPTH_MAX 64

/* Read path (see file.h), of at most max bytes; NULL on failure.  The caller
 * calls json_decref(). */
json_t *json_read(const char *path, size_t max, struct failure *f);

/* The same for a text in memory; messages begin with name. */
json_t *json_parse(const char *name, const char *s, size_t len,
	struct failure *f);

/* The same for a regular file that may be missing or damaged (NULL), without a
 * message. */
json_t *json_read_optional(const char *path, size_t max);

/*
 * Add value to b in the form of limn's files: indented by two spaces, with the
 * keys in their order, and a newline at the end.  Only control characters are
 * escaped.
 */
void json_print(const json_t *value, struct buf *b);

/* The same without spaces and newlines, as for an API. */
void json_print_compact(const json_t *value, struct buf *b);

/* json_object_set_new() and json_array_append_new(); the tool dies if memory
 * runs out. */
void json_put(json_t *object, const char *key, json_t *value);
void json_append(json_t *list, json_t *value);

/* Returns value.  If it is NULL, memory ran out, and the tool dies. */
json_t *json_need(json_t *value);

/* Write path with file_write(), as json_print() prints. */
bool json_write(const char *path, const json_t *value, struct failure *f);

/* Micro-dollars as a number of dollars that prints as 0.08, not as
 * 0.08000000000000002. */
json_t *json_dollars(long long micros);

/* A number of dollars as micro-dollars; 0 if it isn't a number, or is out of
 * range. */
long long json_micros(const json_t *dollars);

/* A time as a string, "2026-02-28T10:30:00Z". */
json_t *json_time(time_t time);

/* Parse such a text, with or without a fraction of a second; s may be NULL.
 * Returns false if it isn't a time of the years 1970 to 9999 in UTC. */
bool json_parse_time(const char *s, time_t *time);

/* The string at key; NULL if it is missing, null or not a string. */
const char *json_text(const json_t *object, const char *key);

#endif
