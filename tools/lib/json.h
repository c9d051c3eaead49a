/*
 * json: jansson with our limits, our messages and our way of printing.
 *
 * Input is UTF-8, with or without BOM.  Anything else (UTF-16, bad UTF-8,
 * NUL, \u0000, lone surrogates, duplicate keys, more than JSON_DEPTH_MAX
 * levels, something after the end) is EXIT_BAD_INPUT with "file:line:column:
 * what".
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

/*
 * Read path (see file.h) of at most max bytes; the caller has json_decref() to
 * do.  NULL on failure.
 */
json_t *json_read(const char *path, size_t max, struct failure *f);

/* The same of a text that was read already, from an input of that name. */
json_t *json_parse(const char *name, const char *s, size_t len,
	struct failure *f);

/* The same of a regular file of our own that may be missing or damaged: NULL
 * then. */
json_t *json_read_optional(const char *path, size_t max);

/*
 * Add value to b as our files have it: indented by two blanks, keys in their
 * order, letters as they are, a newline at the end.
 */
void json_print(const json_t *value, struct buf *b);

/* The same without blanks and newlines, as it is sent to an API. */
void json_print_compact(const json_t *value, struct buf *b);

/* json_object_set_new(), or die where there is no memory for it. */
void json_put(json_t *object, const char *key, json_t *value);

/* file_write() of json_print(). */
bool json_write(const char *path, const json_t *value, struct failure *f);

/*
 * A number of dollars for micro-dollars; prints as 0.08, not as
 * 0.08000000000000002.
 */
json_t *json_dollars(long long micros);

/* The micro-dollars of such a number; 0 where it is none, or beyond reason. */
long long json_micros(const json_t *dollars);

/* A time in our form, "2026-02-28T10:30:00Z". */
json_t *json_time(time_t time);

/* The string at key, or NULL when there is none (missing, null, no string). */
const char *json_text(const json_t *object, const char *key);

#endif
