#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "failure.h"
#include "log.h"
#include "utf8.h"

const char *err_prog = "limn";

/* Returns the length of the line, with its newline, without its NUL. */
static size_t
format(char line[ERR_MESSAGE_MAX], const char *fmt, va_list ap, int errnum)
{
	static const char cut[] = "...";
	const size_t end = ERR_MESSAGE_MAX - sizeof cut - sizeof "\\xNN" - 1;
	char text[ERR_MESSAGE_MAX];
	size_t n = 0, control = 0; /* bytes of a control character */
	int len = snprintf(text, sizeof text, "%s: ", err_prog);

	if (len > 0 && (size_t)len < sizeof text)
		vsnprintf(text + len, sizeof text - (size_t)len, fmt, ap);
	for (const char *s = text; *s; s++) {
		if (n > end) {
			/* don't cut a code point */
			while (n > 0 && !utf8_begins(line[n - 1]))
				n--;
			n -= n > 0 && (line[n - 1] & 0x80) != 0;
			memcpy(line + n, cut, sizeof cut - 1);
			n += sizeof cut - 1;
			break;
		}
		if (control == 0)
			control = utf8_control(s);
		if (control > 0) {
			n += (size_t)sprintf(line + n, "\\x%02x",
				(unsigned char)*s);
			control--;
		} else {
			line[n++] = *s;
		}
	}
	if (fmt[0] && fmt[strlen(fmt) - 1] == ':') {
		int m = snprintf(line + n, ERR_MESSAGE_MAX - 1 - n, " %s",
			strerror(errnum));
		if (m > 0 && (size_t)m < ERR_MESSAGE_MAX - 1 - n)
			n += (size_t)m;
	}
	line[n++] = '\n';
	return n;
}

static void
put(int fd, const char *line, size_t len)
{
	/* there is no other place for a message */
	if (write(fd, line, len) != (ssize_t)len)
		return;
}

static void
say(const char *fmt, va_list ap)
{
	int errnum = errno;
	char line[ERR_MESSAGE_MAX];
	size_t len = format(line, fmt, ap, errnum);

	put(STDERR_FILENO, line, len);
	errno = errnum;
}

static void
say_error(int status, const char *setting, const char *fmt, va_list ap)
{
	int errnum = errno;
	char line[ERR_MESSAGE_MAX];
	size_t len = format(line, fmt, ap, errnum), name;

	put(STDERR_FILENO, line, len);
	/* without its newline and the tool's name */
	line[len - 1] = '\0';
	name = strlen(err_prog) + strlen(": ");
	log_line(err_prog, status, setting, len > name ? line + name : "");
	errno = errnum;
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_error(LOG_WENT_ON, NULL, fmt, ap);
	va_end(ap);
}

void
die(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_error(status, NULL, fmt, ap);
	va_end(ap);
	exit(status);
}

/* Make a va_list of a text that is formatted already. */
static void
say_failure(const struct failure *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_error(f->status, f->setting, fmt, ap);
	va_end(ap);
}

void
die_of(const struct failure *f)
{
	say_failure(f, "%s", f->message);
	exit(f->status);
}

void
die_out_of_memory(void)
{
	die(EXIT_TRY_LATER, "out of memory");
}
