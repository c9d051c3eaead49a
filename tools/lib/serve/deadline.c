#include <microhttpd.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "serve/deadline.h"

struct guest {
	int fd;
	enum deadline state;
	time_t end_s; /* by the monotonic clock */
	struct guest *next, **before;
};

static const char too_late[] = "HTTP/1.1 408 Request Timeout\r\n"
			       "Connection: close\r\n"
			       "Content-Length: 0\r\n\r\n";

/* A socket is closed only after its guest has left the list. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct guest *guests;

static time_t
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static struct guest *
guest_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection,
			MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static struct guest *
greet(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection,
			MHD_CONNECTION_INFO_CONNECTION_FD);
	struct guest *guest = info ? malloc(sizeof *guest) : NULL;

	if (!guest)
		return NULL;
	*guest = (struct guest){ .fd = info->connect_fd,
		.state = DEADLINE_READ,
		.end_s = now_s() + DEADLINE_READ_S,
		.before = &guests };
	pthread_mutex_lock(&lock);
	guest->next = guests;
	if (guests)
		guests->before = &guest->next;
	guests = guest;
	pthread_mutex_unlock(&lock);
	return guest;
}

static void
take_leave(struct guest *guest)
{
	pthread_mutex_lock(&lock);
	*guest->before = guest->next;
	if (guest->next)
		guest->next->before = guest->before;
	pthread_mutex_unlock(&lock);
	free(guest);
}

void
deadline_notify(void *unused, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode code)
{
	(void)unused;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = greet(connection);
	} else if (*context) {
		take_leave(*context);
		*context = NULL;
	}
}

void
deadline_set(struct MHD_Connection *connection, enum deadline state)
{
	static const time_t seconds[] = { [DEADLINE_READ] = DEADLINE_READ_S,
		[DEADLINE_ANSWER] = DEADLINE_ANSWER_S,
		/* libmicrohttpd's own timeout comes first, without a word */
		[DEADLINE_IDLE] = DEADLINE_IDLE_S + 1 };
	struct guest *guest = guest_of(connection);

	if (!guest)
		return;
	pthread_mutex_lock(&lock);
	/* the first request's time runs since the connection was made */
	if (guest->state != state) {
		guest->state = state;
		guest->end_s = now_s() + seconds[state];
	}
	pthread_mutex_unlock(&lock);
}

void
deadline_check(void)
{
	time_t now = now_s();

	pthread_mutex_lock(&lock);
	for (struct guest *g = guests; g; g = g->next) {
		if (now < g->end_s)
			continue;
		/* whoever doesn't take it doesn't get it */
		if (g->state != DEADLINE_ANSWER)
			send(g->fd, too_late, sizeof too_late - 1,
				MSG_DONTWAIT | MSG_NOSIGNAL);
		shutdown(g->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&lock);
}

int
deadline_socket(struct MHD_Connection *connection)
{
	struct guest *guest = guest_of(connection);

	return guest ? guest->fd : -1;
}
