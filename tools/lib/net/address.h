/*
 * address: the kind of network to which an address belongs.
 *
 * An IPv6 address that stands for an IPv4 address (mapped, NAT64, 6to4) has the
 * kind of that address.
 */
#ifndef LIMN_ADDRESS_H
#define LIMN_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

enum address_kind {
	ADDRESS_PUBLIC = 1,
	ADDRESS_LOOPBACK = 2, /* 127/8, ::1 */
	ADDRESS_PRIVATE = 4,  /* 10/8 and the like, also link-local */
	ADDRESS_SPECIAL = 8,  /* no host: 0/8, multicast, reserved */
};
#define ADDRESS_ANY 15

/* An address that is neither IPv4 nor IPv6 is special. */
enum address_kind address_kind(const struct sockaddr *a);

/*
 * The kind of "127.0.0.1" or "::1"; 0 if host is a name.  bytes (may be NULL)
 * gets the address; an IPv4 address as an IPv6-mapped one.
 */
unsigned address_of_host(const char *host, struct in6_addr *bytes);

/* The address as text. */
void address_print(const struct sockaddr *a, char text[INET6_ADDRSTRLEN]);

#endif
