/*
 * html: text from elsewhere, in a page of HTML.
 *
 *	html_addf(b, "<h1 lang=\"\">%s</h1>\n", title);
 *	buf_adds(b, "<p class=\"picture\">\n");
 *
 * A format is markup, and is added unchanged.  A string argument is text: & < >
 * " and ' become references, so it can't begin a tag or end a quoted attribute.
 * Control characters other than tab and newline become U+FFFD, and so does each
 * byte that isn't UTF-8.  CR, or CR and LF, becomes a newline.
 */
#ifndef LIMN_HTML_H
#define LIMN_HTML_H

struct buf;

/* A format may have only %s (text), %d, %u, %lld, %zu and %%. */
void html_addf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Add text alone. */
void html_text(struct buf *b, const char *s);

/* Add a name as one segment of a URL: bytes other than letters, digits and - .
 * _ ~ of ASCII are percent-encoded. */
void html_segment(struct buf *b, const char *s);

#endif
