#define _GNU_SOURCE /* accept4, close_range, struct ucred */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/courier.h"
#include "net/http.h"
#include "net/libcurl.h"
#include "net/transfer.h"

#define IDLE_MS 1000     /* until a courier ends */
#define READY_MS 5000    /* that a tool waits for one to begin */
#define PATIENCE_S 60    /* with a tool that doesn't read or write */
#define TRIES_MAX 200    /* to find it, a millisecond each */
#define WAITING_MAX 1024 /* tools at its door */
#define RUN_MAX 64       /* bytes of LIMN_RUN */
#define HEADERS_MAX 16
#define REQUEST_MAX ((size_t)64 << 20) /* bytes */

/* What goes over the socket: this, and then the texts, each with its NUL. */
struct letter {
	size_t url, body, secret, own_base; /* bytes; 0: there is none */
	size_t headers[HEADERS_MAX];        /* the same */
	size_t body_max;
	double timeout;
	bool is_base;
};

static bool
put(int fd, const void *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data = (const char *)data + n;
		len -= (size_t)n;
	}
	return true;
}

static bool
get(int fd, void *data, size_t len)
{
	while (len > 0) {
		ssize_t n = recv(fd, data, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data = (char *)data + n;
		len -= (size_t)n;
	}
	return true;
}

/* A key is not for everybody who listens under this name. */
static bool
is_one_of_us(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
		peer.uid == geteuid();
}

/* --- the courier's side */

/* The next of the texts. */
static char *
take(char **at, size_t len)
{
	char *text = *at;

	*at += len;
	return len ? text : NULL;
}

static void
serve(int fd)
{
	/* a tool that was stopped is not waited for */
	static const struct timeval patience = { PATIENCE_S, 0 };
	const char *headers[HEADERS_MAX + 1] = { NULL };
	struct http_request q;
	struct http_answer a;
	struct letter l;
	size_t len, n = 0;
	char *texts, *at;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (!put(fd, "", 1) || !get(fd, &l, sizeof l))
		return;
	len = l.url + l.body + l.secret + l.own_base;
	for (size_t i = 0; i < HEADERS_MAX; i++)
		len += l.headers[i];
	at = texts = len <= REQUEST_MAX ? malloc(len) : NULL;
	if (!texts || !get(fd, texts, len))
		return;
	q = (struct http_request){ .headers = headers,
		.timeout = l.timeout,
		.body_max = l.body_max,
		.is_base = l.is_base };
	q.url = take(&at, l.url);
	q.body = take(&at, l.body);
	q.body_len = l.body ? l.body - 1 : 0;
	q.secret = take(&at, l.secret);
	q.own_base = take(&at, l.own_base);
	for (size_t i = 0; i < HEADERS_MAX && l.headers[i]; i++)
		headers[n++] = take(&at, l.headers[i]);
	transfer_send(&q, &a);
	if (put(fd, &a, sizeof a))
		put(fd, a.body.data, a.body.len);
}

/* Nothing of the tool's is to stay open: somebody may wait for its end. */
static void
let_go(int listener)
{
	static const int deaf_to[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	int null;

	/* a shell may have started the tool with some of 0 to 2 closed */
	listener = fcntl(listener, F_DUPFD, 4);
	null = open("/dev/null", O_RDWR);

	for (size_t i = 0; i < sizeof deaf_to / sizeof *deaf_to; i++)
		signal(deaf_to[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	dup2(listener, 3);
	close_range(4, ~0U, 0);
	prctl(PR_SET_NAME, "limn-courier");
}

/* Take requests until none has come for a while. */
_Noreturn static void
work(int listener)
{
	struct pollfd door = { .fd = 3, .events = POLLIN };
	unsigned busy = 0;
	int fd, ready;

	let_go(listener);
	libcurl();
	for (;;) {
		ready = poll(&door, 1, IDLE_MS);
		while (busy > 0 && waitpid(-1, NULL, WNOHANG) > 0)
			busy--;
		if (ready <= 0 && busy == 0)
			_exit(0);
		fd = ready > 0 ? accept4(3, NULL, NULL, SOCK_CLOEXEC) : -1;
		if (fd < 0 && ready > 0 && errno != EINTR &&
			errno != ECONNABORTED)
			_exit(1);
		if (fd < 0)
			continue;
		if (is_one_of_us(fd)) {
			pid_t child = fork();

			if (child == 0) {
				close(3);
				serve(fd);
				_exit(0);
			}
			busy += child > 0;
		}
		close(fd);
	}
}

/* --- the tool's side */

/* A name that needs no file; returns its length, or 0. */
static socklen_t
name_of(struct sockaddr_un *name)
{
	const char *run = getenv("LIMN_RUN");
	int n;

	if (!run || !*run || strlen(run) > RUN_MAX)
		return 0;
	memset(name, 0, sizeof *name);
	name->sun_family = AF_UNIX;
	n = snprintf(name->sun_path + 1, sizeof name->sun_path - 1,
		"limn-%ld-%s", (long)geteuid(), run);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
		(size_t)n);
}

/* Leave a courier behind, unless there is one of this name already. */
static void
start(const struct sockaddr_un *name, socklen_t len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)name, len) == 0 &&
		listen(fd, WAITING_MAX) == 0 && fork() == 0)
		work(fd);
	if (fd >= 0)
		close(fd);
}

/* Whether the courier says that it is there. */
static bool
is_ready(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char byte;
	int n;

	do
		n = poll(&wait, 1, READY_MS);
	while (n < 0 && errno == EINTR);
	return n > 0 && recv(fd, &byte, 1, 0) == 1;
}

/* A socket to the run's courier, or -1. */
static int
find(void)
{
	const struct timespec moment = { 0, 1000000 };
	struct sockaddr_un name;
	socklen_t len = name_of(&name);

	for (int n = 0; len && n < TRIES_MAX; n++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			return -1;
		if (connect(fd, (struct sockaddr *)&name, len) == 0) {
			if (is_one_of_us(fd) && is_ready(fd))
				return fd;
			close(fd);
			return -1;
		}
		close(fd);
		if (n > 0)
			nanosleep(&moment, NULL);
		start(&name, len);
	}
	return -1;
}

static size_t
size_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static bool
post(int fd, const struct http_request *q)
{
	struct letter l = { .url = size_of(q->url),
		.body = q->body ? q->body_len + 1 : 0,
		.secret = size_of(q->secret),
		.own_base = size_of(q->own_base),
		.body_max = q->body_max,
		.timeout = q->timeout,
		.is_base = q->is_base };
	size_t n = 0;

	for (; q->headers && q->headers[n]; n++) {
		if (n == HEADERS_MAX)
			return false;
		l.headers[n] = size_of(q->headers[n]);
	}
	if (!put(fd, &l, sizeof l) || !put(fd, q->url, l.url) ||
		!put(fd, q->body, l.body) || !put(fd, q->secret, l.secret) ||
		!put(fd, q->own_base, l.own_base))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!put(fd, q->headers[i], l.headers[i]))
			return false;
	return true;
}

bool
courier_send(const struct http_request *q, struct http_answer *a)
{
	struct buf body = BUF_INIT(q->body_max);
	int fd = find();
	size_t len;
	bool ok;

	if (fd < 0)
		return false;
	/* without its last byte it isn't begun with */
	if (!post(fd, q)) {
		close(fd);
		return false;
	}
	ok = get(fd, a, sizeof *a);
	len = ok ? a->body.len : 0;
	if (ok && len <= q->body_max) {
		buf_grow(&body, len);
		ok = get(fd, body.data, len);
		body.data[ok ? len : 0] = '\0';
		body.len = ok ? len : 0;
	}
	close(fd);
	if (!ok) {
		buf_free(&body);
		memset(a, 0, sizeof *a);
		a->outcome = HTTP_UNKNOWN;
		snprintf(a->why, sizeof a->why,
			"the process that asked has died");
	}
	a->body = body;
	return true;
}
