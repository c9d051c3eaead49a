/*
 * entries: manifests, the entries of chapters and provenances, from anywhere.
 *
 *	json_t *value = entries_read(path, &status);
 *	json_t *images;
 *
 *	if (value && (images = entries_of_manifest(path, value)))
 *		...
 *
 * What is wrong with one is said in a line, "file: images[2].file_path: what",
 * and NULL or false returned: there may be others.  The files that tell where
 * they belong are "outputs/EP/images/manifest.json" and
 * "outputs/EP/imagegen/ID.entry.json".
 */
#ifndef LIMN_ENTRIES_H
#define LIMN_ENTRIES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define ENTRIES_MAX ((size_t)256 << 20) /* bytes of a file */
#define ENTRIES_ID_SIZE 65              /* bytes of an episode's id */
#define ENTRIES_PATH_MAX 65536 /* bytes of a path that is put together */

/* status: what the tool is to end with where NULL is returned. */
json_t *entries_read(const char *path, int *status);

/* Of a manifest's list, and of one entry: a new object with the chapters' ids
 * for keys, in their order. */
json_t *entries_of_manifest(const char *path, const json_t *manifest);
json_t *entries_of_one(const char *path, json_t *entry);

/* Whether each chapter in the list at index (see index.h) has one of them;
 * where there is no such file, they count as all. */
bool entries_are_all(const json_t *images, const char *index);

/* Whether it is the provenance of an episode of that id. */
bool entries_is_provenance(const char *path, const json_t *p, const char *id);

/* Of a provenance that is one: when its run ended, and how long it took. */
time_t entries_ended(const json_t *p, time_t *began);

/* "2026-02-28T10:30:00Z", with or without a fraction. */
bool entries_time(const char *s, time_t *time);

/* The id in "outputs/EP", of so many bytes; false where it is none. */
bool entries_id(const char *dir, size_t len, char id[ENTRIES_ID_SIZE]);

/* The same of a chapter's entry's path. */
bool entries_id_of_entry(const char *path, char id[ENTRIES_ID_SIZE]);

/* The title in a chapters.json of that episode, to be freed by the caller; NULL
 * where that can't be told. */
char *entries_title(const char *path, const char *id);

#endif
