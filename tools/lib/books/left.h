/*
 * left: rows that belong to a process, and outlived it.
 *
 *	struct query *q = db_query(db, "SELECT id, host, pid, pid_started,"
 *		" CAST(strftime('%s', began_at) AS INTEGER) FROM ...", "");
 *
 *	while ((id = left_next(q, PROCESS_RUN_S)))
 *		...
 *	db_reset(q);
 */
#ifndef LIMN_LEFT_H
#define LIMN_LEFT_H

struct query;

/*
 * The id of the next row whose process is gone, as process.h tells it; 0 when
 * there is no more.  The query's first columns are a positive id, the process's
 * host, pid and start, and since when it has the row, in seconds.
 */
long long left_next(struct query *q, long patience_s);

#endif
