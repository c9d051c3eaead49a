#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "err.h"
#include "serve/deadline.h"
#include "serve/handle.h"
#include "serve/launch.h"
#include "serve/respond.h"
#include "serve/run.h"
#include "serve/server.h"
#include "serve/visit.h"

#define STACK_SIZE ((size_t)256 << 10) /* bytes of a thread's; few are used */
#define FILES_SPARE 64                 /* what isn't a connection */
#define FILES_EACH 3                   /* of a connection */
#define LINGER_MS 2000 /* to take what nobody wants, so that we are heard */
#define LINGER_BLOCK 16384

static struct MHD_Daemon *http;

/* The first that is known of a request is its first line. */
static void *
on_target(void *site, const char *target, struct MHD_Connection *connection)
{
	struct visit *v = malloc(sizeof *v);

	deadline_set(connection, DEADLINE_READ);
	if (!v)
		return NULL;
	memset(v, 0, offsetof(struct visit, body));
	v->connection = connection;
	v->site = site;
	route_parse(&v->route, target ? target : "");
	return v;
}

/* All headers are here: is the request to be answered, or to be refused? */
static enum MHD_Result
begin(struct visit *v, const char *method)
{
	bool has_body;

	v->is_begun = true;
	v->is_head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	headers_read(&v->headers, v->connection);
	v->refusal = gate_check(&v->site->gate, v->connection, &v->headers,
		&v->route, method);
	has_body = gate_has_body(&v->headers);
	/* an answer now would end the connection */
	if (!v->refusal.status || !has_body)
		return MHD_YES;
	v->is_early = true;
	return respond_error(v, v->refusal.status, v->refusal.why);
}

static enum MHD_Result
on_request(void *site, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *len,
	void **visit)
{
	struct visit *v = *visit;

	(void)site;
	(void)connection;
	(void)url;
	(void)version;
	/* there was no memory for it */
	if (!v)
		return MHD_NO;
	if (!v->is_begun)
		return begin(v, method);
	if (*len > 0) {
		/* it can't be more than its Content-Length */
		if (*len > sizeof v->body - v->body_len)
			return MHD_NO;
		memcpy(v->body + v->body_len, data, *len);
		v->body_len += *len;
		*len = 0;
		return MHD_YES;
	}
	deadline_set(v->connection, DEADLINE_ANSWER);
	if (v->refusal.status)
		return respond_error(v, v->refusal.status, v->refusal.why);
	return handle(v);
}

/*
 * Close in a way that lets the other side read what we said, though it is
 * still sending: a socket with something unread would be reset.
 */
static void
linger(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct timespec begun, now;
	char rest[LINGER_BLOCK];
	long left_ms = LINGER_MS;

	shutdown(fd, SHUT_WR);
	clock_gettime(CLOCK_MONOTONIC, &begun);
	while (left_ms > 0 && poll(&p, 1, (int)left_ms) > 0 &&
		recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		left_ms = LINGER_MS - (now.tv_sec - begun.tv_sec) * 1000 -
			(now.tv_nsec - begun.tv_nsec) / 1000000;
	}
}

static void
on_end(void *unused, struct MHD_Connection *connection, void **visit,
	enum MHD_RequestTerminationCode why)
{
	struct visit *v = *visit;
	int fd = deadline_socket(connection);

	(void)unused;
	if (v && v->is_early && fd >= 0 &&
		why == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		linger(fd);
	deadline_set(connection, DEADLINE_IDLE);
	free(v);
	*visit = NULL;
}

/* As many connections as there can be files for. */
static unsigned
connections_max(void)
{
	const rlim_t wanted =
		(rlim_t)SERVER_CONNECTIONS_MAX * FILES_EACH + FILES_SPARE;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return SERVER_CONNECTIONS_MAX / FILES_EACH;
	if (files.rlim_cur < wanted) {
		files.rlim_cur =
			files.rlim_max < wanted ? files.rlim_max : wanted;
		if (setrlimit(RLIMIT_NOFILE, &files) != 0)
			getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur >= wanted)
		return SERVER_CONNECTIONS_MAX;
	if (files.rlim_cur <= FILES_SPARE + FILES_EACH)
		die(EXIT_BAD_CONFIG,
			"too few files may be open; see ulimit -n");
	return (unsigned)(files.rlim_cur - FILES_SPARE) / FILES_EACH;
}

void
server_begin(const struct site *site, int fd)
{
	http = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD |
			MHD_USE_THREAD_PER_CONNECTION,
		0, NULL, NULL, on_request, (void *)site,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
		connections_max(), MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)DEADLINE_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)SERVER_HEADER_MAX, MHD_OPTION_THREAD_STACK_SIZE,
		STACK_SIZE, MHD_OPTION_URI_LOG_CALLBACK, on_target,
		(void *)site, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, deadline_notify, NULL,
		MHD_OPTION_END);
	if (!http)
		die(EXIT_UNAVAILABLE, "libmicrohttpd doesn't start");
}

void
server_tick(void)
{
	deadline_check();
	launch_reap();
}

void
server_end(void)
{
	run_stop();
	MHD_stop_daemon(http);
	launch_reap();
}
