#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/template.h"
#include "failure.h"
#include "span.h"

#define FRONT                                                                  \
	"---\nname: n\nmodel: m\ntemperature: 0.3\nmax_tokens: 2048\n"         \
	"description: d\nauthor: a\n---\n"

static const struct chapter chapter = {
	.episode_id = "ep",
	.episode_title = "Bölüm",
	.id = "ch02",
	.title = "Şifre",
	.visual_type = "diagram",
	.description = "{{ chapter.title }} $(touch x) }}",
	.narration = "ağ ₿ 🟠.",
};

/* The file that is read. */
static struct failure failure;
static char path[] = "/tmp/unit-template.XXXXXX";

static void
remove_file(void)
{
	unlink(path);
}

/* Read a template of these bytes. */
static void
read_text(struct prompt_template *t, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	if (!template_read(t, path, &failure))
		die_of(&failure);
}

/* Check what becomes of a user's turn. */
static void
assert_user(const char *input, const char *want)
{
	struct buf text = BUF_INIT(4096), out = BUF_INIT(4096);
	struct prompt_template t;

	buf_addf(&text, FRONT "# System\ns\n# Input\n%s\n", input);
	read_text(&t, text.data);
	assert_true(template_user(&t, &chapter, &out, &failure));
	assert_string_equal(out.data, want);
	assert_int_equal(out.len, strlen(want));
	template_free(&t);
	buf_free(&text);
	buf_free(&out);
}

static void
cuts_between_letters(void **state)
{
	(void)state;
	assert_int_equal(span_cut(span_of(""), 5), 0);
	assert_int_equal(span_cut(span_of("abc"), 0), 0);
	assert_int_equal(span_cut(span_of("abc"), 2), 2);
	assert_int_equal(span_cut(span_of("abc"), SIZE_MAX), 3);
	assert_int_equal(span_cut(span_of("aşk"), 1), 1);
	assert_int_equal(span_cut(span_of("aşk"), 2), 3);
	assert_int_equal(span_cut(span_of("🟠₿"), 1), 4);
	assert_int_equal(span_cut(span_of("🟠₿"), 2), 7);
	assert_int_equal(span_cut(span_of("🟠₿"), 3), 7);
}

static void
reads_the_front_matter(void **state)
{
	struct prompt_template t;

	(void)state;
	read_text(&t,
		"\xef\xbb\xbf---\r\n"
		"author:  \"Ada: 'countess'\" \r\n"
		"# a comment: of no use\r\n"
		"\r\n"
		"description: a: b: c\r\n"
		"max_tokens: 1\r\n"
		"temperature:1.50\r\n"
		"model: 'x-1'\r\n"
		"name: görsel\r\n"
		"---  \r\n"
		"# System\r\ns\r\n# Input\r\ni\r\n");
	assert_string_equal(t.author, "Ada: 'countess'");
	assert_string_equal(t.description, "a: b: c");
	assert_int_equal(t.max_tokens, 1);
	assert_true(t.temperature > 1.49 && t.temperature < 1.51);
	assert_string_equal(t.model, "x-1");
	assert_string_equal(t.name, "görsel");
	template_free(&t);
	assert_null(t.name);
}

static void
hashes_the_body(void **state)
{
	/* printf '# System\ns\n# Input\ni' | sha256sum */
	static const char want[] = "sha256:aa7e49c7219b5c3f19c01d13e8c71b88"
				   "b51d2b36b9aa22a66b62a9eb9d01ce3b";
	struct prompt_template a, b, c;

	(void)state;
	read_text(&a, FRONT "# System\ns\n# Input\ni");
	read_text(&b, FRONT "\n \t\n# System\ns\n# Input\ni\v\f \r\n\n");
	read_text(&c, FRONT "# System\ns\r\n# Input\ni");
	assert_string_equal(a.hash, want);
	assert_string_equal(b.hash, want);
	assert_string_not_equal(a.hash, c.hash);
	template_free(&a);
	template_free(&b);
	template_free(&c);
}

static void
joins_the_system_text(void **state)
{
	struct buf out = BUF_INIT(4096);
	struct prompt_template t;

	(void)state;
	read_text(&t,
		FRONT "\n# Input\n\n1\r\n2 \n\n# System\n\nA\n\n"
		      "# Instructions \n## B\n{{ episode.id }}\n\n"
		      "# Output\n{{ nothing\n# Whatever\n");
	assert_true(template_system(&t, &chapter, &out, &failure));
	assert_string_equal(out.data, "A\n\n## B\nep");
	out.len = 0;
	assert_true(template_user(&t, &chapter, &out, &failure));
	assert_string_equal(out.data, "1\n2");
	template_free(&t);
	buf_free(&out);
}

static void
fills_in_places(void **state)
{
	(void)state;
	assert_user("{{ chapter.title }}", "Şifre");
	assert_user("{{chapter_title}}.", "Şifre.");
	assert_user("{{ chapter.chapter_id }}", "ch02");
	assert_user("{{ chapter.visual.type }}", "diagram");
	assert_user("{{ chapter.visuals[0].type }}", "diagram");
	assert_user("{{ visual_type }}", "diagram");
	assert_user("{{ chapter.narration.text }}", "ağ ₿ 🟠.");
	assert_user("{{ narration_context }}", "ağ ₿ 🟠.");
	assert_user("{{ episode.title }}", "Bölüm");
	assert_user("{{ episode.id }}{{ episode.episode_id }}", "epep");
	assert_user("{ {{\tchapter.title  }} }} }", "{ Şifre }} }");
}

static void
cuts_values(void **state)
{
	(void)state;
	assert_user("{{ chapter.narration.text[:2] }}", "ağ");
	assert_user("{{ chapter.narration.text[:6] }}", "ağ ₿ 🟠");
	assert_user("{{ chapter.narration.text [ : 4 ] }}", "ağ ₿");
	assert_user("{{ narration_context[:4] }}", "ağ ₿");
	assert_user("{{ narration_context[:999999999] }}", "ağ ₿ 🟠.");
	assert_user("-{{ chapter.visuals[0].type[:0] }}-", "--");
}

static void
never_widens_the_context(void **state)
{
	struct chapter talkative = { .narration = NULL };
	struct buf out = BUF_INIT(4096), said = BUF_INIT(4096);
	struct prompt_template t;

	(void)state;
	for (int i = 0; i < 400; i++)
		buf_adds(&said, "ş");
	talkative.narration = said.data;
	read_text(&t,
		FRONT "# System\n{{ narration_context[:399] }}\n"
		      "# Input\n{{ narration_context }}");
	assert_true(template_system(&t, &talkative, &out, &failure));
	assert_int_equal(out.len, 600);
	assert_true(template_user(&t, &talkative, &out, &failure));
	assert_int_equal(out.len, 1200);
	template_free(&t);
	buf_free(&out);
	buf_free(&said);
}

static void
leaves_values_alone(void **state)
{
	(void)state;
	assert_user("{{ chapter.visual.description }}",
		"{{ chapter.title }} $(touch x) }}");
	assert_user("{{ visual_description[:8] }} }}", "{{ chapt }}");
}

static void
knows_nothing_of_a_bare_chapter(void **state)
{
	const struct chapter bare = { .narration = "" };
	struct buf out = BUF_INIT(64);
	struct prompt_template t;

	(void)state;
	read_text(&t,
		FRONT "# System\n{{ episode.title[:3] }}\n# Input\n"
		      "({{ episode.title }}{{ narration_context }})");
	assert_true(template_system(&t, &bare, &out, &failure));
	assert_string_equal(out.data, "");
	assert_true(template_user(&t, &bare, &out, &failure));
	assert_string_equal(out.data, "()");
	template_free(&t);
	buf_free(&out);
}

static void
finds_parts(void **state)
{
	struct buf out = BUF_INIT(64);
	struct prompt_template t;

	(void)state;
	read_text(&t,
		FRONT "# System\nIntro\n"
		      "**Brand Guidelines:**\n- **Tone**: {{ "
		      "episode.id }}\n- Calm\n\n**Next**\nno\n"
		      "### Empty:\n\n## diagram : \nLast\n"
		      "# Instructions\n## Not here\nno\n# Input\ni\n");
	assert_true(template_part(&t, "brand guidelines", &chapter, &out,
		&failure));
	assert_string_equal(out.data, "- **Tone**: ep\n- Calm");
	out.len = 0;
	assert_true(template_part(&t, "Diagram", &chapter, &out, &failure));
	assert_string_equal(out.data, "Last");
	assert_true(template_part(&t, "Empty", &chapter, &out, &failure));
	assert_true(template_part(&t, "Brand", &chapter, &out, &failure));
	assert_true(template_part(&t, "Not here", &chapter, &out, &failure));
	assert_string_equal(out.data, "Last");
	template_free(&t);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_between_letters),
		cmocka_unit_test(reads_the_front_matter),
		cmocka_unit_test(hashes_the_body),
		cmocka_unit_test(joins_the_system_text),
		cmocka_unit_test(fills_in_places),
		cmocka_unit_test(cuts_values),
		cmocka_unit_test(never_widens_the_context),
		cmocka_unit_test(leaves_values_alone),
		cmocka_unit_test(knows_nothing_of_a_bare_chapter),
		cmocka_unit_test(finds_parts),
	};
	int fd = mkstemp(path);

	if (fd < 0 || close(fd) != 0 || atexit(remove_file) != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
