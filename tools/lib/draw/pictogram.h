/*
 * pictogram: what kind of picture a frame stands for.
 */
#ifndef LIMN_PICTOGRAM_H
#define LIMN_PICTOGRAM_H

struct canvas;

/*
 * Draw that of a visual type (diagram, b_roll, screen_share) on CANVAS_PAPER:
 * a white sheet, nine units high where it is 16 wide, with its top left corner
 * there.
 */
void pictogram_draw(struct canvas *c, const char *type, double x, double y,
	double width);

#endif
