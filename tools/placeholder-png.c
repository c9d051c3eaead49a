/*
 * placeholder-png: draw the card of a chapter for which no picture is bought.
 *
 * A card must be readable at 320 pixels: its text is as large as it fits, in
 * the colour that is easiest to read on the background.
 */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "draw/canvas.h"
#include "draw/text.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "or-die.h"
#include "paid/picture.h"

#define TEMPLATE_MAX 64
#define PI 3.14159265358979323846
#define TITLE_SHORT 24 /* code points */
#define NEUTRAL CANVAS_COLOUR(0xed, 0xeb, 0xe6)

static const char usage[] =
	"usage: placeholder-png [-s WxH] [-t NAME] [-b COLOUR] [-f COLOUR]\n"
	"                       [-o FILE] [FILE]\n"
	"Draw the card of a title_card or talking_head chapter as a PNG.\n"
	"\n"
	"  -s, --size=WxH            pixels (1920x1080)\n"
	"  -b, --background=#RRGGBB  (#F7931A for a title card, else #EDEBE6)\n"
	"  -f, --foreground=#RRGGBB  the text (the colour that is easiest to read)\n"
	"  -t, --template=NAME       the name of the template, for the PNG's texts\n"
	"  -o, --output=FILE         instead of standard output\n"
	"      --thumbnail=FILE      write a small copy, too\n"
	"      --keep                keep a FILE that limn didn't draw\n"
	"      --progress=INDEX      print a line when done; INDEX has all ids\n"
	"      --about=ID            the chapter, for the log\n"
	"      --help                print this\n"
	"      --version             print the version\n"
	"\n"
	"Without FILE, or when it is -, standard input is read.\n";

/* The card: its texts and colours. */
struct card {
	struct canvas *canvas;
	struct fonts *fonts;
	struct png_colour background, foreground;
	const char *title;
	const char *subtitle; /* NULL: none */
	double unit;          /* pixels of this card for one of 1920x1080 */
};

/* Draw the episode's title, a bar and the chapter's title, as one centred
 * block. */
static void
draw_title_card(const struct card *card)
{
	struct canvas *c = card->canvas;
	double u = card->unit, margin = 0.075 * c->width;
	double width = c->width - 2 * margin, bar = 176 * u, gap = 52 * u;
	double height, x, y;
	struct text title, subtitle = { .height = -2 * gap };
	/* a long title as large as a short one would make a large file */
	double size = g_utf8_strlen(card->title, -1) > TITLE_SHORT ? 120 : 188;
	const struct text_style large = { size * u, 44 * u, true, 1.12, 0 },
				small = { 60 * u, 36 * u, true, 1.25, 3 };

	canvas_ink(c, card->background, card->foreground, true);
	text_fit(&title, card->fonts, card->title, &large, width,
		0.56 * c->height);
	if (card->subtitle)
		text_fit(&subtitle, card->fonts, card->subtitle, &small, width,
			0.22 * c->height);
	height = title.height + 2 * gap + subtitle.height;
	x = margin;
	y = (c->height - height) / 2;
	text_draw(&title, c, x, y);
	if (!card->subtitle)
		return;
	y += height - subtitle.height;
	subtitle.rtl = title.rtl;
	text_draw(&subtitle, c, x, y);
	cairo_rectangle(c->cr, title.rtl ? c->width - margin - bar : x,
		y - gap - 6 * u, bar, 14 * u);
	cairo_fill(c->cr);
}

/* Draw a head and shoulders, which the lower edge cuts off. */
static void
draw_figure(struct canvas *c, double x, double u)
{
	double head = 150 * u, y = c->height - 640 * u;

	cairo_arc(c->cr, x, y, head, 0, 2 * PI);
	canvas_round(c->cr, x - 330 * u, y + head + 56 * u, 660 * u, 900 * u,
		300 * u);
	cairo_fill(c->cr);
}

/* Draw the chapter's title below a bar, and the speaker at the other side. */
static void
draw_talking_head(const struct card *card)
{
	struct canvas *c = card->canvas;
	double u = card->unit, margin = 0.075 * c->width;
	double width = 0.5 * c->width, bar = 128 * u;
	struct text title;
	double size = g_utf8_strlen(card->title, -1) > TITLE_SHORT ? 72 : 104;
	const struct text_style large = { size * u, 44 * u, true, 1.2, 0 };
	double x, y;

	canvas_ink(c, card->background, card->foreground, true);
	text_fit(&title, card->fonts, card->title, &large, width,
		0.62 * c->height);
	x = title.rtl ? c->width - margin - width : margin;
	y = (c->height - title.height) / 2;
	text_draw(&title, c, x, y);
	canvas_ink(c, card->background, CANVAS_ORANGE, false);
	cairo_rectangle(c->cr, title.rtl ? x + width - bar : x, y - 64 * u, bar,
		14 * u);
	cairo_fill(c->cr);
	canvas_ink(c, card->background,
		canvas_mix(card->background, card->foreground, 0.2), true);
	draw_figure(c, title.rtl ? 0.22 * c->width : 0.78 * c->width, u);
}

static bool
is_template(const char *name)
{
	size_t n = strspn(name,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789_.-");

	return n > 0 && n <= TEMPLATE_MAX && !name[n];
}

/* The options of the card. */
struct card_options {
	unsigned width, height;
	const char *template; /* NULL: the default */
	bool has_background, has_foreground;
	struct png_colour background, foreground;
	const char *output;
	const char *thumbnail; /* NULL: none */
	bool keep;
};

static void
read_options(struct card_options *w, int argc, char **argv)
{
	static const struct option options[] = {
		{ "size", required_argument, NULL, 's' },
		{ "background", required_argument, NULL, 'b' },
		{ "foreground", required_argument, NULL, 'f' },
		{ "template", required_argument, NULL, 't' },
		{ "output", required_argument, NULL, 'o' },
		{ "thumbnail", required_argument, NULL, 'T' },
		{ "keep", no_argument, NULL, 'k' },
		CLI_OPTIONS,
	};
	struct failure f;
	int c;

	while ((c = cli_next(argc, argv, "s:b:f:t:o:", options)) != -1)
		switch (c) {
		case 's':
			if (!canvas_size("--size", optarg, &w->width,
				    &w->height, &f))
				die_of(&f);
			break;
		case 'b':
			if (!canvas_colour("--background", optarg,
				    &w->background, &f))
				die_of(&f);
			w->has_background = true;
			break;
		case 'f':
			if (!canvas_colour("--foreground", optarg,
				    &w->foreground, &f))
				die_of(&f);
			w->has_foreground = true;
			break;
		case 't':
			if (!is_template(optarg))
				die(EXIT_USAGE,
					"--template: %s is not a name; use 1 "
					"to %d letters and digits of ASCII, "
					". - and _",
					optarg, TEMPLATE_MAX);
			w->template = optarg;
			break;
		case 'T':
			w->thumbnail = optarg;
			break;
		case 'k':
			w->keep = true;
			break;
		default:
			w->output = optarg;
		}
}

static void
write_card(const struct card_options *w, const struct chapter *chapter,
	const char *name)
{
	bool is_title = strcmp(chapter->visual_type, "title_card") == 0;
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	struct buf small = BUF_INIT(PNG_BYTES_MAX);
	struct buf title = BUF_INIT(2 * TEXT_MAX);
	char background[sizeof "#RRGGBB"];
	struct fonts fonts;
	struct card card = { .fonts = &fonts };
	struct failure f;
	struct png_label labels[] = {
		{ "Title", NULL, true },
		{ "Software", PICTURE_CARD, false },
		{ "Template", w->template, false },
		{ "Background", background, false },
	};

	if (!fonts_open(&fonts, &f))
		die_of(&f);
	if (is_title && chapter->episode_title)
		text_clean(&title, chapter->episode_title);
	if (title.len > 0)
		card.subtitle = chapter->title;
	else
		text_clean(&title, chapter->title);
	if (title.len == 0)
		text_clean(&title, chapter->id);
	card.title = labels[0].text = title.data;
	if (!w->template)
		labels[2].text = is_title ? "title_card_default"
					  : "talking_head_default";
	card.background = w->has_background ? w->background
		: is_title                  ? CANVAS_ORANGE
					    : NEUTRAL;
	card.foreground = w->has_foreground ? w->foreground
					    : canvas_contrast(card.background);
	snprintf(background, sizeof background, "#%02X%02X%02X",
		card.background.red, card.background.green,
		card.background.blue);
	card.unit = w->width * 9 < w->height * 16 ? w->width / 1920.0
						  : w->height / 1080.0;
	card.canvas = canvas_new(w->width, w->height, card.background);
	if (is_title)
		draw_title_card(&card);
	else
		draw_talking_head(&card);
	fonts_close(&fonts, name);
	if (!canvas_png(card.canvas, &png, w->thumbnail ? &small : NULL, labels,
		    sizeof labels / sizeof *labels, &f))
		die_of(&f);
	canvas_free(card.canvas);
	file_write_or_die(w->output, png.data, png.len);
	if (w->thumbnail)
		file_write_or_die(w->thumbnail, small.data, small.len);
	buf_free(&png);
	buf_free(&small);
	buf_free(&title);
}

int
main(int argc, char **argv)
{
	struct card_options w = { .width = 1920, .height = 1080 };
	struct chapter chapter;
	bool is_kept = false;
	struct failure f;
	const char *path;
	char what[64];
	json_t *input;

	cli_begin("placeholder-png", usage);
	read_options(&w, argc, argv);
	path = cli_operand(argc, argv);
	input = chapter_read(&chapter, path, &f);
	if (!input)
		die_of(&f);
	if (chapter_is_drawn(&chapter))
		die(EXIT_BAD_INPUT,
			"%s: visual.type: %s is not a card; use draw-storyboard",
			file_name(path), chapter.visual_type);
	if (w.keep && !picture_keep(w.output, path, NULL, NULL, &is_kept, &f))
		die_of(&f);
	if (!is_kept) {
		write_card(&w, &chapter, file_name(path));
		snprintf(what, sizeof what, "%s %ux%u", chapter.visual_type,
			w.width, w.height);
		cli_step(chapter.id, "image", what);
	}
	json_decref(input);
	return cli_end();
}
