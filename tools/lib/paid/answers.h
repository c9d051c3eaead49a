/*
 * answers: the store of answers that were paid for, as limn-answers(5) has it.
 *
 *	answers_open("outputs/.answers");
 *	answers_lock(hash);
 *	if (!answers_find(hash, &e)) {
 *		... ask ...
 *		answers_keep(hash, &body, &facts);
 *	}
 *	answers_unlock(hash);
 *
 * An answer is kept in two steps: as it was received (HEX.raw), before anybody
 * looks into it; then taken apart into HEX.json and, of an image, a picture,
 * which is called by its own SHA-256 and never replaced.  A tool that dies
 * between the two leaves HEX.raw, and the next one goes on from there.  Here is
 * only where and how things are kept; buy.c knows what they are.
 */
#ifndef LIMN_ANSWERS_H
#define LIMN_ANSWERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "hash.h"

struct failure;

#define ANSWERS_ENTRY_MAX ((size_t)16 << 20) /* bytes of HEX.json */

/* Open the store, which is made if need be. */
bool answers_open(const char *dir, struct failure *f);

/* Whether there is one. */
bool answers_is_open(void);

/* false: the store can't be written to, or its disk has no space for so many
 * bytes. */
bool answers_need_space(size_t bytes, struct failure *f);

/*
 * Wait until nobody else has this request's lock, and take it.  It is given
 * back by answers_unlock(), or when the tool ends, however it ends.  Waiting
 * is said.
 */
bool answers_lock(const char hash[HASH_SIZE], struct failure *f);
void answers_unlock(const char hash[HASH_SIZE]);

/*
 * The entry, to be json_decref()ed, or NULL where there is none; an entry whose
 * bytes are not those that were kept is set aside, with a warning.  f->status
 * is 0 then: what can't be read at the moment is a failure, and not to be
 * bought again.
 */
json_t *answers_find(const char hash[HASH_SIZE], struct failure *f);

/*
 * The entry in a file of a store, which may be another name's than HEX.json, to
 * be json_decref()ed; NULL where its bytes are not those that were kept, or it
 * is of another request.
 */
json_t *answers_read(const char *path, const char hash[HASH_SIZE],
	struct failure *f);

/*
 * As answers_find(), without touching or saying anything, for those who only
 * look; the picture isn't read, but must be there.
 */
json_t *answers_peek(const char hash[HASH_SIZE]);

/*
 * Add to out the bytes of the entry's picture; false, after it was set aside
 * with its entry and that was said, where they are not those that were kept.
 */
bool answers_picture(const char hash[HASH_SIZE], const json_t *entry,
	struct buf *out, struct failure *f);

/* Whether the store has a picture of this hash, so that it was bought. */
bool answers_has_picture(const char picture_hash[HASH_SIZE]);

/* Add its bytes to out; false where it isn't there, or isn't what was kept. */
bool answers_read_picture(const char picture_hash[HASH_SIZE], struct buf *out);

/*
 * Keep an answer as it was received, with a line of facts behind it, which is
 * added to raw; or find one that nobody has taken apart yet: then raw and facts
 * are as they were (facts to be json_decref()ed), and true is returned.
 */
bool answers_keep_raw(const char hash[HASH_SIZE], struct buf *raw,
	const json_t *facts, struct failure *f);
bool answers_find_raw(const char hash[HASH_SIZE], struct buf *raw,
	json_t **facts, struct failure *f);

/* The facts behind an answer as it was received, in a file of a store, to be
 * json_decref()ed; NULL where there are none.  The answer isn't read. */
json_t *answers_facts(const char *path);

/* The file that answers_keep_raw() keeps it in; good until the fourth call
 * after it. */
const char *answers_raw_path(const char hash[HASH_SIZE]);

/* Rename it, as another is bought. */
bool answers_former_raw(const char hash[HASH_SIZE], struct failure *f);

/*
 * Keep an answer that was taken apart; HEX.raw goes then.  A former one stays
 * beside it as HEX.1.json, HEX.2.json ...  picture may be empty.  false with
 * f->status 0, and nothing is done, where it is longer than an entry may be.
 */
bool answers_keep(const char hash[HASH_SIZE], json_t *entry,
	const struct buf *picture, struct failure *f);

/*
 * Where one tool of a run found that all requests to an endpoint must fail, the
 * others of that run needn't ask: the exit status and, in message, why; 0 where
 * nobody said so.
 */
void answers_stop(const char *endpoint, const char *run, int status,
	const char *message);
int answers_stopped(const char *endpoint, const char *run, char *message,
	size_t size);

#endif
