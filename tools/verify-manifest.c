/*
 * verify-manifest: compare the pictures and records of an episode with its
 * manifest.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "chapter/manifest.h"
#include "cli.h"
#include "database/schema.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "or-die.h"
#include "report/audit.h"

enum { RECORDS = 256 };

struct request {
	const char
		*file; /* path of the manifest; NULL: none, or standard input */
	const char *
		directory; /* the directory in which its paths begin, or NULL */
	const char *database;
	char *episode; /* the directory whose records to compare, or NULL */
};

static const char usage[] =
	"usage: verify-manifest [-C DIR] [-d DATABASE] [--records=EPISODE] [FILE]\n"
	"Compare every picture with the manifest FILE: it must be there, be a whole\n"
	"PNG, and have the right size and SHA-256.\n"
	"\n"
	"  -C, --directory=DIR    the episode's directory, in which the paths begin\n"
	"                         (the directory above FILE's)\n"
	"      --records=EPISODE  compare the database, manifest and provenance of\n"
	"                         the episode in this directory, outputs/EP; the\n"
	"                         pictures only with FILE\n"
	"  -d, --database=FILE    the database, instead of $DATABASE or\n"
	"                         outputs/limn.db\n"
	"      --help             print this\n"
	"      --version          print the version\n"
	"\n"
	"Exit status: 0, or 65 after a line for each difference.\n";

/* The episode's directory, above that of the manifest; the caller frees it. */
static char *
directory_above(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	char *dir = xmalloc(n + sizeof "..");

	if (n)
		memcpy(dir, path, n);
	strcpy(dir + n, "..");
	return dir;
}

/* Returns how many pictures differ. */
static size_t
verify_pictures(const struct request *q)
{
	char *above = directory_above(q->file);
	struct report r = { .file = file_name(q->file) };
	struct failure f;
	json_t *manifest = manifest_read(q->file, &f);
	const json_t *images = json_object_get(manifest, "images");

	if (!manifest) {
		audit_add_remedy(&f);
		die_of(&f);
	}
	if (!json_is_array(images))
		die(EXIT_BAD_INPUT,
			"%s: images: must be a list; remove this file, then "
			"run make imagegen",
			r.file);
	audit_pictures(&r, q->directory ? q->directory : above, images);
	audit_report(&r, json_text(manifest, "episode_id"),
		"remove these pictures, then run make imagegen");
	free(above);
	json_decref(manifest);
	return r.count;
}

/* Returns how many records differ. */
static size_t
verify_records(const struct request *q)
{
	struct failure f;
	struct audit a;
	size_t differences;

	if (!audit_open(&a, q->episode, schema_path(q->database), &f))
		die_of(&f);
	audit_assets(&a);
	audit_ledger(&a);
	if (!audit_records(&a, &f) || !audit_provenance(&a, &f) ||
		!audit_close(&a, &differences, &f))
		die_of(&f);
	return differences;
}

/* Remove the slashes at the end: shells complete a directory's name with one.
 */
static void
trim_slashes(char *path)
{
	char *end = path + strlen(path);

	while (end - path > 1 && end[-1] == '/')
		*--end = '\0';
}

static void
read_options(int argc, char **argv, struct request *q)
{
	static const struct option options[] = {
		{ "directory", required_argument, NULL, 'C' },
		{ "database", required_argument, NULL, 'd' },
		{ "records", required_argument, NULL, RECORDS },
		CLI_OPTIONS,
	};
	int c;

	while ((c = cli_next(argc, argv, "C:d:", options)) != -1)
		if (c == RECORDS)
			q->episode = optarg;
		else
			*(c == 'C' ? &q->directory : &q->database) = optarg;
	q->file = cli_operand(argc, argv);
	if (!q->episode)
		return;
	env_load_or_die();
	if (!*q->episode)
		die(EXIT_NO_INPUT, "the directory's name is empty");
	trim_slashes(q->episode);
}

int
main(int argc, char **argv)
{
	struct request q = { .file = NULL };
	size_t differences = 0;

	cli_begin("verify-manifest", usage);
	read_options(argc, argv, &q);
	if (q.file || !q.episode)
		differences = verify_pictures(&q);
	if (q.episode)
		differences += verify_records(&q);
	if (differences)
		exit(EXIT_BAD_INPUT);
	return cli_end();
}
