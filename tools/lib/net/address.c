#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#include "net/address.h"

static const struct {
	uint32_t net;
	int bits;
	enum address_kind kind;
} nets[] = {
	{ 0x00000000, 8, ADDRESS_SPECIAL },  /* 0.0.0.0: "this network" */
	{ 0x0a000000, 8, ADDRESS_PRIVATE },  /* 10.0.0.0 */
	{ 0x64400000, 10, ADDRESS_PRIVATE }, /* 100.64.0.0: NAT of providers */
	{ 0x7f000000, 8, ADDRESS_LOOPBACK },
	{ 0xa9fe0000, 16, ADDRESS_PRIVATE }, /* 169.254.0.0: link-local */
	{ 0xac100000, 12, ADDRESS_PRIVATE }, /* 172.16.0.0 */
	{ 0xc0000000, 24, ADDRESS_SPECIAL }, /* 192.0.0.0 */
	{ 0xc0000200, 24, ADDRESS_SPECIAL }, /* 192.0.2.0: for examples */
	{ 0xc0586300, 24, ADDRESS_SPECIAL }, /* 192.88.99.0: relays of 6to4 */
	{ 0xc0a80000, 16, ADDRESS_PRIVATE }, /* 192.168.0.0 */
	{ 0xc6120000, 15, ADDRESS_SPECIAL }, /* 198.18.0.0: benchmarks */
	{ 0xc6336400, 24, ADDRESS_SPECIAL }, /* 198.51.100.0: for examples */
	{ 0xcb007100, 24, ADDRESS_SPECIAL }, /* 203.0.113.0: for examples */
	{ 0xe0000000, 3, ADDRESS_SPECIAL },  /* multicast and reserved */
};

/* address in the order of the host */
static enum address_kind
kind_of_4(uint32_t address)
{
	for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
		if ((address ^ nets[i].net) >> (32 - nets[i].bits) == 0)
			return nets[i].kind;
	return ADDRESS_PUBLIC;
}

static uint32_t
number_at(const unsigned char *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
		(uint32_t)b[2] << 8 | b[3];
}

static enum address_kind
kind_of_6(const unsigned char b[16])
{
	static const unsigned char loopback[16] = { [15] = 1 };
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const unsigned char nat64[12] = { 0, 0x64, 0xff, 0x9b };
	static const unsigned char teredo[4] = { 0x20, 0x01 };
	static const unsigned char example[4] = { 0x20, 0x01, 0x0d, 0xb8 };

	if (memcmp(b, loopback, 16) == 0)
		return ADDRESS_LOOPBACK;
	if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0)
		return kind_of_4(number_at(b + 12));
	if (b[0] == 0x20 && b[1] == 0x02) /* 6to4 */
		return kind_of_4(number_at(b + 2));
	if ((b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80))
		return ADDRESS_PRIVATE;
	/* of the rest, only 2000::/3 is in use */
	if ((b[0] & 0xe0) != 0x20 || memcmp(b, teredo, 4) == 0 ||
		memcmp(b, example, 4) == 0)
		return ADDRESS_SPECIAL;
	return ADDRESS_PUBLIC;
}

enum address_kind
address_kind(const struct sockaddr *a)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	/* copied, because a sockaddr need not be aligned */
	switch (a->sa_family) {
	case AF_INET:
		memcpy(&in, a, sizeof in);
		return kind_of_4(ntohl(in.sin_addr.s_addr));
	case AF_INET6:
		memcpy(&in6, a, sizeof in6);
		return kind_of_6(in6.sin6_addr.s6_addr);
	default:
		return ADDRESS_SPECIAL;
	}
}

unsigned
address_of_host(const char *host, struct in6_addr *bytes)
{
	struct in6_addr a6 = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	if (inet_pton(AF_INET, host, a6.s6_addr + 12) != 1 &&
		inet_pton(AF_INET6, host, &a6) != 1)
		return 0;
	if (bytes)
		*bytes = a6;
	return kind_of_6(a6.s6_addr);
}

void
address_print(const struct sockaddr *a, char text[INET6_ADDRSTRLEN])
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	strcpy(text, "?");
	if (a->sa_family == AF_INET) {
		memcpy(&in, a, sizeof in);
		inet_ntop(AF_INET, &in.sin_addr, text, INET6_ADDRSTRLEN);
	} else if (a->sa_family == AF_INET6) {
		memcpy(&in6, a, sizeof in6);
		inet_ntop(AF_INET6, &in6.sin6_addr, text, INET6_ADDRSTRLEN);
	}
}
