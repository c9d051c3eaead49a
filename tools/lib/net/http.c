#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "err.h"
#include "net/address.h"
#include "net/courier.h"
#include "net/http.h"
#include "net/transfer.h"
#include "net/url.h"

void
http_send(const struct http_request *q, struct http_answer *a)
{
	if (!courier_send(q, a))
		transfer_send(q, a);
	http_hide(a->body.data, a->body.len, q->secret);
	http_hide(a->why, strlen(a->why), q->secret);
	http_hide(a->request_id, strlen(a->request_id), q->secret);
	http_hide(a->location, strlen(a->location), q->secret);
}

void
http_free(struct http_answer *a)
{
	buf_free(&a->body);
}

void
http_hide(char *bytes, size_t len, const char *secret)
{
	size_t n = secret ? strlen(secret) : 0;
	char *s;

	if (n < HTTP_SECRET_MIN)
		return;
	while (len >= n && (s = memmem(bytes, len, secret, n))) {
		memset(s, '*', n);
		len -= (size_t)(s - bytes) + n;
		bytes = s + n;
	}
}

bool
http_is_loopback(const char *url)
{
	struct url u;

	return !url_parse(&u, url) && url_is_loopback(&u);
}

void
http_check_base(const char *setting, const char *url)
{
	struct url u;
	const char *wrong = url_parse(&u, url);

	if (!wrong && strpbrk(u.path, "?#"))
		wrong = "has a query or a fragment in it";
	/* the URL isn't shown: there may be a password in it */
	if (wrong)
		die(EXIT_BAD_CONFIG,
			"%s: %s; set it to an URL like "
			"https://api.example.com/v1",
			setting, wrong);
	if (!u.is_https && u.kind &&
		!(u.kind & (ADDRESS_LOOPBACK | ADDRESS_PRIVATE)))
		die(EXIT_BAD_CONFIG,
			"%s: with http to %s the key would cross the internet "
			"for all to see; use https",
			setting, u.host);
}
