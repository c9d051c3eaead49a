/*
 * record: what a manifest says of one picture.
 *
 *	json_t *records = record_all(manifest);
 *	char version[RECORD_VERSION_SIZE];
 *
 *	record_version(json_object_get(records, "ch02"), version);
 *	... "ch02.png" and version make its URL ...
 *
 * A manifest may hold anything: what isn't as it should be counts as missing.
 */
#ifndef LIMN_RECORD_H
#define LIMN_RECORD_H

#include <jansson.h>

#define RECORD_VERSION_SIZE sizeof "?0123456789abcdef"

/* The records by their chapters' ids, in the manifest's order; of several with
 * one id the first.  To be json_decref()ed. */
json_t *record_all(const json_t *manifest);

/* The SHA-256 of the picture: 64 hex digits, or "". */
const char *record_hash(const json_t *record);

/* What its URL ends in, so that another picture has another URL; "" where its
 * hash isn't known. */
void record_version(const json_t *record, char version[RECORD_VERSION_SIZE]);

#endif
