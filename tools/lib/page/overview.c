#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books/ledger.h"
#include "buf.h"
#include "page/html.h"
#include "page/overview.h"
#include "report/table-print.h"

#define TIME_SIZE 32
#define SEPARATOR " · "

int
overview_order(const void *a, const void *b)
{
	const struct overview_episode *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return strcmp(x->id, y->id);
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void
add_cost(struct buf *b, long long micros)
{
	char money[TABLE_PRINT_MONEY_SIZE];

	if (micros >= 0)
		buf_addf(b, SEPARATOR "%s", table_print_money(money, micros));
}

static void
add_head(struct buf *b, const struct overview_episode *list, size_t count)
{
	size_t pictures = 0;
	long long micros = 0;

	for (size_t i = 0; i < count; i++) {
		pictures += list[i].pictures;
		/* in all of them, or in none */
		if (list[i].micros < 0)
			micros = -1;
		else if ((micros += list[i].micros) > LEDGER_SUM_MAX)
			micros = LEDGER_SUM_MAX;
	}
	buf_addf(b,
		"<header class=\"top\"><h1>Episodes</h1>\n"
		"<p class=\"id\">%zu episode%s" SEPARATOR "%zu picture%s",
		count, plural(count), pictures, plural(pictures));
	add_cost(b, micros);
	buf_adds(b, "</p></header>\n");
}

static void
add_empty(struct buf *b, const char *outputs)
{
	html_addf(b,
		"<p class=\"empty\">There is no episode yet. An episode is a "
		"file <code>%s/EP/chapters.json</code>; to draw it, run "
		"<code>make imagegen EP=EP</code>. For an example, run "
		"<code>make demo</code>.</p>\n",
		outputs);
}

/* Small letters and digits, with hyphens between. */
static void
add_class(struct buf *b, const char *status)
{
	for (; *status; status++)
		buf_addf(b, "%c",
			islower((unsigned char)*status) ||
					isdigit((unsigned char)*status)
				? *status
				: '-');
}

static void
add_time(struct buf *b, time_t time)
{
	char exact[TIME_SIZE], plain[TIME_SIZE];
	struct tm tm;

	if (time <= 0 || !gmtime_r(&time, &tm))
		return;
	strftime(exact, sizeof exact, "%Y-%m-%dT%H:%M:%SZ", &tm);
	strftime(plain, sizeof plain, "%Y-%m-%d %H:%M UTC", &tm);
	buf_addf(b, SEPARATOR "<time datetime=\"%s\">%s</time>", exact, plain);
}

static void
add_picture(struct buf *b, const struct overview_episode *e)
{
	if (!e->picture[0]) {
		buf_adds(b, "<div class=\"picture none\"></div>\n");
		return;
	}
	html_addf(b,
		"<a class=\"picture\" href=\"/episodes/%s\" tabindex=\"-1\" "
		"aria-hidden=\"true\"><img src=\"/api/episodes/%s/files/images/"
		"thumbs/%s\" alt=\"\" width=\"480\" height=\"270\" "
		"loading=\"lazy\" decoding=\"async\"></a>\n",
		e->id, e->id, e->picture);
}

static void
add_card(struct buf *b, const struct overview_episode *e)
{
	buf_adds(b, "<li class=\"card\" data-status=\"");
	add_class(b, e->state ? e->state : e->status);
	buf_adds(b, "\">");
	add_picture(b, e);
	html_addf(b,
		"<h2><a href=\"/episodes/%s\" lang=\"\">%s</a></h2>\n"
		"<p class=\"id\"><code>%s</code></p>\n"
		"<p class=\"badges\"><span class=\"badge status ",
		e->id, e->title, e->id);
	add_class(b, e->state ? e->state : e->status);
	html_addf(b, "\">%s</span></p>\n<p class=\"facts\">", e->status);
	if (e->chapters > 0)
		buf_addf(b, "%zu of %zu picture%s", e->pictures, e->chapters,
			plural(e->chapters));
	else
		buf_addf(b, "%zu picture%s", e->pictures, plural(e->pictures));
	if (e->failed > 0)
		buf_addf(b, SEPARATOR "%zu failed", e->failed);
	add_cost(b, e->micros);
	add_time(b, e->time);
	buf_adds(b, "</p>");
	if (e->error[0])
		html_addf(b, "\n<p class=\"error\">%s</p>", e->error);
	buf_adds(b, "</li>\n");
}

void
overview_add(struct buf *b, const char *outputs,
	const struct overview_episode *list, size_t count)
{
	add_head(b, list, count);
	buf_adds(b, "<main>\n");
	if (count == 0)
		add_empty(b, outputs);
	else
		buf_adds(b, "<ol class=\"grid\">\n");
	for (size_t i = 0; i < count; i++)
		add_card(b, &list[i]);
	buf_adds(b, count ? "</ol>\n</main>\n" : "</main>\n");
}

void
overview_free(struct overview_episode *e)
{
	free(e->title);
}
