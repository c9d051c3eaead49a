#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "err.h"
#include "failure.h"
#include "serve/dispatch.h"
#include "serve/launch.h"
#include "serve/request.h"
#include "serve/respond.h"
#include "serve/run.h"
#include "serve/server.h"

#define STACK_SIZE ((size_t)256 << 10) /* bytes of a thread */
#define FILES_SPARE 64                 /* files that are not connections */
#define FILES_EACH 3                   /* files for a connection */

static struct MHD_Daemon *http;

/* Called when the first line of a request was read. */
static void *
on_target(void *site, const char *target, struct MHD_Connection *connection)
{
	struct request *q = malloc(sizeof *q);

	if (!q)
		return NULL;
	memset(q, 0, offsetof(struct request, body));
	q->connection = connection;
	q->site = site;
	q->target_len = target ? strlen(target) : 0;
	route_parse(&q->route, target ? target : "");
	return q;
}

/* Called when all headers were read: check them, and refuse the request if
 * necessary. */
static enum MHD_Result
check_request(struct request *q, const char *method, const char *version)
{
	q->is_begun = true;
	headers_read(&q->headers, q->connection);
	q->refusal = access_check(&q->site->access, q->connection, &q->headers,
		&q->route, method, q->target_len, version);
	/* an answer before the body is read closes the connection */
	if (q->refusal.status == 400 ||
		(q->refusal.status && access_has_body(&q->headers)))
		return respond_error(q, q->refusal.status, q->refusal.why);
	return MHD_YES;
}

static enum MHD_Result
on_request(void *site, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *len,
	void **request)
{
	struct request *q = *request;

	(void)site;
	(void)connection;
	(void)url;
	/* there was no memory for the request */
	if (!q)
		return MHD_NO;
	if (!q->is_begun)
		return check_request(q, method, version);
	if (*len > 0) {
		/* the library reads no more than Content-Length */
		if (*len > sizeof q->body - q->body_len)
			return MHD_NO;
		memcpy(q->body + q->body_len, data, *len);
		q->body_len += *len;
		*len = 0;
		return MHD_YES;
	}
	if (q->refusal.status)
		return respond_error(q, q->refusal.status, q->refusal.why);
	return dispatch(q);
}

static void
on_end(void *unused, struct MHD_Connection *connection, void **request,
	enum MHD_RequestTerminationCode why)
{
	(void)unused;
	(void)connection;
	(void)why;
	free(*request);
	*request = NULL;
}

/* The number of connections for which enough files can be opened; 0: not even
 * one. */
static unsigned
connections_max(void)
{
	const rlim_t want =
		(rlim_t)SERVER_CONNECTIONS_MAX * FILES_EACH + FILES_SPARE;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return SERVER_CONNECTIONS_MAX / FILES_EACH;
	if (files.rlim_cur < want) {
		files.rlim_cur = files.rlim_max < want ? files.rlim_max : want;
		if (setrlimit(RLIMIT_NOFILE, &files) != 0)
			getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur >= want)
		return SERVER_CONNECTIONS_MAX;
	if (files.rlim_cur <= FILES_SPARE + FILES_EACH)
		return 0;
	return (unsigned)(files.rlim_cur - FILES_SPARE) / FILES_EACH;
}

bool
server_begin(const struct site *site, int fd, struct failure *f)
{
	unsigned connections = connections_max();

	if (connections == 0)
		return failure_set(f, EXIT_BAD_CONFIG,
			"too few files may be open; see ulimit -n");
	http = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD |
			MHD_USE_THREAD_PER_CONNECTION,
		0, NULL, NULL, on_request, (void *)site,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, connections,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVER_HEADER_MAX,
		MHD_OPTION_THREAD_STACK_SIZE, STACK_SIZE,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, (void *)site,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
	return http ||
		failure_set(f, EXIT_UNAVAILABLE, "libmicrohttpd doesn't start");
}

void
server_tick(void)
{
	launch_reap();
}

void
server_end(void)
{
	run_stop();
	MHD_stop_daemon(http);
	launch_reap();
}
