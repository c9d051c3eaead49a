#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "chapter/manifest.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "page/picture-url.h"
#include "serve/image-list.h"

#define NAME "manifest.json" /* in messages */
#define URL_MAX 2048         /* bytes */

static json_t *
read_manifest(int fd, struct failure *f)
{
	struct buf text = BUF_INIT(IMAGE_LIST_BYTES_MAX);
	json_t *manifest = NULL, *images;
	struct stat st;

	if (fstat(fd, &st) != 0 || (size_t)st.st_size > IMAGE_LIST_BYTES_MAX) {
		failure_set(f, EXIT_BAD_INPUT, "it has more than %zu bytes",
			IMAGE_LIST_BYTES_MAX);
		return NULL;
	}
	if (file_read_open(fd, NAME, &text, f))
		manifest = json_parse(NAME, text.data, text.len, f);
	buf_free(&text);
	images = json_object_get(manifest, "images");
	if (!manifest ||
		(json_is_array(images) &&
			json_array_size(images) <= IMAGE_LIST_MAX))
		return manifest;
	json_decref(manifest);
	failure_set(f, EXIT_BAD_INPUT,
		"images: it must be a list of at most %d images",
		IMAGE_LIST_MAX);
	return NULL;
}

static void
add_urls(json_t *manifest, const char *episode_id)
{
	json_t *image;
	size_t i;

	json_array_foreach(json_object_get(manifest, "images"), i, image)
	{
		const char *name = manifest_picture(image);
		struct buf url = BUF_INIT(URL_MAX);

		if (!name)
			continue;
		picture_url_add(&url, episode_id, URL_PICTURE, name, image);
		json_put(image, "url", json_string(url.data));
		buf_free(&url);
	}
}

char *
image_list_print(int fd, const char *episode_id, struct failure *f)
{
	struct failure why;
	json_t *manifest = read_manifest(fd, &why);
	struct buf text = BUF_INIT(4 * IMAGE_LIST_BYTES_MAX);

	if (!manifest) {
		failure_set(f, why.status, "Image manifest is damaged: %s",
			why.message);
		return NULL;
	}
	add_urls(manifest, episode_id);
	json_print(manifest, &text);
	json_decref(manifest);
	return text.data;
}
