/*
 * unit-env: settings from the environment and .env (tools/lib/env.h), in TAP.
 * The file is read once in a process, so each look at it is taken in a child,
 * whose words go to a file.
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "env.h"
#include "err.h"
#include "or-die.h"

#define SAID_MAX 8192 /* bytes that one child may say */
#define KEY "sk-canary"

static char dir[] = "/tmp/unit-env.XXXXXX";
static char said[SAID_MAX];

static void
write_env(const char *text, mode_t mode)
{
	int fd = open(ENV_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* Run look in a child; what it said is left in said.  Returns its status. */
static int
run(void (*look)(void))
{
	int fd = open("said", O_RDWR | O_CREAT | O_TRUNC, 0600), status;
	ssize_t n;
	pid_t child;

	assert_true(fd >= 0);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		dup2(fd, STDERR_FILENO);
		look();
		exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	n = pread(fd, said, sizeof said - 1, 0);
	assert_true(n >= 0);
	said[n] = '\0';
	close(fd);
	return WEXITSTATUS(status);
}

/* In a child: say what it got. */
static void
say(const char *value)
{
	dprintf(STDERR_FILENO, "[%s]", value ? value : "(none)");
}

static void
get_values(void)
{
	env_load_or_die();
	say(env_get("A"));
	say(env_get("B"));
	/* it isn't read again */
	unlink(ENV_FILE);
	say(env_get("C"));
}

static void
assert_values(const char *text, const char *want)
{
	write_env(text, 0600);
	assert_int_equal(run(get_values), 0);
	assert_string_equal(said, want);
}

static void
reads_the_file(void **state)
{
	(void)state;
	assert_values("A=1\nexport B = ' 2 ' # x\nC=\"\"\n",
		"[1][ 2 ][(none)]");
	assert_values("\xef\xbb\xbf"
		      "A=1 \r\nB=x#y\r\n\r\nC=ş",
		"[1][x#y][ş]");
	assert_values("A=1\nA=2\nB=1\nB=\nAA=3\n", "[2][(none)][(none)]");
	assert_values("", "[(none)][(none)][(none)]");
}

static void
goes_without(void **state)
{
	(void)state;
	unlink(ENV_FILE);
	assert_int_equal(run(get_values), 0);
	assert_string_equal(said, "[(none)][(none)][(none)]");
}

static void
asks_the_environment_first(void **state)
{
	(void)state;
	setenv("A", "e", 1);
	setenv("B", "", 1);
	setenv("C", "  ", 1);
	assert_values("A=1\nB=2\nC=3\n", "[e][(none)][  ]");
	unsetenv("A");
	unsetenv("B");
	unsetenv("C");
}

static void
refuses_what_is_no_line(void **state)
{
	static const struct {
		const char *text, *want;
		int status;
	} bad[] = {
		{ "A=1\n" KEY "\n",
			"limn: .env:2: this line is not NAME=value; a comment "
			"begins with #\n",
			EXIT_BAD_CONFIG },
		{ "\n\nB='" KEY "\n",
			"limn: .env:3: a quote isn't closed; close it on the "
			"same line\n",
			EXIT_BAD_CONFIG },
		{ "A=" KEY "\033x\n",
			"limn: .env:1: there is a control character in the "
			"value; take it out\n",
			EXIT_BAD_CONFIG },
		{ "A=" KEY "\xff\n",
			"limn: .env:1:12: the byte 0xff is not text; save it "
			"as UTF-8\n",
			EXIT_BAD_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		write_env(bad[i].text, 0600);
		assert_int_equal(run(get_values), bad[i].status);
		assert_string_equal(said, bad[i].want);
	}
	unlink(ENV_FILE);
	assert_int_equal(mkdir(ENV_FILE, 0700), 0);
	assert_int_equal(run(get_values), EXIT_IO);
	assert_string_equal(said, "limn: .env: Is a directory\n");
	assert_int_equal(rmdir(ENV_FILE), 0);
}

static void
warns_once(void **state)
{
	(void)state;
	write_env("A=1\n", 0644);
	assert_int_equal(run(get_values), 0);
	assert_string_equal(said,
		"limn: .env: others can read it; run: chmod 600 .env\n"
		"[1][(none)][(none)]");
	write_env("A=1\n", 0620);
	chmod(ENV_FILE, 0620);
	assert_int_equal(run(get_values), 0);
	assert_string_equal(said,
		"limn: .env: others can write it; run: chmod 600 .env\n"
		"[1][(none)][(none)]");
	/* under make another tool says it */
	write_env("A=1\n", 0666);
	setenv("LIMN_RUN", "r", 1);
	assert_int_equal(run(get_values), 0);
	assert_string_equal(said, "[1][(none)][(none)]");
	unsetenv("LIMN_RUN");
}

static void
get_number(void)
{
	env_load_or_die();
	dprintf(STDERR_FILENO, "%g", env_number_or_die("A", 2.5, 1, 1000000));
}

static void
takes_numbers(void **state)
{
	static const struct {
		const char *text, *want;
	} good[] = { { "", "2.5" }, { "  ", "2.5" }, { "1", "1" },
		{ " 10.00 ", "10" }, { ".5e", NULL }, { "1000000", "1e+06" },
		{ "1000000.1", NULL }, { "0.99", NULL }, { "-1", NULL },
		{ "+1", NULL }, { "0x10", NULL }, { "1e2", NULL },
		{ "nan", NULL }, { "inf", NULL }, { "1,5", NULL },
		{ "1.5.", NULL }, { "2 3", NULL }, { "1 USD", NULL },
		{ ".", NULL }, { "9" KEY, NULL } };

	(void)state;
	unlink(ENV_FILE);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		setenv("A", good[i].text, 1);
		assert_int_equal(run(get_number),
			good[i].want ? 0 : EXIT_BAD_CONFIG);
		assert_string_equal(said,
			good[i].want ? good[i].want
				     : "limn: A: must be a number from 1 to "
				       "1000000, such as 2.5\n");
	}
	unsetenv("A");
}

static void
get_key(void)
{
	env_load_or_die();
	say(env_key_or_die("A"));
	say(env_key_or_die("A"));
}

static void
takes_keys(void **state)
{
	static char longest[ENV_KEY_MAX + 1], longer[ENV_KEY_MAX + 2];
	static const char *const bad[] = { KEY " x", KEY "\tx", KEY "\nx",
		KEY "\033", KEY "\x7f", KEY "ş", "“" KEY "”", longer };

	(void)state;
	memset(longest, 'k', sizeof longest - 1);
	memset(longer, 'k', sizeof longer - 1);
	unlink(ENV_FILE);
	setenv("A", " \t" KEY "\r\n", 1);
	assert_int_equal(run(get_key), 0);
	assert_string_equal(said, "[" KEY "][" KEY "]");
	setenv("A", " \n", 1);
	assert_int_equal(run(get_key), 0);
	assert_string_equal(said, "[(none)][(none)]");
	setenv("A", longest, 1);
	assert_int_equal(run(get_key), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		setenv("A", bad[i], 1);
		assert_int_equal(run(get_key), EXIT_NO_ACCESS);
		assert_ptr_equal(strstr(said, "limn: A: "), said);
		assert_null(strstr(said, "canary"));
		assert_null(strstr(said, "kk"));
	}
	unsetenv("A");
	write_env("A=' " KEY "\t'\n", 0600);
	assert_int_equal(run(get_key), 0);
	assert_string_equal(said, "[" KEY "][" KEY "]");
}

static void
say_each(const char *name, const char *value, size_t line, void *data)
{
	dprintf(STDERR_FILENO, "%zu:%s=%s%s", line, name, value,
		(const char *)data);
}

static void
open_and_list(void)
{
	env_open_or_die("other");
	env_each(say_each, ";");
	say(env_get("A"));
}

static void
lists_another_file(void **state)
{
	(void)state;
	setenv("LIMN_RUN", "r", 1);
	write_env("# x\nA=1\n\nB= # y\nA=2", 0604);
	assert_int_equal(rename(ENV_FILE, "other"), 0);
	assert_int_equal(run(open_and_list), 0);
	assert_string_equal(said,
		"limn: other: others can read it; run: chmod 600 other\n"
		"2:A=1;4:B=;5:A=2;[2]");
	unlink("other");
	assert_int_equal(run(open_and_list), EXIT_NO_INPUT);
	unsetenv("LIMN_RUN");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_file),
		cmocka_unit_test(goes_without),
		cmocka_unit_test(asks_the_environment_first),
		cmocka_unit_test(refuses_what_is_no_line),
		cmocka_unit_test(warns_once),
		cmocka_unit_test(takes_numbers),
		cmocka_unit_test(takes_keys),
		cmocka_unit_test(lists_another_file),
	};
	int failed;

	unsetenv("LIMN_RUN");
	unsetenv("LIMN_LOG");
	if (!mkdtemp(dir) || chdir(dir) != 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(ENV_FILE);
	unlink("said");
	if (chdir("/") != 0 || rmdir(dir) != 0)
		return 1;
	return failed;
}
