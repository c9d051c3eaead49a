/*
 * unit-http: the host of a URL (tools/lib/net/url.h), the kind of its address
 * (address.h), how long to wait (wait.h), and what is refused before anything
 * is sent (http.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/address.h"
#include "net/http.h"
#include "net/url.h"
#include "net/wait.h"

static void
assert_kind(const char *host, unsigned kind)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	unsigned found;

	if (inet_pton(AF_INET, host, &in.sin_addr) == 1)
		found = address_kind((struct sockaddr *)&in);
	else if (inet_pton(AF_INET6, host, &in6.sin6_addr) == 1)
		found = address_kind((struct sockaddr *)&in6);
	else
		found = 0;
	if (found != kind || address_of_host(host, NULL) != kind)
		fail_msg("%s: %u and %u, not %u", host, found,
			address_of_host(host, NULL), kind);
}

static void
assert_kinds(const char *const *hosts, unsigned kind)
{
	for (; *hosts; hosts++)
		assert_kind(*hosts, kind);
}

static void
test_addresses(void **state)
{
	static const char *const loopback[] = { "127.0.0.1", "127.255.255.255",
		"::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
		"2002:7f00:1::", NULL };
	static const char *const private[] = { "10.0.0.0", "10.255.255.255",
		"100.64.0.0", "100.127.255.255", "169.254.169.254",
		"172.16.0.0", "172.31.255.255", "192.168.0.0",
		"192.168.255.255", "fc00::", "fdff::1", "fe80::1", "febf::1",
		"::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:a00:1::1",
		NULL };
	static const char *const special[] = { "0.0.0.0", "0.255.255.255",
		"192.0.0.0", "192.0.0.255", "192.0.2.1", "192.88.99.1",
		"198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.9",
		"224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255",
		"::", "::2", "::7f00:1", "ff02::1", "ff0e::1", "fec0::1",
		"100::1", "2001::1", "2001:db8::1", "4000::1", "64:ff9b:1::1",
		"::ffff:0.0.0.0", NULL };
	static const char *const public[] = { "1.1.1.1", "9.255.255.255",
		"11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
		"128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
		"172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0",
		"198.17.255.255", "198.20.0.0", "223.255.255.255",
		"2606:4700::1111", "2a00::1", "::ffff:8.8.8.8",
		"64:ff9b::808:808", "2002:808:808::1", NULL };
	static const char *const names[] = { "localhost", "example.com",
		"127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "", NULL };
	const struct sockaddr local = { .sa_family = AF_UNIX };

	(void)state;
	assert_kinds(loopback, ADDRESS_LOOPBACK);
	assert_kinds(private, ADDRESS_PRIVATE);
	assert_kinds(special, ADDRESS_SPECIAL);
	assert_kinds(public, ADDRESS_PUBLIC);
	assert_kinds(names, 0);
	assert_int_equal(address_kind(&local), ADDRESS_SPECIAL);
}

static void
assert_url(const char *s, bool is_https, const char *host, unsigned port,
	const char *path)
{
	struct url u;
	const char *wrong = url_parse(&u, s);

	if (wrong)
		fail_msg("%s: %s", s, wrong);
	assert_int_equal(u.is_https, is_https);
	assert_string_equal(u.host, host);
	assert_int_equal(u.port, port);
	assert_string_equal(u.path, path);
}

static void
test_urls(void **state)
{
	static const char *const bad[] = { "", "example.com",
		"file:///etc/passwd", "ftp://example.com/", "http:/example.com",
		"http://", "https:///x", "https://:443/",
		"https://user@example.com/", "https://user:word@example.com/",
		"https://a.example@b.example",
		"https://example.com\\@b.example/", "https://exa mple.com/",
		"https://example.com/a b", "https://example.com/\n",
		"https://example.com/\x7f", "https://b\xc3\xbc.example/",
		"https://example.com:/", "https://example.com:0/",
		"https://example.com:65536/", "https://example.com:4x/",
		"https://example.com:123456/", "https://a%2eexample/",
		"https://.example.com/", "https://example.com./",
		"https://a..b/", "https://127.1/", "https://2130706433/",
		"https://0x7f000001/", "https://0177.0.0.1/",
		"https://1.2.3.4.5/", "https://256.1.1.1/", "https://[::1/",
		"https://[::1]x/", "https://[]/", "https://[fe80::1%25lo]/",
		"https://[127.0.0.1]x", "https://[1.2.3]/", NULL };
	static char longest[URL_MAX + 2];
	struct url u;

	(void)state;
	assert_url("https://api.openai.com/v1", true, "api.openai.com", 443,
		"/v1");
	assert_url("HTTP://LocalHost:8080", false, "localhost", 8080, "");
	assert_url("https://a-b_c.example?x=@y", true, "a-b_c.example", 443,
		"?x=@y");
	assert_url("http://[::1]:1/a", false, "::1", 1, "/a");
	assert_url("http://[FD00::A]#b", false, "fd00::a", 80, "#b");
	assert_url("http://10.1.2.3:65535/", false, "10.1.2.3", 65535, "/");
	for (size_t i = 0; bad[i]; i++)
		if (!url_parse(&u, bad[i]))
			fail_msg("%s is taken", bad[i]);
	memset(longest, 'a', URL_MAX);
	memcpy(longest, "http://a/", 9);
	assert_null(url_parse(&u, longest));
	longest[URL_MAX] = 'a';
	assert_non_null(url_parse(&u, longest));
}

static void
test_loopback(void **state)
{
	(void)state;
	assert_true(http_is_loopback("http://localhost:8080/v1"));
	assert_true(http_is_loopback("http://127.0.0.2"));
	assert_true(http_is_loopback("https://[::1]/"));
	assert_true(http_is_loopback("http://[::ffff:127.0.0.1]/"));
	assert_false(http_is_loopback("http://localhost.example.com/"));
	assert_false(http_is_loopback("http://127.0.0.1.example.com/"));
	assert_false(http_is_loopback("http://0.0.0.0/"));
	assert_false(http_is_loopback("http://127.1/"));
	assert_false(http_is_loopback("nonsense"));
}

static const char *
proxy(const char *s)
{
	struct url u;

	assert_null(url_parse(&u, s));
	return url_proxy(&u);
}

static void
test_proxies(void **state)
{
	static const char *const names[] = { "http_proxy", "HTTP_PROXY",
		"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
		"no_proxy", "NO_PROXY" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
	assert_null(proxy("https://example.com"));
	setenv("HTTP_PROXY", "http://cgi", 1);
	assert_null(proxy("http://example.com"));
	setenv("ALL_PROXY", "http://all", 1);
	assert_string_equal(proxy("http://example.com"), "http://all");
	setenv("http_proxy", "http://one", 1);
	setenv("HTTPS_PROXY", "http://two", 1);
	assert_string_equal(proxy("http://example.com"), "http://one");
	assert_string_equal(proxy("https://example.com"), "http://two");
	assert_string_equal(proxy("https://10.1.2.3"), "http://two");
	assert_null(proxy("http://localhost:80"));
	assert_null(proxy("http://127.0.0.1"));
	assert_null(proxy("http://[::1]"));
	setenv("NO_PROXY",
		" .example.com,b.example 10.0.0.0/8, fd00::/8,1.2.3.4", 1);
	assert_null(proxy("https://example.com"));
	assert_null(proxy("https://a.example.com"));
	assert_null(proxy("https://b.example"));
	assert_null(proxy("https://a.b.example"));
	assert_non_null(proxy("https://notexample.com"));
	assert_non_null(proxy("https://example.com.evil"));
	assert_null(proxy("https://10.255.2.3"));
	assert_non_null(proxy("https://11.0.0.1"));
	assert_null(proxy("https://[fd01::1]"));
	assert_non_null(proxy("https://[fe01::1]"));
	assert_null(proxy("https://1.2.3.4"));
	assert_non_null(proxy("https://1.2.3.5"));
	setenv("no_proxy", "*", 1);
	assert_null(proxy("https://11.0.0.1"));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
}

static void
test_wait(void **state)
{
	static const char date[] = "Sun, 06 Nov 1994 08:49:30 GMT";
	char soon[64];
	time_t now = time(NULL) + 60;
	double wait;

	(void)state;
	assert_true(wait_asked(NULL, NULL, NULL) == -1);
	assert_true(wait_asked("1500", "7", date) == 1.5);
	assert_true(wait_asked("0.5", NULL, NULL) == 0.0005);
	assert_true(wait_asked("soon", "7", NULL) == 7);
	assert_true(wait_asked(NULL, "1.25", NULL) == 1.25);
	assert_true(wait_asked(NULL, "0", NULL) == 0);
	assert_true(wait_asked(NULL, "7 ", NULL) == 7);
	assert_true(wait_asked(NULL, "121", NULL) == 121);
	assert_true(wait_asked(NULL, "999999999999999999999", NULL) == 1e9);
	for (size_t i = 0; i < 9; i++) {
		static const char *const bad[9] = { "", " ", "-1", "1e3",
			"0x10", "inf", "nan", "1.2.3", "7s" };

		assert_true(wait_asked(NULL, bad[i], NULL) == -1);
		assert_true(wait_asked(bad[i], NULL, NULL) == -1);
	}
	assert_true(wait_asked(NULL, "Sun, 06 Nov 1994 08:49:37 GMT", date) ==
		7);
	assert_true(wait_asked(NULL, "Sunday, 06-Nov-94 08:49:37 GMT", date) ==
		7);
	assert_true(wait_asked(NULL, "Sun Nov  6 08:49:37 1994", date) == 7);
	assert_true(wait_asked(NULL, "Sun, 06 Nov 1994 08:49:00 GMT", date) ==
		0);
	assert_true(wait_asked(NULL, "Sun, 06 Nov 1994 08:49:37", date) == -1);
	assert_true(wait_asked(NULL, "Sun, 36 Nov 1994 08:49:37 GMT", date) ==
		-1);
	assert_true(strftime(soon, sizeof soon, "%a, %d %b %Y %H:%M:%S GMT",
			    gmtime(&now)) > 0);
	wait = wait_asked(NULL, soon, NULL);
	assert_true(wait > 50 && wait <= 60);
}

static void
test_own_wait(void **state)
{
	double least = 1, most = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		double wait = wait_own(0);

		least = wait < least ? wait : least;
		most = wait > most ? wait : most;
		wait = wait_own(3);
		assert_true(wait >= 3 && wait <= 4);
		wait = wait_own(99);
		assert_true(wait >= 6 && wait <= 8);
	}
	/* it is spread over all it may be */
	assert_true(least >= 0.375 && least < 0.39);
	assert_true(most <= 0.5 && most > 0.485);
}

static void
assert_forbidden(const char *url, bool is_base, const char *own_base)
{
	const struct http_request q = { .url = url,
		.is_base = is_base,
		.own_base = own_base,
		.timeout = 1,
		.body_max = 100 };
	struct http_answer a;

	http_send(&q, &a);
	if (a.outcome != HTTP_FORBIDDEN || !a.why[0])
		fail_msg("%s: outcome %d, %s", url, (int)a.outcome, a.why);
	http_free(&a);
}

static void
assert_let_through(const char *url, bool is_base, const char *own_base)
{
	const struct http_request q = { .url = url,
		.is_base = is_base,
		.own_base = own_base,
		.timeout = 1,
		.body_max = 100 };
	struct http_answer a;

	/* nobody listens there, at port 1 of this machine */
	http_send(&q, &a);
	if (a.outcome != HTTP_NOT_SENT)
		fail_msg("%s: outcome %d, %s", url, (int)a.outcome, a.why);
	http_free(&a);
}

static void
test_judged(void **state)
{
	(void)state;
	assert_forbidden("http://1.1.1.1/v1", true, NULL);
	assert_forbidden("http://0.0.0.0:1/v1", true, NULL);
	assert_forbidden("http://key@127.0.0.1:1/v1", true, NULL);
	assert_let_through("http://127.0.0.1:1/v1", true, NULL);
	assert_let_through("https://127.0.0.1:1/v1", true, NULL);
	assert_let_through("http://localhost:1/v1", true, NULL);
	/* of an answer */
	assert_forbidden("file:///etc/passwd", false, NULL);
	assert_forbidden("http://1.1.1.1/x.png", false, NULL);
	assert_forbidden("http://10.0.0.1/x.png", false, NULL);
	assert_forbidden("https://10.0.0.1/x.png", false, NULL);
	assert_forbidden("https://169.254.169.254/x.png", false, NULL);
	assert_forbidden("https://[::ffff:10.0.0.1]/x.png", false, NULL);
	assert_forbidden("https://127.0.0.1:1/x.png", false, NULL);
	/* a name: its address is known only when libcurl connects */
	assert_forbidden("https://localhost:1/x.png", false, NULL);
	assert_let_through("http://127.0.0.1:1/x.png", false, NULL);
	assert_let_through("http://localhost:1/x.png", false, NULL);
	assert_let_through("https://127.0.0.1:1/x.png", false,
		"https://127.0.0.1:1/v1");
	assert_forbidden("https://127.0.0.1:1/x.png", false,
		"https://127.0.0.1:2/v1");
	assert_forbidden("https://127.0.0.1:1/x.png", false,
		"http://127.0.0.1:1/v1");
	/* with a proxy only the host in the URL is checked */
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	assert_forbidden("https://10.0.0.1/x.png", false, NULL);
	assert_forbidden("http://name.example/x.png", false, NULL);
	assert_forbidden("http://name.example/v1", true, NULL);
	assert_let_through("https://name.example/x.png", false, NULL);
	assert_let_through("http://10.0.0.1/v1", true, NULL);
	unsetenv("all_proxy");
}

static void
test_hide(void **state)
{
	char s[] = "sk-12345 and sk-12345678 and sk-12345678sk-12345678";

	(void)state;
	http_hide(s, strlen(s), "sk-1234"); /* too short to be a key */
	http_hide(s, strlen(s), NULL);
	http_hide(s, strlen(s), "");
	http_hide(s, 0, "sk-12345678");
	assert_string_equal(s,
		"sk-12345 and sk-12345678 and sk-12345678sk-12345678");
	http_hide(s, strlen(s), "sk-12345678");
	assert_string_equal(s,
		"sk-12345 and *********** and **********************");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_proxies),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_own_wait),
		cmocka_unit_test(test_judged),
		cmocka_unit_test(test_hide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
