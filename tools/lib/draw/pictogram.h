/*
 * pictogram: a drawing for each kind of picture.
 */
#ifndef LIMN_PICTOGRAM_H
#define LIMN_PICTOGRAM_H

struct canvas;

/*
 * Draw the pictogram of a visual type (diagram, b_roll, screen_share) on
 * CANVAS_PAPER: a white sheet of 16:9 with its top left corner at x, y.
 */
void pictogram_draw(struct canvas *c, const char *type, double x, double y,
	double width);

#endif
