/*
 * log: the steps and errors of a run, as data.
 *
 * If the environment variable LIMN_LOG names a file, each step that is done and
 * each error is appended to it as one line of JSON, in one write(2):
 *
 *	{"run": "0a1b...", "tool": "call-dalle", "chapter": "ch02",
 *	 "stage": "image", "status": 10, "setting": null,
 *	 "message": "ch02: image: the content policy refused this; reword it"}
 *
 * run is LIMN_RUN, or "".  chapter and stage are null before log_about() is
 * called; a step without a chapter is a whole run, and its message says what
 * the run did.  status is 0 for a step that is done, the exit status for an
 * error that ends the tool, and null for an error that doesn't.  setting is the
 * setting to change, or null.  It isn't an error if the log can't be written.
 */
#ifndef LIMN_LOG_H
#define LIMN_LOG_H

#define LOG_ID_SIZE 65 /* bytes of a chapter's id, with its NUL */

enum { LOG_DONE = 0, LOG_WENT_ON = -1 };

/* Set the chapter and the stage of the following lines; either may be NULL.
 * stage is not copied. */
void log_about(const char *chapter, const char *stage);

/* Append a line.  The status LOG_WENT_ON is written as null. */
void log_line(const char *tool, int status, const char *setting,
	const char *message);

#endif
