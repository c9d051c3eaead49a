#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "paid/base64.h"

#define NOT_BASE64 0xff

static const char digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool
is_space(char c)
{
	return c && strchr(" \t\r\n", c);
}

/* Whether the rest is valid padding.  have: the number of digits after the last
 * group of four. */
static bool
is_padding(const unsigned char *s, const unsigned char *end, unsigned have)
{
	unsigned signs = 0;

	for (; s < end; s++)
		if (*s == '=')
			signs++;
		else if (!is_space((char)*s))
			return false;
	/* some APIs leave the padding out */
	return have != 1 && (signs == 0 || (have > 1 && have + signs == 4));
}

size_t
base64_decode(char *text, size_t len)
{
	unsigned char value[UCHAR_MAX + 1];
	unsigned char *begin = (unsigned char *)text;
	unsigned char *to = begin, *s = begin, *end = begin + len;
	unsigned bits = 0, have = 0;

	memset(value, NOT_BASE64, sizeof value);
	for (unsigned i = 0; i < 64; i++)
		value[(unsigned char)digits[i]] = (unsigned char)i;
	while (s < end && *s != '=') {
		unsigned v = value[*s];

		if (have == 0 && end - s >= 4) {
			unsigned v1 = value[s[1]], v2 = value[s[2]],
				 v3 = value[s[3]];

			/* the fast case: four digits without spaces */
			if ((v | v1 | v2 | v3) < 64) {
				bits = v << 18 | v1 << 12 | v2 << 6 | v3;
				*to++ = (unsigned char)(bits >> 16);
				*to++ = (unsigned char)(bits >> 8);
				*to++ = (unsigned char)bits;
				s += 4;
				continue;
			}
		}
		if (v == NOT_BASE64 && !is_space((char)*s))
			return 0;
		s++;
		if (v == NOT_BASE64)
			continue;
		bits = bits << 6 | v;
		have = (have + 1) % 4;
		if (have > 0)
			continue;
		*to++ = (unsigned char)(bits >> 16);
		*to++ = (unsigned char)(bits >> 8);
		*to++ = (unsigned char)bits;
	}
	if (!is_padding(s, end, have))
		return 0;
	bits <<= 6 * (4 - have);
	if (have > 1)
		*to++ = (unsigned char)(bits >> 16);
	if (have > 2)
		*to++ = (unsigned char)(bits >> 8);
	return (size_t)(to - begin);
}

void
base64_add(struct buf *out, const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	char *to;

	buf_grow(out, (len + 2) / 3 * 4);
	to = out->data + out->len;
	for (; len > 0; s += 3) {
		unsigned n = len < 3 ? (unsigned)len : 3;
		unsigned bits = (unsigned)s[0] << 16 |
			(n > 1 ? (unsigned)s[1] << 8 : 0) | (n > 2 ? s[2] : 0);

		*to++ = digits[bits >> 18];
		*to++ = digits[bits >> 12 & 63];
		*to++ = n > 1 ? digits[bits >> 6 & 63] : '=';
		*to++ = n > 2 ? digits[bits & 63] : '=';
		len -= n;
	}
	*to = '\0';
	out->len = (size_t)(to - out->data);
}
