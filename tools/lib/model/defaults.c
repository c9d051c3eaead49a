#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "failure.h"
#include "json.h"
#include "model/defaults.h"
#include "span.h"

static bool
is_known_form(const json_t *object, const struct defaults_form *form)
{
	bool good = json_is_object(object);

	for (size_t i = 0; good && i < form->count; i++) {
		const json_t *value = json_object_get(object, form->names[i]);

		good = !value ||
			(json_is_string(value) &&
				form->is_value(i, json_string_value(value)));
	}
	return good;
}

json_t *
defaults_read(const char *path, const struct defaults_form *form,
	struct failure *f)
{
	struct stat st;
	json_t *object;

	if (stat(path, &st) != 0 && errno == ENOENT)
		return json_object();
	if (access(path, R_OK) != 0) {
		failure_set(f, EXIT_IO, "%s:", path);
		return NULL;
	}
	object = json_read_optional(path, DEFAULTS_MAX);
	if (is_known_form(object, form))
		return object;
	json_decref(object);
	failure_set(f, EXIT_BAD_INPUT,
		"%s: this is not what limn wrote there; delete it to begin "
		"with today's defaults",
		path);
	return NULL;
}

/* Returns a descriptor that the caller closes.  -1: no lock is possible, and
 * the file is written without one. */
static int
lock_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct span dir = { path, slash ? slash + 1 : path };
	char *name = span_copy(dir.begin < dir.end ? dir : span_of("."));
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(name);
	while (fd >= 0 && flock(fd, LOCK_EX) != 0 && errno == EINTR)
		;
	return fd;
}

/* The known names, from the file or else from news, then the unknown ones. */
static json_t *
merge_defaults(json_t *file, const json_t *news,
	const struct defaults_form *form)
{
	json_t *all = json_object();

	for (size_t i = 0; i < form->count; i++) {
		json_t *value = json_object_get(file, form->names[i]);

		if (!value)
			value = json_object_get(news, form->names[i]);
		if (value)
			json_object_set(all, form->names[i], value);
	}
	json_object_update_missing(all, file);
	return all;
}

json_t *
defaults_add(const char *path, const struct defaults_form *form,
	const json_t *news, struct failure *f)
{
	int lock = lock_directory(path);
	json_t *file = defaults_read(path, form, f);
	json_t *all = file ? merge_defaults(file, news, form) : NULL;

	if (json_object_size(all) > json_object_size(file) &&
		!json_write(path, all, f)) {
		json_decref(all);
		all = NULL;
	}
	if (lock >= 0)
		close(lock);
	json_decref(file);
	return all;
}
