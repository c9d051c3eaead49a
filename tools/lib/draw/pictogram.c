#include <string.h>

#include "draw/canvas.h"
#include "draw/pictogram.h"

#define FULL_TURN 6.28318530717958647693
#define LIGHT 0.34 /* shares of the ink; both are among its shades */
#define MIDDLE 0.67

/* A line with an arrow's head, from x, y to the right. */
static void
add_arrow(cairo_t *cr, double x, double y, double length, double head)
{
	cairo_move_to(cr, x, y);
	cairo_line_to(cr, x + length, y);
	cairo_move_to(cr, x + length - head, y - head);
	cairo_line_to(cr, x + length, y);
	cairo_line_to(cr, x + length - head, y + head);
}

static void
draw_diagram(cairo_t *cr, bool accent)
{
	if (accent) {
		canvas_round(cr, 6.2, 3.4, 3.6, 2.2, 0.3);
		cairo_fill(cr);
		return;
	}
	canvas_round(cr, 1.2, 3.4, 3.2, 2.2, 0.3);
	canvas_round(cr, 11.6, 1.2, 3.2, 2.2, 0.3);
	canvas_round(cr, 11.6, 5.6, 3.2, 2.2, 0.3);
	add_arrow(cr, 4.6, 4.5, 1.3, 0.3);
	cairo_move_to(cr, 10, 4.5);
	cairo_line_to(cr, 10.65, 4.5);
	cairo_move_to(cr, 10.65, 2.3);
	cairo_line_to(cr, 10.65, 6.7);
	add_arrow(cr, 10.65, 2.3, 0.65, 0.3);
	add_arrow(cr, 10.65, 6.7, 0.65, 0.3);
	cairo_stroke(cr);
}

static void
draw_landscape(cairo_t *cr, bool accent)
{
	if (accent) {
		cairo_arc(cr, 12, 2.6, 1, 0, FULL_TURN);
		cairo_fill(cr);
		return;
	}
	cairo_move_to(cr, 5.5, 9);
	cairo_line_to(cr, 11, 4.2);
	cairo_line_to(cr, 16, 8.4);
	cairo_line_to(cr, 16, 9);
	cairo_close_path(cr);
	cairo_set_source_rgba(cr, 0, 0, 0, LIGHT);
	cairo_fill(cr);
	cairo_move_to(cr, 0, 9);
	cairo_line_to(cr, 0, 7);
	cairo_line_to(cr, 5, 2.6);
	cairo_line_to(cr, 12.4, 9);
	cairo_close_path(cr);
	cairo_set_source_rgba(cr, 0, 0, 0, MIDDLE);
	cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE); /* it is in front */
	cairo_fill(cr);
}

static void
draw_window(cairo_t *cr, bool accent)
{
	static const double cursor[][2] = { { 0, 0 }, { 0, 2.2 },
		{ 0.52, 1.72 }, { 0.9, 2.55 }, { 1.28, 2.38 }, { 0.92, 1.58 },
		{ 1.6, 1.52 } };

	if (accent) {
		canvas_round(cr, 3.2, 5.6, 3.4, 1, 0.2);
		cairo_fill(cr);
		return;
	}
	canvas_round(cr, 2, 1, 12, 7, 0.3);
	cairo_move_to(cr, 2, 2.3);
	cairo_line_to(cr, 14, 2.3);
	cairo_stroke(cr);
	for (int i = 0; i < 3; i++) {
		cairo_new_sub_path(cr);
		cairo_arc(cr, 2.7 + 0.6 * i, 1.65, 0.17, 0, FULL_TURN);
	}
	cairo_new_sub_path(cr);
	for (size_t i = 0; i < sizeof cursor / sizeof *cursor; i++)
		cairo_line_to(cr, 9.8 + cursor[i][0], 4.7 + cursor[i][1]);
	cairo_fill(cr);
	cairo_rectangle(cr, 3.2, 3.2, 8, 0.34);
	cairo_rectangle(cr, 3.2, 4.0, 5.6, 0.34);
	cairo_rectangle(cr, 3.2, 4.8, 3.9, 0.34);
	cairo_set_source_rgba(cr, 0, 0, 0, LIGHT);
	cairo_fill(cr);
}

void
pictogram_draw(struct canvas *c, const char *type, double x, double y,
	double width)
{
	canvas_ink(c, CANVAS_PAPER, CANVAS_WHITE, false);
	cairo_rectangle(c->cr, x, y, width, width * 9 / 16);
	cairo_fill(c->cr);
	for (int i = 0; i < 2; i++) {
		bool accent = i == 1;

		canvas_ink(c, CANVAS_WHITE,
			accent ? CANVAS_ORANGE : CANVAS_GREY, true);
		cairo_save(c->cr);
		cairo_translate(c->cr, x, y);
		cairo_scale(c->cr, width / 16, width / 16);
		cairo_rectangle(c->cr, 0, 0, 16, 9);
		cairo_clip(c->cr);
		cairo_set_line_width(c->cr, 0.14);
		cairo_set_line_join(c->cr, CAIRO_LINE_JOIN_ROUND);
		cairo_set_line_cap(c->cr, CAIRO_LINE_CAP_ROUND);
		if (strcmp(type, "diagram") == 0)
			draw_diagram(c->cr, accent);
		else if (strcmp(type, "b_roll") == 0)
			draw_landscape(c->cr, accent);
		else
			draw_window(c->cr, accent);
		cairo_restore(c->cr);
	}
}
