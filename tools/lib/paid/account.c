#include <string.h>

#include "books/ledger.h"
#include "buf.h"
#include "chapter/chapter.h"
#include "database/db.h"
#include "env.h"
#include "err.h"
#include "json.h"
#include "paid/account.h"
#include "paid/answer.h"
#include "paid/inventory.h"
#include "paid/purchase.h"
#include "paid/restore.h"

static const char *store_dir;
static struct past past;
static long long entered;

static void
read_past(void)
{
	const char *outputs = env_get("OUTPUTS_DIR");

	restore_free(&past);
	restore_read(&past, store_dir, outputs ? outputs : "outputs");
}

static void
enter_past(struct db *db)
{
	struct restored r;

	restore_enter(&past, db, &r);
	entered = r.added;
}

static void
say_entered(const char *path)
{
	restore_free(&past);
	if (entered)
		warn("%s: it had no purchases; %lld that the store of answers "
		     "shows %s entered",
			path, entered, entered == 1 ? "was" : "were");
}

void
account_open(const char *answers)
{
	static const struct ledger_fill fill = { read_past, enter_past,
		say_entered };

	store_dir = answers;
	ledger_fill_with(&fill);
}

bool
account_is_measured(const json_t *entry)
{
	const char *source = json_text(entry, "cost_source");

	return source && strcmp(source, "measured") == 0;
}

void
account_answer(const struct purchase *p, const char *hash, const json_t *facts,
	const struct bill *bill)
{
	const char *episode = json_text(facts, "episode_id");
	const char *name = json_text(facts, "purchase");
	const char *run = json_text(facts, "run");
	char time[DB_TIME_SIZE];

	if (!name || !inventory_time(json_text(facts, "bought_at"), time))
		return;
	ledger_found(&(struct ledger_past){ .purchase = name,
			     .episode = episode && episode_id_is_valid(episode)
				     ? episode
				     : NULL,
			     .chapter = json_text(facts, "chapter_id"),
			     .kind = p->kind,
			     .model = p->model,
			     .hash = hash,
			     .run = run ? run : "",
			     .time = time },
		bill);
}

void
account_entry(const struct purchase *p, const char *hash, const json_t *entry)
{
	struct bill bill = { .input_tokens = -1, .output_tokens = -1 };

	p->charge(json_object_get(entry, "answer"), p->data, &bill);
	bill.micros = json_micros(json_object_get(entry, "cost_usd"));
	bill.is_measured = account_is_measured(entry);
	bill.request_id = json_text(entry, "request_id");
	account_answer(p, hash, entry, &bill);
}

void
account_raw(const struct purchase *p, const char *hash, struct buf *raw,
	const json_t *facts)
{
	const json_t *estimate = json_object_get(facts, "estimate_usd");
	struct bill bill = { .input_tokens = -1, .output_tokens = -1 };
	char why[ANSWER_WHY_MAX];
	struct answer a;

	if (answer_parse(&a, raw, why)) {
		p->charge(a.rest, p->data, &bill);
		answer_free(&a);
	} else if (json_is_number(estimate)) {
		bill.micros = json_micros(estimate);
	} else {
		return;
	}
	bill.request_id = json_text(facts, "request_id");
	account_answer(p, hash, facts, &bill);
}
