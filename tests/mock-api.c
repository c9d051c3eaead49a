/*
 * mock-api: the APIs that limn calls, on this machine, for its tests.
 *
 * It has one thread.  A request whose answer must wait is suspended, and the
 * loop in serve() wakes it.  So hundreds can wait at the same time.
 */
#define _GNU_SOURCE /* ppoll, POLLRDHUP */
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "err.h"
#include "file.h"
#include "mock.h"

#define WAITING_MAX 1000 /* connections */
#define DRIP_S 0.02      /* the least time between two drops */
#define BLOCK_SIZE 65536

static const char usage[] =
	"usage: mock-api [-p PORT] [-a ADDRESS] [-s SCRIPT] [-l LOG]\n"
	"                [--latency PROMPT,IMAGE,PICTURE] [--picture-bytes N]\n"
	"                [--port-file FILE] [--late SECONDS]\n"
	"Play the image and language APIs, on 127.0.0.1 (or ADDRESS).\n"
	"  -p PORT            0, the default, is any that is free\n"
	"  -s SCRIPT          answers, a JSON object a line; see mock.sh\n"
	"  -l LOG             add each request to LOG, a JSON object a line\n"
	"  --latency P,I,D    seconds until a prompt, an image, a download\n"
	"  --picture-bytes N  make each picture as large as that\n"
	"  --port-file FILE   write the port there, once it listens; without it,\n"
	"                     the address is on standard output\n"
	"  --late SECONDS     have the port, and say so, but listen later\n";

const char *const route_names[ROUTES] = { "messages", "chat", "images",
	"picture", "healthz", "other" };

/* A request from its first line to the end of its answer. */
struct request {
	struct MHD_Connection *connection;
	int fd;
	char *uri; /* as it came, with the query */
	struct buf body;
	bool too_long, is_read, is_open, is_gone, is_ending;
	enum route route;
	struct reply reply;
	double began_s; /* to drip */
	bool is_waiting;
	double wake_s;
};

static double latency_s[ROUTES];
static int log_fd = -1;
static unsigned open_count[ROUTES];
static struct request *waiting[WAITING_MAX];
static size_t waiting_count;
static volatile sig_atomic_t stopped;

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum route
route_of(const char *path)
{
	if (strcmp(path, "/v1/messages") == 0)
		return ROUTE_MESSAGES;
	if (strcmp(path, "/v1/chat/completions") == 0)
		return ROUTE_CHAT;
	if (strcmp(path, "/v1/images/generations") == 0)
		return ROUTE_IMAGES;
	if (strncmp(path, "/pictures/", 10) == 0)
		return ROUTE_PICTURE;
	if (strcmp(path, "/healthz") == 0)
		return ROUTE_HEALTHZ;
	return ROUTE_OTHER;
}

/* Make a JSON string of any bytes. */
static json_t *
json_bytes(const char *bytes, size_t len)
{
	json_t *string = json_stringn(bytes, len);
	char *copy;

	if (string)
		return string;
	copy = xmalloc(len);
	for (size_t i = 0; i < len; i++)
		copy[i] = (unsigned char)bytes[i] < 0x80 ? bytes[i] : '?';
	string = json_stringn(copy, len);
	free(copy);
	return string;
}

static enum MHD_Result
on_header(void *headers, enum MHD_ValueKind kind, const char *name,
	const char *value)
{
	char *lower = xstrdup(name);

	(void)kind;
	for (char *p = lower; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	value = value ? value : "";
	json_object_set_new(headers, lower, json_bytes(value, strlen(value)));
	free(lower);
	return MHD_YES;
}

/* Write a line to the log, in one write(2).  The count begins again at 1 when
 * the log was emptied. */
static unsigned long
log_request(const struct request *q, const struct ask *a)
{
	static unsigned long n;
	struct stat st;
	json_t *line;
	char *text;
	size_t len;

	if (log_fd >= 0 && fstat(log_fd, &st) == 0 && st.st_size == 0)
		n = 0;
	n++;
	if (log_fd < 0)
		return n;
	line = json_pack("{s:i, s:s, s:f, s:i, s:o, s:o, s:O, s:o}", "n",
		(int)n, "route", route_names[a->route], "at", now_s(), "open",
		(int)open_count[a->route], "method",
		json_bytes(a->method, strlen(a->method)), "path",
		json_bytes(q->uri, strlen(q->uri)), "headers", a->headers,
		"body",
		a->too_long       ? json_null()
			: a->json ? json_incref(a->json)
				  : json_bytes(a->body, q->body.len));
	text = line ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15))
		    : NULL;
	if (!text)
		die(EXIT_TRY_LATER, "can't log a request; out of memory");
	len = strlen(text);
	text[len] = '\n';
	if (write(log_fd, text, len + 1) != (ssize_t)(len + 1))
		die(EXIT_IO, "the log:");
	free(text);
	json_decref(line);
	return n;
}

static void
wait_until(struct request *q, double wake_s)
{
	q->wake_s = wake_s;
	q->is_waiting = true;
	waiting[waiting_count++] = q;
	MHD_suspend_connection(q->connection);
}

static void
wake(size_t i)
{
	struct request *q = waiting[i];

	waiting[i] = waiting[--waiting_count];
	q->is_waiting = false;
	MHD_resume_connection(q->connection);
}

/* A request was read: make the answer, and decide when to send it. */
static void
take_request(struct request *q, const char *method, const char *path)
{
	struct ask a = {
		.route = route_of(path),
		.method = method,
		.path = path,
		.headers = json_object(),
		.too_long = q->too_long,
	};
	double at_s = now_s();

	buf_grow(&q->body, 1);
	q->body.data[q->body.len] = '\0';
	a.body = q->body.data;
	a.json = json_loadb(a.body, q->body.len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	q->route = a.route;
	q->is_read = q->is_open = true;
	open_count[a.route]++;
	MHD_get_connection_values(q->connection, MHD_HEADER_KIND, on_header,
		a.headers);
	a.n = log_request(q, &a);
	q->reply.delay_s = latency_s[a.route];
	mock_answer(&a, &q->reply);
	json_decref(a.json);
	json_decref(a.headers);
	if (q->reply.hang)
		wait_until(q, at_s + 1e9);
	else if (q->reply.delay_s > 0)
		wait_until(q, at_s + q->reply.delay_s);
}

/* Send the body drop by drop, or not to its end. */
static ssize_t
read_body(void *request, uint64_t at, char *to, size_t max)
{
	struct request *q = request;
	const struct reply *r = &q->reply;
	uint64_t end = r->body.len;

	if (q->is_gone)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (r->cut >= 0 && (uint64_t)r->cut < end)
		end = (uint64_t)r->cut;
	if (r->drip > 0) {
		double t = now_s();
		double due = (t - q->began_s) * r->drip;
		double pause_s = 1 / r->drip;

		if (at < end && due < (double)at + 1) {
			wait_until(q,
				t + (pause_s > DRIP_S ? pause_s : DRIP_S));
			return 0;
		}
		if (due < (double)end)
			end = (uint64_t)due;
	}
	/* libmicrohttpd ends the connection only after an event */
	if (at == 0 && end == 0 && !q->is_ending) {
		q->is_ending = true;
		wait_until(q, 0);
		return 0;
	}
	if (at >= end)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (end - at < max)
		max = (size_t)(end - at);
	memcpy(to, r->body.data + at, max);
	return (ssize_t)max;
}

static struct MHD_Response *
make_response(struct request *q)
{
	struct reply *r = &q->reply;
	struct MHD_Response *response;
	const char *name;
	json_t *value;

	if (r->drip > 0 || r->cut >= 0) {
		mock_flatten(r);
		q->began_s = now_s();
		response = MHD_create_response_from_callback(r->body.len,
			BLOCK_SIZE, read_body, q, NULL);
	} else if (r->shared) {
		struct MHD_IoVec parts[] = { { r->body.data, r->shared_at },
			{ r->shared->data, r->shared->len },
			{ r->body.data + r->shared_at,
				r->body.len - r->shared_at } };

		response = MHD_create_response_from_iovec(parts, 3, free,
			r->body.data);
		r->body = BUF_INIT(0);
	} else {
		response = MHD_create_response_from_buffer(r->body.len,
			r->body.data, MHD_RESPMEM_MUST_FREE);
		r->body = BUF_INIT(0);
	}
	if (!response)
		die(EXIT_TRY_LATER, "out of memory");
	json_object_foreach(r->headers, name, value)
	{
		if (MHD_add_response_header(response, name,
			    json_string_value(value)) != MHD_YES)
			die(EXIT_BAD_INPUT, "the header %s can't be sent",
				name);
	}
	return response;
}

/* Send an RST instead of an answer. */
static void
reset(const struct request *q)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (setsockopt(q->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) != 0)
		warn("can't reset a connection:");
}

static enum MHD_Result
on_request(void *unused, struct MHD_Connection *connection, const char *path,
	const char *method, const char *version, const char *data, size_t *len,
	void **request)
{
	struct request *q = *request;
	struct MHD_Response *response;
	enum MHD_Result result;

	(void)unused;
	(void)version;
	if (!q->connection) {
		q->connection = connection;
		q->fd = MHD_get_connection_info(connection,
			MHD_CONNECTION_INFO_CONNECTION_FD)
				->connect_fd;
		return MHD_YES;
	}
	if (*len > 0) {
		if (*len > MOCK_REQUEST_MAX - q->body.len)
			q->too_long = true;
		else
			buf_add(&q->body, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (!q->is_read) {
		take_request(q, method, path);
		if (q->is_waiting)
			return MHD_YES;
	}
	if (q->reply.reset && !q->is_gone)
		reset(q);
	if (q->reply.reset || q->reply.hang || q->is_gone)
		return MHD_NO;
	response = make_response(q);
	result = MHD_queue_response(connection, q->reply.status, response);
	MHD_destroy_response(response);
	return result;
}

static void *
on_uri(void *unused, const char *uri, struct MHD_Connection *connection)
{
	struct request *q = xmalloc(sizeof *q);

	(void)unused;
	(void)connection;
	*q = (struct request){ .uri = xstrdup(uri),
		.body = BUF_INIT(MOCK_REQUEST_MAX + 1),
		.reply = { .status = 200,
			.headers = json_object(),
			.body = BUF_INIT(MOCK_ANSWER_MAX),
			.cut = -1 } };
	return q;
}

static void
on_end(void *unused, struct MHD_Connection *connection, void **request,
	enum MHD_RequestTerminationCode why)
{
	struct request *q = *request;

	(void)unused;
	(void)connection;
	(void)why;
	if (!q)
		return;
	if (q->is_open)
		open_count[q->route]--;
	json_decref(q->reply.headers);
	buf_free(&q->reply.body);
	buf_free(&q->body);
	free(q->uri);
	free(q);
	*request = NULL;
}

/* The time until there is something to do, at most 60 seconds. */
static struct timespec
pause_for(struct MHD_Daemon *daemon)
{
	MHD_UNSIGNED_LONG_LONG ms;
	double t = now_s(), wake_s = t + 60;

	for (size_t i = 0; i < waiting_count; i++)
		if (waiting[i]->wake_s < wake_s)
			wake_s = waiting[i]->wake_s;
	if (MHD_get_timeout(daemon, &ms) == MHD_YES &&
		t + (double)ms / 1e3 < wake_s)
		wake_s = t + (double)ms / 1e3;
	if (wake_s < t)
		wake_s = t;
	return (struct timespec){ (time_t)(wake_s - t),
		(long)((wake_s - t - (double)(time_t)(wake_s - t)) * 1e9) };
}

/*
 * libmicrohttpd doesn't check a suspended connection.  So do it here: don't
 * wait for a client that hung up.
 */
static void
serve(struct MHD_Daemon *daemon, const sigset_t *unblocked)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
	static struct pollfd fds[WAITING_MAX + 1];

	while (!stopped) {
		struct timespec pause;
		size_t count;

		if (MHD_run(daemon) != MHD_YES)
			die(EXIT_IO, "libmicrohttpd failed");
		count = waiting_count;
		for (size_t i = 0; i < count; i++)
			fds[i] = (struct pollfd){ .fd = waiting[i]->fd,
				.events = POLLRDHUP };
		fds[count] = (struct pollfd){ .fd = info->epoll_fd,
			.events = POLLIN };
		pause = pause_for(daemon);
		if (ppoll(fds, count + 1, &pause, unblocked) < 0 &&
			errno != EINTR)
			die(EXIT_IO, "poll:");
		/* from the end, because wake() moves the last one here */
		for (size_t i = count; i-- > 0;) {
			if (fds[i].revents)
				waiting[i]->is_gone = true;
			if (fds[i].revents || waiting[i]->wake_s <= now_s())
				wake(i);
		}
	}
	while (waiting_count > 0) {
		waiting[waiting_count - 1]->is_gone = true;
		wake(waiting_count - 1);
	}
}

static double
read_seconds(const char *text, char **end)
{
	double s = strtod(text, end);

	if (*end == text || !(s >= 0 && s <= 3600))
		die(EXIT_USAGE, "%s: this is no number of seconds", text);
	return s;
}

static void
read_latency(const char *text)
{
	static const enum route routes[] = { ROUTE_MESSAGES, ROUTE_IMAGES,
		ROUTE_PICTURE };
	char *end;

	for (size_t i = 0; i < 3; i++) {
		latency_s[routes[i]] = read_seconds(text, &end);
		if (*end != (i < 2 ? ',' : '\0'))
			die(EXIT_USAGE,
				"--latency is three numbers of seconds, as "
				"0.3,1,0.05");
		text = end + 1;
	}
	latency_s[ROUTE_CHAT] = latency_s[ROUTE_MESSAGES];
}

static size_t
read_bytes(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end || n < 0 || n > 64L << 20)
		die(EXIT_USAGE, "--picture-bytes is 0 to 67108864");
	return (size_t)n;
}

static double
read_late(const char *text)
{
	char *end;
	double s = read_seconds(text, &end);

	if (*end)
		die(EXIT_USAGE, "--late is a number of seconds, as 0.5");
	return s;
}

static void
on_signal(int sig)
{
	stopped = sig;
}

/* The signals are received only while serve() waits. */
static void
catch_signals(sigset_t *unblocked)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < 3; i++) {
		sigaddset(&blocked, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &blocked, unblocked);
	for (size_t i = 0; i < 3; i++)
		sigdelset(unblocked, signals[i]);
}

/* Until then, or a signal. */
static void
pause_s(double s, const sigset_t *unblocked)
{
	const struct timespec time = { (time_t)s,
		(long)((s - (double)(time_t)s) * 1e9) };

	ppoll(NULL, 0, &time, unblocked);
}

int
main(int argc, char **argv)
{
	enum { LATENCY = 1, PICTURE_BYTES, PORT_FILE, LATE };
	static const struct option options[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "address", required_argument, NULL, 'a' },
		{ "script", required_argument, NULL, 's' },
		{ "log", required_argument, NULL, 'l' },
		{ "latency", required_argument, NULL, LATENCY },
		{ "picture-bytes", required_argument, NULL, PICTURE_BYTES },
		{ "port-file", required_argument, NULL, PORT_FILE },
		{ "late", required_argument, NULL, LATE },
		CLI_OPTIONS,
	};
	const char *port = "0", *address = "127.0.0.1", *port_file = NULL;
	const char *log = NULL;
	char number[PLACE_PORT_SIZE];
	struct MHD_Daemon *daemon;
	sigset_t unblocked;
	double late_s = 0;
	int c, fd;

	cli_begin("mock-api", usage);
	while ((c = cli_next(argc, argv, "p:a:s:l:", options)) != -1) {
		if (c == 'p')
			port = optarg;
		else if (c == 'a')
			address = optarg;
		else if (c == 's')
			script_path = optarg;
		else if (c == 'l')
			log = optarg;
		else if (c == LATENCY)
			read_latency(optarg);
		else if (c == PICTURE_BYTES)
			picture_bytes = read_bytes(optarg);
		else if (c == PORT_FILE)
			port_file = optarg;
		else if (c == LATE)
			late_s = read_late(optarg);
	}
	if (optind < argc)
		die(EXIT_USAGE, "%s: it takes no file", argv[optind]);
	if (log) {
		log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			0600);
		if (log_fd < 0)
			die(EXIT_CANT_CREATE, "%s:", log);
	}
	catch_signals(&unblocked);
	fd = place_bind(address, port, number);
	if (late_s > 0) {
		place_tell(port_file, address, number);
		pause_s(late_s, &unblocked);
	}
	if (listen(fd, SOMAXCONN) != 0)
		die(EXIT_UNAVAILABLE, "%s, port %s:", address, number);
	daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
			MHD_USE_TURBO,
		0, NULL, NULL, on_request, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)WAITING_MAX,
		MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
	if (!daemon)
		die(EXIT_UNAVAILABLE, "libmicrohttpd doesn't start");
	if (late_s <= 0)
		place_tell(port_file, address, number);
	serve(daemon, &unblocked);
	MHD_stop_daemon(daemon);
	script_end();
	picture_end();
	if (log_fd >= 0)
		close(log_fd);
	return cli_end();
}
