#include "or-die.h"
#include "env.h"
#include "failure.h"
#include "file.h"

void
file_read_or_die(const char *path, struct buf *b)
{
	struct failure f;

	if (!file_read(path, b, &f))
		die_of(&f);
}

void
file_write_or_die(const char *path, const void *data, size_t len)
{
	struct failure f;

	if (!file_write(path, data, len, &f))
		die_of(&f);
}

void
file_write_if_changed_or_die(const char *path, const void *data, size_t len)
{
	struct failure f;

	if (!file_write_if_changed(path, data, len, &f))
		die_of(&f);
}

void
file_date_or_die(const char *path)
{
	struct failure f;

	if (!file_date(path, &f))
		die_of(&f);
}

void
file_date_at_or_die(const char *path, const struct timespec *time)
{
	struct failure f;

	if (!file_date_at(path, time, &f))
		die_of(&f);
}

void
env_load_or_die(void)
{
	struct failure f;

	if (!env_load(&f))
		die_of(&f);
}

void
env_open_or_die(const char *path)
{
	struct failure f;

	if (!env_open(path, &f))
		die_of(&f);
}

double
env_number_or_die(const char *name, double fallback, double min, double max)
{
	struct failure f;
	double number;

	if (!env_number(name, fallback, min, max, &number, &f))
		die_of(&f);
	return number;
}

const char *
env_key_or_die(const char *name)
{
	struct failure f;
	const char *key;

	if (!env_key(name, &key, &f))
		die_of(&f);
	return key;
}
