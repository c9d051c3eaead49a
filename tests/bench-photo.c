/*
 * bench-photo: write a PNG as an image model makes them, in true colour, with
 * soft shapes and a little grain.
 *
 *	bench-photo WIDTH HEIGHT >photo.png
 */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#define SIZE_MAX_PIXELS 10000

static unsigned
grain(void)
{
	static unsigned seed = 1;

	seed = seed * 1103515245 + 12345;
	return seed >> 16 & 7;
}

/* Three ramps, each of its own slope, and what lies between their crossings. */
static void
draw_row(png_bytep row, unsigned width, unsigned y)
{
	for (unsigned x = 0; x < width; x++) {
		unsigned far = (x * x + 3 * y * y) >> 12;

		row[3 * x] = (png_byte)((far & 127) + grain() + 64);
		row[3 * x + 1] = (png_byte)(((x + y) >> 4 & 127) + grain());
		row[3 * x + 2] = (png_byte)((y >> 3 & 127) + grain() + 32);
	}
}

int
main(int argc, char **argv)
{
	unsigned width = argc == 3 ? (unsigned)atoi(argv[1]) : 0;
	unsigned height = argc == 3 ? (unsigned)atoi(argv[2]) : 0;
	png_structp png;
	png_infop info;
	static png_byte row[3 * SIZE_MAX_PIXELS];

	if (!width || !height || width > SIZE_MAX_PIXELS ||
		height > SIZE_MAX_PIXELS) {
		fputs("usage: bench-photo WIDTH HEIGHT >photo.png\n", stderr);
		return 64;
	}
	/* what fails in libpng comes back to setjmp() */
	png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	info = png ? png_create_info_struct(png) : NULL;
	if (!info)
		return 75;
	if (setjmp(png_jmpbuf(png)))
		return 74;
	png_init_io(png, stdout);
	png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (unsigned y = 0; y < height; y++) {
		draw_row(row, width, y);
		png_write_row(png, row);
	}
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return fflush(stdout) == 0 ? 0 : 74;
}
