/*
 * guard: a command that can be ended, and that never outlives who started it.
 *
 *	guard_begin();
 *	if (guard_start(argv))
 *		while (!guard_has_ended(&status))
 *			... read guard_output() ...
 *
 * The command runs in a process group of its own, with /dev/null for input, no
 * other file open than its output, and no signal ignored.  Between it and us is
 * a process, the guard, which leads that group.  Where we are sent SIGTERM, or
 * die of whatever, SIGKILL too, the guard sends SIGTERM to the group, once, for
 * tools take a second one for impatience; and SIGKILL where that didn't help
 * within the longest that a call which is paid for can take, and GUARD_GRACE_S.
 * Where the guard itself is killed we do the same.  So is ended what a command
 * leaves behind that failed.
 *
 * There is one command at a time.
 */
#ifndef LIMN_GUARD_H
#define LIMN_GUARD_H

#include <stdbool.h>

#define GUARD_GRACE_S 30

/* First of all: a session of our own, if that can be; SIGINT and SIGHUP are
 * ignored, SIGTERM is noted. */
void guard_begin(void);

/* argv: as for execvp(3).  false: we were told to stop before. */
bool guard_start(char *const argv[]);

/* What the command says on both its outputs: to be read without waiting.  Open
 * until the next guard_start(). */
int guard_output(void);

/* status: the command's; 128 and a number where it died of that signal. */
bool guard_has_ended(int *status);

/* As SIGTERM does, but it isn't noted as one. */
void guard_stop(void);

/* Whether there was a SIGTERM; and it is done with. */
bool guard_is_told(void);
void guard_forget(void);

#endif
