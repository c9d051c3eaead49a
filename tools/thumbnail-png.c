/*
 * thumbnail-png: make a small copy of a picture.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "draw/thumbnail.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "or-die.h"

static const char usage[] =
	"usage: thumbnail-png [-w WIDTH] [-o FILE] [FILE]\n"
	"Make a small copy of a PNG.\n"
	"\n"
	"  -w, --width=WIDTH     pixels, 16 to 4096 (480)\n"
	"  -o, --output=FILE     instead of standard output\n"
	"      --progress=INDEX  print a line when done; INDEX has all ids\n"
	"      --help            print this\n"
	"      --version         print the version\n"
	"\n"
	"A picture that is not wider keeps its size.  Without FILE, or when it is -,\n"
	"standard input is read.\n";

static unsigned
read_width(const char *word)
{
	size_t n = strspn(word, "0123456789");
	unsigned long width = 0;

	if (n > 0 && n <= 4 && !word[n])
		width = strtoul(word, NULL, 10);
	if (width < THUMBNAIL_WIDTH_MIN || width > THUMBNAIL_WIDTH_MAX)
		die(EXIT_USAGE,
			"--width: %s is not a width; use %d to %d pixels", word,
			THUMBNAIL_WIDTH_MIN, THUMBNAIL_WIDTH_MAX);
	return (unsigned)width;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "width", required_argument, NULL, 'w' },
		CLI_OPTIONS,
	};
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	struct buf small = BUF_INIT(PNG_BYTES_MAX);
	const char *output = NULL, *path;
	unsigned width = THUMBNAIL_WIDTH;
	char why[PNG_WHY_MAX], id[128], what[64];
	struct png_info size;
	struct failure f;
	int c;

	cli_begin("thumbnail-png", usage);
	while ((c = cli_next(argc, argv, "o:w:", options)) != -1)
		if (c == 'w')
			width = read_width(optarg);
		else
			output = optarg;
	path = cli_operand(argc, argv);
	file_read_or_die(path, &png);
	if (!thumbnail_make(&small, png.data, png.len, width, &size, why, &f)) {
		if (!*why)
			die_of(&f);
		die(EXIT_BAD_INPUT, "%s: %s; a whole PNG is needed",
			file_name(path), why);
	}
	size = thumbnail_size(&size, width);
	file_write_or_die(output, small.data, small.len);
	snprintf(what, sizeof what, "%ux%u", size.width, size.height);
	buf_free(&png);
	buf_free(&small);
	file_stem(output ? output : path, id, sizeof id);
	cli_step(id, "thumbnail", what);
	return cli_end();
}
