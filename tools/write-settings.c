/*
 * write-settings: write the settings of .env for make.
 *
 * make never reads .env itself, because it would expand the values and show the
 * keys in make -p.  It includes this tool's output, in which every value is
 * text, and a key is only said to be there.
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
#include "setting-names.h" /* setting_names, made from .env.example */

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define FRAGMENT_MAX ((size_t)1 << 20) /* bytes; a $ or # becomes more */
#define NAME_LENGTH_MAX 64 /* letters of a name that may be misspelt */
#define NAME_LENGTH_MIN 4  /* too many names are near a shorter one */

static const char usage[] =
	"usage: write-settings [-o FILE] [FILE]\n"
	"       write-settings -c NAME ...\n"
	"Write the settings of FILE (.env) for make: those that are not secret, and\n"
	"which keys are set.\n"
	"\n"
	"  -c, --check         check that no NAME is a misspelt setting\n"
	"  -o, --output=FILE   write FILE, not standard output\n"
	"      --help          print this\n"
	"      --version       print the version\n"
	"\n"
	"Without FILE, or when it is -, standard input is read.\n";

/* Words that only make's command line has. */
static const char *const make_names[] = {
	"CHAPTER",
	"FORCE",
	"DRY_RUN",
	"JSON",
};

/* The values in the file, in the order of setting_names. */
struct settings {
	const char *file;
	const char *values[COUNT(setting_names)];
};

static bool
ends_with(const char *name, const char *end)
{
	size_t a = strlen(name), b = strlen(end);

	return a >= b && strcmp(name + a - b, end) == 0;
}

static bool
is_key(const char *name)
{
	return ends_with(name, "_API_KEY");
}

/* The index of a name in setting_names, or their count. */
static size_t
find_setting(const char *name)
{
	size_t i = 0;

	while (i < COUNT(setting_names) && strcmp(setting_names[i], name) != 0)
		i++;
	return i;
}

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * The edit distance of two names of at most NAME_LENGTH_MAX letters: how many
 * letters must be added, removed, changed or exchanged with the next.  Capitals
 * don't matter.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t d[NAME_LENGTH_MAX + 1][NAME_LENGTH_MAX + 1];
	size_t m = strlen(a), n = strlen(b);

	for (size_t i = 0; i <= m; i++)
		for (size_t j = 0; j <= n; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = d[i - 1][j - 1] +
				(toupper((unsigned char)a[i - 1]) != b[j - 1]);
			d[i][j] = min(d[i][j], d[i - 1][j] + 1);
			d[i][j] = min(d[i][j], d[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1])
				d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[m][n];
}

/* Find the name in the list that is nearest to name, and nearer than *nearest.
 */
static void
find_nearer(const char *name, const char *const *list, size_t count,
	size_t *nearest, const char **found)
{
	for (size_t i = 0; i < count; i++) {
		size_t d = strlen(list[i]) < NAME_LENGTH_MIN
			? *nearest
			: distance(name, list[i]);

		if (d < *nearest) {
			*nearest = d;
			*found = list[i];
		}
	}
}

/* The setting that an unknown name probably means, or NULL. */
static const char *
find_meant(const char *name, bool in_file)
{
	/* two letters may be wrong, in a short name one */
	size_t nearest = strlen(name) < 10 ? 2 : 3;
	const char *found = NULL;

	if (strlen(name) > NAME_LENGTH_MAX)
		return NULL;
	find_nearer(name, setting_names, COUNT(setting_names), &nearest,
		&found);
	if (!in_file)
		find_nearer(name, make_names, COUNT(make_names), &nearest,
			&found);
	return found;
}

/* Whether the name can only be meant for limn. */
static bool
looks_like_ours(const char *name)
{
	return strncmp(name, "IMAGE_GEN_", 10) == 0 ||
		strncmp(name, "LLM_", 4) == 0;
}

/* Check a name of .env that limn doesn't know: it is another program's, or a
 * mistake. */
static void
check_line(const char *file, size_t line, const char *name)
{
	const char *meant = find_meant(name, true);

	if (meant)
		die(EXIT_BAD_CONFIG,
			"%s:%zu: %s: limn has no such setting; did you mean "
			"%s?",
			file, line, name, meant);
	if (looks_like_ours(name))
		warn("%s:%zu: %s: limn has no such setting", file, line, name);
}

/* The same for a name of make's command line. */
static void
check_name(const char *name)
{
	const char *meant = find_meant(name, false);

	if (find_setting(name) < COUNT(setting_names))
		return;
	if (meant)
		die(EXIT_BAD_CONFIG,
			"%s: limn has no such setting; did you mean %s?", name,
			meant);
	if (looks_like_ours(name))
		die(EXIT_BAD_CONFIG,
			"%s: limn has no such setting; see limn(7)", name);
}

static bool
is_space(const char *s)
{
	return s[strspn(s, " \t")] == '\0';
}

/* Take one line of the file. */
static void
take_line(const char *name, const char *value, size_t line, void *data)
{
	struct settings *settings = data;
	size_t place = find_setting(name);

	if (place == COUNT(setting_names)) {
		check_line(settings->file, line, name);
		return;
	}
	if (ends_with(name, "_BASE_URL") && strpbrk(value, "@?#"))
		die(EXIT_BAD_CONFIG,
			"%s:%zu: %s: there must be no @, ? or # in it, where a "
			"user name, a password or a key could be; put the key "
			"into OPENAI_API_KEY or ANTHROPIC_API_KEY",
			settings->file, line, name);
	settings->values[place] = value;
}

/*
 * Add a line that sets name to exactly this value, unless make has it from its
 * command line or the environment.  $(env-end) protects spaces at either end,
 * and a backslash before the newline.
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
add_settings(struct buf *mk, const struct settings *settings)
{
	buf_adds(mk,
		"# write-settings wrote this; do not edit.\n"
		"env-end :=\n"
		"env-hash := \\#\n");
	for (size_t i = 0; i < COUNT(setting_names); i++) {
		const char *name = setting_names[i];
		const char *value = settings->values[i];

		if (value && is_key(name) && !is_space(value))
			buf_addf(mk, "env-has-%s := yes\n", name);
		else if (value && *value && !is_key(name))
			add_setting(mk, name, value);
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "check", no_argument, NULL, 'c' },
		{ "output", required_argument, NULL, 'o' },
		CLI_OPTIONS,
	};
	const char *output = NULL, *path;
	bool is_check = false;
	struct buf mk = BUF_INIT(FRAGMENT_MAX);
	struct settings settings = { 0 };
	int c;

	cli_begin("write-settings", usage);
	while ((c = cli_next(argc, argv, "co:", options)) != -1)
		if (c == 'c')
			is_check = true;
		else
			output = optarg;
	if (is_check) {
		for (; optind < argc; optind++)
			check_name(argv[optind]);
		return cli_end();
	}
	path = cli_operand(argc, argv);
	settings.file = file_name(path);
	env_open_or_die(path);
	env_each(take_line, &settings);
	add_settings(&mk, &settings);
	file_write_or_die(output, mk.data, mk.len);
	buf_free(&mk);
	return cli_end();
}
