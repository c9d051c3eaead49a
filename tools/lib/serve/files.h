/*
 * files: the files below outputs/ that may be looked at.
 *
 * Every directory on the way is opened by its name in the one before, and none
 * is followed through a symbolic link; nor is a file.  Of images/ only pictures
 * are shown, by their first bytes, and nothing whose name begins with a dot.
 * All functions may be called in any thread.
 */
#ifndef LIMN_FILES_H
#define LIMN_FILES_H

#include <stdbool.h>

struct stat;

/* Whether there is such an episode's directory, or such a file in it. */
bool files_has_episode(const char *outputs, const char *episode_id);
bool files_has_chapters(const char *outputs, const char *episode_id);

/* The manifest, open for reading; -1: there is none. */
int files_open_manifest(const char *outputs, const char *episode_id);

/* A picture or its thumbnail, open for reading, and its MIME type; -1: there is
 * none. */
int files_open_picture(const char *outputs, const char *episode_id,
	const char *name, bool is_thumb, struct stat *st, const char **type);

#endif
