#include <stdbool.h>
#include <string.h>

#include "chapter.h"
#include "db.h"
#include "inventory.h"
#include "json.h"
#include "ledger-row.h"
#include "ledger.h"
#include "restore.h"
#include "uses.h"

/* An entry of a former release doesn't say for whom it was; the workings may.
 * The strings are those of the result, to be json_decref()ed. */
static json_t *
find_owners(const struct inventory *v, const char *outputs)
{
	json_t *owners = NULL;

	for (size_t i = 0; i < v->count; i++) {
		struct inventory_purchase *p = &v->purchases[i];
		const json_t *owner;

		if (p->episode)
			continue;
		if (!owners)
			owners = uses_owners(outputs);
		owner = json_object_get(owners, p->hash);
		if (owner) {
			p->episode = json_text(owner, "episode_id");
			p->chapter = json_text(owner, "chapter_id");
		}
	}
	return owners;
}

static void
settle(struct db *db, const struct inventory_purchase *p, long long id)
{
	ledger_row_settle(db, id,
		&(struct bill){ .micros = p->micros,
			.is_measured = p->is_measured,
			.input_tokens = p->input_tokens,
			.output_tokens = p->output_tokens,
			.request_id = p->request_id });
	db_run(db, "UPDATE ledger SET ended_at = ? WHERE id = ?", "si", p->time,
		id);
}

static void
add(struct db *db, const struct inventory_purchase *p)
{
	bool is_id = p->episode && episode_id_is_valid(p->episode);

	db_run(db,
		"INSERT INTO ledger (purchase, episode_id, chapter_id, kind,"
		" model, request_sha256, state, cost_micros, estimate_micros,"
		" run, host, pid, pid_started, reserved_at, sent_at)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'sent', ?7, ?7,"
		" nullif(?8, ''), '', 0, 0, ?9, ?9)",
		"ssssssiss", p->name, is_id ? p->episode : "", p->chapter,
		p->kind, p->model, p->hash, p->micros, p->run, p->time);
	settle(db, p, db_last(db));
}

void
restore_ledger(struct db *db, const char *answers, const char *outputs,
	struct restored *r)
{
	struct ledger_row row;
	struct inventory v;
	json_t *owners;

	*r = (struct restored){ 0 };
	inventory_read(&v, answers);
	owners = find_owners(&v, outputs);
	for (size_t i = 0; i < v.count; i++)
		if (!ledger_row_find(db, 0, v.purchases[i].name, &row)) {
			add(db, &v.purchases[i]);
			r->added++;
		} else if (!row.is_settled) {
			settle(db, &v.purchases[i], row.id);
			r->settled++;
		}
	json_decref(owners);
	inventory_free(&v);
}
