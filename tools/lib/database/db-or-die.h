/*
 * db-or-die: for a tool's main, functions of db.h and schema.h that end the
 * tool with a message where those fail.  No module calls them.
 */
#ifndef LIMN_DB_OR_DIE_H
#define LIMN_DB_OR_DIE_H

struct db;

struct db *schema_open_or_die(const char *path);

/* NULL: there is no such file, or an empty one. */
struct db *schema_look_or_die(const char *path);

void db_commit_or_die(struct db *db);
void db_check_or_die(struct db *db);

#endif
