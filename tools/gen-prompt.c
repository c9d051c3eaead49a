#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "chapter.h"
#include "cli.h"
#include "err.h"
#include "file.h"
#include "json.h"
#include "span.h"
#include "template.h"

#define CONTEXT_MAX 300 /* letters of the narration that a prompt quotes */
#define PROMPT_MAX (2 * CHAPTER_INPUT_MAX) /* bytes; a chapter's words fit */
#define DEFAULT_TEMPLATE "prompts/imagegen.md"
#ifdef LIMN_DATADIR
#define INSTALLED_TEMPLATE LIMN_DATADIR "/" DEFAULT_TEMPLATE
#else
#define INSTALLED_TEMPLATE "" /* and there is no such file */
#endif

static const char usage[] =
	"usage: gen-prompt [-t TEMPLATE] [-o FILE [--stamp STAMP]] [--dry-run] [FILE]\n"
	"Write the image prompt of a chapter, as JSON.\n\n"
	"  -t, --template=FILE   instead of $TEMPLATE or " DEFAULT_TEMPLATE "\n"
	"  -o, --output=FILE     instead of standard output\n"
	"      --stamp=STAMP     leave FILE alone if its prompt is the same,\n"
	"                        and date the empty file STAMP\n"
	"      --dry-run         write what an LLM would be asked\n"
	"      --progress=INDEX  say what was done, and its place in INDEX\n"
	"      --help            print this\n"
	"      --version         print the version\n";

enum { STAMP = 256, DRY_RUN };

static const struct option options[] = {
	{ "template", required_argument, NULL, 't' },
	{ "output", required_argument, NULL, 'o' },
	{ "stamp", required_argument, NULL, STAMP },
	{ "dry-run", no_argument, NULL, DRY_RUN },
	CLI_OPTIONS,
};

/* How a composed prompt begins. */
static const struct {
	const char *type;
	const char *words;
} openings[] = {
	{ "diagram", "A clear, minimalist educational diagram" },
	{ "b_roll", "A calm, atmospheric background scene" },
	{ "screen_share", "A clean mockup of an invented software interface" },
};

static const char *
setting(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

static const char *
default_template(void)
{
	if (access(DEFAULT_TEMPLATE, F_OK) == 0)
		return DEFAULT_TEMPLATE;
	if (access(INSTALLED_TEMPLATE, F_OK) == 0)
		return INSTALLED_TEMPLATE;
	die(EXIT_NO_INPUT,
		"%s: it isn't here%s%s; name a template with -t or TEMPLATE",
		DEFAULT_TEMPLATE, INSTALLED_TEMPLATE[0] ? ", nor is " : "",
		INSTALLED_TEMPLATE);
}

/* Whether a line is to stay one: a list's item, an indented one, an empty one.
 */
static bool
stands_alone(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return strchr("\n\t -*", *line) || (digits && line[digits] == '.');
}

/*
 * What the template says under heading.  Its lines are joined to paragraphs:
 * to wrap them in another way must not buy another picture.
 */
static void
add_part(struct buf *b, const struct prompt_template *t, const char *heading,
	const struct chapter *c)
{
	struct buf part = BUF_INIT(TEMPLATE_TEXT_MAX);

	if (template_part(t, heading, c, &part)) {
		for (char *s = part.data; (s = strchr(s, '\n')); s++)
			if (!stands_alone(s + 1) && s > part.data &&
				s[-1] != '\n')
				*s = ' ';
		buf_addf(b, "%s\n\n", part.data);
	}
	buf_free(&part);
}

/* The first words of the narration, as a quotation. */
static void
add_context(struct buf *b, const char *narration)
{
	const char *text = narration + strspn(narration, " \t\r\n");
	size_t n = span_cut(span_of(text), CONTEXT_MAX), words = n;

	while (text[n] && words > 0 && !strchr(" \t\r\n", text[words]))
		words--;
	if (n > 0)
		buf_addf(b,
			"The narrator meanwhile says (for the meaning, not to "
			"be written in the image): “%.*s%s”\n\n",
			(int)(words > 0 ? words : n), text, text[n] ? "…" : "");
}

/* A prompt from the chapter's own words and the template's guidelines. */
static void
compose(struct buf *b, const struct prompt_template *t, const struct chapter *c)
{
	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
		if (!strcmp(openings[i].type, c->visual_type))
			buf_adds(b, openings[i].words);
	buf_addf(b, " for a video chapter titled “%s”.\n\n%s\n\n", c->title,
		c->description);
	add_context(b, c->narration);
	add_part(b, t, c->visual_type, c);
	add_part(b, t, "Brand guidelines", c);
	buf_adds(b,
		"There is no text in the image: no words, letters, digits, "
		"captions or watermarks.");
}

static void
set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		die(EXIT_TRY_LATER, "out of memory");
}

/* What an LLM would be asked. */
static void
write_request(const struct prompt_template *t, const struct chapter *c,
	const char *output)
{
	struct buf system = BUF_INIT(TEMPLATE_TEXT_MAX), user = system;
	json_t *request = json_object();

	template_system(t, c, &system);
	template_user(t, c, &user);
	set(request, "model", json_string(t->model));
	set(request, "temperature", json_real(t->temperature));
	set(request, "max_tokens", json_integer(t->max_tokens));
	set(request, "system", json_stringn(system.data, system.len));
	set(request, "user", json_stringn(user.data, user.len));
	json_write(output, request);
	json_decref(request);
	buf_free(&system);
	buf_free(&user);
}

/*
 * Whether path holds this prompt already, whichever template it came from.
 * Whatever else it holds is replaced, so nothing here is an error.
 */
static bool
holds(const char *path, const json_t *prompt)
{
	json_t *old = json_peek(path, PROMPT_MAX);
	const json_t *template = json_object_get(old, "template");
	bool same = json_text(template, "name") &&
		json_text(template, "hash") &&
		json_object_set(old, "template",
			json_object_get(prompt, "template")) == 0 &&
		json_equal(old, prompt);

	json_decref(old);
	return same;
}

/* Returns where the prompt came from. */
static const char *
write_prompt(const struct prompt_template *t, const struct chapter *c,
	const char *output, const char *stamp)
{
	const char *source = c->image_prompt ? "author" : "composed";
	struct buf prompt = BUF_INIT(PROMPT_MAX);
	json_t *value = chapter_slice(c);

	if (c->image_prompt)
		buf_adds(&prompt, c->image_prompt);
	else
		compose(&prompt, t, c);
	set(value, "prompt", json_stringn(prompt.data, prompt.len));
	set(value, "source", json_string(source));
	set(value, "template",
		json_pack("{s:s, s:s}", "name", t->name, "hash", t->hash));
	if (!stamp || !holds(output, value))
		json_write(output, value);
	if (stamp)
		file_write(stamp, "", 0);
	json_decref(value);
	buf_free(&prompt);
	return source;
}

int
main(int argc, char **argv)
{
	const char *template = setting("TEMPLATE"), *output = NULL;
	const char *provider = setting("LLM_PROVIDER"), *stamp = NULL, *path;
	bool dry_run = false;
	struct prompt_template t;
	struct chapter c;
	json_t *input;
	int opt;

	cli_begin("gen-prompt", usage);
	while ((opt = cli_next(argc, argv, "t:o:", options)) != -1)
		switch (opt) {
		case 't':
			template = optarg;
			break;
		case 'o':
			output = optarg;
			break;
		case STAMP:
			stamp = optarg;
			break;
		case DRY_RUN:
			dry_run = true;
			break;
		}
	path = cli_operand(argc, argv);
	if (stamp && (dry_run || !output || !strcmp(output, "-")))
		die(EXIT_USAGE, "--stamp: it needs -o FILE, and no --dry-run");
	if (provider && strcmp(provider, "none") != 0)
		die(EXIT_BAD_CONFIG,
			"LLM_PROVIDER=%s: this version composes prompts itself"
			"; set LLM_PROVIDER=none",
			provider);
	template_read(&t, template ? template : default_template());
	input = chapter_read(&c, path);
	if (!chapter_is_drawn(&c))
		die(EXIT_BAD_INPUT,
			"%s: visual.type: a %s needs no prompt; placeholder-png"
			" draws it",
			file_name(path), c.visual_type);
	if (dry_run)
		write_request(&t, &c, output);
	else
		cli_step(c.id, "prompt", write_prompt(&t, &c, output, stamp));
	json_decref(input);
	template_free(&t);
	return cli_end();
}
