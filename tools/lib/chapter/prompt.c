#define _GNU_SOURCE /* memmem */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "chapter/prompt.h"
#include "file.h"
#include "json.h"
#include "utf8.h"

#define PREAMBLE_MAX 120 /* bytes of "Here is the prompt:" */
#define CLEAN_ROUNDS 8   /* wrappings inside one another */
#define CLAUSE_MAX 200   /* bytes between a "no" and a word it denies */
#define AGAIN "ask again with --force (in make: FORCE=1 CHAPTER=%s)"

/* Whether s begins with the word, in any case. */
static bool
begins(struct span s, const char *word)
{
	size_t n = strlen(word);

	return span_length(s) >= n && strncasecmp(s.begin, word, n) == 0;
}

/* The bytes of the first of these words that s begins with, or 0. */
static size_t
begins_any(struct span s, const char *const words[])
{
	for (; *words; words++)
		if (begins(s, *words))
			return strlen(*words);
	return 0;
}

/* Where in s the word is, or NULL. */
static const char *
find_word(struct span s, const char *word)
{
	for (; s.begin < s.end; s.begin++)
		if (begins(s, word))
			return s.begin;
	return NULL;
}

static const char *
find_bytes(struct span s, const char *bytes)
{
	return memmem(s.begin, span_length(s), bytes, strlen(bytes));
}

/* Local servers have the thoughts in the text; some leave out <think>. */
static struct span
without_thoughts(struct span s)
{
	static const char closing[] = "</think>";
	const char *end = find_bytes(s, closing);

	if (end)
		s.begin = end + sizeof closing - 1;
	else if (begins(s, "<think>"))
		s.begin = s.end;
	return s;
}

/*
 * A preamble is "**Image prompt:**", with or without the prompt in the same
 * line, or "Sure! Here is what you asked for:" as a line of its own.  With the
 * word "prompt" in it, that may have the prompt in the same line, too.
 */
static struct span
without_preamble(struct span s)
{
	static const char *const labels[] = { "image prompt", "final prompt",
		"prompt", NULL };
	static const char *const greetings[] = { "here is", "here's", "here’s",
		"sure", "certainly", "of course", NULL };
	static const char marks[] = "#*_ ";
	struct span rest = s, line, head;
	const char *colon, *after;
	size_t label;
	bool is_preamble;

	if (!span_take_line(&rest, &line))
		return s;
	head = line;
	while (head.begin < head.end && strchr(marks, *head.begin))
		head.begin++;
	label = begins_any(head, labels);
	if (!label && !begins_any(head, greetings))
		return s;
	if (span_length(head) > PREAMBLE_MAX)
		head.end = head.begin + PREAMBLE_MAX;
	colon = memchr(head.begin, ':', span_length(head));
	/* "# Prompt" is a label, too */
	if (!colon &&
		(!label || head.begin == line.begin || head.end != line.end))
		return s;
	head.end = after = colon ? colon : line.end;
	while (after < line.end && strchr(":*_", *after))
		after++;
	if (label) {
		/* unlike "Prompt gardens of stone: ..." */
		head.begin += label;
		while (head.begin < head.end && strchr(marks, *head.begin))
			head.begin++;
		is_preamble = head.begin == head.end;
	} else {
		is_preamble = span_is_space((struct span){ after, line.end }) ||
			find_word(head, "prompt");
	}
	if (is_preamble)
		s.begin = after;
	return s;
}

/* What is in the fence that the text begins with. */
static struct span
without_fence(struct span s)
{
	static const char fence[] = "```";
	const char *newline, *end;

	if (!begins(s, fence))
		return s;
	newline = memchr(s.begin, '\n', span_length(s));
	s.begin = newline ? newline : s.begin + 3;
	end = find_bytes(s, "\n```");
	if (end)
		s.end = end;
	else if (span_length(s) >= 3 && !memcmp(s.end - 3, fence, 3))
		s.end -= 3;
	return s;
}

/* What is in the quotes around the text. */
static struct span
without_quotes(struct span s)
{
	static const char pairs[][2][4] = { { "\"", "\"" }, { "“", "”" },
		{ "„", "“" }, { "„", "”" }, { "«", "»" }, { "‘", "’" },
		{ "'", "'" }, { "`", "`" } };

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const char *open = pairs[i][0], *close = pairs[i][1], *next;
		struct span in = s;
		bool nested;

		if (span_length(s) < strlen(open) + strlen(close) ||
			!begins(s, open))
			continue;
		in.begin += strlen(open);
		in.end -= strlen(close);
		if (memcmp(in.end, close, strlen(close)) != 0)
			continue;
		/* “One” and “two” isn't in quotes, “the “one”” is */
		next = find_bytes(in, close);
		nested = next &&
			(strcmp(open, close) != 0
					? find_bytes((struct span){ in.begin,
							     next },
						  open) != NULL
					: next > in.begin && next[-1] == ' ');
		if (!next || nested)
			return in;
	}
	return s;
}

struct span
prompt_clean(struct span s)
{
	for (int i = 0; i < CLEAN_ROUNDS; i++) {
		s = without_thoughts(span_trim(s));
		s = without_preamble(span_trim(s));
		s = without_fence(span_trim(s));
		s = without_quotes(span_trim(s));
	}
	return span_trim(s);
}

/* The last byte of the first control character that is neither tab nor newline,
 * or NULL. */
static const char *
find_control(struct span s)
{
	for (; s.begin < s.end; s.begin++) {
		size_t n = utf8_control(s.begin);

		if (n > 0 && !strchr("\t\n", *s.begin))
			return s.begin + n - 1;
	}
	return NULL;
}

bool
prompt_check(struct span s, size_t codepoints_max, const char *id,
	char why[PROMPT_WHY_MAX])
{
	const char *control = find_control(s);
	size_t codepoints = span_codepoints(s);

	*why = '\0';
	id = id ? id : "ID";
	if (codepoints == 0)
		snprintf(why, PROMPT_WHY_MAX,
			"the answer has no text in it; " AGAIN, id);
	else if (control)
		snprintf(why, PROMPT_WHY_MAX,
			"the answer has the control byte 0x%02x in it; " AGAIN,
			(unsigned char)*control, id);
	else if (find_bytes(s, "{{"))
		snprintf(why, PROMPT_WHY_MAX,
			"the answer has {{ in it, a place that nobody filled "
			"in; look at the template, or " AGAIN,
			id);
	else if (codepoints_max && codepoints > codepoints_max)
		snprintf(why, PROMPT_WHY_MAX,
			"the prompt has %zu letters, and the image model takes "
			"%zu; ask for fewer in the template, or " AGAIN,
			codepoints, codepoints_max, id);
	return !*why;
}

static size_t
count_words(struct span s)
{
	size_t n = 0;
	bool in_word = false;

	for (; s.begin < s.end; s.begin++) {
		bool is_space = isspace((unsigned char)*s.begin);

		n += !is_space && !in_word;
		in_word = !is_space;
	}
	return n;
}

/* Whether begin to end is a whole word. */
static bool
is_word(struct span text, const char *begin, const char *end)
{
	return (begin == text.begin || !isalnum((unsigned char)begin[-1])) &&
		(end == text.end || !isalnum((unsigned char)*end));
}

/* Whether the sentence denies what is at that place. */
static bool
is_denied(struct span text, const char *at)
{
	static const char *const denials[] = { "no", "not", "nor", "never",
		"none", "without", "avoid", "instead", "free", "isn't",
		"aren't", "don't", "doesn't", NULL };
	struct span before = { at, at };

	while (before.begin > text.begin && at - before.begin < CLAUSE_MAX &&
		!strchr(".;!?\n", before.begin[-1]))
		before.begin--;
	for (; before.begin < at; before.begin++)
		for (size_t i = 0; denials[i]; i++)
			if (begins(before, denials[i]) &&
				is_word(text, before.begin,
					before.begin + strlen(denials[i])))
				return true;
	return false;
}

/* The words that ask for lettering, or NULL. */
static const char *
find_lettering(struct span s)
{
	static const char *const words[] = { "text reading", "text saying",
		"text that reads", "text that says", "labeled", "labelled",
		"captioned", "caption reading", "caption that reads",
		"caption that says", "sign reading", "sign that reads",
		"sign that says", "with the word", "with the words",
		"with the letters", "letters spelling", "inscribed with" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct span rest = s;
		const char *at;

		while ((at = find_word(rest, words[i]))) {
			rest.begin = at + strlen(words[i]);
			if (is_word(s, at, rest.begin) && !is_denied(s, at))
				return words[i];
		}
	}
	return NULL;
}

bool
prompt_doubts(struct span s, char why[PROMPT_WHY_MAX])
{
	const char *lettering = find_lettering(s);
	size_t words = count_words(s);
	int n = 0;

	if (words < PROMPT_WORDS_MIN || words > PROMPT_WORDS_MAX)
		n = snprintf(why, PROMPT_WHY_MAX,
			"the prompt has %zu word%s, not %d to %d", words,
			words == 1 ? "" : "s", PROMPT_WORDS_MIN,
			PROMPT_WORDS_MAX);
	if (lettering)
		snprintf(why + n, PROMPT_WHY_MAX - (size_t)n,
			"%s for lettering, “%s”, which image models misspell",
			n > 0 ? ", and it asks" : "the prompt asks", lettering);
	return n > 0 || lettering;
}

/* Whether two prompt files ask for the same picture. */
static bool
reads_alike(const json_t *a, const json_t *b)
{
	json_t *copies[] = { json_copy((json_t *)a), json_copy((json_t *)b) };
	bool are_equal;

	for (size_t i = 0; i < 2; i++) {
		json_object_del(copies[i], "template");
		json_object_del(copies[i], "llm");
	}
	are_equal = json_equal(copies[0], copies[1]);
	json_decref(copies[0]);
	json_decref(copies[1]);
	return are_equal;
}

bool
prompt_write(const char *path, const json_t *value, bool keep_date,
	struct failure *f)
{
	bool is_written = true;
	json_t *former =
		keep_date ? json_read_optional(path, PROMPT_FILE_MAX) : NULL;
	struct stat st;

	/* a file that is no prompt is replaced, and is no error */
	if (!former || stat(path, &st) != 0 || !reads_alike(former, value)) {
		is_written = json_write(path, value, f);
	} else if (!json_equal(former, value)) {
		is_written = json_write(path, value, f) &&
			file_date_at(path, &st.st_mtim, f);
	}
	json_decref(former);
	return is_written;
}
