#include <stdio.h>
#include <string.h>

#include "chapter/chapter.h"
#include "hash.h"
#include "json.h"
#include "page/record.h"

json_t *
record_all(const json_t *manifest)
{
	json_t *records = json_object(), *record;
	const char *id;
	size_t i;

	json_array_foreach(json_object_get(manifest, "images"), i, record)
	{
		id = json_text(record, "chapter_id");
		if (id && chapter_id_is_valid(id) &&
			!json_object_get(records, id))
			json_put(records, id, json_incref(record));
	}
	return records;
}

const char *
record_hash(const json_t *record)
{
	static const char kind[] = "sha256:";
	const char *hash =
		json_text(json_object_get(record, "metadata"), "sha256");

	if (!hash || strlen(hash) != HASH_SIZE - 1 ||
		strncmp(hash, kind, sizeof kind - 1) != 0)
		return "";
	hash += sizeof kind - 1;
	return hash[strspn(hash, "0123456789abcdef")] ? "" : hash;
}

void
record_version(const json_t *record, char version[RECORD_VERSION_SIZE])
{
	const char *hash = record_hash(record);

	snprintf(version, RECORD_VERSION_SIZE, "%s%.*s", *hash ? "?" : "",
		(int)RECORD_VERSION_SIZE - 2, hash);
}
