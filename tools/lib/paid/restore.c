#include <stdbool.h>
#include <string.h>

#include "books/ledger-row.h"
#include "books/ledger.h"
#include "chapter/chapter.h"
#include "database/db.h"
#include "json.h"
#include "paid/inventory.h"
#include "paid/restore.h"
#include "paid/uses.h"

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

void
restore_read(struct past *past, const char *answers, const char *outputs)
{
	inventory_read(&past->inventory, answers);
	past->owners = find_owners(&past->inventory, outputs);
}

static void
enter(struct db *db, const struct inventory_purchase *p, struct restored *r)
{
	bool is_id = p->episode && episode_id_is_valid(p->episode);
	struct bill bill = { .micros = p->micros,
		.is_measured = p->is_measured,
		.input_tokens = p->input_tokens,
		.output_tokens = p->output_tokens,
		.request_id = p->request_id };
	struct ledger_row row;

	if (!ledger_row_find(db, 0, p->name, &row))
		r->added++;
	else if (ledger_row_wants(&row, &bill))
		r->settled++;
	else
		return;
	ledger_row_past(db,
		&(struct ledger_past){ .purchase = p->name,
			.episode = is_id ? p->episode : NULL,
			.chapter = p->chapter,
			.kind = p->kind,
			.model = p->model,
			.hash = p->hash,
			.run = p->run,
			.time = p->time },
		&bill);
}

void
restore_enter(const struct past *past, struct db *db, struct restored *r)
{
	*r = (struct restored){ 0 };
	for (size_t i = 0; i < past->inventory.count; i++)
		enter(db, &past->inventory.purchases[i], r);
}

void
restore_free(struct past *past)
{
	json_decref(past->owners);
	inventory_free(&past->inventory);
	*past = (struct past){ .owners = NULL };
}
