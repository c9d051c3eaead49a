#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/compose.h"
#include "chapter/template.h"
#include "span.h"

#define CONTEXT_MAX 300 /* code points of the narration in a prompt */

/* How a composed prompt begins. */
static const struct {
	const char *type;
	const char *words;
} openings[] = {
	{ "diagram", "A clear, minimalist educational diagram" },
	{ "b_roll", "A calm, atmospheric background scene" },
	{ "screen_share", "A clean mockup of an invented software interface" },
};

/* Whether a line isn't joined to the one before: a list's item, an indented or
 * an empty one. */
static bool
stands_alone(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return strchr("\n\t -*", *line) || (digits && line[digits] == '.');
}

/*
 * The template's text under heading.  Its lines are joined to paragraphs: to
 * wrap them in another way must not buy another picture.
 */
static bool
add_part(struct buf *b, const struct prompt_template *t, const char *heading,
	const struct chapter *c, struct failure *f)
{
	struct buf part = BUF_INIT(TEMPLATE_TEXT_MAX);
	bool is_good = template_part(t, heading, c, &part, f);

	if (is_good && part.len > 0) {
		for (char *s = part.data; (s = strchr(s, '\n')); s++)
			if (!stands_alone(s + 1) && s > part.data &&
				s[-1] != '\n')
				*s = ' ';
		buf_addf(b, "%s\n\n", part.data);
	}
	buf_free(&part);
	return is_good;
}

/* The first words of the narration, as a quotation. */
static void
add_context(struct buf *b, const char *narration)
{
	const char *text = narration + strspn(narration, " \t\r\n");
	size_t n = span_cut(span_of(text), CONTEXT_MAX), words = n;

	while (text[n] && words > 0 && !strchr(" \t\r\n", text[words]))
		words--;
	if (n > 0)
		buf_addf(b,
			"The narrator meanwhile says (for the meaning, not to "
			"be written in the image): “%.*s%s”\n\n",
			(int)(words > 0 ? words : n), text, text[n] ? "…" : "");
}

bool
compose_prompt(struct buf *b, const struct prompt_template *t,
	const struct chapter *c, struct failure *f)
{
	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
		if (!strcmp(openings[i].type, c->visual_type))
			buf_adds(b, openings[i].words);
	buf_addf(b, " for a video chapter titled “%s”.\n\n%s\n\n", c->title,
		c->description);
	add_context(b, c->narration);
	if (!add_part(b, t, c->visual_type, c, f) ||
		!add_part(b, t, "Brand guidelines", c, f))
		return false;
	buf_adds(b,
		"There is no text in the image: no words, letters, digits, "
		"captions or watermarks.");
	return true;
}
