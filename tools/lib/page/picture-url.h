/*
 * picture-url: the URL of a picture, in a page or in an answer of the API.
 *
 *	picture_url_add(b, "abc123", URL_THUMBNAIL, "ch02.png", image);
 *
 * It ends in "?" and 16 digits of the picture's SHA-256, if that is known: a
 * picture that is drawn again has another URL, and no browser shows an old one.
 */
#ifndef LIMN_PICTURE_URL_H
#define LIMN_PICTURE_URL_H

#include <jansson.h>

struct buf;

enum url_of { URL_PICTURE, URL_THUMBNAIL };

/*
 * Add the URL of the picture that has this name in images/, as
 * manifest_picture() returns it; image is its image in the manifest.  episode:
 * the id, for a URL of the server.  NULL: for a page that is in images/ itself.
 */
void picture_url_add(struct buf *b, const char *episode, enum url_of of,
	const char *name, const json_t *image);

#endif
