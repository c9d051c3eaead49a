#include "utf8.h"

size_t
utf8_size(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t size = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] == 0 || (s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4 ||
		size > n)
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* an overlong form, a surrogate, or beyond U+10FFFF */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
		(s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return size;
}

unsigned
utf8_codepoint(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned u = s[0];

	if (u < 0x80)
		return u;
	u &= u < 0xe0 ? 0x1f : u < 0xf0 ? 0x0f : 0x07;
	for (size_t i = 1; i < utf8_size(text, UTF8_MAX); i++)
		u = u << 6 | (s[i] & 0x3f);
	return u;
}

bool
utf8_is_valid(const char *s, size_t n)
{
	while (n > 0) {
		size_t size = utf8_size(s, n);

		if (size == 0)
			return false;
		s += size;
		n -= size;
	}
	return true;
}

bool
utf8_begins(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

size_t
utf8_control(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	if ((s[0] > 0 && s[0] < 0x20) || s[0] == 0x7f)
		return 1;
	return s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0 ? 2 : 0;
}

size_t
utf8_cut(const char *s, size_t max)
{
	while (max > 0 && !utf8_begins(s[max]))
		max--;
	return max;
}

size_t
utf8_from_latin1(char to[2], unsigned char c)
{
	to[0] = (char)(c < 0x80 ? c : 0xc0 | c >> 6);
	to[1] = (char)(0x80 | (c & 0x3f));
	return c < 0x80 ? 1 : 2;
}
