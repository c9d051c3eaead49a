/*
 * html: text from elsewhere, in a page of HTML.
 *
 *	html_addf(b, "<h1 lang=\"\">%s</h1>\n", title);
 *	buf_adds(b, "<p class=\"picture\">\n");
 *
 * What stands in a format is markup and is taken as it is; what is put into it
 * is text: & < > " and ' become references, so that it is neither a tag nor the
 * end of a quoted attribute, and what no page may have (control characters but
 * tab and newline, what isn't UTF-8) becomes U+FFFD, a byte of the latter one
 * each.  A line may end as elsewhere: CR, or CR and LF, is a newline.
 */
#ifndef LIMN_HTML_H
#define LIMN_HTML_H

struct buf;

/* Of a format only %s, %d, %u, %lld, %zu and %% may be used; %s is text. */
void html_addf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Add text alone. */
void html_text(struct buf *b, const char *s);

/* Add a name as one segment of a URL: what isn't a letter, a digit or one of
 * - . _ ~ is percent-encoded. */
void html_segment(struct buf *b, const char *s);

#endif
