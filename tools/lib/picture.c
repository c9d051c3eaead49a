#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "picture.h"
#include "png.h"

#define CHUNK_MAX 64 /* bytes of a keyword and our text */

bool
picture_is_by(const void *png, size_t len, const char *software)
{
	/* a tEXt chunk: its length, its type, a keyword, NUL and the text */
	char chunk[CHUNK_MAX];
	int n = snprintf(chunk, sizeof chunk, "%c%c%c%ctEXtSoftware%c%s", 0, 0,
		0, (int)(sizeof "Software" + strlen(software)), 0, software);

	return memmem(png, len, chunk, (size_t)n) != NULL;
}

bool
picture_keep(const char *path)
{
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	char why[PNG_WHY_MAX];
	struct png_info info;
	struct stat st;
	bool keep;

	if (!path || stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
		(size_t)st.st_size > PNG_BYTES_MAX)
		return false;
	file_read(path, &png);
	keep = !picture_is_by(png.data, png.len, PICTURE_CARD) &&
		!picture_is_by(png.data, png.len, PICTURE_DRAFT) &&
		png_check(png.data, png.len, &info, why);
	buf_free(&png);
	if (keep) {
		file_date(path);
		warn("%s: was put there by hand, and stays; delete it to have "
		     "it drawn",
			path);
	}
	return keep;
}
