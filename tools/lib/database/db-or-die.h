/*
 * db-or-die: functions of db.h and schema.h for a tool's main.  On failure they
 * end the tool with a message.  No module calls them.
 */
#ifndef LIMN_DB_OR_DIE_H
#define LIMN_DB_OR_DIE_H

struct db;

struct db *schema_open_or_die(const char *path);

/* NULL: the file is missing, or empty. */
struct db *schema_look_or_die(const char *path);

void db_commit_or_die(struct db *db);
void db_check_or_die(struct db *db);

#endif
