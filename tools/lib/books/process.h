/*
 * process: who holds something, and whether he is still there.
 *
 *	struct process p;
 *
 *	process_self(&p);
 *	... p.host, p.pid, p.started are kept, and read again later ...
 *	if (process_is_gone(&p, noted_at))
 *
 * A number of a process is used again, so its start goes with it; and it says
 * nothing about one in another container, on another machine, or before the
 * machine was started anew, so where it ran does, too.
 */
#ifndef LIMN_PROCESS_H
#define LIMN_PROCESS_H

#include <stdbool.h>
#include <time.h>

#define PROCESS_HOST_SIZE 80

/* A stranger is taken for gone after that: the maker of a purchase, whose call
 * is settled all the same when it ends later; and a make. */
#define PROCESS_CALL_S 7200
#define PROCESS_RUN_S 86400

struct process {
	char host[PROCESS_HOST_SIZE]; /* "boot id/pid namespace's number"; "?"
				       * where /proc doesn't tell */
	long long pid;
	long long started; /* clock ticks after the machine was started */
};

void process_self(struct process *p);

/* The make that runs us, as LIMN_MAKE has it, "PID STARTED"; else ourselves. */
void process_make(struct process *p);

/*
 * One that we can't see (of another namespace, or machine) is gone patience_s
 * after since; one of an earlier start of the machine at once.  That is told by
 * since, and so another machine's that is older than our start is taken for
 * gone, too; as is one whose since is to come, by more than other machines'
 * clocks are ahead: a clock was wrong then.  Whoever marks what it held must be
 * able to bear that it goes on.
 */
bool process_is_gone(const struct process *p, time_t since, long patience_s);

#endif
