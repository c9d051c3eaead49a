#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "chapter/episode.h"
#include "chapter/manifest.h"
#include "draw/thumbnail.h"
#include "err.h"
#include "json.h"
#include "page/chapter-view.h"
#include "page/gallery.h"
#include "page/html.h"
#include "page/page.h"
#include "page/picture-url.h"
#include "report/table-print.h"

#define PATH_LENGTH_MAX 4096
#define MODEL_SIZE 128
#define ERROR_SIZE 4096 /* bytes of an error's line; more are cut */
#define TIME_SIZE sizeof "2026-02-28 10:30 UTC"

/* All cards, and their sums. */
struct sum {
	struct buf cards;
	size_t count;
	size_t generated, templates, failed, missing;
	char *title; /* or NULL */
	char model[MODEL_SIZE];
	bool has_drafts;
	json_t *types, *methods; /* of the cards: the keys of an object */
};

/* --- a card */

/* Add a visual type or a method in readable form: "b-roll" for b_roll.  It may
 * be any text. */
static void
add_word(struct buf *b, const char *word)
{
	if (strcmp(word, "b_roll") == 0) {
		buf_adds(b, "b-roll");
	} else if (strcmp(word, "missing") == 0) {
		buf_adds(b, "not drawn yet");
	} else {
		char *spaced = xstrdup(word);

		for (char *s = spaced; (s = strchr(s, '_'));)
			*s = ' ';
		html_text(b, spaced);
		free(spaced);
	}
}

/* Print a time of a manifest in readable form; false: it is not a time. */
static bool
format_time(const char *s, char text[TIME_SIZE])
{
	struct tm tm;
	time_t time;

	return json_parse_time(s, &time) && gmtime_r(&time, &tm) &&
		strftime(text, TIME_SIZE, "%Y-%m-%d %H:%M UTC", &tm) > 0;
}

/* Add the size of the thumbnail, if the size of the picture is known. */
static void
add_size(struct buf *b, const char *size)
{
	struct png_info picture = { 0 };
	unsigned long width, height;
	char *end;

	/* strtoul() would accept spaces and signs, too */
	if (!size || size[strspn(size, "0123456789x")])
		return;
	width = strtoul(size, &end, 10);
	if (*end != 'x' || width < 1 || width > PNG_SIDE_MAX)
		return;
	height = strtoul(end + 1, &end, 10);
	if (*end || height < 1 || height > PNG_SIDE_MAX)
		return;
	picture.width = (unsigned)width;
	picture.height = (unsigned)height;
	picture = thumbnail_size(&picture, THUMBNAIL_WIDTH);
	buf_addf(b, " width=\"%u\" height=\"%u\"", picture.width,
		picture.height);
}

static void
add_picture(struct buf *b, const struct chapter_view *v,
	const struct gallery *g)
{
	const char *episode = g->is_served ? g->id : NULL;

	if (!v->picture[0]) {
		buf_adds(b, "<div class=\"picture none\"></div>\n");
		return;
	}
	buf_adds(b, "<a class=\"picture\" href=\"");
	picture_url_add(b, episode, URL_PICTURE, v->picture, v->record);
	buf_adds(b, "\"><img src=\"");
	picture_url_add(b, episode, URL_THUMBNAIL, v->picture, v->record);
	/* the link has no other text */
	html_addf(b, "\" lang=\"\" alt=\"%s\"",
		*v->description     ? v->description
			: *v->title ? v->title
				    : v->id);
	add_size(b, json_text(v->record, "size"));
	buf_adds(b, " loading=\"lazy\" decoding=\"async\"></a>\n");
}

static void
add_badges(struct buf *b, const struct chapter_view *v)
{
	const json_t *cost = json_object_get(v->metadata, "cost_usd");
	char price[TABLE_PRINT_MONEY_SIZE];

	buf_adds(b, "<p class=\"badges\">");
	if (*v->type) {
		buf_adds(b, "<span class=\"badge type\">");
		add_word(b, v->type);
		buf_adds(b, "</span> ");
	}
	buf_adds(b, "<span class=\"badge method\">");
	add_word(b, v->method);
	buf_adds(b, "</span>");
	if (json_micros(cost) > 0)
		html_addf(b, " <span class=\"price\">%s</span>",
			table_print_money(price, json_micros(cost)));
	buf_adds(b, "</p>\n");
}

/* line: "tool: where: what is wrong; what to do" */
static void
add_error(struct buf *b, const char *line)
{
	const char *remedy = strstr(line, "; ");
	size_t n = remedy ? (size_t)(remedy - line) : strlen(line);
	char what[ERROR_SIZE];

	snprintf(what, sizeof what, "%.*s", (int)n, line);
	html_addf(b, "<p class=\"error\"><strong>%s</strong>", what);
	if (remedy)
		html_addf(b, " <span class=\"remedy\">%s</span>", remedy + 2);
	buf_adds(b, "</p>\n");
}

/* Add a detail, if it has a text. */
static void
add_pair(struct buf *b, const char *class, const char *name, const char *text)
{
	if (text && *text)
		html_addf(b, "<div class=\"%s\"><dt>%s<dd>%s</div>\n", class,
			name, text);
}

/* The same for a text whose language isn't known. */
static void
add_foreign_pair(struct buf *b, const char *class, const char *name,
	const char *text)
{
	if (text && *text)
		html_addf(b, "<div class=\"%s\"><dt>%s<dd lang=\"\">%s</div>\n",
			class, name, text);
}

/* The cost of a picture that was not bought is a dash. */
static void
add_cost(struct buf *b, const struct chapter_view *v)
{
	const json_t *cost = json_object_get(v->metadata, "cost_usd");
	bool has_cost = json_is_number(cost) && json_number_value(cost) >= 0;
	char price[TABLE_PRINT_MONEY_SIZE];

	if (v->record)
		add_pair(b, "cost", "Cost",
			has_cost ? table_print_money(price, json_micros(cost))
				 : "–");
}

static void
add_bytes(struct buf *b, const json_t *bytes)
{
	long long n = json_integer_value(bytes);
	char text[48];

	if (n <= 0)
		return;
	if (n < 1000)
		snprintf(text, sizeof text, "%lld bytes", n);
	else if (n < 999500)
		snprintf(text, sizeof text, "%.0f kB", (double)n / 1e3);
	else
		snprintf(text, sizeof text, "%.1f MB", (double)n / 1e6);
	add_pair(b, "bytes", "File size", text);
}

static const char *
name_source(const char *source)
{
	return source && strcmp(source, "llm") == 0 ? "an LLM" : source;
}

static void
add_details(struct buf *b, const struct chapter_view *v,
	const struct gallery *g)
{
	const char *size = json_text(v->record, "size");
	char made[TIME_SIZE], pixels[64];
	bool has_time =
		format_time(json_text(v->metadata, "generated_at"), made);

	buf_adds(b, "<details><summary>Details</summary><dl>\n");
	add_foreign_pair(b, "prompt", "Prompt", v->prompt);
	add_foreign_pair(b, "revised", "Revised prompt",
		json_text(v->metadata, "revised_prompt"));
	add_pair(b, "source", "Prompt by",
		name_source(json_text(v->metadata, "prompt_source")));
	add_pair(b, "model", "Model", json_text(v->record, "model"));
	snprintf(pixels, sizeof pixels, "%.32s pixels", size ? size : "");
	add_pair(b, "size", "Size", size && *size ? pixels : NULL);
	add_pair(b, "quality", "Quality", json_text(v->metadata, "quality"));
	add_cost(b, v);
	add_bytes(b, json_object_get(v->record, "size_bytes"));
	add_pair(b, "sha256", "SHA-256", v->hash);
	add_pair(b, "request", "Request id", v->request_id);
	add_pair(b, "made", "Made", has_time ? made : NULL);
	add_foreign_pair(b, "narration", "Narration", v->narration);
	if (v->can_draw_again)
		html_addf(b,
			"<div class=\"again\"><dt>%s<dd><code class=\"command\">"
			"make imagegen EP=%s CHAPTER=%s%s</code></div>\n",
			v->record ? "Draw again" : "Draw", g->id, v->id,
			v->record ? " FORCE=1" : "");
	buf_adds(b, "</dl></details>\n");
}

static void
add_card(struct buf *b, const struct chapter_view *v, const struct gallery *g)
{
	const char *state = strcmp(v->method, "failed") == 0 ? " failed"
		: strcmp(v->method, "missing") == 0          ? " missing"
							     : "";

	html_addf(b, "<li class=\"card%s\" id=\"%s\"", state, v->id);
	if (*v->type)
		html_addf(b, " data-type=\"%s\"", v->type);
	html_addf(b, " data-method=\"%s\">\n", v->method);
	add_picture(b, v, g);
	html_addf(b,
		"<h3><span class=\"chapter\">%s</span> "
		"<span class=\"title\" lang=\"\">%s</span></h3>\n",
		v->id, v->title);
	add_badges(b, v);
	if (v->error[0])
		add_error(b, v->error);
	if (g->is_served && v->can_draw_again)
		html_addf(b,
			"<button type=\"button\" class=\"again\" "
			"aria-label=\"Regenerate %s\">Regenerate</button>\n",
			v->id);
	add_details(b, v, g);
}

/* --- the page */

static void
count_chapter(struct sum *s, const struct chapter_view *v)
{
	const char *model = json_text(v->record, "model");

	if (v->record && *v->type) {
		s->generated += v->is_drawn;
		s->templates += !v->is_drawn;
	}
	s->count++;
	s->failed += strcmp(v->method, "failed") == 0;
	s->missing += strcmp(v->method, "missing") == 0;
	s->has_drafts = s->has_drafts || strcmp(v->method, "storyboard") == 0;
	if (model && !s->model[0])
		snprintf(s->model, sizeof s->model, "%s", model);
	if (*v->type)
		json_put(s->types, v->type, json_true());
	json_put(s->methods, v->method, json_true());
}

static void
read_cards(struct sum *s, const struct gallery *g)
{
	json_t *records = manifest_images(g->manifest), *ignored;
	struct episode_view e;
	struct chapter_view v;
	const char *id;

	*s = (struct sum){ .cards = BUF_INIT(PAGE_MAX) };
	s->types = json_object();
	s->methods = json_object();
	episode_view_read(&e, g->directory);
	json_object_foreach(e.chapters ? e.chapters : records, id, ignored)
	{
		(void)ignored;
		chapter_view_read(&v, id, json_object_get(records, id), &e);
		count_chapter(s, &v);
		if (!s->title && *v.episode_title)
			s->title = xstrdup(v.episode_title);
		add_card(&s->cards, &v, g);
		chapter_view_free(&v);
	}
	episode_view_free(&e);
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
	const char *at = json_text(g->manifest, "generated_at");
	char time[TIME_SIZE], money[TABLE_PRINT_MONEY_SIZE];

	buf_adds(b, "<ul class=\"facts\">\n");
	add_count(b, "generated", "Generated", s->generated, "image");
	add_count(b, "templates", "Templates", s->templates, "placeholder");
	if (s->failed)
		add_count(b, "failed", "Failed", s->failed, "image");
	if (s->missing)
		html_addf(b, "<li class=\"missing\">Not drawn yet: %zu</li>\n",
			s->missing);
	buf_addf(b, "<li class=\"cost\">Total Cost: %s</li>\n",
		table_print_money(money, g->total_micros));
	if (s->model[0])
		html_addf(b, "<li class=\"model\">Model: %s</li>\n", s->model);
	else if (s->has_drafts)
		buf_adds(b, "<li class=\"model\">Storyboard drafts</li>\n");
	if (format_time(at, time))
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
		add_word(b, word);
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

/* Add the reasons why make refused the episode. */
static void
add_refusal(struct buf *b, const char *directory)
{
	char *lines = directory ? episode_view_refusal(directory) : NULL;
	char *rest = lines, *line;

	if (!lines)
		return;
	buf_adds(b,
		"<div id=\"refused\"><p>The last run drew nothing. Put this "
		"right, and run it again:</p>\n");
	while ((line = strtok_r(rest, "\n", &rest)))
		add_error(b, line);
	buf_adds(b, "</div>\n");
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
	json_decref(s.types);
	json_decref(s.methods);
	buf_free(&s.cards);
	free(s.title);
}
