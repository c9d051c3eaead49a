/*
 * picture: who made the picture that is at a path.
 *
 * limn's own say so in their Software text.  One that was bought is known by
 * its SHA-256, which the store of answers, the answer it came in and the
 * manifest's record of the chapter tell.  Any other was put there by hand, and
 * there may be no copy of it anywhere.
 */
#ifndef LIMN_PICTURE_H
#define LIMN_PICTURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "hash.h"

struct answers;

#define PICTURE_CARD "limn placeholder-png"
#define PICTURE_DRAFT "limn draw-storyboard"

enum picture_maker {
	PICTURE_NONE,   /* there is no file, or it holds no whole PNG */
	PICTURE_DRAWN,  /* by limn */
	PICTURE_BOUGHT, /* by an image API */
	PICTURE_BY_HAND,
};

/* Whether these bytes of a PNG have that Software text. */
bool picture_is_by(const void *png, size_t len, const char *software);

/*
 * Who made the picture at path, which may be NULL; hash is filled in where it
 * is bought or by hand.
 *
 * source is a file of the chapter's workings, "imagegen/ch02.prompt.json":
 * beside it, in ch02.entry.json, there may be the record of this picture.
 * answer is what call-dalle wrote.  store may have no answers.  All three may
 * be NULL.
 */
enum picture_maker picture_look(const char *path, const char *source,
	const json_t *answer, const struct answers *store,
	char hash[HASH_SIZE]);

/*
 * Whether a picture by hand is at path; if so, it is dated as if it had been
 * drawn now, and a warning says that it stays, and where it should be instead
 * if one was bought for it.
 */
bool picture_keep(const char *path, const char *source, const json_t *answer,
	const struct answers *store);

#endif
