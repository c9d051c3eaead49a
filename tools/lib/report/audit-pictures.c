#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "chapter/manifest.h"
#include "draw/png.h"
#include "failure.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "report/audit.h"

#define PATH_LENGTH_MAX 4096

static void
compare_text(struct report *r, const char *path, const char *what,
	const char *is, const char *should)
{
	if (!should || strcmp(is, should) != 0)
		report_problem(r, path, "%s is %s, not %s", what, is,
			should ? should : "there in the manifest");
}

static void
check_picture(struct report *r, const char *dir, const json_t *image,
	size_t place)
{
	const char *path = json_text(image, "file_path");
	json_int_t bytes =
		json_integer_value(json_object_get(image, "size_bytes"));
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	char full[PATH_LENGTH_MAX], hash[HASH_SIZE], size[32], why[PNG_WHY_MAX];
	char at[48];
	struct png_info info;
	struct failure f;
	struct stat st;

	if (!manifest_picture(image)) {
		snprintf(at, sizeof at, "images[%zu].file_path", place);
		if (path)
			report_problem(r, at,
				"\"%.64s\" is not a name in images/", path);
		else
			report_problem(r, at, "is missing");
		return;
	}
	snprintf(full, sizeof full, "%s/%s", dir, path);
	if (stat(full, &st) != 0 || access(full, R_OK) != 0) {
		report_problem(r, path, "%s",
			errno == ENOENT ? "it is not there" : strerror(errno));
		return;
	}
	if (!S_ISREG(st.st_mode) || (size_t)st.st_size > PNG_BYTES_MAX) {
		report_problem(r, path, "it is no file of a picture's size");
		return;
	}
	if (!file_read(full, &png, &f)) {
		report_problem(r, path, "%s", f.message);
		return;
	}
	if ((json_int_t)png.len != bytes)
		report_problem(r, path, "it has %zu bytes, not %lld", png.len,
			(long long)bytes);
	hash_bytes(hash, png.data, png.len);
	compare_text(r, path, "its SHA-256", hash,
		json_text(json_object_get(image, "metadata"), "sha256"));
	if (!png_check(png.data, png.len, &info, why)) {
		report_problem(r, path, "%s", why);
	} else {
		snprintf(size, sizeof size, "%ux%u", info.width, info.height);
		compare_text(r, path, "its size", size,
			json_text(image, "size"));
	}
	buf_free(&png);
}

void
audit_pictures(struct report *r, const char *directory, const json_t *images)
{
	const json_t *image;
	size_t i;

	json_array_foreach(images, i, image)
	{
		check_picture(r, directory, image, i);
	}
}
