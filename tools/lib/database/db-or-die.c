#include <stddef.h>

#include "database/db-or-die.h"
#include "database/db.h"
#include "database/schema.h"
#include "failure.h"

struct db *
schema_open_or_die(const char *path)
{
	struct failure f;
	struct db *db = schema_open(path, &f);

	if (!db)
		die_of(&f);
	return db;
}

struct db *
schema_look_or_die(const char *path)
{
	struct failure f;
	struct db *db = schema_look(path, &f);

	if (!db && f.status)
		die_of(&f);
	return db;
}

void
db_commit_or_die(struct db *db)
{
	struct failure f;

	if (!db_commit(db, &f))
		die_of(&f);
}

void
db_check_or_die(struct db *db)
{
	struct failure f;

	if (!db_check(db, &f))
		die_of(&f);
}
