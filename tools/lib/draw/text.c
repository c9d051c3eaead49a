#include <fontconfig/fontconfig.h>
#include <hb-ot.h>
#include <hb.h>
#include <pango/pangocairo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw/canvas.h"
#include "draw/lines.h"
#include "draw/text.h"
#include "err.h"
#include "failure.h"

#define FAMILIES "Inter, Open Sans, DejaVu Sans, sans-serif"
/*
 * Pixels of an em, in which all layouts are made; they are drawn to scale.  For
 * each other size, pango would start a thread that sorts the fonts again.
 */
#define EM 96.0
#define SIZE_DECENT 0.5 /* of size_max; for a smaller size, break words */
#define SIZE_SMALL 24   /* pixels; below it, glyphs lie between pixels */
#define CODEPOINTS 0x110000
#define MISSING_NAMED 5

static bool
is_space(gunichar u)
{
	return u < 0x20 || (u >= 0x7f && u < 0xa0) || u == 0x2028 ||
		u == 0x2029 || (u != 0xa0 && g_unichar_isspace(u));
}

void
text_clean(struct buf *out, const char *s)
{
	text_beginning(out, s, TEXT_MAX);
}

void
text_beginning(struct buf *out, const char *s, int codepoints)
{
	size_t begin = out->len, word = out->len;
	bool space = false;

	for (int n = 0; *s; s = g_utf8_next_char(s)) {
		size_t len = (size_t)(g_utf8_next_char(s) - s);

		if (is_space(g_utf8_get_char(s))) {
			space = out->len > begin;
			continue;
		}
		if (space) {
			word = out->len;
			buf_adds(out, " ");
			n++;
		}
		space = false;
		if (n++ >= codepoints || out->len - begin + len > TEXT_MAX) {
			/* a script without spaces is cut after a code point */
			if (word - begin > (out->len - begin) / 2)
				out->len = word;
			while (out->len > begin &&
				strchr(" ,;:.-", out->data[out->len - 1]))
				out->len--;
			buf_adds(out, "…");
			return;
		}
		buf_add(out, s, len);
	}
	buf_adds(out, "");
}

/* pango can only use fonts of these kinds, and crashes without one. */
static bool
has_font(void)
{
	const FcFontSet *set =
		FcInit() ? FcConfigGetFonts(NULL, FcSetSystem) : NULL;

	for (int i = 0; set && i < set->nfont; i++) {
		FcChar8 *format;

		if (FcPatternGetString(set->fonts[i], FC_FONTFORMAT, 0,
			    &format) == FcResultMatch &&
			(!strcmp((char *)format, "TrueType") ||
				!strcmp((char *)format, "CFF")))
			return true;
	}
	return false;
}

static void
on_log(const char *domain, GLogLevelFlags level, const char *message,
	gpointer data)
{
	(void)level;
	(void)data;
	warn("%s: %s", domain ? domain : "glib", message);
}

/* The direction is that of the whole text, not of each of its lines. */
static PangoContext *
make_context(PangoDirection direction)
{
	PangoContext *context = pango_font_map_create_context(
		pango_cairo_font_map_get_default());
	cairo_font_options_t *options = cairo_font_options_create();

	pango_context_set_base_dir(context, direction);
	pango_context_set_language(context, pango_language_from_string("und"));
	/* widths are compared by scaling, so nothing may be rounded */
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(context, FALSE);
	return context;
}

bool
fonts_open(struct fonts *fonts, struct failure *f)
{
	if (!has_font())
		return failure_set(f, EXIT_BAD_CONFIG,
			"no font is installed that could be drawn with; "
			"run: make deps");
	g_log_set_default_handler(on_log, NULL);
	*fonts = (struct fonts){ make_context(PANGO_DIRECTION_LTR),
		make_context(PANGO_DIRECTION_RTL), xcalloc(CODEPOINTS / 8, 1),
		false };
	return true;
}

void
fonts_close(struct fonts *fonts, const char *name)
{
	struct buf b = BUF_INIT(256);
	unsigned count = 0;

	for (gunichar u = 0; fonts->is_missing && u < CODEPOINTS; u++) {
		char utf8[6] = "";

		if (!(fonts->missing[u / 8] >> u % 8 & 1) ||
			count++ >= MISSING_NAMED)
			continue;
		buf_addf(&b, "%sU+%04X (", count == 1 ? "" : ", ", u);
		buf_add(&b, utf8, (size_t)g_unichar_to_utf8(u, utf8));
		buf_adds(&b, ")");
	}
	if (count > MISSING_NAMED)
		buf_addf(&b, " and %u more", count - MISSING_NAMED);
	if (count > 0)
		warn("%s: no font has %s; boxes are drawn; install a font for "
		     "that script",
			name, b.data);
	buf_free(&b);
	g_object_unref(fonts->ltr);
	g_object_unref(fonts->rtl);
	free(fonts->missing);
}

/* Note the code points that no font has. */
static void
note_missing(struct fonts *fonts, PangoLayout *layout)
{
	PangoLayoutIter *i;

	if (pango_layout_get_unknown_glyphs_count(layout) == 0)
		return;
	fonts->is_missing = true;
	i = pango_layout_get_iter(layout);
	do {
		const PangoGlyphItem *run =
			pango_layout_iter_get_run_readonly(i);

		for (int k = 0; run && k < run->glyphs->num_glyphs; k++) {
			PangoGlyph g = run->glyphs->glyphs[k].glyph;
			gunichar u = g & ~PANGO_GLYPH_UNKNOWN_FLAG;

			if (g & PANGO_GLYPH_UNKNOWN_FLAG && u < CODEPOINTS)
				fonts->missing[u / 8] |=
					(unsigned char)(1U << u % 8);
		}
	} while (pango_layout_iter_next_run(i));
	pango_layout_iter_free(i);
}

static double
scale_of(const struct text *t)
{
	return t->size / EM;
}

/* As many lines as fit, and an ellipsis. */
static void
cut_lines(struct text *t, const struct text_style *style, double width,
	double height)
{
	int lines = (int)(height / (style->leading * t->size));

	if (style->lines_max && lines > style->lines_max)
		lines = style->lines_max;
	pango_layout_set_wrap(t->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(t->layout,
		(int)(width / scale_of(t) * PANGO_SCALE));
	pango_layout_set_ellipsize(t->layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_height(t->layout, lines > 0 ? -lines : -1);
}

/* The distance of the lines is the style's, whichever fonts are mixed. */
static void
set_font(PangoLayout *layout, const struct text_style *style)
{
	PangoFontDescription *font =
		pango_font_description_from_string(FAMILIES);
	PangoAttrList *list = pango_attr_list_new();

	pango_font_description_set_weight(font,
		style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(font, EM * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_attr_list_insert(list,
		pango_attr_line_height_new_absolute((int)(style->leading * EM *
			PANGO_SCALE)));
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
}

static PangoLayout *
make_layout(PangoContext *context, const char *s,
	const struct text_style *style)
{
	PangoLayout *layout = pango_layout_new(context);

	pango_layout_set_text(layout, s, -1);
	set_font(layout, style);
	return layout;
}

static void
measure_text(struct text *t)
{
	double scale = scale_of(t) / PANGO_SCALE;
	PangoRectangle box, ink;

	pango_layout_get_extents(t->layout, &ink, &box);
	t->left = ink.x * scale;
	t->width = ink.width * scale;
	t->height = box.height * scale;
	t->lines = pango_layout_get_line_count(t->layout);
}

void
text_fit(struct text *t, struct fonts *fonts, const char *s,
	const struct text_style *style, double width, double height)
{
	struct buf clean = BUF_INIT(2 * TEXT_MAX);
	struct buf broken = BUF_INIT(4 * TEXT_MAX);
	struct lines lines;

	text_clean(&clean, s);
	t->box_width = width;
	t->layout = make_layout(fonts->ltr, clean.data, style);
	t->rtl = pango_layout_line_get_resolved_direction(
			 pango_layout_get_line_readonly(t->layout, 0)) ==
		PANGO_DIRECTION_RTL;
	if (t->rtl) {
		g_object_unref(t->layout);
		t->layout = make_layout(fonts->rtl, clean.data, style);
	}
	lines_begin(&lines, t->layout, EM,
		width * EM / style->size_max / SIZE_DECENT);
	t->size = lines_size(&lines, style, width, height);
	lines_break(&lines, width, t->size, &broken);
	/* for pango each line is a paragraph, with a direction of its own */
	pango_layout_set_auto_dir(t->layout, FALSE);
	if (t->rtl)
		pango_layout_set_alignment(t->layout, PANGO_ALIGN_RIGHT);
	pango_layout_set_text(t->layout, broken.data, (int)broken.len);
	measure_text(t);
	/* the boxes of missing glyphs may be wider than in proportion */
	if (!lines_fit(&lines, style, width, height, t->size) ||
		t->width > width + 1) {
		pango_layout_set_text(t->layout, clean.data, -1);
		cut_lines(t, style, width, height);
		measure_text(t);
	}
	note_missing(fonts, t->layout);
	lines_free(&lines);
	buf_free(&clean);
	buf_free(&broken);
}

static bool
has_colours(PangoLayout *layout)
{
	PangoLayoutIter *i = pango_layout_get_iter(layout);
	bool found = false;

	do {
		const PangoGlyphItem *run =
			pango_layout_iter_get_run_readonly(i);
		hb_font_t *font = run
			? pango_font_get_hb_font(run->item->analysis.font)
			: NULL;
		hb_face_t *face = font ? hb_font_get_face(font) : NULL;

		found = face &&
			(hb_ot_color_has_png(face) ||
				hb_ot_color_has_layers(face));
	} while (!found && pango_layout_iter_next_run(i));
	pango_layout_iter_free(i);
	return found;
}

/*
 * The alpha alone of a coloured emoji would be a blot.  So the ink of a pixel
 * depends on its light, too: the nearer to that of the ink, the more.
 */
static void
draw_colours(struct canvas *c, const struct text *t)
{
	double scale = scale_of(t);
	PangoRectangle ink;
	cairo_surface_t *image;
	cairo_t *cr;
	unsigned char *row;
	int stride, left, top, width, height;

	pango_layout_get_pixel_extents(t->layout, &ink, NULL);
	left = (int)(ink.x * scale) - 2;
	top = (int)(ink.y * scale) - 2;
	width = (int)(ink.width * scale) + 4;
	height = (int)(ink.height * scale) + 4;
	image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
	cr = cairo_create(image);
	cairo_translate(cr, -left, -top);
	cairo_scale(cr, scale, scale);
	if (!c->darkens)
		cairo_set_source_rgb(cr, 1, 1, 1);
	pango_cairo_show_layout(cr, t->layout);
	cairo_destroy(cr);
	cairo_surface_flush(image);
	row = cairo_image_surface_get_data(image);
	stride = cairo_image_surface_get_stride(image);
	for (int y = 0; row && y < height; y++, row += stride)
		for (int x = 0; x < width; x++) {
			uint32_t p, light;

			/* the parts are premultiplied by alpha */
			memcpy(&p, row + 4 * x, 4);
			light = ((p >> 16 & 255) * 54 + (p >> 8 & 255) * 183 +
					(p & 255) * 19) >>
				8;
			p >>= 24;
			p = (3 * p + 5 * (c->darkens ? p - light : light)) / 8;
			p <<= 24;
			memcpy(row + 4 * x, &p, 4);
		}
	cairo_surface_mark_dirty(image);
	cairo_mask_surface(c->cr, image, left, top);
	cairo_surface_destroy(image);
}

void
text_draw(struct text *t, struct canvas *c, double x, double y)
{
	cairo_save(c->cr);
	cairo_translate(c->cr,
		x - t->left + (t->rtl ? t->box_width - t->width : 0), y);
	if (has_colours(t->layout)) {
		draw_colours(c, t);
	} else {
		cairo_scale(c->cr, scale_of(t), scale_of(t));
		if (t->size < SIZE_SMALL) {
			pango_cairo_layout_path(c->cr, t->layout);
			cairo_fill(c->cr);
		} else {
			pango_cairo_show_layout(c->cr, t->layout);
		}
	}
	cairo_restore(c->cr);
	g_object_unref(t->layout);
	t->layout = NULL;
}
