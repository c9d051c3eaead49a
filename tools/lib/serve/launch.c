#define _GNU_SOURCE /* environ */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "err.h"
#include "failure.h"
#include "jobs/make-env.h"
#include "serve/launch.h"

#define LOG_FILENO 3      /* as in "LIMN_LOG=/dev/fd/3" */
#define DETACHED_MAX 4096 /* processes of launch_and_leave() */
#define TOKEN_NAME "LIMN_TOKEN="
#define TOKEN_MAX 64

static char directory[LAUNCH_PATH_MAX]; /* of the tools; ends in a slash */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pid_t detached[DETACHED_MAX];
static size_t detached_count;

/* Open standard input, output and error if they are closed.  Otherwise a later
 * file, such as the listening socket, would get one of their numbers, and a job
 * that outlives the server would keep it open. */
static bool
open_standard_files(struct failure *f)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return failure_set(f, EXIT_IO, "/dev/null:");
	close(fd);
	return true;
}

bool
launch_begin(struct failure *f)
{
	ssize_t len =
		readlink("/proc/self/exe", directory, sizeof directory - 1);
	char *slash;

	if (!open_standard_files(f))
		return false;
	if (len < 0)
		return failure_set(f, EXIT_BAD_CONFIG, "/proc/self/exe:");
	directory[len] = '\0';
	slash = strrchr(directory, '/');
	if (slash)
		slash[1] = '\0';
	env_for_new_make();
	return true;
}

/* The environment with a token and a log; the caller frees only the list. */
static char **
make_environment(char *token, bool has_log)
{
	static char log[] = "LIMN_LOG=/dev/fd/3";
	size_t n = 0;
	char **list;

	while (environ[n])
		n++;
	list = malloc((n + 3) * sizeof *list);
	if (!list)
		return NULL;
	memcpy(list, environ, n * sizeof *list);
	if (token)
		list[n++] = token;
	if (has_log)
		list[n++] = log;
	list[n] = NULL;
	return list;
}

static void
set_files(posix_spawn_file_actions_t *actions, const struct launch *l)
{
	posix_spawn_file_actions_init(actions);
	posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null",
		O_RDONLY, 0);
	if (l->out >= 0)
		posix_spawn_file_actions_adddup2(actions, l->out,
			STDOUT_FILENO);
	else
		posix_spawn_file_actions_addopen(actions, STDOUT_FILENO,
			"/dev/null", O_WRONLY, 0);
	if (l->log >= 0) {
		posix_spawn_file_actions_addopen(actions, STDERR_FILENO,
			"/dev/null", O_WRONLY, 0);
		posix_spawn_file_actions_adddup2(actions, l->log, LOG_FILENO);
	}
}

static void
set_signals(posix_spawnattr_t *attributes, bool is_group)
{
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	sigset_t set;

	posix_spawnattr_init(attributes);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(attributes, &set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(attributes, &set);
	if (is_group)
		flags |= POSIX_SPAWN_SETPGROUP;
	posix_spawnattr_setflags(attributes, flags);
}

int
launch(const struct launch *l, pid_t *pid)
{
	char *args[LAUNCH_ARGUMENTS_MAX + 1] = { NULL };
	char token[sizeof TOKEN_NAME + TOKEN_MAX], **env;
	char path[LAUNCH_PATH_MAX];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int e;

	for (size_t n = 0; n < LAUNCH_ARGUMENTS_MAX && l->argv[n]; n++)
		args[n] = (char *)l->argv[n];
	snprintf(token, sizeof token, TOKEN_NAME "%s",
		l->token ? l->token : "");
	if (snprintf(path, sizeof path, "%s%s", directory, args[0]) >=
		(int)sizeof path)
		return ENAMETOOLONG;
	env = make_environment(l->token ? token : NULL, l->log >= 0);
	if (!env)
		return ENOMEM;
	set_files(&actions, l);
	set_signals(&attributes, l->is_group);
	e = posix_spawn(pid, path, &actions, &attributes, args, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	free(env);
	return e;
}

bool
launch_and_leave(const char *const *argv)
{
	struct launch l = { .argv = argv, .out = -1, .log = -1 };
	bool is_started = false;

	pthread_mutex_lock(&lock);
	if (detached_count < DETACHED_MAX &&
		launch(&l, &detached[detached_count]) == 0) {
		detached_count++;
		is_started = true;
	}
	pthread_mutex_unlock(&lock);
	return is_started;
}

void
launch_reap(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = detached_count; i-- > 0;)
		if (waitpid(detached[i], NULL, WNOHANG) != 0)
			detached[i] = detached[--detached_count];
	pthread_mutex_unlock(&lock);
}
