#include <string.h>

#include "chapter/chapter.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "serve/job-request.h"

/* The string if it is a valid id, else NULL. */
static const char *
valid_id(const json_t *value, bool (*is_valid)(const char *id))
{
	const char *id = json_string_value(value);

	return id && strlen(id) < ROUTE_ID_SIZE && is_valid(id) ? id : NULL;
}

static const char *
read_args(struct job_request *job, const json_t *args)
{
	const char *key;
	json_t *value;

	if (!json_is_object(args))
		return "args: it must be an object";
	json_object_foreach((json_t *)args, key, value)
	{
		if (strcmp(key, "force") == 0) {
			if (!json_is_boolean(value))
				return "args.force: it must be true or false";
			job->force = json_is_true(value);
		} else if (strcmp(key, "chapter") == 0) {
			const char *id = valid_id(value, chapter_id_is_valid);

			if (id)
				strcpy(job->chapter, id);
			else if (!json_is_null(value))
				return "args.chapter: it is no chapter's id";
		} else {
			return "args: only force and chapter may be there";
		}
	}
	return NULL;
}

/* Returns what is wrong with the request, or NULL. */
static const char *
read_request(struct job_request *job, const json_t *request)
{
	const char *command =
		json_string_value(json_object_get(request, "command"));
	const char *id = valid_id(json_object_get(request, "episode_id"),
		episode_id_is_valid);
	const json_t *args = json_object_get(request, "args");

	if (!json_is_object(request))
		return "it must be an object";
	if (!command || strcmp(command, "imagegen") != 0)
		return "command: it must be imagegen";
	if (!id)
		return "episode_id: it is no episode's id";
	strcpy(job->episode, id);
	if (json_object_size(request) != 2 + (args != NULL))
		return "only command, episode_id and args may be there";
	return args ? read_args(job, args) : NULL;
}

bool
job_request_parse(struct job_request *job, const char *body, size_t len,
	struct failure *f)
{
	json_t *value = json_parse("request", body, len, f);
	const char *problem;

	*job = (struct job_request){ .force = false };
	if (!value)
		return false;
	problem = read_request(job, value);
	json_decref(value);
	return !problem || failure_set(f, EXIT_USAGE, "%s", problem);
}
