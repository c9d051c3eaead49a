/* Where mock-api is. */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "err.h"
#include "file.h"
#include "mock.h"
#include "or-die.h"

#define ADDRESS_MAX 1100 /* a host and a port */

int
place_bind(const char *address, const char *port, char number[PLACE_PORT_SIZE])
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV |
			AI_PASSIVE,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *info;
	struct sockaddr_storage at;
	socklen_t len = sizeof at;
	int fd, yes = 1;

	if (getaddrinfo(address, port, &hints, &info) != 0)
		die(EXIT_USAGE, "%s, port %s: this is no address", address,
			port);
	fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) !=
			0 ||
		bind(fd, info->ai_addr, info->ai_addrlen) != 0 ||
		getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		die(EXIT_UNAVAILABLE, "%s, port %s:", address, port);
	freeaddrinfo(info);
	if (getnameinfo((struct sockaddr *)&at, len, NULL, 0, number,
		    PLACE_PORT_SIZE, NI_NUMERICSERV) != 0)
		die(EXIT_UNAVAILABLE, "%s: can't tell the port", address);
	return fd;
}

void
place_tell(const char *port_file, const char *address, const char *port)
{
	struct buf line = BUF_INIT(ADDRESS_MAX);
	bool is_ipv6 = strchr(address, ':');

	if (port_file) {
		buf_addf(&line, "%s\n", port);
		file_write_or_die(port_file, line.data, line.len);
		buf_free(&line);
		return;
	}
	printf("http://%s%s%s:%s\n", is_ipv6 ? "[" : "", address,
		is_ipv6 ? "]" : "", port);
	fflush(stdout);
}
