#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "err.h"
#include "net/api-error.h"
#include "net/verdict.h"

#define TEXT_CODEPOINTS 80 /* of a plain text that are shown */
#define SPACES " \t\r\n"

static const char *const refusals[] = { "content_policy_violation",
	"moderation_blocked", "image_generation_user_error", "contentFilter",
	"content_filter", "ResponsibleAIPolicyViolation", NULL };

/* There is no money, or a limit that waiting doesn't lift. */
static const char *const money[] = { "billing", "quota", "spend_limit",
	"usage_limit_exceeded", "credit_balance_exhausted", NULL };

/* The same for Anthropic, whose code is only "invalid request". */
static const char *const money_words[] = { "credit balance is too low",
	"spend limit", "spending limit", "specified API usage limits", NULL };

static const char maybe_billed[] = "it may have been billed, so it was not "
				   "sent again; run again to ask anew";

static const char untrusted[] =
	"if that server is the right one, set SSL_CERT_FILE to a file with the "
	"certificate of the authority that signed its own";

static void
set(struct verdict *v, int status, const char *remedy)
{
	v->status = status;
	v->remedy = remedy;
}

static void
set_stop(struct verdict *v, int status, const char *remedy)
{
	set(v, status, remedy);
	v->stop = true;
}

static void
set_again(struct verdict *v, int status, const char *remedy)
{
	set(v, status, remedy);
	v->again = true;
}

static bool
is_one_of(const struct api_error *c, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(c->code, *words) == 0 ||
			strcasecmp(c->type, *words) == 0 ||
			strcasecmp(c->detail, *words) == 0)
			return true;
	return false;
}

static bool
has_in(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (; *text; text++)
		if (strncasecmp(text, word, n) == 0)
			return true;
	return false;
}

static bool
is_about_money(const struct api_error *c, long status)
{
	for (const char *const *w = money; *w; w++)
		if (has_in(c->code, *w) || has_in(c->type, *w) ||
			has_in(c->detail, *w))
			return true;
	for (const char *const *w = money_words;
		*w && c->is_anthropic && status == 400; w++)
		if (has_in(c->message, *w))
			return true;
	return status == 402;
}

static bool
is_about_model(const struct api_error *c, long status)
{
	if (strcasecmp(c->code, "model_not_found") == 0)
		return true;
	if (status == 404 && c->is_anthropic)
		return has_in(c->message, "model");
	return status >= 400 && status < 500 && strcmp(c->param, "model") == 0;
}

static const char *
key_remedy(const struct api_error *c, long status)
{
	if (status == 401)
		return c->is_anthropic
			? "set ANTHROPIC_API_KEY to a key that is valid there"
			: "set OPENAI_API_KEY to a key that is valid there";
	if (has_in(c->message, "verif"))
		return "verify the organization with the provider, or take "
		       "another model";
	return "this key has no permission for it; take another key or model";
}

/* Failures that a second try doesn't change; returns whether it is one. */
static bool
judge_permanent(struct verdict *v, const struct api_error *c, long status,
	enum server_kind server)
{
	if (is_about_money(c, status))
		set_stop(v, EXIT_NO_ACCESS,
			"there is no credit left or a limit is reached there; "
			"see to it, then run again");
	else if (is_one_of(c, refusals))
		set(v, EXIT_REFUSED, NULL);
	else if (status == 401)
		set_stop(v, EXIT_NO_ACCESS, key_remedy(c, status));
	else if (status == 403) {
		set(v, EXIT_NO_ACCESS, key_remedy(c, status));
		/* a page is from a firewall, and may be about this request only
		 */
		v->stop = c->is_json;
	} else if (is_about_model(c, status))
		set_stop(v, EXIT_BAD_CONFIG,
			server == SERVER_LLM
				? "set LLM_MODEL to a model that is served "
				  "there"
				: "set IMAGE_GEN_MODEL to a model that is "
				  "served there");
	else
		return false;
	return true;
}

static void
judge_request(struct verdict *v, long status, enum server_kind server)
{
	bool is_llm = server == SERVER_LLM;

	switch (status) {
	case 404:
		set(v, EXIT_BAD_CONFIG, "is the base URL right?");
		break;
	case 407:
		set_stop(v, EXIT_NO_ACCESS,
			"the proxy wants a password; see https_proxy");
		break;
	case 413:
		set(v, EXIT_BAD_CONFIG,
			is_llm ? "shorten the chapter's narration or the "
				 "template"
			       : "shorten the prompt or the style");
		break;
	default:
		set(v, EXIT_BAD_CONFIG,
			is_llm ? "see the template (its model, temperature and "
				 "max_tokens), LLM_MODEL and the base URL"
			       : "see the model, size and quality, or the base "
				 "URL");
	}
}

static void
judge_status(struct verdict *v, const struct api_error *c, long status,
	enum server_kind server)
{
	bool is_paid = server != SERVER_HOST;
	bool is_lost = status >= 500 || status == 408 || status == 409;

	if (status == 429)
		set_again(v, EXIT_TRY_LATER, "run again later");
	else if (is_lost && is_paid &&
		(!c->is_json || status == 502 || status == 504))
		set(v, EXIT_UNKNOWN, maybe_billed);
	else if (status == 408 || status == 409)
		set_again(v, EXIT_TRY_LATER, "run again later");
	else if (status >= 500)
		set_again(v, EXIT_UNAVAILABLE, "run again later");
	else if (status >= 400)
		judge_request(v, status, server);
	else if (status >= 300)
		set(v, EXIT_BAD_ANSWER,
			"redirects are not followed; set the base URL "
			"(OPENAI_BASE_URL, ANTHROPIC_BASE_URL, LLM_BASE_URL) "
			"to where it leads");
	else
		set(v, EXIT_BAD_ANSWER, "run again to ask anew");
}

static void __attribute__((format(printf, 2, 3)))
add(struct verdict *v, const char *fmt, ...)
{
	size_t n = strlen(v->what);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(v->what + n, sizeof v->what - n, fmt, ap);
	va_end(ap);
}

/* Whether it begins as JSON; and whether it ends as an object, so that it is
 * whole, if it is too long to be parsed. */
static bool
begins_as_json(const struct http_answer *a)
{
	const char *s = a->body.data;

	return s && strchr("{[", s[strspn(s, SPACES)]) && s[strspn(s, SPACES)];
}

static bool
looks_like_json(const struct http_answer *a)
{
	const char *s = a->body.data;
	size_t n = a->body.len;

	while (s && n > 0 && strchr(SPACES, s[n - 1]))
		n--;
	return begins_as_json(a) && s[strspn(s, SPACES)] == '{' &&
		s[n - 1] == '}';
}

/* Copy a plain text that isn't a page, such as "404 page not found". */
static void
add_text(struct verdict *v, const struct http_answer *a)
{
	char line[4 * TEXT_CODEPOINTS + 8];
	const char *s = a->body.data;

	if (!s || a->body.len == 0) {
		add(v, " and nothing more");
		return;
	}
	if (begins_as_json(a)) {
		add(v,
			looks_like_json(a) ? " with JSON that is damaged"
					   : " with JSON that is cut off");
		return;
	}
	for (const char *p = s; p < s + a->body.len; p++)
		if (*p == '<' ||
			!(isprint((unsigned char)*p) ||
				isspace((unsigned char)*p))) {
			add(v, " with something that isn't the API's JSON");
			return;
		}
	api_error_tidy(line, sizeof line, s, TEXT_CODEPOINTS);
	add(v, ": %s", line);
}

static void
describe(struct verdict *v, const struct http_answer *a,
	const struct api_error *c)
{
	const char *word = c->code[0] ? c->code : c->type;
	const char *id = a->request_id[0] ? a->request_id : c->request_id;
	char line[API_ERROR_MESSAGE_MAX / 2];

	/* some APIs have the status as the code, too */
	if (strtol(word, NULL, 10) == a->status)
		word = c->type;
	add(v, "%ld", a->status);
	if (word[0])
		add(v, " %s", word);
	if (c->param[0])
		add(v, " (%s)", c->param);
	/* the message may have a part of the refused key */
	if (c->message[0] && a->status != 401)
		add(v, ": %s", c->message);
	if (!c->is_json)
		add_text(v, a);
	if (a->status >= 300 && a->status < 400 && a->location[0]) {
		api_error_tidy(line, sizeof line, a->location, SIZE_MAX);
		add(v, ", to %.*s", (int)strcspn(line, "?#"), line);
	}
	if (id[0]) {
		api_error_tidy(line, sizeof line, id, SIZE_MAX);
		add(v, " (request %s)", line);
	}
}

static void
judge_answer(struct verdict *v, const struct http_answer *a,
	enum server_kind server)
{
	struct api_error c;

	if (a->status < 300 && server == SERVER_HOST)
		return;
	api_error_read(&c, a->body.data, a->body.len);
	if (a->status < 300 && !c.has_error)
		return;
	describe(v, a, &c);
	if (judge_permanent(v, &c, a->status, server))
		return;
	if (a->status < 300) {
		/* it came whole and may have been billed, so the caller keeps
		 * it */
		memset(v, 0, sizeof *v);
		return;
	}
	judge_status(v, &c, a->status, server);
	/* a proxy, which has no JSON, is not obeyed */
	if (a->should_retry == 1 && a->status >= 400 && c.is_json) {
		v->again = true;
		if (v->status == EXIT_UNKNOWN)
			set(v, EXIT_UNAVAILABLE, "run again later");
	} else if (a->should_retry == 0) {
		v->again = false;
	}
}

void
verdict_of(struct verdict *v, const struct http_request *q,
	const struct http_answer *a, enum server_kind server)
{
	bool is_paid = server != SERVER_HOST;

	memset(v, 0, sizeof *v);
	switch (a->outcome) {
	case HTTP_ANSWERED:
		judge_answer(v, a, server);
		return;
	case HTTP_NOT_SENT:
		set_again(v, EXIT_UNAVAILABLE, "run again later");
		break;
	case HTTP_UNKNOWN:
		if (is_paid)
			set(v, EXIT_UNKNOWN, maybe_billed);
		else if (a->is_too_large)
			set(v, EXIT_BAD_ANSWER, NULL);
		else
			set_again(v, EXIT_UNAVAILABLE, "run again later");
		break;
	case HTTP_UNTRUSTED:
		set_stop(v, EXIT_BAD_CONFIG, untrusted);
		break;
	case HTTP_UNABLE:
		set_stop(v, EXIT_BAD_CONFIG, NULL);
		break;
	case HTTP_FORBIDDEN:
		set(v, q->is_base ? EXIT_BAD_CONFIG : EXIT_BAD_ANSWER, NULL);
		break;
	}
	add(v, "%s", a->why);
}
