/*
 * write-settings: what make may know of .env.
 *
 * make never reads .env itself, for it would take what stands there for make
 * code and show the keys in make -p.  It includes what is written here, in
 * which every value is text, and of a key is only said that it is there.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "env.h"
#include "err.h"
#include "file.h"
#include "or-die.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define FRAGMENT_MAX ((size_t)1 << 20) /* bytes; a $ or # becomes more */
#define NAME_LENGTH_MAX 64             /* letters of one that may be misspelt */

static const char usage[] =
	"usage: write-settings [-o FILE] [FILE]\n"
	"Write what make may know of FILE (.env): the settings that are no\n"
	"secrets, and which keys there are.\n"
	"\n"
	"  -o, --output=FILE   write FILE, not standard output\n"
	"      --help          print this\n"
	"      --version       print the version\n"
	"\n"
	"Without FILE, or when it is -, standard input is read.\n";

static const char *const keys[] = { "OPENAI_API_KEY", "ANTHROPIC_API_KEY" };
static const char *const settings[] = {
	"OPENAI_BASE_URL",
	"ANTHROPIC_BASE_URL",
	"LLM_BASE_URL",
	"IMAGE_GEN_PROVIDER",
	"IMAGE_GEN_MODEL",
	"IMAGE_GEN_SIZE",
	"IMAGE_GEN_QUALITY",
	"IMAGE_GEN_STYLE_PREFIX",
	"LLM_PROVIDER",
	"LLM_MODEL",
	"MAX_EPISODE_COST_USD",
	"MAX_MONTH_COST_USD",
	"MAX_TOTAL_COST_USD",
	"IMAGE_GEN_RPM",
	"MAX_RETRIES",
	"IMAGE_GEN_TIMEOUT",
	"LLM_TIMEOUT",
	"DOWNLOAD_TIMEOUT",
	"TEMPLATE",
	"OUTPUTS_DIR",
	"DATABASE",
	"ANSWERS_DIR",
	"LISTEN",
	"PORT",
};

/* What the file says of them, by their places. */
struct said {
	const char *name; /* of the file */
	const char *values[COUNT(settings)];
	bool has_key[COUNT(keys)];
};

/* The place of a name in a list, or count. */
static size_t
find(const char *name, const char *const *list, size_t count)
{
	size_t i = 0;

	while (i < count && strcmp(list[i], name) != 0)
		i++;
	return i;
}

/*
 * How many letters must be put in, taken out or changed to make b of a, which
 * is at most NAME_LENGTH_MAX long; capitals don't matter.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_LENGTH_MAX + 1], n = strlen(a);

	for (size_t i = 0; i <= n; i++)
		row[i] = i;
	for (; *b; b++) {
		size_t corner = row[0]++;

		for (size_t i = 0; i < n; i++) {
			size_t best =
				corner + (toupper((unsigned char)a[i]) != *b);

			corner = row[i + 1];
			if (best > corner + 1)
				best = corner + 1;
			if (best > row[i] + 1)
				best = row[i] + 1;
			row[i + 1] = best;
		}
	}
	return row[n];
}

/* Look for a name of the list that is nearer than *nearest to that one. */
static const char *
find_nearer(const char *name, const char *const *list, size_t count,
	size_t *nearest)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t d = distance(name, list[i]);

		if (d < *nearest) {
			*nearest = d;
			found = list[i];
		}
	}
	return found;
}

/* A name that limn doesn't know is another program's, or a mistake. */
static void
check_name(const char *file, size_t line, const char *name)
{
	bool is_ours = strncmp(name, "IMAGE_GEN_", 10) == 0 ||
		strncmp(name, "LLM_", 4) == 0;
	size_t length = strlen(name), nearest;
	const char *one = NULL, *other = NULL;

	/* two letters may be wrong, but one in a short name */
	nearest = length < 10 ? 2 : 3;
	if (length <= NAME_LENGTH_MAX) {
		one = find_nearer(name, settings, COUNT(settings), &nearest);
		other = find_nearer(name, keys, COUNT(keys), &nearest);
	}
	if (other)
		one = other;
	if (one)
		warn("%s:%zu: %s: limn has no such setting; did you mean %s?",
			file, line, name, one);
	else if (is_ours)
		warn("%s:%zu: %s: limn has no such setting", file, line, name);
}

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \t")] == '\0';
}

/* Take one line of the file. */
static void
take(const char *name, const char *value, size_t line, void *data)
{
	static const char ending[] = "_BASE_URL";
	struct said *said = data;
	size_t key = find(name, keys, COUNT(keys)), length = strlen(name);
	size_t setting = find(name, settings, COUNT(settings));

	if (key < COUNT(keys)) {
		said->has_key[key] = !is_blank(value);
		return;
	}
	if (setting == COUNT(settings)) {
		check_name(said->name, line, name);
		return;
	}
	if (length >= strlen(ending) &&
		strcmp(name + length - strlen(ending), ending) == 0 &&
		strpbrk(value, "@?#"))
		die(EXIT_BAD_CONFIG,
			"%s:%zu: %s: there must be no @, ? or # in it, where a "
			"user name, a password or a key could be; put the key "
			"into OPENAI_API_KEY or ANTHROPIC_API_KEY",
			said->name, line, name);
	said->values[setting] = value;
}

/*
 * A line of make that sets name to just this value, unless make has it from
 * its command line or the environment.  $(env-end) saves the blanks at either
 * end and a backslash before the newline.
 */
static void
add_setting(struct buf *mk, const char *name, const char *value)
{
	buf_addf(mk, "ifeq ($(origin %s),undefined)\n%s := $(env-end)", name,
		name);
	for (const char *s = value; *s; s++)
		if (*s == '$')
			buf_adds(mk, "$$");
		else if (*s == '#')
			buf_adds(mk, "$(env-hash)");
		else
			buf_add(mk, s, 1);
	buf_adds(mk, "$(env-end)\nendif\n");
}

static void
print(const struct said *said, struct buf *mk)
{
	buf_adds(mk,
		"# write-settings wrote this; do not edit.\n"
		"env-end :=\n"
		"env-hash := \\#\n");
	for (size_t i = 0; i < COUNT(settings); i++)
		if (said->values[i] && said->values[i][0])
			add_setting(mk, settings[i], said->values[i]);
	for (size_t i = 0; i < COUNT(keys); i++)
		if (said->has_key[i])
			buf_addf(mk, "env-has-%s := yes\n", keys[i]);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		CLI_OPTIONS,
	};
	const char *output = NULL, *path;
	struct buf mk = BUF_INIT(FRAGMENT_MAX);
	struct said said = { 0 };
	int c;

	cli_begin("write-settings", usage);
	while ((c = cli_next(argc, argv, "o:", options)) != -1)
		if (c == 'o')
			output = optarg;
	path = cli_operand(argc, argv);
	said.name = file_name(path);
	env_open_or_die(path);
	env_each(take, &said);
	print(&said, &mk);
	file_write_or_die(output, mk.data, mk.len);
	buf_free(&mk);
	return cli_end();
}
