/*
 * answers: the store of answers that were paid for; limn-answers(5) describes
 * its files.
 *
 *	struct answers a;
 *
 *	if (!answers_open(&a, "outputs/.answers", &f) ||
 *		!answers_lock(&a, hash, &f))
 *		return false;
 *	entry = answers_find(&a, hash, &f);
 *	if (!entry && !f.status) {
 *		... ask ...
 *		answers_keep_raw(&a, hash, &body, facts, &f);
 *		... take the answer apart ...
 *		answers_keep(&a, hash, entry, &picture, &f);
 *	}
 *	answers_unlock(&a, hash);
 *	answers_close(&a);
 *
 * An answer is kept in two steps: as it was received (HEX.raw), before anybody
 * looks into it; then taken apart into HEX.json and, of an image, a picture,
 * whose name is its own SHA-256 and which is never replaced.  A tool that dies
 * between the two leaves HEX.raw, and the next tool takes that apart.  This
 * module knows where and how answers are kept; buy.c knows what they are.
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
#define ANSWERS_PATH_MAX 4096

/* An open store.  { 0 } is none: there nothing is found. */
struct answers {
	const char *directory; /* NULL: there is none */
	int lock_file;         /* -1: not opened yet */
};

/* Open the store; it is made if need be.  directory must live as long. */
bool answers_open(struct answers *a, const char *directory, struct failure *f);

/* The same, but a directory that is NULL, or isn't there, is no store; nothing
 * is made. */
bool answers_look(struct answers *a, const char *directory, struct failure *f);

void answers_close(struct answers *a);

bool answers_is_open(const struct answers *a);

/* false: the store can't be written to, or its disk has less free space than
 * that. */
bool answers_need_space(const struct answers *a, size_t bytes,
	struct failure *f);

/*
 * Lock this request; wait, with a warning, while another process has its lock.
 * answers_unlock() or the end of the process releases it.
 */
bool answers_lock(struct answers *a, const char hash[HASH_SIZE],
	struct failure *f);
void answers_unlock(const struct answers *a, const char hash[HASH_SIZE]);

/*
 * The entry of a request, for json_decref(), or NULL.  f->status is 0 if there
 * is none; an entry whose bytes are not those that were kept is set aside, with
 * a warning.  What can't be read at the moment is a failure: it must not be
 * bought again.
 */
json_t *answers_find(const struct answers *a, const char hash[HASH_SIZE],
	struct failure *f);

/*
 * The entry in any file of a store (HEX.1.json), for json_decref(); NULL if its
 * bytes are not those that were kept, or it answers another request.
 */
json_t *answers_read(const char *path, const char hash[HASH_SIZE],
	struct failure *f);

/*
 * As answers_find(), but nothing is changed and nothing said.  The picture must
 * be there, but isn't read.
 */
json_t *answers_peek(const struct answers *a, const char hash[HASH_SIZE]);

/*
 * Add the bytes of the entry's picture to out.  If they are not those that were
 * kept, false: picture and entry are set aside, with a warning.
 */
bool answers_picture(const struct answers *a, const char hash[HASH_SIZE],
	const json_t *entry, struct buf *out, struct failure *f);

/* Whether the store has a picture with this hash: then it was bought. */
bool answers_has_picture(const struct answers *a,
	const char picture_hash[HASH_SIZE]);

/* Add its bytes to out, and return the open file, for file_write_copy(); -1 if
 * it isn't there, or isn't what was kept. */
int answers_open_picture(const struct answers *a,
	const char picture_hash[HASH_SIZE], struct buf *out);

/* Keep an answer as it was received, with a line of facts behind it. */
bool answers_keep_raw(const struct answers *a, const char hash[HASH_SIZE],
	struct buf *raw, const json_t *facts, struct failure *f);

/* Find an answer that nobody has taken apart yet: fills in raw and facts (for
 * json_decref()).  false: there is none if f->status is 0. */
bool answers_find_raw(const struct answers *a, const char hash[HASH_SIZE],
	struct buf *raw, json_t **facts, struct failure *f);

/* The same, but nothing is changed and nothing said; without the facts. */
bool answers_peek_raw(const struct answers *a, const char hash[HASH_SIZE],
	struct buf *raw);

/* The facts behind a raw answer, in any file of a store, for json_decref();
 * NULL if it has none.  The answer itself isn't read. */
json_t *answers_facts(const char *path);

/* Fill in the path of the file of answers_keep_raw(), and return it. */
const char *answers_raw_path(const struct answers *a,
	const char hash[HASH_SIZE], char path[ANSWERS_PATH_MAX]);

/* Rename it to HEX.1.raw, as another answer is bought. */
bool answers_former_raw(const struct answers *a, const char hash[HASH_SIZE],
	struct failure *f);

/*
 * Keep an answer that was taken apart, and remove HEX.raw.  A former answer
 * stays beside it as HEX.1.json, HEX.2.json ...  picture may be empty.  false
 * with f->status 0: it is longer than ANSWERS_ENTRY_MAX, and nothing was done.
 */
bool answers_keep(const struct answers *a, const char hash[HASH_SIZE],
	json_t *entry, const struct buf *picture, struct failure *f);

/*
 * If one tool of a run learned that all requests to an endpoint must fail, the
 * other tools of that run don't ask.  answers_stopped() returns the exit status
 * and fills in the message, or returns 0.
 */
void answers_stop(const struct answers *a, const char *endpoint,
	const char *run, int status, const char *message);
int answers_stopped(const struct answers *a, const char *endpoint,
	const char *run, char *message, size_t size);

#endif
