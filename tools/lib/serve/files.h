/*
 * files: the files below outputs/ that may be served.
 *
 * No symbolic link is followed: each directory of a path is opened in the one
 * before.  In images/ only pictures are served, by their first bytes, and no
 * file whose name begins with a dot.  All functions may be called in any
 * thread.
 */
#ifndef LIMN_FILES_H
#define LIMN_FILES_H

#include <stdbool.h>

struct stat;

/* Whether the directory of the episode is there, and whether it has a
 * chapters.json.
 */
bool files_has_episode(const char *outputs, const char *episode_id);
bool files_has_chapters(const char *outputs, const char *episode_id);

/* The manifest, open for reading; -1 if there is none. */
int files_open_manifest(const char *outputs, const char *episode_id);

/* A picture or its thumbnail, open for reading, and its MIME type; -1 if there
 * is none. */
int files_open_picture(const char *outputs, const char *episode_id,
	const char *name, bool is_thumb, struct stat *st, const char **type);

#endif
