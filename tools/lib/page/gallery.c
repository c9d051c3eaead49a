#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/episode.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "page/card.h"
#include "page/gallery.h"
#include "page/html.h"
#include "page/known.h"
#include "page/page.h"
#include "page/record.h"
#include "page/workings.h"
#include "paid/spent.h"
#include "report/table-print.h"

#define PATH_LENGTH_MAX 4096
#define MODEL_SIZE 128

/* What the cards have in common, as they are read. */
struct sum {
	struct buf cards;
	size_t count;
	size_t generated, templates, failed, missing;
	char *title; /* or NULL */
	char model[MODEL_SIZE];
	bool has_drafts;
	json_t *types, *methods; /* those there are, the keys of an object */
	struct spent spent;
};

/* Metadata of a record has the same keys that an answer has. */
static void
count(struct sum *s, const struct known *k, bool by_files)
{
	const char *model = json_text(k->record, "model");

	if (k->record && *k->type) {
		s->generated += k->is_drawn;
		s->templates += !k->is_drawn;
	}
	s->count++;
	s->failed += strcmp(k->method, "failed") == 0;
	s->missing += strcmp(k->method, "missing") == 0;
	s->has_drafts = s->has_drafts || strcmp(k->method, "storyboard") == 0;
	if (model && !s->model[0])
		snprintf(s->model, sizeof s->model, "%s", model);
	if (*k->type)
		json_put(s->types, k->type, json_true());
	json_put(s->methods, k->method, json_true());
	if (by_files)
		spent_add(&s->spent, k->prompt_facts, k->picture_facts);
	else
		spent_add(&s->spent, NULL, k->metadata);
}

static void
read_cards(struct sum *s, const struct gallery *g)
{
	const struct card_place place = { g->id, g->is_served };
	json_t *records = record_all(g->manifest);
	json_t *ids = g->directory ? workings_ids(g->directory) : NULL;
	json_t *errors = g->directory ? workings_errors(g->directory) : NULL;
	const char *id;
	json_t *ignored;
	struct known k;

	*s = (struct sum){ .cards = BUF_INIT(PAGE_MAX) };
	s->types = json_object();
	s->methods = json_object();
	spent_begin(&s->spent);
	json_object_foreach(ids ? ids : records, id, ignored)
	{
		(void)ignored;
		known_read(&k, id, json_object_get(records, id), g->directory,
			errors, g->total_micros < 0);
		count(s, &k, g->directory);
		if (!s->title && *k.episode_title)
			s->title = xstrdup(k.episode_title);
		card_add(&s->cards, &k, &place);
		known_free(&k);
	}
	json_decref(ids);
	json_decref(errors);
	json_decref(records);
}

static void
find_title(struct sum *s, const struct gallery *g)
{
	char path[PATH_LENGTH_MAX];

	if (!s->title && g->directory &&
		snprintf(path, sizeof path, "%s/chapters.json", g->directory) <
			(int)sizeof path)
		s->title = episode_title(path, g->id);
	if (!s->title)
		s->title = xstrdup(g->id);
}

static void
add_count(struct buf *b, const char *class, const char *name, size_t n,
	const char *what)
{
	html_addf(b, "<li class=\"%s\">%s: %zu %s%s</li>\n", class, name, n,
		what, n == 1 ? "" : "s");
}

static void
add_facts(struct buf *b, const struct sum *s, const struct gallery *g)
{
	long long micros =
		g->total_micros < 0 ? s->spent.micros : g->total_micros;
	const char *at = json_text(g->manifest, "generated_at");
	char time[CARD_TIME_SIZE], money[TABLE_PRINT_MONEY_SIZE];

	buf_adds(b, "<ul class=\"facts\">\n");
	add_count(b, "generated", "Generated", s->generated, "image");
	add_count(b, "templates", "Templates", s->templates, "placeholder");
	if (s->failed)
		add_count(b, "failed", "Failed", s->failed, "image");
	if (s->missing)
		html_addf(b, "<li class=\"missing\">Not drawn yet: %zu</li>\n",
			s->missing);
	buf_addf(b, "<li class=\"cost\">Total Cost: %s</li>\n",
		table_print_money(money, micros));
	if (s->model[0])
		html_addf(b, "<li class=\"model\">Model: %s</li>\n", s->model);
	else if (s->has_drafts)
		buf_adds(b, "<li class=\"model\">Storyboard drafts</li>\n");
	if (card_time(at, time))
		html_addf(b,
			"<li class=\"time\"><time datetime=\"%s\">%s</time>"
			"</li>\n",
			at, time);
	buf_adds(b, "</ul>\n");
}

static void
add_header(struct buf *b, const struct sum *s, const struct gallery *g)
{
	buf_adds(b, "<header class=\"top\">\n");
	if (g->is_served)
		buf_adds(b, "<nav><a href=\"/\">Episodes</a></nav>\n");
	html_addf(b,
		"<h1 lang=\"\">%s</h1>\n"
		"<p class=\"id\"><code>%s</code></p>\n",
		s->title, g->id);
	add_facts(b, s, g);
	buf_adds(b, "</header>\n");
}

static void
add_choice(struct buf *b, const char *id, const char *name, const char *all,
	json_t *words)
{
	const char *word;
	json_t *ignored;

	html_addf(b,
		"<select id=\"%s\" aria-label=\"%s\"><option value=\"\">%s", id,
		name, all);
	json_object_foreach(words, word, ignored)
	{
		(void)ignored;
		html_addf(b, "<option value=\"%s\">", word);
		card_add_word(b, word);
	}
	buf_adds(b, "</select>\n");
}

static void
add_bar(struct buf *b, const struct sum *s, const struct gallery *g)
{
	buf_adds(b, "<div class=\"bar\"><h2 id=\"images-title\">Images</h2>\n");
	if (s->count > 0) {
		buf_adds(b,
			"<form id=\"filter\" role=\"search\" hidden>\n"
			"<input type=\"search\" id=\"q\" aria-label=\"Search "
			"in titles and prompts\" placeholder=\"Search\">\n");
		add_choice(b, "by-type", "Type", "All types", s->types);
		add_choice(b, "by-method", "Method", "All methods", s->methods);
		buf_adds(b, "<output id=\"shown\"></output>\n</form>\n");
	}
	if (g->is_served)
		html_addf(b,
			"<button type=\"button\" id=\"again-all\">%s</button>\n",
			s->count > 0 ? "Regenerate All" : "Draw the images");
	buf_adds(b, "</div>\n");
	if (g->is_served)
		buf_adds(b,
			"<div id=\"job\" role=\"status\" aria-live=\"polite\" "
			"hidden></div>\n");
}

/* Why none is drawn before somebody does something. */
static void
add_refusal(struct buf *b, const char *directory)
{
	char *lines = directory ? workings_refusal(directory) : NULL;

	if (lines)
		card_add_refusal(b, lines);
	free(lines);
}

static void
add_main(struct buf *b, const struct sum *s, const struct gallery *g)
{
	buf_adds(b,
		"<main>\n<section id=\"images\" "
		"aria-labelledby=\"images-title\">\n");
	add_bar(b, s, g);
	add_refusal(b, g->directory);
	if (s->count > 0) {
		buf_adds(b, "<ol class=\"grid\">\n");
		buf_add(b, s->cards.data, s->cards.len);
		buf_adds(b,
			"</ol>\n<p id=\"none\" hidden>No image matches.</p>\n");
	} else {
		html_addf(b,
			"<p class=\"empty\">There are no images yet. "
			"To draw them, run: <code class=\"command\">"
			"make imagegen EP=%s</code></p>\n",
			g->id);
	}
	buf_adds(b, "</section>\n</main>\n");
}

void
gallery_add(struct buf *page, const struct gallery *g)
{
	struct page p = { .kind = "gallery",
		.episode = g->id,
		.is_served = g->is_served,
		.token = g->is_served ? g->token : NULL };
	struct sum s;

	read_cards(&s, g);
	find_title(&s, g);
	p.title = s.title;
	page_begin(page, &p);
	add_header(page, &s, g);
	add_main(page, &s, g);
	page_end(page, &p);
	spent_end(&s.spent);
	json_decref(s.types);
	json_decref(s.methods);
	buf_free(&s.cards);
	free(s.title);
}
