/*
 * picture: find out who made the picture at a path.
 *
 * limn's own pictures have a Software text.  A picture that was bought is known
 * by its SHA-256, from the store of answers, from its answer, or from the
 * chapter's entry.  Any other picture was put there by hand, and may have no
 * copy.
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

/* Whether a PNG has that Software text. */
bool picture_is_by(const void *png, size_t len, const char *software);

/*
 * Find out whether path (may be NULL) has a whole PNG that a person put there.
 *
 * source is a file of the chapter in imagegen/, "imagegen/ch02.prompt.json";
 * the entry of the picture may be beside it, in ch02.entry.json.  answer is
 * what call-dalle wrote.  All three may be NULL.  false: the file can't be
 * read.
 */
bool picture_by_hand(const char *path, const char *source, const json_t *answer,
	const struct answers *store, bool *yes, struct failure *f);

/*
 * The same for a tool that would replace the picture.  A picture that was put
 * there by hand is kept: it gets today's date, and there is a warning.  If a
 * picture was bought for the chapter, the warning says where to put one's own.
 */
bool picture_keep(const char *path, const char *source, const json_t *answer,
	const struct answers *store, bool *is_kept, struct failure *f);

#endif
