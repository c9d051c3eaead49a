#include <stdio.h>
#include <time.h>

#include "books/left.h"
#include "books/process.h"
#include "database/db.h"

long long
left_next(struct query *q, long patience_s)
{
	while (db_next(q)) {
		struct process p;
		const char *host = db_text(q, 1);

		snprintf(p.host, sizeof p.host, "%s", host ? host : "");
		p.pid = db_int(q, 2);
		p.started = db_int(q, 3);
		if (process_is_gone(&p, (time_t)db_int(q, 4), patience_s))
			return db_int(q, 0);
	}
	return 0;
}
