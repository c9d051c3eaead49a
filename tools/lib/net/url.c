#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/address.h"
#include "net/url.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Whether the last part of the host is a number; then the host must be an
 * address. */
static bool
is_numeric(const char *host)
{
	const char *dot = strrchr(host, '.');
	const char *last = dot ? dot + 1 : host;

	if (strncasecmp(last, "0x", 2) == 0)
		return true;
	return last[strspn(last, DIGITS)] == '\0';
}

/* Copy the host at s.  Returns its end, or NULL. */
static const char *
parse_host(struct url *u, const char *s)
{
	bool is_6 = *s == '[';
	size_t n = is_6 ? strspn(++s, DIGITS "abcdefABCDEF:.")
			: strspn(s, LETTERS DIGITS "-._");

	if (n == 0 || n >= sizeof u->host || (is_6 && s[n] != ']'))
		return NULL;
	for (size_t i = 0; i < n; i++)
		u->host[i] =
			(char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 0x20 : s[i]);
	u->host[n] = '\0';
	u->kind = address_of_host(u->host, NULL);
	if (is_6)
		return u->kind ? s + n + 1 : NULL;
	if (s[0] == '.' || s[n - 1] == '.' || strstr(u->host, "..") ||
		(!u->kind && is_numeric(u->host)))
		return NULL;
	return s + n;
}

static const char *
parse_port(struct url *u, const char *s)
{
	size_t n;

	u->port = u->is_https ? 443 : 80;
	if (*s != ':')
		return s;
	n = strspn(++s, DIGITS);
	if (n == 0 || n > 5)
		return NULL;
	u->port = (unsigned)strtoul(s, NULL, 10);
	return u->port >= 1 && u->port <= 65535 ? s + n : NULL;
}

const char *
url_parse(struct url *u, const char *s)
{
	size_t len = strlen(s);

	memset(u, 0, sizeof *u);
	if (len > URL_MAX)
		return "is too long";
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || s[i] == '\\')
			return "has a letter in it that no URL has";
	if (strncasecmp(s, "https://", 8) == 0)
		u->is_https = true;
	else if (strncasecmp(s, "http://", 7) != 0)
		return "does not begin with https:// or http://";
	s += u->is_https ? 8 : 7;
	if (memchr(s, '@', strcspn(s, "/?#")))
		return "has a user name or password in it";
	s = parse_host(u, s);
	if (!s)
		return "has no good host name or address in it";
	s = parse_port(u, s);
	if (!s || !strchr("/?#", *s))
		return "has no good port in it";
	u->path = s;
	return NULL;
}

bool
url_is_loopback(const struct url *u)
{
	return u->kind == ADDRESS_LOOPBACK || strcmp(u->host, "localhost") == 0;
}

bool
url_is_same_origin(const struct url *a, const struct url *b)
{
	return a->is_https == b->is_https && a->port == b->port &&
		strcmp(a->host, b->host) == 0;
}

/* Whether the first bits of both addresses are the same. */
static bool
is_in_net(const unsigned char *a, const unsigned char *net, unsigned bits)
{
	unsigned bytes = bits / 8, rest = bits % 8;

	if (bits > 128 || memcmp(a, net, bytes) != 0)
		return false;
	return rest == 0 || (a[bytes] ^ net[bytes]) >> (8 - rest) == 0;
}

/* Whether the entry of no_proxy has the host: "*", a domain, an address or a
 * network. */
static bool
is_exempt(const struct url *u, char *entry)
{
	struct in6_addr address, net;
	char *slash = strchr(entry, '/');
	unsigned bits = 128;
	size_t n, len = strlen(u->host);

	if (strcmp(entry, "*") == 0)
		return true;
	if (u->kind) {
		if (slash) {
			bits = (unsigned)strtoul(slash + 1, NULL, 10) & 0xff;
			bits += strchr(entry, ':') ? 0 : 96;
			*slash = '\0';
		}
		return address_of_host(u->host, &address) &&
			address_of_host(entry, &net) &&
			is_in_net(address.s6_addr, net.s6_addr, bits);
	}
	entry += *entry == '.';
	n = strlen(entry);
	return n > 0 && n <= len && strcasecmp(u->host + len - n, entry) == 0 &&
		(n == len || u->host[len - n - 1] == '.');
}

static const char *
setting(const char *name, const char *other)
{
	const char *value = getenv(name);

	if ((!value || !value[0]) && other)
		value = getenv(other);
	return value && value[0] ? value : NULL;
}

const char *
url_proxy(const struct url *u)
{
	/* HTTP_PROXY is not read, because the client of a CGI script can set it
	 */
	const char *proxy = u->is_https ? setting("https_proxy", "HTTPS_PROXY")
					: setting("http_proxy", NULL);
	const char *list = setting("no_proxy", "NO_PROXY");
	char entry[URL_HOST_MAX];

	if (!proxy)
		proxy = setting("all_proxy", "ALL_PROXY");
	if (!proxy || url_is_loopback(u))
		return NULL;
	while (list && *list) {
		size_t n = strcspn(list, ", ");

		if (n > 0 && n < sizeof entry) {
			memcpy(entry, list, n);
			entry[n] = '\0';
			if (is_exempt(u, entry))
				return NULL;
		}
		list += n + (list[n] != '\0');
	}
	return proxy;
}
