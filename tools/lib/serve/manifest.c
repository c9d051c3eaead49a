#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "page/html.h"
#include "page/record.h"
#include "serve/manifest.h"

#define NAME_MAX_BYTES 255 /* of a file */
#define URL_MAX 2048

/* The file's bytes, to be freed; NULL where that can't be. */
static char *
read_bytes(int fd, size_t *len, struct failure *f)
{
	struct stat st;
	char *bytes;
	ssize_t n = 1;

	if (fstat(fd, &st) != 0 || (size_t)st.st_size > MANIFEST_BYTES_MAX) {
		failure_set(f, EXIT_BAD_INPUT, "it has more than %zu bytes",
			MANIFEST_BYTES_MAX);
		return NULL;
	}
	bytes = malloc((size_t)st.st_size + 1);
	for (*len = 0; bytes && n > 0 && *len < (size_t)st.st_size;) {
		n = read(fd, bytes + *len, (size_t)st.st_size - *len);
		if (n > 0)
			*len += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	if (bytes && *len == (size_t)st.st_size)
		return bytes;
	free(bytes);
	failure_set(f, EXIT_IO, "it can't be read");
	return NULL;
}

static json_t *
read_manifest(int fd, struct failure *f)
{
	size_t len;
	char *bytes = read_bytes(fd, &len, f);
	json_t *manifest, *images;

	if (!bytes)
		return NULL;
	manifest = json_parse("manifest.json", bytes, len, f);
	free(bytes);
	images = json_object_get(manifest, "images");
	if (!manifest ||
		(json_is_array(images) &&
			json_array_size(images) <= MANIFEST_IMAGES_MAX))
		return manifest;
	json_decref(manifest);
	failure_set(f, EXIT_BAD_INPUT,
		"images: it must be a list of at most %d images",
		MANIFEST_IMAGES_MAX);
	return NULL;
}

/* The name of an image's file in images/, or NULL. */
static const char *
name_of(const json_t *image)
{
	const char *path = json_text(image, "file_path");
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *name = slash ? slash + 1 : path;

	if (!name || !name[0] || strlen(name) > NAME_MAX_BYTES ||
		strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return NULL;
	return name;
}

static void
add_urls(json_t *manifest, const char *episode_id)
{
	json_t *image;
	size_t i;

	json_array_foreach(json_object_get(manifest, "images"), i, image)
	{
		const char *name = name_of(image);
		struct buf url = BUF_INIT(URL_MAX);
		char version[RECORD_VERSION_SIZE];

		if (!name)
			continue;
		record_version(image, version);
		buf_addf(&url, "/api/episodes/%s/files/images/", episode_id);
		html_segment(&url, name);
		buf_adds(&url, version);
		json_put(image, "url", json_string(url.data));
		buf_free(&url);
	}
}

char *
manifest_print(int fd, const char *episode_id, struct failure *f)
{
	struct failure why;
	json_t *manifest = read_manifest(fd, &why);
	struct buf text = BUF_INIT(4 * MANIFEST_BYTES_MAX);

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
