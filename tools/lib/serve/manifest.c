#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "page/html.h"
#include "page/record.h"
#include "serve/manifest.h"
#include "serve/parse.h"

#define NAME_SIZE 256 /* of a file */
#define URL_MAX 2048

/* The file's bytes, to be freed; NULL and why where that can't be. */
static char *
read_bytes(int fd, size_t *len, char why[MANIFEST_WHY_SIZE])
{
	struct stat st;
	char *bytes;
	ssize_t n;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		strcpy(why, "it is no file");
		return NULL;
	}
	if ((size_t)st.st_size > MANIFEST_BYTES_MAX) {
		snprintf(why, MANIFEST_WHY_SIZE, "it has more than %zu bytes",
			MANIFEST_BYTES_MAX);
		return NULL;
	}
	bytes = malloc((size_t)st.st_size + 1);
	for (*len = 0; bytes && *len < (size_t)st.st_size; *len += (size_t)n) {
		n = read(fd, bytes + *len, (size_t)st.st_size - *len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			break;
	}
	if (!bytes)
		strcpy(why, "out of memory");
	else if (*len < (size_t)st.st_size)
		strcpy(why, "it can't be read");
	else
		return bytes;
	free(bytes);
	return NULL;
}

json_t *
manifest_read(int fd, char why[MANIFEST_WHY_SIZE])
{
	char problem[PARSE_WHY_SIZE];
	size_t len;
	char *bytes = read_bytes(fd, &len, why);
	json_t *manifest;

	if (!bytes)
		return NULL;
	manifest = parse_json(bytes, len, problem);
	free(bytes);
	if (!manifest) {
		snprintf(why, MANIFEST_WHY_SIZE, "%s", problem);
		return NULL;
	}
	if (json_is_array(json_object_get(manifest, "images")) &&
		json_array_size(json_object_get(manifest, "images")) <=
			MANIFEST_NAMES_MAX)
		return manifest;
	strcpy(why, "images: is no list, or too long a one");
	json_decref(manifest);
	return NULL;
}

/* The name of an image's file in images/, or NULL. */
static const char *
name_of(const json_t *image)
{
	const char *path =
		json_string_value(json_object_get(image, "file_path"));
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *name = slash ? slash + 1 : path;

	if (!name || !name[0] || strlen(name) >= NAME_SIZE ||
		strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return NULL;
	return name;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct names *
manifest_names(const json_t *manifest)
{
	const json_t *images = json_object_get(manifest, "images"), *image;
	size_t i, count = 0, bytes = 0;
	struct names *names;
	char *text;

	json_array_foreach(images, i, image)
	{
		const char *name = name_of(image);

		count += name != NULL;
		bytes += name ? strlen(name) + 1 : 0;
	}
	names = malloc(sizeof *names + count * sizeof *names->name + bytes);
	if (!names)
		return NULL;
	text = (char *)(names->name + count);
	names->count = 0;
	json_array_foreach(images, i, image)
	{
		const char *name = name_of(image);

		if (!name)
			continue;
		names->name[names->count++] = strcpy(text, name);
		text += strlen(name) + 1;
	}
	qsort(names->name, names->count, sizeof *names->name, compare);
	return names;
}

bool
names_has(const struct names *names, const char *name)
{
	return bsearch(&name, names->name, names->count, sizeof *names->name,
		compare);
}

bool
manifest_add_urls(json_t *manifest, const char *episode_id)
{
	json_t *image;
	size_t i;

	json_array_foreach(json_object_get(manifest, "images"), i, image)
	{
		const char *name = name_of(image);
		struct buf url = BUF_INIT(URL_MAX);
		char version[RECORD_VERSION_SIZE];
		int e;

		if (!name)
			continue;
		record_version(image, version);
		buf_addf(&url, "/api/episodes/%s/files/images/", episode_id);
		html_segment(&url, name);
		buf_adds(&url, version);
		e = json_object_set_new(image, "url", json_string(url.data));
		buf_free(&url);
		if (e)
			return false;
	}
	return true;
}
