/*
 * picture: who made a picture.
 *
 * limn's own say so in their Software text.  One that doesn't was put there by
 * hand, and there may be no copy of it anywhere.
 */
#ifndef LIMN_PICTURE_H
#define LIMN_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#define PICTURE_CARD "limn placeholder-png"
#define PICTURE_DRAFT "limn draw-storyboard"

/* Whether these bytes of a PNG have that Software text. */
bool picture_is_by(const void *png, size_t len, const char *software);

/*
 * Whether a whole PNG that limn didn't draw is at path; if so, it is dated as
 * if it had been drawn now, and a warning says that it stays.  path may be NULL
 * or name nothing.
 */
bool picture_keep(const char *path);

#endif
