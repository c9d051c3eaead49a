#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "page/aside.h"

#define PIECE ((size_t)65536) /* bytes that are read at a time */

_Noreturn static void
answer_to(int fd, json_t *(*answer)(void *data), void *data, unsigned seconds)
{
	struct buf b = BUF_INIT(ASIDE_MAX);
	ssize_t n;

	signal(SIGALRM, SIG_DFL);
	alarm(seconds);
	json_print_compact(answer(data), &b);
	for (size_t i = 0; i < b.len; i += (size_t)n)
		while ((n = write(fd, b.data + i, b.len - i)) < 0)
			if (errno != EINTR)
				die(EXIT_IO, "a pipe:");
	/* what the parent has to do at its end is for it to do */
	_exit(0);
}

static void
read_answer(int fd, struct buf *b)
{
	ssize_t n;

	do {
		buf_grow(b, PIECE);
		n = read(fd, b->data + b->len, PIECE);
		if (n > 0)
			b->len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
}

json_t *
aside_ask(json_t *(*answer)(void *data), void *data, unsigned seconds)
{
	struct buf b = BUF_INIT(ASIDE_MAX + PIECE);
	json_t *value = NULL;
	int pipes[2], status;
	pid_t pid;

	if (pipe(pipes) != 0 || (pid = fork()) < 0)
		die(EXIT_TRY_LATER, "can't start another process:");
	if (pid == 0) {
		close(pipes[0]);
		answer_to(pipes[1], answer, data, seconds);
	}
	close(pipes[1]);
	read_answer(pipes[0], &b);
	close(pipes[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		warn(WTERMSIG(status) == SIGALRM
				? "no answer within %u s; gone on without"
				: "no answer but signal %u; gone on without",
			WTERMSIG(status) == SIGALRM
				? seconds
				: (unsigned)WTERMSIG(status));
	else if (status == 0)
		value = json_loadb(b.data, b.len, 0, NULL);
	buf_free(&b);
	return value;
}
