/*
 * expect: what a JSON file that limn comes with must hold, field by field.
 *
 *	expect_begin(path);
 *	mark = expect_enter("models[3]");
 *	id = expect_word(entry, "id", true);
 *	expect_leave(mark);
 *
 * Each of these looks at one member of an object.  What it isn't, or that it is
 * missing where it is needed, is EXIT_BAD_CONFIG with file and place,
 * "models.json: models[3].id: is missing; correct it, or install limn again".
 */
#ifndef LIMN_EXPECT_H
#define LIMN_EXPECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define EXPECT_WORD_MAX 128 /* bytes */

/* The file's name, which must live as long as the checks. */
void expect_begin(const char *file);

/* Go into a member; leave with what enter returned. */
size_t expect_enter(const char *key);
void expect_leave(size_t mark);

/* Die, saying that about a member of the place. */
_Noreturn void expect_bad(const char *key, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The member, or NULL where it isn't there, or null. */
json_t *expect_any(const json_t *o, const char *key, bool needed);
json_t *expect_object(const json_t *o, const char *key, bool needed);

/* A word: letters of ASCII, no blanks.  A list of them isn't empty if needed.
 */
const char *expect_word(const json_t *o, const char *key, bool needed);
const json_t *expect_words(const json_t *o, const char *key, bool needed);

/* One of a few words, which are given with a blank around each. */
void expect_one_of(const json_t *o, const char *key, bool needed,
	const char *words);

/* A date like 2026-11-22. */
void expect_date(const json_t *o, const char *key);

void expect_whole(const json_t *o, const char *key, bool needed, long min,
	long max);

/* A price, with no more than so many decimals. */
#define EXPECT_DOLLARS_MAX 10000.0
void expect_dollars(const json_t *o, const char *key, bool needed,
	int decimals);

#endif
