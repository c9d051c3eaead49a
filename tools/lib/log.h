/*
 * log: what the tools of a run did and what went wrong, as data.
 *
 * Where the environment variable LIMN_LOG names a file, each step that is done
 * and each error is appended to it as one line of JSON, in one write(2):
 *
 *	{"run": "0a1b...", "tool": "call-dalle", "chapter": "ch02",
 *	 "stage": "image", "status": 10, "setting": null,
 *	 "message": "ch02: image: the content policy refused this; reword it"}
 *
 * run is LIMN_RUN, or "".  chapter and stage are null where log_about() wasn't
 * called: a step that is done without a chapter is a whole run, and its message
 * says what the run did.  status is 0 for a step that is done, the exit status
 *for an error that ends the tool, and null for an error that doesn't.  setting
 *names the setting that would help if it were changed, or is null.  A log that
 *can't be written is no error.
 */
#ifndef LIMN_LOG_H
#define LIMN_LOG_H

#define LOG_ID_SIZE 65 /* bytes of a chapter's id, with its NUL */

enum { LOG_DONE = 0, LOG_WENT_ON = -1 };

/* What the following lines are about; either may be NULL.  stage is not
 * copied. */
void log_about(const char *chapter, const char *stage);

/* Append a line; status may be LOG_WENT_ON, which is written as null. */
void log_line(const char *tool, int status, const char *setting,
	const char *message);

#endif
