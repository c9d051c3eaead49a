#include <stdio.h>
#include <string.h>

#include "database/db.h"
#include "database/sql-row.h"
#include "json.h"
#include "report/escape.h"
#include "report/options.h"
#include "report/purchases.h"
#include "report/table-print.h"

#define TIME_LENGTH (sizeof "2026-02-28 10:30:00" - 1)

/* The columns of the ledger, and the JSON of each. */
static const struct field {
	const char *key;
	enum { TEXT, TIME, NUMBER, MONEY } type;
} fields[] = {
	{ "reserved_at", TIME },
	{ "sent_at", TIME },
	{ "ended_at", TIME },
	{ "episode_id", TEXT },
	{ "chapter_id", TEXT },
	{ "kind", TEXT },
	{ "model", TEXT },
	{ "state", TEXT },
	{ "cost_usd", MONEY },
	{ "cost_source", TEXT },
	{ "estimate_usd", MONEY },
	{ "input_tokens", NUMBER },
	{ "output_tokens", NUMBER },
	{ "run", TEXT },
	{ "purchase", TEXT },
	{ "request_sha256", TEXT },
	{ "request_id", TEXT },
	{ "exit_status", NUMBER },
	{ "error", TEXT },
};
#define FIELDS (sizeof fields / sizeof *fields)

#define IN_EPISODES                                                            \
	" (?1 IS NULL OR episode_id IN (SELECT value FROM json_each(?1)))"

/* A released purchase costs nothing, and doesn't count. */
static const char purchases[] =
	"SELECT reserved_at, sent_at, ended_at, episode_id, chapter_id, kind,"
	" model, state, iif(state = 'released', 0, cost_micros), cost_source,"
	" estimate_micros, input_tokens, output_tokens, run, purchase,"
	" request_sha256, request_id, exit_status, error"
	" FROM ledger WHERE" IN_EPISODES " ORDER BY reserved_at, id";
static const char total[] = "SELECT count(*), sum(cost_micros) FROM ledger"
			    " WHERE state <> 'released' AND" IN_EPISODES;

/* The column with this key. */
static int
column(const char *key)
{
	int i = 0;

	while (strcmp(fields[i].key, key) != 0)
		i++;
	return i;
}

static bool
has_episodes(struct db *db, const char *episodes, long long least)
{
	return db_number(db,
		       "SELECT count(*) FROM (SELECT 1 FROM ledger WHERE" IN_EPISODES
		       " GROUP BY episode_id LIMIT ?2)",
		       "si", episodes, least) == least;
}

static void
print_total(struct db *db, const char *episodes)
{
	struct query *q = db_query(db, total, "s", episodes);
	char money[TABLE_PRINT_MONEY_SIZE];

	while (db_next(q))
		printf("%lld purchase%s, %s\n", db_int(q, 0),
			db_int(q, 0) == 1 ? "" : "s",
			table_print_money(money, db_int(q, 1)));
}

static bool
print_text(struct db *db, const char *episodes, struct failure *f)
{
	bool more = has_episodes(db, episodes, 2);
	struct query *q = db_query(db, purchases, "s", episodes);
	struct table_print *t = table_print_begin("llllllrll", NULL);
	char money[TABLE_PRINT_MONEY_SIZE];

	while (db_next(q)) {
		table_print_add(t, db_text(q, column("reserved_at")));
		table_print_add(t,
			more ? db_text(q, column("episode_id")) : NULL);
		table_print_add(t, db_text(q, column("chapter_id")));
		table_print_add(t, db_text(q, column("kind")));
		table_print_add(t, db_text(q, column("model")));
		table_print_add(t, db_text(q, column("state")));
		table_print_add(t,
			table_print_money(money,
				db_int(q, column("cost_usd"))));
		table_print_add(t, db_text(q, column("request_id")));
		table_print_add(t, db_text(q, column("error")));
	}
	if (!table_print_end(t, 0, f))
		return false;
	print_total(db, episodes);
	return true;
}

/* "2026-02-28 10:30:00" becomes "2026-02-28T10:30:00Z". */
static json_t *
time_json(const char *s)
{
	char time[TIME_LENGTH + 2];

	if (!s || strlen(s) != TIME_LENGTH || s[10] != ' ')
		return escape_json(s);
	snprintf(time, sizeof time, "%.10sT%sZ", s, s + 11);
	return escape_json(time);
}

static json_t *
field_json(struct query *q, int i)
{
	if (fields[i].type == TEXT)
		return escape_json(db_text(q, i));
	if (fields[i].type == TIME)
		return time_json(db_text(q, i));
	if (fields[i].type == MONEY)
		return json_dollars(db_int(q, i));
	return db_is_null(q, i) ? json_null() : json_integer(db_int(q, i));
}

static json_t *
list_purchases(struct db *db, const char *episodes)
{
	struct query *q = db_query(db, purchases, "s", episodes);
	json_t *list = json_array(), *purchase;

	while (db_next(q)) {
		purchase = json_object();
		for (size_t i = 0; i < FIELDS; i++)
			json_put(purchase, fields[i].key,
				field_json(q, (int)i));
		json_append(list, purchase);
	}
	return list;
}

bool
purchases_print(const struct options *o, struct failure *f)
{
	bool has_ledger = o->db && sql_table_exists(o->db, "ledger");
	json_t *list;
	bool good;

	/* one transaction: the list and its total agree */
	if (has_ledger)
		db_script(o->db, "BEGIN");
	if (o->json) {
		list = has_ledger ? list_purchases(o->db, o->episodes)
				  : json_array();
		good = (!o->db || db_check(o->db, f)) &&
			json_write(NULL, list, f);
		json_decref(list);
		return good;
	}
	if (!has_ledger || !has_episodes(o->db, o->episodes, 1))
		return options_report_none(o, f);
	return print_text(o->db, o->episodes, f) && db_check(o->db, f);
}
