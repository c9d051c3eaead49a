/*
 * check-png: copy a picture if it is a whole PNG.
 */
#include <stdlib.h>

#include "buf.h"
#include "cli.h"
#include "draw/png.h"
#include "draw/thumbnail.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "or-die.h"

static const char usage[] =
	"usage: check-png [-o FILE] [--thumbnail=FILE] [FILE]\n"
	"Copy a picture if it is a whole PNG.\n"
	"\n"
	"  -o, --output=FILE     instead of standard output\n"
	"      --thumbnail=FILE  write a small copy, too\n"
	"      --progress=INDEX  print a line when done; INDEX has all ids\n"
	"      --about=ID        the chapter, for the log\n"
	"      --help            print this\n"
	"      --version         print the version\n"
	"\n"
	"Without FILE, or when it is -, standard input is read.\n";

/* Pictures of an episode are 16:9; one pixel more or less is allowed. */
static void
check_ratio(const char *name, const struct png_info *info)
{
	long width = info->width, height = info->height;

	if (labs(width * 9 - height * 16) > 16)
		warn("%s: it is %ldx%ld, and the video is 16:9; crop it, or it "
		     "is shown with bars",
			name, width, height);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "thumbnail", required_argument, NULL, 'T' },
		CLI_OPTIONS,
	};
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	struct buf small = BUF_INIT(PNG_BYTES_MAX);
	const char *output = NULL, *thumbnail = NULL, *path;
	char why[PNG_WHY_MAX], id[128];
	struct png_info info;
	struct failure f;
	int c;

	cli_begin("check-png", usage);
	while ((c = cli_next(argc, argv, "o:", options)) != -1)
		if (c == 'o')
			output = optarg;
		else
			thumbnail = optarg;
	path = cli_operand(argc, argv);
	file_read_or_die(path, &png);
	if (!thumbnail_make(thumbnail ? &small : NULL, png.data, png.len,
		    THUMBNAIL_WIDTH, &info, why, &f)) {
		if (!*why)
			die_of(&f);
		die(EXIT_BAD_INPUT,
			"%s: %s; a whole PNG is needed: save it again as PNG",
			file_name(path), why);
	}
	check_ratio(file_name(path), &info);
	file_write_or_die(output, png.data, png.len);
	if (thumbnail)
		file_write_or_die(thumbnail, small.data, small.len);
	buf_free(&small);
	buf_free(&png);
	file_stem(output ? output : path, id, sizeof id);
	cli_step(id, "image", "own");
	return cli_end();
}
