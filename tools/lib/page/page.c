#include "page/page.h"
#include "buf.h"
#include "page-files.h"
#include "page/html.h"

/* Add a file of page-files.h, without its final NUL. */
#define ADD(b, file) buf_add(b, file, sizeof(file) - 1)

/*
 * If the page is a file, only Chromium takes 'self' for the files beside it, so
 * file: is also allowed.  frame-ancestors works only in an HTTP header; in a
 * page browsers warn about it.
 */
void
page_policy(struct buf *b, bool is_served)
{
	buf_adds(b, "default-src 'none'; img-src 'self'");
	buf_adds(b, is_served ? "; connect-src 'self'" : " file:");
	buf_addf(b, "; style-src '%s'; script-src '%s'", page_style_hash,
		page_script_hash);
	if (is_served)
		buf_addf(b, " '%s'", served_script_hash);
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
	ADD(b, page_style);
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
		ADD(b, page_script);
		buf_adds(b, "</script>\n");
	}
	if (p->episode && p->is_served) {
		buf_adds(b, "<script>");
		ADD(b, served_script);
		buf_adds(b, "</script>\n");
	}
	buf_adds(b, "</body>\n</html>\n");
}
