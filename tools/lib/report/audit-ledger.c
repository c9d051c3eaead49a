#include <string.h>

#include "database/db.h"
#include "json.h"
#include "report/audit.h"

/* The time of the first purchase in the ledger, in the form of a manifest; "":
 * the ledger has nothing of the episode.  Pictures that are older than the
 * ledger aren't in it. */
static json_t *
find_start(struct audit *a)
{
	struct query *q = db_query(a->db,
		"SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(reserved_at))"
		" FROM ledger WHERE EXISTS"
		" (SELECT 1 FROM ledger WHERE episode_id = ?)",
		"s", a->id);
	const char *text = db_next(q) ? db_text(q, 0) : NULL;
	json_t *time = json_string(text ? text : "");

	db_reset(q);
	return time;
}

/* The costs of each request that was settled, for any episode. */
static json_t *
read_settled(struct audit *a)
{
	json_t *settled = json_object(), *costs;
	const char *hash;
	struct query *q = db_query(a->db,
		"SELECT request_sha256, cost_micros FROM ledger"
		" WHERE state = 'settled'",
		"");

	while (db_next(q)) {
		hash = db_text(q, 0);
		costs = hash ? json_object_get(settled, hash) : NULL;
		if (hash && !costs) {
			costs = json_array();
			json_object_set_new_nocheck(settled, hash, costs);
		}
		json_array_append_new(costs, json_integer(db_int(q, 1)));
	}
	return settled;
}

static bool
has_cost(const json_t *costs, long long micros)
{
	const json_t *cost;
	size_t i;

	json_array_foreach(costs, i, cost)
	{
		if (json_integer_value(cost) == micros)
			return true;
	}
	return false;
}

/* A request that was bought twice may have two costs: either will do. */
static void
compare_image(struct audit *a, const char *chapter, const json_t *image,
	const char *began, const json_t *settled)
{
	const json_t *metadata = json_object_get(image, "metadata");
	const json_t *is = json_object_get(metadata, "cost_usd"), *costs;
	const char *method = json_text(image, "generation_method");
	const char *hash = json_text(metadata, "request_sha256");
	const char *at = json_text(metadata, "generated_at");

	if (!method ||
		(strcmp(method, "openai") != 0 &&
			strcmp(method, "dalle3") != 0))
		return;
	if (!hash) {
		report_problem(&a->of_manifest, chapter,
			"it was bought, and has no request_sha256");
		return;
	}
	if (at && strcmp(at, began) < 0)
		return;
	costs = json_object_get(settled, hash);
	if (!costs)
		report_problem(&a->of_manifest, chapter,
			"request_sha256 is %.80s, of which the ledger has no "
			"settled purchase",
			hash);
	else if (!has_cost(costs, json_micros(is)))
		audit_compare_cost(&a->of_manifest, chapter, "cost_usd", is,
			"the ledger",
			json_integer_value(json_array_get(costs, 0)));
}

void
audit_ledger(struct audit *a)
{
	json_t *began, *settled, *image;
	const char *chapter;

	if (!audit_has(a, "ledger"))
		return;
	began = find_start(a);
	if (*json_string_value(began)) {
		settled = read_settled(a);
		json_object_foreach(a->entries, chapter, image)
		{
			compare_image(a, chapter, image,
				json_string_value(began), settled);
		}
		json_decref(settled);
	}
	json_decref(began);
}
