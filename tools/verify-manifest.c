/*
 * verify-manifest: is every picture still what its manifest says?
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "draw/png.h"
#include "err.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "or-die.h"

#define MANIFEST_MAX ((size_t)256 << 20)
#define PATH_LENGTH_MAX 4096

static const char usage[] =
	"usage: verify-manifest [-C DIR] [FILE]\n"
	"Compare every picture with the manifest FILE: is it there, whole, and of\n"
	"the size and SHA-256 that it should be?\n"
	"\n"
	"  -C, --directory=DIR  where the paths of the manifest begin (the\n"
	"                       directory above FILE's)\n"
	"      --help           print this\n"
	"      --version        print the version\n"
	"\n"
	"Exit status: 0, or 65 after a line for each difference.\n";

/* The episode's directory, above that of the manifest; the caller frees it. */
static char *
directory_above(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	char *dir = xmalloc(n + sizeof "..");

	if (n)
		memcpy(dir, path, n);
	strcpy(dir + n, "..");
	return dir;
}

/* Names come from a file: images/NAME, and nothing that leads elsewhere. */
static bool
is_inside(const char *path)
{
	static const char images[] = "images/";
	const char *name = path + sizeof images - 1;

	return strncmp(path, images, sizeof images - 1) == 0 && name[0] &&
		name[0] != '.' && !strchr(name, '/');
}

static void
compare_text(struct report *r, const char *path, const char *what,
	const char *is, const char *should)
{
	if (!should || strcmp(is, should) != 0)
		report_problem(r, path, "%s is %s, not %s", what, is,
			should ? should : "there in the manifest");
}

static void
verify_picture(struct report *r, const char *dir, const json_t *image,
	size_t place)
{
	const char *path = json_text(image, "file_path");
	json_int_t bytes =
		json_integer_value(json_object_get(image, "size_bytes"));
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	char full[PATH_LENGTH_MAX], hash[HASH_SIZE], size[32], why[PNG_WHY_MAX];
	char at[48];
	struct png_info info;
	struct stat st;

	if (!path || !is_inside(path)) {
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
	file_read_or_die(full, &png);
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

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "directory", required_argument, NULL, 'C' },
		CLI_OPTIONS,
	};
	const char *path, *dir = NULL;
	char *above;
	json_t *manifest, *images, *image;
	struct report r = { .file = NULL };
	size_t i;

	cli_begin("verify-manifest", usage);
	while (cli_next(argc, argv, "C:", options) != -1)
		dir = optarg;
	path = cli_operand(argc, argv);
	above = directory_above(path);
	r.file = file_name(path);
	manifest = json_read_or_die(path, MANIFEST_MAX);
	images = json_object_get(manifest, "images");
	if (!json_is_array(images))
		die(EXIT_BAD_INPUT, "%s: images: must be a list", r.file);
	json_array_foreach(images, i, image)
		verify_picture(&r, dir ? dir : above, image, i);
	if (r.count > CHAPTER_ERRORS_MAX)
		err("%s: %zu more differences", r.file,
			r.count - CHAPTER_ERRORS_MAX);
	free(above);
	json_decref(manifest);
	if (r.count)
		quit(EXIT_BAD_INPUT);
	return cli_end();
}
