/*
 * unit-chapter: the reading of one chapter (tools/lib/chapter/chapter.h), in
 * TAP.  Standard error is a file, in which the messages are looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapter/chapter.h"
#include "err.h"

#define SAID_MAX 65536 /* bytes that one test may say */

static char log_path[] = "/tmp/unit-chapter.XXXXXX";
static char said_text[SAID_MAX];

static json_t *
parse_json(const char *text)
{
	json_error_t e;
	json_t *value = json_loads(text, JSON_DECODE_ANY, &e);

	if (!value)
		fail_msg("%s in the test itself: %s", e.text, text);
	return value;
}

/* All that was said since the last time. */
static const char *
said(void)
{
	int fd = open(log_path, O_RDWR | O_CREAT, 0600);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, said_text, sizeof said_text - 1);
	assert_true(n >= 0);
	said_text[n] = '\0';
	assert_int_equal(ftruncate(fd, 0), 0);
	close(fd);
	return said_text;
}

static size_t
count_lines(const char *s)
{
	size_t n = 0;

	for (; (s = strchr(s, '\n')); s++)
		n++;
	return n;
}

/* It is refused, and these are the lines, without "limn: f: chapters[2]". */
static void
refuses(const char *text, const char *lines)
{
	static const char begin[] = "limn: f: chapters[2]";
	struct report r = { .file = "f", .at = "chapters[2]" };
	json_t *value = parse_json(text);
	char want[SAID_MAX] = "";
	struct chapter c;
	size_t n = 0;

	said();
	assert_false(chapter_parse(&c, value, &r));
	for (const char *s = lines, *end; (end = strchr(s, '\n')); s = end + 1)
		n += (size_t)snprintf(want + n, sizeof want - n, "%s%.*s\n",
			begin, (int)(end - s), s);
	assert_string_equal(said(), want);
	assert_int_equal(r.count, count_lines(lines));
	json_decref(value);
}

static json_t *
accepts(struct chapter *c, const char *text)
{
	struct report r = { .file = "f" };
	json_t *value = parse_json(text);

	said();
	assert_true(chapter_parse(c, value, &r));
	assert_int_equal(r.count, 0);
	assert_string_equal(said(), "");
	return value;
}

#define CHAPTER "\"chapter_id\": \"ch01\", \"title\": \"T\""
#define ID_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIAGRAM "{\"type\": \"diagram\", \"description\": \"D\"}"

static void
test_chapter_of_chapters_json(void **state)
{
	struct chapter c;
	json_t *value = accepts(&c,
		"{\"chapter_id\": \"ch02\", \"title\": \"İki\", \"order\": 2,"
		" \"narration\": {\"text\": \"Söz\", \"word_count\": \"?\"},"
		" \"visual\": {\"type\": \"b_roll\", \"description\": \"Yol\","
		" \"image_prompt\": \"A road\"}, \"overlays\": 7}");

	(void)state;
	assert_null(c.episode_id);
	assert_null(c.episode_title);
	assert_null(c.schema_version);
	assert_string_equal(c.id, "ch02");
	assert_string_equal(c.title, "İki");
	assert_string_equal(c.visual_type, "b_roll");
	assert_string_equal(c.description, "Yol");
	assert_string_equal(c.image_prompt, "A road");
	assert_string_equal(c.narration, "Söz");
	json_decref(value);
}

static void
test_what_may_be_missing(void **state)
{
	static const char *const prompts[] = { "null", "\"\"",
		"\" \\t\\r\\n\"" };
	char text[256];
	struct chapter c;
	json_t *value = accepts(&c, "{" CHAPTER "}");

	(void)state;
	assert_null(c.visual_type);
	assert_null(c.description);
	assert_null(c.image_prompt);
	assert_string_equal(c.narration, "");
	json_decref(value);
	for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
		snprintf(text, sizeof text,
			"{" CHAPTER ", \"narration\": null, \"visual\": "
			"{\"type\": \"diagram\", \"description\": \"D\", "
			"\"image_prompt\": %s}}",
			prompts[i]);
		value = accepts(&c, text);
		assert_null(c.image_prompt);
		assert_string_equal(c.narration, "");
		json_decref(value);
	}
}

static void
test_visuals(void **state)
{
	struct chapter c;
	json_t *value = accepts(&c,
		"{" CHAPTER ", \"visual\": null, \"visuals\": [" DIAGRAM
		", 3]}");

	(void)state;
	assert_string_equal(c.visual_type, "diagram");
	json_decref(value);
	value = accepts(&c, "{" CHAPTER ", \"visuals\": []}");
	assert_null(c.visual_type);
	json_decref(value);
	value = accepts(&c, "{" CHAPTER ", \"visuals\": null}");
	assert_null(c.visual_type);
	json_decref(value);
	refuses("{" CHAPTER ", \"visuals\": " DIAGRAM "}",
		".visuals: is an object; it must be a list\n");
	refuses("{" CHAPTER ", \"visuals\": [null]}",
		".visuals[0]: is null; it must be an object\n");
	refuses("{" CHAPTER ", \"visuals\": [{}]}",
		".visuals[0].type: is missing; give it a text\n"
		".visuals[0].description: is missing; give it a text\n");
}

static void
test_every_error_of_a_chapter(void **state)
{
	(void)state;
	refuses("3", ": is a number; it must be an object\n");
	refuses("{}",
		".chapter_id: is missing; give it a text\n"
		".title: is missing; give it a text\n");
	refuses("{\"chapter_id\": 1, \"title\": \" \", \"visual\": "
		"{\"type\": true, \"description\": [], \"image_prompt\": 1.5},"
		" \"narration\": {\"text\": {}}}",
		".chapter_id: is a number; it must be a string\n"
		".title: is empty; give it a text\n"
		".visual.type: is true; it must be a string\n"
		".visual.description: is a list; it must be a string\n"
		".visual.image_prompt: is a number; it must be a string or "
		"null\n"
		".narration.text: is an object; it must be a string or null\n");
	refuses("{" CHAPTER ", \"visual\": false, \"narration\": \"N\"}",
		".visual: is false; it must be an object\n"
		".narration: is a string; it must be an object\n");
}

static void
test_unknown_type(void **state)
{
	(void)state;
	refuses("{" CHAPTER ", \"visual\": {\"type\": \"photo\", "
		"\"description\": \"D\"}}",
		".visual.type: \"photo\" is not a type; use diagram, b_roll, "
		"screen_share, title_card or talking_head\n");
}

static void
test_types(void **state)
{
	static const struct {
		const char *type;
		bool drawn;
	} types[] = {
		{ "diagram", true },
		{ "b_roll", true },
		{ "screen_share", true },
		{ "title_card", false },
		{ "talking_head", false },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct chapter c;
		json_t *value;

		snprintf(text, sizeof text,
			"{" CHAPTER ", \"visual\": {\"type\": \"%s\", "
			"\"description\": \"D\"}}",
			types[i].type);
		value = accepts(&c, text);
		assert_int_equal(chapter_is_drawn(&c), types[i].drawn);
		json_decref(value);
	}
}

static void
test_slice(void **state)
{
	static const char want[] =
		"{\"episode_id\":\"ep\",\"episode_title\":\"E\","
		"\"schema_version\":\"1.0\",\"chapter_id\":\"ch01\","
		"\"title\":\"T\",\"visual\":{\"type\":\"diagram\","
		"\"description\":\"D\",\"image_prompt\":null},"
		"\"narration\":{\"text\":\"ü\"}}";
	struct chapter c;
	json_t *value = accepts(&c,
		"{\"notes\": 1, \"order\": 9, \"narration\": {\"x\": 1, "
		"\"text\": \"ü\"}, \"visuals\": [" DIAGRAM "], " CHAPTER "}");
	json_t *slice;
	char *is;

	(void)state;
	c.episode_id = "ep";
	c.episode_title = "E";
	c.schema_version = "1.0";
	slice = chapter_slice(&c);
	is = json_dumps(slice, JSON_COMPACT);
	assert_string_equal(is, want);
	json_decref(value);
	/* a slice is read as the chapter it was made of */
	value = accepts(&c, is);
	free(is);
	json_decref(slice);
	assert_string_equal(c.episode_id, "ep");
	assert_string_equal(c.episode_title, "E");
	assert_string_equal(c.schema_version, "1.0");
	slice = chapter_slice(&c);
	is = json_dumps(slice, JSON_COMPACT);
	assert_string_equal(is, want);
	free(is);
	json_decref(slice);
	json_decref(value);
}

static void
test_ids(void **state)
{
	static const char *const good[] = { "a", "Z", "0", "ch01", "a-_b",
		ID_64 };
	static const char *const bad[] = { "", " ", "a b", ".", "..", "../x",
		"a/b", "a.b", "ch:1", "ch%", "ch#", "$x", "$(x)", "a\n", "ç",
		"aç", "a=b", "a;b", "a\\", "*", ID_64 "0" };
	static const char *const of_episodes[] = { "-a", "_a", "-", "_",
		"-QuuHAnujxk" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(chapter_id_is_valid(good[i]));
		assert_true(episode_id_is_valid(good[i]));
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(chapter_id_is_valid(bad[i]));
		assert_false(episode_id_is_valid(bad[i]));
	}
	for (size_t i = 0; i < sizeof of_episodes / sizeof *of_episodes; i++) {
		assert_false(chapter_id_is_valid(of_episodes[i]));
		assert_true(episode_id_is_valid(of_episodes[i]));
	}
}

static void
test_report(void **state)
{
	struct report r = { .file = "f" };
	json_t *o = parse_json("{\"t\": \"x\"}");

	(void)state;
	said();
	report_problem(&r, "", "a %d", 1);
	report_problem(&r, "p.q", "b");
	strcpy(r.at, "chapters[0]");
	report_problem(&r, "", "c");
	report_problem(&r, "[1]", "d");
	report_problem(&r, "p", "e\n\033[m");
	assert_string_equal(said(),
		"limn: f: a 1\n"
		"limn: f: p.q: b\n"
		"limn: f: chapters[0]: c\n"
		"limn: f: chapters[0][1]: d\n"
		"limn: f: chapters[0].p: e\\x0a\\x1b[m\n");
	assert_string_equal(report_text(&r, o, "t", "t"), "x");
	assert_null(report_text(&r, o, "u", "v.u"));
	assert_string_equal(said(),
		"limn: f: chapters[0].v.u: is missing; give it a text\n");
	assert_int_equal(r.count, 6);
	json_decref(o);
}

static void
test_report_ends(void **state)
{
	struct report r = { .file = "f" };

	(void)state;
	said();
	for (int i = 0; i < 3 * CHAPTER_ERRORS_MAX; i++)
		report_problem(&r, "p", "%d", i);
	assert_int_equal(count_lines(said()), CHAPTER_ERRORS_MAX);
	assert_int_equal(r.count, 3 * CHAPTER_ERRORS_MAX);
}

/* What chapter_read() of these bytes exits with; 0 if it doesn't. */
static int
read_status(const char *text)
{
	char path[] = "/tmp/unit-chapter.XXXXXX";
	size_t n = strlen(text);
	int fd = mkstemp(path), status;
	pid_t child;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
	said();
	fflush(stdout); /* or the child says it again */
	child = fork();
	if (child == 0) {
		struct chapter c;

		struct failure f;
		json_t *value = chapter_read(&c, path, &f);

		if (!value)
			die_of(&f);
		json_decref(value);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	unlink(path);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_read(void **state)
{
	(void)state;
	assert_int_equal(read_status("{" CHAPTER ", \"visual\": " DIAGRAM "}"),
		0);
	assert_string_equal(said(), "");
	assert_int_equal(read_status("{" CHAPTER "}"), EXIT_BAD_INPUT);
	assert_non_null(strstr(said(), ": visual: is missing; "));
	assert_int_equal(read_status("{\"visual\": {}}"), EXIT_BAD_INPUT);
	assert_int_equal(count_lines(said()), 4);
	assert_int_equal(read_status("{" CHAPTER ","), EXIT_BAD_INPUT);
	assert_int_equal(count_lines(said()), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chapter_of_chapters_json),
		cmocka_unit_test(test_what_may_be_missing),
		cmocka_unit_test(test_visuals),
		cmocka_unit_test(test_every_error_of_a_chapter),
		cmocka_unit_test(test_unknown_type),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_slice),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_report_ends),
		cmocka_unit_test(test_read),
	};
	int failed, fd = mkstemp(log_path);

	if (fd < 0 || !freopen(log_path, "a", stderr))
		return 1;
	close(fd);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests_name("chapter", tests, NULL, NULL);
	unlink(log_path);
	return failed != 0;
}
