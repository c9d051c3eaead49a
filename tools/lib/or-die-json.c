/* A file of its own, so that a tool that reads no JSON doesn't load jansson. */
#include "failure.h"
#include "json.h"
#include "or-die.h"

json_t *
json_read_or_die(const char *path, size_t max)
{
	struct failure f;
	json_t *value = json_read(path, max, &f);

	if (!value)
		die_of(&f);
	return value;
}

json_t *
json_parse_or_die(const char *name, const char *s, size_t len)
{
	struct failure f;
	json_t *value = json_parse(name, s, len, &f);

	if (!value)
		die_of(&f);
	return value;
}

void
json_write_or_die(const char *path, const json_t *value)
{
	struct failure f;

	if (!json_write(path, value, &f))
		die_of(&f);
}
