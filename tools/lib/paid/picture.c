#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "draw/png.h"
#include "err.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "paid/answers.h"
#include "paid/picture.h"

#define CHUNK_MAX 64                 /* bytes of the Software chunk */
#define ENTRY_MAX ((size_t)64 << 20) /* bytes; most of it is the prompt */

bool
picture_is_by(const void *png, size_t len, const char *software)
{
	/* a tEXt chunk: length, type, keyword, NUL and text */
	char chunk[CHUNK_MAX];
	int n = snprintf(chunk, sizeof chunk, "%c%c%c%ctEXtSoftware%c%s", 0, 0,
		0, (int)(sizeof "Software" + strlen(software)), 0, software);

	return memmem(png, len, chunk, (size_t)n) != NULL;
}

static bool
is_hash(const json_t *object, const char *key, const char *hash)
{
	const char *s = json_text(object, key);

	return s && strcmp(s, hash) == 0;
}

/* Read the entry beside the source, "imagegen/ch02.entry.json". */
static json_t *
find_entry(const char *source)
{
	const char *slash = source ? strrchr(source, '/') : NULL;
	const char *name = slash ? slash + 1 : source;
	struct buf path = BUF_INIT(FILENAME_MAX);
	json_t *entry;

	if (!source || strlen(source) > FILENAME_MAX / 2)
		return NULL;
	buf_add(&path, source, (size_t)(name - source) + strcspn(name, "."));
	buf_adds(&path, ".entry.json");
	entry = json_read_optional(path.data, ENTRY_MAX);
	buf_free(&path);
	return entry;
}

static bool
is_bought(const char *hash, const char *source, const json_t *answer,
	const struct answers *store)
{
	json_t *entry;
	const char *method;
	bool yes;

	if (is_hash(answer, "picture_sha256", hash) ||
		(store && answers_has_picture(store, hash)))
		return true;
	entry = find_entry(source);
	method = json_text(entry, "generation_method");
	yes = method &&
		(strcmp(method, "openai") == 0 ||
			strcmp(method, "dalle3") == 0) &&
		is_hash(json_object_get(entry, "metadata"), "sha256", hash);
	json_decref(entry);
	return yes;
}

/* Whether this is a good PNG that limn neither drew nor bought. */
static bool
is_by_hand(const struct buf *png, const char *source, const json_t *answer,
	const struct answers *store)
{
	char why[PNG_WHY_MAX], hash[HASH_SIZE];
	struct png_info info;

	if (picture_is_by(png->data, png->len, PICTURE_CARD) ||
		picture_is_by(png->data, png->len, PICTURE_DRAFT))
		return false;
	hash_bytes(hash, png->data, png->len);
	return !is_bought(hash, source, answer, store) &&
		png_check(png->data, png->len, &info, why);
}

bool
picture_by_hand(const char *path, const char *source, const json_t *answer,
	const struct answers *store, bool *yes, struct failure *f)
{
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	bool is_read;

	*yes = false;
	if (!path || !file_is_regular(path, PNG_BYTES_MAX))
		return true;
	is_read = file_read(path, &png, f);
	*yes = is_read && is_by_hand(&png, source, answer, store);
	buf_free(&png);
	return is_read;
}

bool
picture_keep(const char *path, const char *source, const json_t *answer,
	const struct answers *store, bool *is_kept, struct failure *f)
{
	bool was_bought = answer && !json_object_get(answer, "kept");
	char id[128], own[256] = "";

	if (!picture_by_hand(path, source, answer, store, is_kept, f))
		return false;
	if (!*is_kept)
		return true;
	if (!file_date(path, f))
		return false;
	file_stem(path, id, sizeof id);
	if (was_bought)
		snprintf(own, sizeof own,
			", or put it at own/%s.png to have no more bought for "
			"it",
			id);
	warn("%s: was put there by hand, and stays; delete it to have it "
	     "drawn%s",
		path, own);
	return true;
}
