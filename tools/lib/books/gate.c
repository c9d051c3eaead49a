#include <stdlib.h>
#include <unistd.h>

#include "books/episodes.h"
#include "books/gate.h"
#include "books/ledger.h"
#include "books/runs.h"
#include "chapter/episode.h"
#include "database/db.h"
#include "env.h"
#include "err.h"
#include "failure.h"

bool
gate_look(struct db *db, const struct gate *g, struct failure *f)
{
	char why[EPISODES_WHY_MAX];
	bool may = episodes_may_draw(db, g->episode, g->force, why);

	if (!db_check(db, f))
		return false;
	return may || failure_set(f, EXIT_BAD_INPUT, "%s", why);
}

bool
gate_check(struct db *db, const struct gate *g, struct failure *f)
{
	bool lacks_title, lacks_row, good = true;
	char *title = NULL;

	if (!gate_look(db, g, f))
		return false;
	lacks_row = episodes_lacks(db, g->episode, &lacks_title);
	if (lacks_title)
		title = episode_title(g->chapters, g->episode);
	if (lacks_row || title || runs_are_stale(db, g->episode)) {
		db_begin(db);
		episodes_add(db, g->episode, title);
		runs_close_stale(db, g->episode);
		good = db_commit(db, f);
	}
	free(title);
	return good && ledger_clear_stale(db, f);
}

bool
gate_note_failure(struct db *db, const struct gate *g, const char *message,
	struct failure *f)
{
	const char *id = g->episode, *run = env_run();
	char why[EPISODES_WHY_MAX];
	struct runs_limit limit;

	if (!episodes_may_draw(db, id, g->force, why))
		return db_check(db, f);
	db_begin(db);
	if (!episodes_find(db, id) && access(g->chapters, F_OK) == 0)
		episodes_add(db, id, NULL);
	if (episodes_find(db, id)) {
		runs_failed(db, id, run, message, NULL);
		ledger_count_run(db, id, run);
		/* for a limit, the ledger has set the episode's status and
		 * message */
		if (!runs_limit(db, id, run, &limit))
			episodes_failed(db, id, message);
	}
	return db_commit(db, f);
}
