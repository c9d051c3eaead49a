#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "chapter/chapter.h"
#include "json.h"
#include "page/known.h"
#include "page/record.h"
#include "page/workings.h"

enum { SLICE, ENTRY, PROMPT, RESPONSE };

static const char *
text(const json_t *object, const char *key)
{
	const char *s = json_text(object, key);

	return s ? s : "";
}

/* A name in images/ that is no more than that: neither a path nor a URL. */
static void
find_picture(struct known *k)
{
	static const char images[] = "images/", suffix[] = ".png";
	const char *path = text(k->record, "file_path"), *name;
	size_t len;

	k->picture[0] = '\0';
	if (strncmp(path, images, sizeof images - 1) != 0)
		return;
	name = path + sizeof images - 1;
	len = strlen(name);
	if (*name == '.' || strchr(name, '/'))
		return;
	if (len < sizeof suffix || len >= sizeof k->picture ||
		strcmp(name + len - sizeof suffix + 1, suffix) != 0)
		return;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
			return;
	strcpy(k->picture, name);
}

static void
take_record(struct known *k, const json_t *record)
{
	k->record = record;
	k->metadata = json_object_get(record, "metadata");
	k->hash = record_hash(record);
	find_picture(k);
}

/* A picture that was deleted is none. */
static bool
has_picture(const struct known *k, const char *directory)
{
	char path[PATH_MAX];
	struct stat st;
	int n = snprintf(path, sizeof path, "%s/images/%s", directory,
		k->picture);

	return n > 0 && n < PATH_MAX && stat(path, &st) == 0;
}

/* The answers; that of the picture may be of one that came later. */
static void
find_answers(struct known *k, const char *directory, bool all_facts)
{
	const char *picture;

	if (all_facts || !k->record)
		k->files[PROMPT] =
			workings_read(directory, k->id, ".prompt.json");
	k->prompt_facts = k->files[PROMPT];
	if (all_facts || *text(k->metadata, "request_sha256"))
		k->files[RESPONSE] = workings_answer(directory, k->id);
	k->picture_facts = k->files[RESPONSE];
	picture = text(k->picture_facts, "picture_sha256");
	if (*k->hash && strcmp(picture, text(k->metadata, "sha256")) == 0)
		k->request_id = text(k->picture_facts, "request_id");
}

static void
read_files(struct known *k, const char *directory, bool all_facts)
{
	json_t **files = k->files;

	files[SLICE] = workings_read(directory, k->id, ".chapter.json");
	files[ENTRY] = workings_read(directory, k->id, ".entry.json");
	if (files[ENTRY])
		take_record(k, files[ENTRY]);
	if (k->picture[0] && !has_picture(k, directory))
		take_record(k, NULL);
	if (workings_lost_own(directory, k->id)) {
		k->has_lost_own = true;
		if (k->error[0])
			take_record(k, NULL);
	}
	find_answers(k, directory, all_facts);
}

static const char *
find_method(const struct known *k)
{
	const char *method = text(k->record, "generation_method");

	if (k->error[0])
		return "failed";
	if (!k->record)
		return "missing";
	if (!strcmp(method, "template") || !strcmp(method, "storyboard") ||
		!strcmp(method, "manual"))
		return method;
	return "generated";
}

/* What s doesn't say, other does. */
static const char *
either(const char *s, const char *other)
{
	return *s ? s : other;
}

void
known_read(struct known *k, const char *id, const json_t *record,
	const char *directory, const json_t *errors, bool all_facts)
{
	const json_t *slice, *visual;

	*k = (struct known){ .id = id, .hash = "", .request_id = "" };
	k->error = text(errors, id);
	if (record)
		take_record(k, record);
	if (directory)
		read_files(k, directory, all_facts);
	slice = k->files[SLICE];
	visual = json_object_get(slice, "visual");
	k->title =
		either(text(slice, "title"), text(k->record, "chapter_title"));
	k->type = either(text(visual, "type"), text(k->record, "visual_type"));
	k->description =
		either(text(visual, "description"), text(k->metadata, "alt"));
	k->episode_title = text(slice, "episode_title");
	k->narration = text(json_object_get(slice, "narration"), "text");
	k->prompt = either(text(k->record, "prompt"),
		k->record ? "" : text(k->prompt_facts, "prompt"));
	k->method = find_method(k);
	k->is_drawn = *k->type && !chapter_type_is_card(k->type);
	k->can_draw_again = k->is_drawn &&
		(k->has_lost_own ||
			strcmp(text(k->record, "generation_method"),
				"manual") != 0);
}

void
known_free(struct known *k)
{
	for (size_t i = 0; i < sizeof k->files / sizeof *k->files; i++)
		json_decref(k->files[i]);
}
