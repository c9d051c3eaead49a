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

struct answers;
struct failure;

#define PICTURE_CARD "limn placeholder-png"
#define PICTURE_DRAFT "limn draw-storyboard"

/* Whether these bytes of a PNG have that Software text. */
bool picture_is_by(const void *png, size_t len, const char *software);

/*
 * Whether a whole PNG is at path (may be NULL) that a person put there.
 *
 * source is a file of the chapter's workings, "imagegen/ch02.prompt.json":
 * beside it, in ch02.entry.json, there may be the record of this picture.
 * answer is what call-dalle wrote.  store may have no answers.  All three may
 * be NULL.  false where the file can't be read.
 */
bool picture_by_hand(const char *path, const char *source, const json_t *answer,
	const struct answers *store, bool *yes, struct failure *f);

/*
 * The same for a tool that is about to replace the picture.  One by hand is
 * kept: it gets the date of an output, and a warning says that it stays, and
 * where it should be instead if one was bought for it.
 */
bool picture_keep(const char *path, const char *source, const json_t *answer,
	const struct answers *store, bool *is_kept, struct failure *f);

#endif
