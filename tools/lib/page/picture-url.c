#include "page/picture-url.h"
#include "buf.h"
#include "chapter/manifest.h"
#include "page/html.h"

#define DIGITS 16 /* of the SHA-256 in the URL */

void
picture_url_add(struct buf *b, const char *episode, enum url_of of,
	const char *name, const json_t *image)
{
	const char *hash = manifest_hash(image);

	if (episode)
		buf_addf(b, "/api/episodes/%s/files/images/", episode);
	if (of == URL_THUMBNAIL)
		buf_adds(b, "thumbs/");
	html_segment(b, name);
	if (*hash)
		buf_addf(b, "?%.*s", DIGITS, hash);
}
