#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "failure.h"

bool
failure_set(struct failure *f, int status, const char *fmt, ...)
{
	int errnum = errno;
	size_t n;
	va_list ap;

	if (!f)
		return false;
	*f = (struct failure){ .status = status };
	va_start(ap, fmt);
	vsnprintf(f->message, sizeof f->message, fmt, ap);
	va_end(ap);
	n = strlen(f->message);
	if (*fmt && fmt[strlen(fmt) - 1] == ':')
		snprintf(f->message + n, sizeof f->message - n, " %s",
			strerror(errnum));
	errno = errnum;
	return false;
}
