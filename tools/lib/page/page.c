#include <openssl/evp.h>
#include <string.h>

#include "buf.h"
#include "hash.h"
#include "html.h"
#include "page-files.h"
#include "page.h"

#define SUM_BYTES 32 /* of a SHA-256 */

/* A file that the header has, without the NUL behind it. */
#define ADD(b, file) buf_add(b, file, sizeof(file) - 1)
#define ADD_HASH(b, file) add_hash(b, file, sizeof(file) - 1)

static unsigned
hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Its hash, as a policy has it. */
static void
add_hash(struct buf *b, const unsigned char *file, size_t len)
{
	unsigned char sum[SUM_BYTES], base64[SUM_BYTES * 4 / 3 + 4];
	char hash[HASH_SIZE];
	const char *hex = strchr((hash_bytes(hash, file, len), hash), ':') + 1;

	for (size_t i = 0; i < sizeof sum; i++)
		sum[i] = (unsigned char)(hex_digit(hex[2 * i]) << 4 |
			hex_digit(hex[2 * i + 1]));
	EVP_EncodeBlock(base64, sum, sizeof sum);
	buf_addf(b, " 'sha256-%s'", (const char *)base64);
}

/*
 * No browser but Chromium takes 'self' for the files of a page that is a file
 * itself.  frame-ancestors is for headers alone: in a page it is complained of.
 */
void
page_policy(struct buf *b, bool is_served)
{
	buf_adds(b, "default-src 'none'; img-src 'self'");
	buf_adds(b, is_served ? "; connect-src 'self'" : " file:");
	buf_adds(b, "; style-src");
	ADD_HASH(b, style_css);
	buf_adds(b, "; script-src");
	ADD_HASH(b, gallery_js);
	if (is_served)
		ADD_HASH(b, live_js);
	buf_adds(b, "; base-uri 'none'; form-action 'none'");
	if (is_served)
		buf_adds(b, "; frame-ancestors 'none'");
}

void
page_begin(struct buf *b, const struct page *p)
{
	html_addf(b,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"generator\" content=\"limn %s\">\n",
		LIMN_VERSION);
	if (!p->is_served) {
		buf_adds(b,
			"<meta http-equiv=\"Content-Security-Policy\" "
			"content=\"");
		page_policy(b, false);
		buf_adds(b, "\">\n");
	}
	html_addf(b, "<title>%s – limn</title>\n<style>", p->title);
	ADD(b, style_css);
	html_addf(b, "</style>\n</head>\n<body class=\"%s%s\"", p->kind,
		p->is_served ? " served" : "");
	if (p->episode)
		html_addf(b, " data-episode=\"%s\"", p->episode);
	if (p->token)
		html_addf(b, " data-token=\"%s\"", p->token);
	buf_adds(b, ">\n");
}

void
page_end(struct buf *b, const struct page *p)
{
	if (p->episode) {
		buf_adds(b, "<script>");
		ADD(b, gallery_js);
		buf_adds(b, "</script>\n");
	}
	if (p->episode && p->is_served) {
		buf_adds(b, "<script>");
		ADD(b, live_js);
		buf_adds(b, "</script>\n");
	}
	buf_adds(b, "</body>\n</html>\n");
}
