/*
 * draw-storyboard: draw a free draft of a picture.
 *
 * It shows the chapter, the kind of picture, its description and the narration.
 */
#include <stdio.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "draw/canvas.h"
#include "draw/pictogram.h"
#include "draw/text.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "or-die.h"
#include "paid/picture.h"

#define CAPTION_MAX 150 /* code points */

static const char usage[] =
	"usage: draw-storyboard [-s WxH] [-o FILE] [FILE]\n"
	"Draw the frame of a diagram, b_roll or screen_share chapter.\n"
	"\n"
	"  -s, --size=WxH        pixels (1920x1080)\n"
	"  -o, --output=FILE     instead of standard output\n"
	"      --thumbnail=FILE  write a small copy, too\n"
	"      --keep            keep a FILE that limn didn't draw\n"
	"      --progress=INDEX  print a line when done; INDEX has all ids\n"
	"      --about=ID        the chapter, for the log\n"
	"      --help            print this\n"
	"      --version         print the version\n"
	"\n"
	"FILE is a prompt, a chapter or a slice; without it, or when it is -, standard\n"
	"input is read.\n";

/* A part of the picture, in pixels, with its text. */
struct block {
	double x, y, width, height;
	struct text text;
};

struct frame {
	double width, height;
	double u; /* pixels of this frame for one of 1920x1080 */
	bool tall;
	struct fonts fonts;
	struct block chip, tag, title, picture, description, mark, caption;
};

/* Write s into the block, which becomes as high as the text needs. */
static void
fit(struct frame *f, struct block *b, const char *s, double size_max,
	double size_min, bool bold, int lines_max)
{
	const struct text_style style = { size_max * f->u, size_min * f->u,
		bold, bold ? 1.15 : 1.35, lines_max };

	text_fit(&b->text, &f->fonts, s, &style, b->width, b->height);
	b->height = b->text.height;
}

/* Draw the chapter's id on the one side, STORYBOARD on the other, and the title
 * below them. */
static void
arrange_header(struct frame *f, const struct block *all,
	const struct chapter *chapter)
{
	double u = f->u, pad = 22 * u;
	char tag[64];

	f->chip = f->tag = f->title = *all;
	f->chip.width /= 2;
	f->chip.height = f->tag.height = 60 * u;
	fit(f, &f->chip, chapter->id, 34, 18, true, 1);
	f->chip.y += (60 * u - f->chip.height) / 2;
	f->chip.x += pad;
	f->chip.width = f->chip.text.width;
	f->tag.width -= f->chip.width + 4 * pad;
	snprintf(tag, sizeof tag, "STORYBOARD · %s", chapter->visual_type);
	fit(f, &f->tag, tag, 26, 18, true, 1);
	f->tag.y += (60 * u - f->tag.height) / 2;
	f->tag.width = f->tag.text.width;
	f->tag.x += all->width - f->tag.width;
	f->title.y += 96 * u;
	f->title.height = 180 * u;
	fit(f, &f->title, chapter->title, 76, 44, true, 3);
}

/* Draw the narration at the bottom, beside a mark; nothing if there is none. */
static void
arrange_caption(struct frame *f, const struct block *all, const char *narration)
{
	struct buf text = BUF_INIT(2 * TEXT_MAX);

	text_beginning(&text, narration, CAPTION_MAX);
	if (text.len > 0) {
		f->mark = f->caption = *all;
		f->mark.width = 8 * f->u;
		f->caption.x += 36 * f->u;
		f->caption.width -= 36 * f->u;
		f->caption.height = 96 * f->u;
		fit(f, &f->caption, text.data, 34, 28, false, 2);
		f->mark.height = f->caption.height;
		f->mark.y = f->caption.y =
			all->y + all->height - f->mark.height;
	}
	buf_free(&text);
}

/* Draw the pictogram and the description, side by side or one above the other.
 */
static void
arrange_body(struct frame *f, const struct block *body, const char *description)
{
	struct block *p = &f->picture, *d = &f->description;
	double gap = 72 * f->u, height = body->height * (f->tall ? 0.5 : 1);

	*p = *d = *body;
	p->width *= f->tall ? 1 : 0.42;
	if (p->width > height * 16 / 9)
		p->width = height * 16 / 9;
	p->height = p->width * 9 / 16;
	if (f->tall) {
		d->height -= p->height + gap;
		fit(f, d, description, 60, 24, false, 0);
		p->y += (body->height - p->height - gap - d->height) / 2;
		d->y = p->y + p->height + gap;
	} else {
		d->x += p->width + gap;
		d->width -= p->width + gap;
		fit(f, d, description, 60, 24, false, 0);
		p->y += (body->height - p->height) / 2;
		d->y += (body->height - d->height) / 2;
	}
}

/* Lay out and draw everything, from the outside to the inside. */
static void
arrange(struct frame *f, const struct chapter *chapter)
{
	struct block *blocks[] = { &f->chip, &f->tag, &f->title, &f->picture,
		&f->description, &f->mark, &f->caption };
	double margin = 112 * f->u, gap = 56 * f->u, bottom;
	bool rtl;
	struct block all = { margin, 92 * f->u, f->width - 2 * margin,
		f->height - 188 * f->u, { 0 } };

	arrange_header(f, &all, chapter);
	arrange_caption(f, &all, chapter->narration);
	bottom = all.y + all.height;
	if (f->caption.height > 0)
		bottom = f->caption.y - gap;
	all.y = f->title.y + f->title.height + gap;
	all.height = bottom > all.y ? bottom - all.y : 1;
	arrange_body(f, &all, chapter->description);
	rtl = f->title.text.rtl;

	/* mirrored, for a title that begins at the right */
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		struct block *b = blocks[i];

		b->text.rtl = rtl;
		b->x = rtl ? f->width - b->x - b->width : b->x;
	}
}

static void
draw_text(struct canvas *c, struct block *b)
{
	b->text.box_width = b->width;
	if (b->text.layout)
		text_draw(&b->text, c, b->x, b->y);
}

static void
draw_frame(struct frame *f, struct canvas *c, const char *type)
{
	const struct block *chip = &f->chip, *mark = &f->mark;
	double pad = 22 * f->u, high = 60 * f->u;

	canvas_ink(c, CANVAS_PAPER, CANVAS_BLACK, true);
	draw_text(c, &f->title);
	draw_text(c, &f->description);
	canvas_ink(c, CANVAS_PAPER, CANVAS_GREY, true);
	draw_text(c, &f->tag);
	draw_text(c, &f->caption);
	canvas_ink(c, CANVAS_PAPER, CANVAS_ORANGE, false);
	cairo_rectangle(c->cr, chip->x - pad,
		chip->y - (high - chip->height) / 2, chip->width + 2 * pad,
		high);
	cairo_rectangle(c->cr, mark->x, mark->y, mark->width, mark->height);
	cairo_fill(c->cr);
	canvas_ink(c, CANVAS_ORANGE, CANVAS_BLACK, true);
	draw_text(c, &f->chip);
	pictogram_draw(c, type, f->picture.x, f->picture.y, f->picture.width);
}

struct options {
	unsigned width, height; /* pixels */
	const char *output;
	const char *thumbnail; /* NULL: none */
	bool keep;
};

static void
write_frame(const struct options *o, const struct chapter *chapter,
	const char *name)
{
	struct canvas *c = canvas_new(o->width, o->height, CANVAS_PAPER);
	struct frame f = { .width = o->width, .height = o->height };
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	struct buf small = BUF_INIT(PNG_BYTES_MAX);
	struct buf title = BUF_INIT(2 * TEXT_MAX);
	struct png_label labels[] = {
		{ "Title", NULL, true },
		{ "Software", PICTURE_DRAFT, false },
	};
	struct failure failure;
	double u, v;

	if (!fonts_open(&f.fonts, &failure))
		die_of(&failure);
	text_clean(&title, chapter->title);
	labels[0].text = title.data;
	f.tall = f.width < 1.2 * f.height;
	u = f.width / (f.tall ? 1080 : 1920);
	v = f.height / (f.tall ? 1200 : 1080);
	f.u = u < v ? u : v;
	arrange(&f, chapter);
	draw_frame(&f, c, chapter->visual_type);
	fonts_close(&f.fonts, name);
	if (!canvas_png(c, &png, o->thumbnail ? &small : NULL, labels,
		    sizeof labels / sizeof *labels, &failure))
		die_of(&failure);
	canvas_free(c);
	file_write_or_die(o->output, png.data, png.len);
	if (o->thumbnail)
		file_write_or_die(o->thumbnail, small.data, small.len);
	buf_free(&png);
	buf_free(&small);
	buf_free(&title);
}

static void
read_options(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "size", required_argument, NULL, 's' },
		{ "output", required_argument, NULL, 'o' },
		{ "thumbnail", required_argument, NULL, 'T' },
		{ "keep", no_argument, NULL, 'k' },
		CLI_OPTIONS,
	};
	struct failure f;
	int c;

	while ((c = cli_next(argc, argv, "s:o:", options)) != -1)
		if (c == 's') {
			if (!canvas_size("--size", optarg, &o->width,
				    &o->height, &f))
				die_of(&f);
		} else if (c == 'o')
			o->output = optarg;
		else if (c == 'T')
			o->thumbnail = optarg;
		else
			o->keep = true;
}

int
main(int argc, char **argv)
{
	struct options o = { .width = 1920, .height = 1080 };
	bool is_kept = false;
	const char *path;
	struct chapter chapter;
	struct failure f;
	char what[64];
	json_t *input;

	cli_begin("draw-storyboard", usage);
	read_options(&o, argc, argv);
	path = cli_operand(argc, argv);
	input = chapter_read(&chapter, path, &f);
	if (!input)
		die_of(&f);
	if (!chapter_is_drawn(&chapter))
		die(EXIT_BAD_INPUT,
			"%s: visual.type: %s is a card; use placeholder-png",
			file_name(path), chapter.visual_type);
	if (o.keep && !picture_keep(o.output, path, NULL, NULL, &is_kept, &f))
		die_of(&f);
	if (!is_kept) {
		write_frame(&o, &chapter, file_name(path));
		snprintf(what, sizeof what, "storyboard %ux%u", o.width,
			o.height);
		cli_step(chapter.id, "image", what);
	}
	json_decref(input);
	return cli_end();
}
