#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "model/catalogue.h"
#include "model/model.h"

#define CELL_MAX 1024 /* bytes */
#define COLUMNS_MAX 6

/* A table whose cells are wrapped if they are too long. */
struct table {
	size_t count;
	const char *heads[COLUMNS_MAX];
	size_t widths[COLUMNS_MAX];
	struct buf cells[COLUMNS_MAX]; /* of the row that is being filled */
};

static const struct table pictures = {
	6,
	{ "MODEL", "PROVIDER", "SIZES", "QUALITIES", "A PICTURE", "RETIRES" },
	{ 22, 9, 19, 15, 14, 10 },
	{ { 0 } },
};
static const struct table llms = {
	6,
	{ "MODEL", "PROVIDER", "$/MTOK IN", "$/MTOK OUT", "TEMPERATURE",
		"RETIRES" },
	{ 26, 9, 9, 10, 11, 10 },
	{ { 0 } },
};
static const struct table retired = {
	4,
	{ "MODEL", "PROVIDER", "RETIRED", "SET INSTEAD" },
	{ 26, 9, 10, 22 },
	{ { 0 } },
};

/* How many bytes of s fit in a line of that width: one word at least. */
static size_t
line_length(const char *s, size_t width)
{
	size_t n = strcspn(s, " ");

	while (s[n] && n + 1 + strcspn(s + n + 1, " ") <= width)
		n += 1 + strcspn(s + n + 1, " ");
	return n;
}

/* Print the cells, and empty them. */
static void
print_row(struct table *t)
{
	const char *rest[COLUMNS_MAX];
	bool more = true;

	for (size_t i = 0; i < t->count; i++)
		rest[i] = t->cells[i].data ? t->cells[i].data : "";
	while (more) {
		size_t spaces = 0;

		more = false;
		for (size_t i = 0; i < t->count; i++) {
			size_t n = line_length(rest[i], t->widths[i]);

			if (n > 0)
				printf("%*s%.*s", (int)spaces, "", (int)n,
					rest[i]);
			spaces = (n > 0 ? 0 : spaces) + 2 +
				(n < t->widths[i] ? t->widths[i] - n : 0);
			rest[i] += n + (rest[i][n] == ' ');
			more = more || *rest[i];
		}
		printf("\n");
	}
	for (size_t i = 0; i < t->count; i++)
		buf_free(&t->cells[i]);
}

static void
begin_table(struct table *t, const struct table *form)
{
	*t = *form;
	for (size_t i = 0; i < t->count; i++) {
		t->cells[i] = BUF_INIT(CELL_MAX);
		buf_adds(&t->cells[i], t->heads[i]);
	}
	print_row(t);
}

static void
add_word(struct buf *cell, const char *word)
{
	if (cell->len + strlen(word) + 2 < CELL_MAX)
		buf_addf(cell, "%s%s", cell->len ? " " : "", word);
}

static void
add_words(struct buf *cell, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		add_word(cell, json_string_value(json_array_get(list, i)));
}

static void
add_name(struct table *t, const struct model *m)
{
	add_word(&t->cells[0], m->is_local ? "any other, on loopback" : m->id);
	add_word(&t->cells[1], m->provider);
}

static bool
add_picture(struct table *t, const struct model *m, struct failure *f)
{
	const json_t *sizes = json_object_get(m->data, "sizes");
	const json_t *list = json_object_get(sizes, "list");
	const json_t *rule = catalogue_rule(m->catalogue, m->data);
	const json_t *free =
		json_object_get(json_object_get(m->data, "prices"), "free");
	const char *size = model_default(m->catalogue, "IMAGE_GEN_SIZE");
	const char *quality = model_default(m->catalogue, "IMAGE_GEN_QUALITY");
	long long micros;

	if (!model_size(m, size, false, &size, f) ||
		!model_quality(m, quality, false, &quality, f))
		return false;
	micros = model_picture_price(m, size, quality);
	if (rule)
		add_word(&t->cells[2], json_text(sizes, "rule"));
	add_words(&t->cells[2], rule ? json_object_get(rule, "also") : list);
	add_words(&t->cells[3], json_object_get(m->data, "qualities"));
	if (json_is_true(free))
		add_word(&t->cells[4], "free");
	else if (micros < 0)
		add_word(&t->cells[4], "not known");
	else
		buf_addf(&t->cells[4], "$%lld.%04lld %s %s",
			(micros + 50) / 1000000, (micros + 50) / 100 % 10000,
			size ? size : "", quality ? quality : "");
	return true;
}

static void
add_llm(struct table *t, const struct model *m)
{
	const json_t *prices = json_object_get(m->data, "prices");
	const json_t *tokens = json_object_get(prices, "per_mtok");

	for (size_t i = 2; i < 4; i++) {
		const json_t *price =
			json_object_get(tokens, i == 2 ? "in" : "out");

		if (json_is_true(json_object_get(prices, "free")))
			add_word(&t->cells[i], "free");
		else if (!price)
			add_word(&t->cells[i], "not known");
		else
			buf_addf(&t->cells[i], "%.2f",
				json_number_value(price));
	}
	add_word(&t->cells[4], model_takes(m, "temperature") ? "yes" : "no");
}

static long long
get_number(const json_t *rule, const char *key)
{
	return json_integer_value(json_object_get(rule, key));
}

/* What a name like flex16 means. */
static void
explain_rules(const struct catalogue *c)
{
	json_t *rules = json_object_get(c->document, "size_rules");

	printf("\n");
	for (void *i = json_object_iter(rules); i;
		i = json_object_iter_next(rules, i)) {
		const json_t *rule = json_object_iter_value(i);

		printf("%s: WIDTHxHEIGHT, multiples of %lld, edges up to %lld, "
		       "ratio up to %lld:1, %lld to %lld pixels\n",
			json_object_iter_key(i), get_number(rule, "multiple"),
			get_number(rule, "max_edge"),
			get_number(rule, "max_ratio"),
			get_number(rule, "min_pixels"),
			get_number(rule, "max_pixels"));
	}
}

/* The models that are retired, and what to set instead. */
static void
list_retired(struct catalogue *c, enum model_kind kind)
{
	struct model m;
	struct table t = { 0 };

	for (size_t i = 0; model_at(&m, c, kind, i); i++) {
		const char *instead = model_instead(&m);

		if (!model_is_retired(&m))
			continue;
		if (t.count == 0) {
			printf("\n");
			begin_table(&t, &retired);
		}
		add_name(&t, &m);
		add_word(&t.cells[2], json_text(m.data, "retired_on"));
		add_word(&t.cells[3], instead ? instead : "");
		print_row(&t);
	}
}

bool
model_list(struct catalogue *c, enum model_kind kind, struct failure *f)
{
	const char *as_of = json_text(c->document, "as_of");
	struct model m;
	struct table t;

	begin_table(&t, kind == MODEL_IMAGE ? &pictures : &llms);
	for (size_t i = 0; model_at(&m, c, kind, i); i++) {
		const char *end = json_text(m.data, "retired_on");

		if (model_is_retired(&m))
			continue;
		add_name(&t, &m);
		if (kind == MODEL_LLM)
			add_llm(&t, &m);
		else if (!add_picture(&t, &m, f))
			return false;
		add_word(&t.cells[5], end ? end : "");
		print_row(&t);
	}
	if (kind == MODEL_IMAGE)
		explain_rules(c);
	list_retired(c, kind);
	printf("\nAs of %s, in US dollars; see limn-models(5).\n", as_of);
	return true;
}
