/*
 * report-cost: print what was spent, by episode, model and month.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "cli.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "or-die.h"
#include "paid/references.h"
#include "report/costs.h"
#include "report/escape.h"
#include "report/options.h"
#include "report/purchases.h"
#include "report/table-print.h"

#define LINE_WIDTH 80                /* code points */
#define USES_MAX ((size_t)256 << 20) /* bytes; a million hashes have 75 MB */
#define KEY_SIZE 32
#define NUMBER_SIZE 32

#define OF(class) (1U << COST_##class)
#define PAID (OF(KEPT) | OF(WAITING) | OF(REPLACED) | OF(REFUSED))
#define SPENT (PAID | OF(UNKNOWN) | OF(PENDING) | OF(OTHER))

static const char usage[] =
	"usage: report-cost [-d DATABASE] [--outputs=DIR] [--purchases] [--json]\n"
	"                   [EPISODE ...]\n"
	"Print what was spent, by episode, stage, model and month.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"      --outputs=DIR    the directory of the episodes, instead of\n"
	"                       $OUTPUTS_DIR or outputs\n"
	"      --purchases      list each purchase instead, by time\n"
	"      --json           write JSON\n"
	"      --help           print this\n"
	"      --version        print the version\n";

/* The kinds of cost: the key in JSON, the words in the summary, and the head of
 * the column.  Not all columns fit into a terminal. */
static const struct share {
	const char *key, *words, *note, *head;
	unsigned classes;
} shares[] = {
	{ "paid", "Paid", NULL, NULL, PAID },
	{ "kept", "  kept", "in use in today's manifests", "Kept", OF(KEPT) },
	{ "waiting", "  waiting", "bought, and not in a manifest yet",
		"Waiting", OF(WAITING) },
	{ "replaced", "  replaced", "bought anew since, or not in use",
		"Replaced", OF(REPLACED) },
	{ "refused", "  refused", "the answer was a refusal", "Refused",
		OF(REFUSED) },
	{ "refused_free", "Refused", "by the provider, for nothing", NULL,
		OF(FREE) },
	{ "unknown", "Unknown", "no answer came: at the highest price",
		"Unknown", OF(UNKNOWN) },
	{ "pending", "Pending", "under way, or left by a run that was killed",
		"Pending", OF(PENDING) },
	{ "other_stages", "Other stages", "runs of the pipeline", "Others",
		OF(OTHER) },
	{ "spent", "Spent", NULL, "Spent", SPENT },
};
#define SHARES (sizeof shares / sizeof *shares)

static const struct group {
	enum costs_by by;
	const char *head, *list, *key;
} groups[] = {
	{ COSTS_EPISODE, "Episode", "episodes", "episode_id" },
	{ COSTS_STAGE, "Stage", "stages", "stage" },
	{ COSTS_MODEL, "Model", "models", "model" },
	{ COSTS_MONTH, "Month", "months", "month" },
};
#define GROUPS (sizeof groups / sizeof *groups)

struct question {
	struct options o;
	char *references; /* for costs_each() */
};

/* A group, as JSON. */
struct listing {
	const char *key;
	json_t *list;
};

static void
sum_by(const struct question *q, enum costs_by by,
	void (*each)(const char *name, const struct costs *c, void *data),
	void *data)
{
	costs_each(q->o.db, by, q->references, q->o.episodes, each, data);
}

static long long
sum(const long long of_class[COST_CLASSES], unsigned classes)
{
	long long n = 0;

	for (unsigned i = 0; i < COST_CLASSES; i++)
		if (classes & (1U << i))
			n += of_class[i];
	return n;
}

static void
add_money(struct table_print *t, const struct costs *c, unsigned classes)
{
	char text[TABLE_PRINT_MONEY_SIZE];

	table_print_money(text, sum(c->micros, classes));
	table_print_add(t, sum(c->count, classes) ? text : NULL);
}

static void
print_table(struct table_print *t)
{
	struct failure f;

	if (!table_print_end(t, LINE_WIDTH, &f))
		die_of(&f);
}

static void
print_summary(const struct costs *total)
{
	struct table_print *t = table_print_begin("lrrl", NULL);
	char number[NUMBER_SIZE];

	for (size_t i = 0; i < SHARES; i++) {
		long long count = sum(total->count, shares[i].classes);

		if (count == 0)
			continue;
		snprintf(number, sizeof number, "%lld", count);
		table_print_add(t, shares[i].words);
		table_print_add(t, number);
		add_money(t, total, shares[i].classes);
		table_print_add(t, shares[i].note);
	}
	print_table(t);
}

/* Add the rows of all classes and of their sum, without those that are 0. */
static void
add_episode(const char *name, const struct costs *c, void *table)
{
	if (sum(c->count, SPENT) == 0)
		return;
	table_print_add(table, name ? name : "-");
	for (size_t i = 0; i < SHARES; i++)
		if (shares[i].head)
			add_money(table, c, shares[i].classes);
}

static void
add_sum(const char *name, const struct costs *c, void *table)
{
	char number[NUMBER_SIZE];

	if (sum(c->count, SPENT) == 0)
		return;
	snprintf(number, sizeof number, "%lld", sum(c->count, SPENT));
	table_print_add(table, name ? name : "-");
	table_print_add(table, number);
	add_money(table, c, SPENT);
}

static void
print_episodes(const struct question *q)
{
	const char *heads[SHARES + 1] = { "Episode" };
	struct table_print *t;
	size_t n = 1;

	for (size_t i = 0; i < SHARES; i++)
		if (shares[i].head)
			heads[n++] = shares[i].head;
	t = table_print_begin("lrrrrrrrr", heads);
	sum_by(q, COSTS_EPISODE, add_episode, t);
	putchar('\n');
	print_table(t);
}

/* Print the other groups as one table, so that their columns have the same
 * width. */
static void
print_sums(const struct question *q)
{
	struct table_print *t = table_print_begin("lrr", NULL);

	for (size_t i = 0; i < GROUPS; i++) {
		if (groups[i].by == COSTS_EPISODE)
			continue;
		for (size_t empty = 0; empty < 3; empty++)
			table_print_add(t, NULL);
		table_print_add(t, groups[i].head);
		table_print_add(t, "Number");
		table_print_add(t, "Spent");
		sum_by(q, groups[i].by, add_sum, t);
	}
	print_table(t);
}

static void
add_shares(json_t *object, const struct costs *c)
{
	char key[KEY_SIZE];

	for (size_t i = 0; i < SHARES; i++) {
		snprintf(key, sizeof key, "%s_count", shares[i].key);
		json_put(object, key,
			json_integer(sum(c->count, shares[i].classes)));
		snprintf(key, sizeof key, "%s_usd", shares[i].key);
		json_put(object, key,
			json_dollars(sum(c->micros, shares[i].classes)));
	}
}

static void
print_text(const struct question *q, const struct costs *total)
{
	struct failure f;

	if (sum(total->count, ~0U) == 0) {
		if (!options_report_none(&q->o, &f))
			die_of(&f);
		return;
	}
	print_summary(total);
	if (sum(total->count, SPENT) == 0)
		return;
	/* for one episode everything is printed already */
	if (!q->o.is_one)
		print_episodes(q);
	print_sums(q);
}

static void
add_object(const char *name, const struct costs *c, void *data)
{
	struct listing *l = data;
	json_t *object = json_object();

	json_put(object, l->key, escape_json(name));
	add_shares(object, c);
	json_append(l->list, object);
}

static void
print_json(const struct question *q, const struct costs *total)
{
	json_t *doc = json_object(), *sums = json_object();

	add_shares(sums, total);
	json_put(doc, "total", sums);
	for (size_t i = 0; i < GROUPS; i++) {
		struct listing l = { groups[i].key, json_array() };

		if (q->o.db)
			sum_by(q, groups[i].by, add_object, &l);
		json_put(doc, groups[i].list, l.list);
	}
	json_write_or_die(NULL, doc);
	json_decref(doc);
}

static void
take_total(const char *name, const struct costs *c, void *total)
{
	(void)name;
	*(struct costs *)total = *c;
}

/* The hashes in the present files, as JSON for SQL. */
static char *
print_references(const char *outputs)
{
	struct buf text = BUF_INIT(USES_MAX);
	json_t *references = references_read(outputs);

	json_print_compact(references, &text);
	json_decref(references);
	return text.data;
}

static void
report(struct question *q)
{
	struct costs total = { 0 };

	if (q->o.db) {
		q->references = print_references(q->o.outputs);
		/* one transaction, so that all sums agree */
		db_script(q->o.db, "BEGIN");
		sum_by(q, COSTS_ALL, take_total, &total);
	}
	(q->o.json ? print_json : print_text)(q, &total);
	if (q->o.db)
		db_check_or_die(q->o.db);
	free(q->references);
}

int
main(int argc, char **argv)
{
	struct question q = { 0 };
	struct failure f;

	cli_begin("report-cost", usage);
	if (!options_read(&q.o, argc, argv, &f) || !options_open(&q.o, &f))
		die_of(&f);
	if (!q.o.purchases)
		report(&q);
	else if (!purchases_print(&q.o, &f))
		die_of(&f);
	options_close(&q.o);
	return cli_end();
}
