#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "chapter/chapter.h"
#include "serve/order.h"

/* The string of a valid id, else NULL; it can be copied. */
static const char *
id_of(const json_t *value, bool (*is_valid)(const char *id))
{
	const char *id = json_string_value(value);

	return id && strlen(id) < ROUTE_ID_SIZE && is_valid(id) ? id : NULL;
}

static const char *
take_args(struct order *o, const json_t *args)
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
			o->force = json_is_true(value);
		} else if (strcmp(key, "chapter") == 0) {
			const char *id = id_of(value, chapter_id_is_valid);

			if (id)
				strcpy(o->chapter, id);
			else if (!json_is_null(value))
				return "args.chapter: it is no chapter's id";
		} else {
			return "args: only force and chapter may be there";
		}
	}
	return NULL;
}

/* What is wrong with it, or NULL. */
static const char *
take_order(struct order *o, const json_t *order)
{
	const char *command =
		json_string_value(json_object_get(order, "command"));
	const char *id = id_of(json_object_get(order, "episode_id"),
		episode_id_is_valid);
	const json_t *args = json_object_get(order, "args");

	if (!json_is_object(order))
		return "it must be an object";
	if (!command || strcmp(command, "imagegen") != 0)
		return "command: it must be imagegen";
	if (!id)
		return "episode_id: it is no episode's id";
	strcpy(o->episode, id);
	if (json_object_size(order) != 2 + (args != NULL))
		return "only command, episode_id and args may be there";
	return args ? take_args(o, args) : NULL;
}

bool
order_parse(struct order *o, const char *body, size_t len,
	char why[ORDER_WHY_SIZE])
{
	char problem[PARSE_WHY_SIZE];
	json_t *value = parse_json(body, len, problem);
	const char *wrong;

	*o = (struct order){ 0 };
	if (!value) {
		snprintf(why, ORDER_WHY_SIZE, "%s", problem);
		return false;
	}
	wrong = take_order(o, value);
	if (wrong)
		snprintf(why, ORDER_WHY_SIZE, "%s", wrong);
	json_decref(value);
	return !wrong;
}
