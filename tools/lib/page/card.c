#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "draw/thumbnail.h"
#include "json.h"
#include "page/card.h"
#include "page/html.h"
#include "page/known.h"
#include "page/record.h"
#include "report/table-print.h"

void
card_add_word(struct buf *b, const char *word)
{
	if (strcmp(word, "b_roll") == 0) {
		buf_adds(b, "b-roll");
	} else if (strcmp(word, "missing") == 0) {
		buf_adds(b, "not drawn yet");
	} else {
		char *blank = xstrdup(word);

		for (char *s = blank; (s = strchr(s, '_'));)
			*s = ' ';
		html_text(b, blank);
		free(blank);
	}
}

bool
card_time(const char *s, char text[CARD_TIME_SIZE])
{
	struct tm tm;
	time_t time;

	return json_parse_time(s, &time) && gmtime_r(&time, &tm) &&
		strftime(text, CARD_TIME_SIZE, "%Y-%m-%d %H:%M UTC", &tm) > 0;
}

/* The URL of the picture in a directory below images/; another version of it
 * has another URL. */
static void
add_url(struct buf *b, const struct known *k, const struct card_place *place,
	const char *directory)
{
	char version[RECORD_VERSION_SIZE];

	if (place->is_served)
		html_addf(b, "/api/episodes/%s/files/images/", place->episode);
	buf_adds(b, directory);
	html_segment(b, k->picture);
	record_version(k->record, version);
	buf_adds(b, version);
}

/* The size of the thumbnail; none where that of the picture isn't known. */
static void
add_size(struct buf *b, const char *size)
{
	struct png_info picture = { 0 };
	unsigned long width, height;
	char *end;

	/* strtoul would have blanks and signs, too */
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
add_picture(struct buf *b, const struct known *k,
	const struct card_place *place)
{
	if (!k->picture[0]) {
		buf_adds(b, "<div class=\"picture none\"></div>\n");
		return;
	}
	buf_adds(b, "<a class=\"picture\" href=\"");
	add_url(b, k, place, "");
	buf_adds(b, "\"><img src=\"");
	add_url(b, k, place, "thumbs/");
	/* the link has no other name */
	html_addf(b, "\" lang=\"\" alt=\"%s\"",
		*k->description     ? k->description
			: *k->title ? k->title
				    : k->id);
	add_size(b, json_text(k->record, "size"));
	buf_adds(b, " loading=\"lazy\" decoding=\"async\"></a>\n");
}

static void
add_badges(struct buf *b, const struct known *k)
{
	const json_t *cost = json_object_get(k->metadata, "cost_usd");
	char price[TABLE_PRINT_MONEY_SIZE];

	buf_adds(b, "<p class=\"badges\">");
	if (*k->type) {
		buf_adds(b, "<span class=\"badge type\">");
		card_add_word(b, k->type);
		buf_adds(b, "</span> ");
	}
	buf_adds(b, "<span class=\"badge method\">");
	card_add_word(b, k->method);
	buf_adds(b, "</span>");
	if (json_micros(cost) > 0)
		html_addf(b, " <span class=\"price\">%s</span>",
			table_print_money(price, json_micros(cost)));
	buf_adds(b, "</p>\n");
}

/* "tool: where: what; what to do about it" */
static void
add_error(struct buf *b, const char *line)
{
	const char *remedy = strstr(line, "; ");
	size_t n = remedy ? (size_t)(remedy - line) : strlen(line);
	char what[KNOWN_ERROR_SIZE];

	snprintf(what, sizeof what, "%.*s", (int)n, line);
	html_addf(b, "<p class=\"error\"><strong>%s</strong>", what);
	if (remedy)
		html_addf(b, " <span class=\"remedy\">%s</span>", remedy + 2);
	buf_adds(b, "</p>\n");
}

void
card_add_refusal(struct buf *b, const char *lines)
{
	char line[KNOWN_ERROR_SIZE];

	buf_adds(b,
		"<div id=\"refused\"><p>The last run drew nothing. Put this "
		"right, and run it again:</p>\n");
	for (size_t n; n = strcspn(lines, "\n"), *lines;
		lines += n + (lines[n] != '\0')) {
		snprintf(line, sizeof line, "%.*s", (int)n, lines);
		if (*line)
			add_error(b, line);
	}
	buf_adds(b, "</div>\n");
}

/* A detail: none where its text is none. */
static void
add_pair(struct buf *b, const char *class, const char *name, const char *text)
{
	if (text && *text)
		html_addf(b, "<div class=\"%s\"><dt>%s<dd>%s</div>\n", class,
			name, text);
}

/* The same of a text in whatever language its author wrote it. */
static void
add_words(struct buf *b, const char *class, const char *name, const char *text)
{
	if (text && *text)
		html_addf(b, "<div class=\"%s\"><dt>%s<dd lang=\"\">%s</div>\n",
			class, name, text);
}

/* What nobody ever bought has no price. */
static void
add_cost(struct buf *b, const struct known *k)
{
	const json_t *cost = json_object_get(k->metadata, "cost_usd");
	bool has_cost = json_is_number(cost) && json_number_value(cost) >= 0;
	char price[TABLE_PRINT_MONEY_SIZE];

	if (k->record)
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
add_details(struct buf *b, const struct known *k,
	const struct card_place *place)
{
	const char *size = json_text(k->record, "size");
	char made[CARD_TIME_SIZE], pixels[64];
	bool has_time = card_time(json_text(k->metadata, "generated_at"), made);

	buf_adds(b, "<details><summary>Details</summary><dl>\n");
	add_words(b, "prompt", "Prompt", k->prompt);
	add_words(b, "revised", "Revised prompt",
		json_text(k->metadata, "revised_prompt"));
	add_pair(b, "source", "Prompt by",
		name_source(json_text(k->metadata, "prompt_source")));
	add_pair(b, "model", "Model", json_text(k->record, "model"));
	snprintf(pixels, sizeof pixels, "%.32s pixels", size ? size : "");
	add_pair(b, "size", "Size", size && *size ? pixels : NULL);
	add_pair(b, "quality", "Quality", json_text(k->metadata, "quality"));
	add_cost(b, k);
	add_bytes(b, json_object_get(k->record, "size_bytes"));
	add_pair(b, "sha256", "SHA-256", k->hash);
	add_pair(b, "request", "Request id", k->request_id);
	add_pair(b, "made", "Made", has_time ? made : NULL);
	add_words(b, "narration", "Narration", k->narration);
	if (k->can_draw_again)
		html_addf(b,
			"<div class=\"again\"><dt>%s<dd><code class=\"command\">"
			"make imagegen EP=%s CHAPTER=%s%s</code></div>\n",
			k->record ? "Draw again" : "Draw", place->episode,
			k->id, k->record ? " FORCE=1" : "");
	buf_adds(b, "</dl></details>\n");
}

void
card_add(struct buf *b, const struct known *k, const struct card_place *place)
{
	const char *state = strcmp(k->method, "failed") == 0 ? " failed"
		: strcmp(k->method, "missing") == 0          ? " missing"
							     : "";

	html_addf(b, "<li class=\"card%s\" id=\"%s\"", state, k->id);
	if (*k->type)
		html_addf(b, " data-type=\"%s\"", k->type);
	html_addf(b, " data-method=\"%s\">\n", k->method);
	add_picture(b, k, place);
	html_addf(b,
		"<h3><span class=\"chapter\">%s</span> "
		"<span class=\"title\" lang=\"\">%s</span></h3>\n",
		k->id, k->title);
	add_badges(b, k);
	if (k->error[0])
		add_error(b, k->error);
	if (place->is_served && k->can_draw_again)
		html_addf(b,
			"<button type=\"button\" class=\"again\" "
			"aria-label=\"Regenerate %s\">Regenerate</button>\n",
			k->id);
	add_details(b, k, place);
}
