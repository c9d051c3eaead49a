#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "failure.h"
#include "json.h"
#include "serve/launch.h"
#include "serve/run.h"

#define LOG_MAX 65536 /* bytes of a tool's log that are read */
#define BLOCK_SIZE 65536
#define NAP_MS 5     /* milliseconds between two checks whether it has ended */
#define GRACE_MS 300 /* from SIGTERM to SIGKILL */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t has_slot = PTHREAD_COND_INITIALIZER;
static unsigned running;
/* readable from run_stop() on */
static int stop_pipe[2] = { -1, -1 };
static atomic_bool is_stopped;

/* The output of a tool, up to max bytes. */
struct stream {
	int fd;
	char *data;
	size_t len, cap, max;
	bool is_cut;
};

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Wait for a slot; false: there was none in time. */
static bool
take_slot(void)
{
	struct timespec until;
	int e = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RUN_WAIT_S;
	pthread_mutex_lock(&lock);
	while (running >= RUN_AT_ONCE && !is_stopped && e == 0)
		e = pthread_cond_timedwait(&has_slot, &lock, &until);
	if (running >= RUN_AT_ONCE || is_stopped) {
		pthread_mutex_unlock(&lock);
		return false;
	}
	running++;
	pthread_mutex_unlock(&lock);
	return true;
}

static void
release_slot(void)
{
	pthread_mutex_lock(&lock);
	running--;
	pthread_cond_signal(&has_slot);
	pthread_mutex_unlock(&lock);
}

/* Read the next bytes; false at the end, or if the stream is full. */
static bool
stream_read(struct stream *s)
{
	char *wider;
	ssize_t n;

	if (s->cap - s->len < BLOCK_SIZE) {
		wider = realloc(s->data, s->cap * 2 + BLOCK_SIZE);
		if (!wider) {
			s->is_cut = true;
			return false;
		}
		s->data = wider;
		s->cap = s->cap * 2 + BLOCK_SIZE;
	}
	n = read(s->fd, s->data + s->len, s->cap - s->len);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	s->len += (size_t)n;
	if (s->len > s->max) {
		s->len = s->max; /* the rest is read and discarded */
		s->is_cut = true;
	}
	return n > 0;
}

/* Read both streams to their ends.  Returns false if that took too long. */
static bool
collect(struct stream *out, struct stream *log, long long end_ms)
{
	struct pollfd fds[] = { { .fd = out->fd, .events = POLLIN },
		{ .fd = log->fd, .events = POLLIN },
		{ .fd = stop_pipe[0], .events = POLLIN } };

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		long long left_ms = end_ms - now_ms();

		if (left_ms <= 0 || fds[2].revents)
			return false;
		if (poll(fds, 3, (int)left_ms) < 0)
			continue;
		if (fds[0].revents && (!stream_read(out) || out->is_cut))
			fds[0].fd = -1;
		if (out->is_cut)
			return true;
		if (fds[1].revents && !stream_read(log))
			fds[1].fd = -1;
	}
	return true;
}

/* Add a NUL at the end. */
static bool
stream_terminate(struct stream *s)
{
	char *data = realloc(s->data, s->len + 1);

	if (!data)
		return false;
	data[s->len] = '\0';
	s->data = data;
	return true;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool
has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) !=
		0 ||
		info.si_pid == pid;
}

static void
nap(void)
{
	nanosleep(&(struct timespec){ 0, NAP_MS * 1000000L }, NULL);
}

/* End the tool, and all processes that it started. */
static void
end_group(pid_t pid)
{
	long long kill_ms = now_ms() + GRACE_MS;

	kill(-pid, SIGTERM);
	while (!has_ended(pid) && now_ms() < kill_ms)
		nap();
	kill(-pid, SIGKILL);
}

/* Wait until the tool ends; if result isn't 0 (run.h), end the tool now.
 * Returns its exit status, or a result. */
static int
wait_for_end(pid_t pid, long long end_ms, int result)
{
	int status = 0;

	while (!result && !has_ended(pid)) {
		if (now_ms() >= end_ms || is_stopped)
			result = RUN_LATE;
		else
			nap();
	}
	if (result)
		end_group(pid);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (result)
		return result;
	return WIFEXITED(status) ? WEXITSTATUS(status) : RUN_FAILED;
}

/* The last error in a log, as "tool: message". */
static void
find_error(const char *log, char *error, size_t size)
{
	for (const char *end; (end = strchr(log, '\n')); log = end + 1) {
		json_t *line = json_loadb(log, (size_t)(end - log), 0, NULL);
		const json_t *status = json_object_get(line, "status");
		const char *tool = json_text(line, "tool");
		const char *message = json_text(line, "message");

		if (tool && message &&
			(!json_is_integer(status) ||
				json_integer_value(status) != 0))
			snprintf(error, size, "%s: %s", tool, message);
		json_decref(line);
	}
}

static int
run_started(struct run *run, pid_t pid, struct stream *out, struct stream *log)
{
	long long end_ms = now_ms() + run->limit_s * 1000LL;
	bool in_time = collect(out, log, end_ms);
	int status = wait_for_end(pid, end_ms,
		!in_time              ? RUN_LATE
			: out->is_cut ? RUN_LONG
				      : 0);

	/* strings, for the caller */
	if (!stream_terminate(log) || !stream_terminate(out))
		return RUN_FAILED;
	find_error(log->data, run->error, sizeof run->error);
	return status;
}

int
run_tool(struct run *run)
{
	struct stream out = { .fd = -1, .max = run->max_bytes };
	struct stream log = { .fd = -1, .max = LOG_MAX };
	int outs[2] = { -1, -1 }, logs[2] = { -1, -1 };
	int status = RUN_FAILED;
	pid_t pid;

	run->data = NULL;
	run->len = 0;
	run->error[0] = '\0';
	if (!take_slot())
		return RUN_BUSY;
	if (pipe2(outs, O_CLOEXEC) == 0 && pipe2(logs, O_CLOEXEC) == 0) {
		struct launch l = { run->argv, run->token, outs[1], logs[1],
			true };

		if (launch(&l, &pid) == 0) {
			close_fd(&outs[1]);
			close_fd(&logs[1]);
			out.fd = outs[0];
			log.fd = logs[0];
			status = run_started(run, pid, &out, &log);
		}
	}
	release_slot();
	for (size_t i = 0; i < 2; i++) {
		close_fd(&outs[i]);
		close_fd(&logs[i]);
	}
	free(log.data);
	run->data = out.data;
	run->len = out.len;
	return status;
}

bool
run_begin(struct failure *f)
{
	return pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) == 0 ||
		failure_set(f, EXIT_TRY_LATER, "can't make a pipe:");
}

void
run_stop(void)
{
	pthread_mutex_lock(&lock);
	is_stopped = true;
	pthread_cond_broadcast(&has_slot);
	pthread_mutex_unlock(&lock);
	if (write(stop_pipe[1], "", 1) != 1)
		return; /* when the pipe is full, it is readable, too */
}
