/*
 * workings: the files of an episode's imagegen/, for who only looks.
 *
 *	json_t *slice = workings_read("outputs/EP", "ch02", ".chapter.json");
 *
 * Anything may be in them.  What is missing or spoilt, a link, no regular file
 * or another chapter's is NULL or false, and nothing is said of it.
 */
#ifndef LIMN_WORKINGS_H
#define LIMN_WORKINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The ids in chapters.index, as the keys of a new object, in their order. */
json_t *workings_ids(const char *directory);

/* A file of JSON that has the id for chapter_id, to be json_decref()ed. */
json_t *workings_read(const char *directory, const char *id,
	const char *suffix);

/* What ID.response.json says of its picture: request_sha256, cost_usd and what
 * else stands behind the prompt.  To be json_decref()ed. */
json_t *workings_answer(const char *directory, const char *id);

/* Why the last steps of chapters failed, by imagegen/log: an object of texts,
 * "call-dalle: ch02: ...", with their ids for keys.  Later steps that were good
 * take an error back.  To be json_decref()ed. */
json_t *workings_errors(const char *directory);

/* Whether the chapter's picture was the author's own, and was taken away. */
bool workings_lost_own(const char *directory, const char *id);

/* Why the episode's chapters were refused when make last read them: lines, to
 * be free()d; of 16 kB the first.  NULL: they weren't, or changed since. */
char *workings_refusal(const char *directory);

#endif
