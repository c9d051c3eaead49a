#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chapter/chapter.h"
#include "chapter/compose.h"
#include "chapter/prompt.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "paid/answer.h"
#include "paid/buy.h"
#include "paid/llm.h"
#include "paid/picture.h"
#include "paid/plan.h"

#define PROMPT_BYTES 2000 /* assumed for an unknown prompt: 250 words */

static void
add_path(char path[PLAN_PATH_MAX], const struct plan *p, const char *dir,
	const char *id, const char *suffix)
{
	snprintf(path, PLAN_PATH_MAX, "%s/%s/%s%s", p->q.episode, dir, id,
		suffix);
}

static bool
exists(const struct plan *p, const char *dir, const char *id,
	const char *suffix)
{
	char path[PLAN_PATH_MAX];
	struct stat st;

	add_path(path, p, dir, id, suffix);
	return stat(path, &st) == 0;
}

/* Find the image API and the LLM, as gen-prompt and call-dalle would. */
static bool
find_providers(struct plan *p, struct failure *f)
{
	bool as_if = p->q.with_key && !env_get("IMAGE_GEN_PROVIDER");
	struct settings *s = &p->settings;

	if (!setting_provider(&p->images, s, MODEL_IMAGE, NULL, f))
		return false;
	if (!p->images.base && as_if &&
		!setting_provider(&p->images, s, MODEL_IMAGE, "openai", f))
		return false;
	if (!setting_provider(&p->writer, s, MODEL_LLM, NULL, f))
		return false;
	if (p->images.base && !p->writer.base && as_if &&
		!env_get("LLM_PROVIDER") &&
		!setting_provider(&p->writer, s, MODEL_LLM, "anthropic", f))
		return false;
	if (p->images.base &&
		!image_open(&p->api, s,
			&(struct image_options){ .provider = p->images.name },
			true, f))
		return false;
	return !p->writer.base ||
		llm_model(&p->llm, &p->writer, &p->template, NULL, f);
}

/* Whether the chapter is in the list of ids. */
static bool
is_chosen(const struct plan *p, const char *id)
{
	const char *s = p->q.chapters;
	size_t n = strlen(id);

	if (!s)
		return true;
	for (; (s = strstr(s, id)); s += n)
		if ((s == p->q.chapters || s[-1] == ' ') &&
			(!s[n] || s[n] == ' '))
			return true;
	return false;
}

/* Check that each id in the list is that of a chapter with a picture. */
static bool
check_chapters(const struct plan *p, const char *path, struct failure *f)
{
	const char *s = p->q.chapters ? p->q.chapters : "";

	for (size_t n; *(s += strspn(s, " ")); s += n) {
		bool found = false;

		n = strcspn(s, " ");
		for (size_t i = 0; i < p->episode.count && !found; i++) {
			const struct chapter *c = &p->episode.chapters[i];

			found = c->visual_type && strlen(c->id) == n &&
				memcmp(c->id, s, n) == 0;
		}
		if (!found)
			return failure_set(f, EXIT_BAD_INPUT,
				"%s: there is no chapter %.*s with a picture; "
				"look at CHAPTER",
				path, (int)n, s);
	}
	return true;
}

bool
plan_open(struct plan *p, const struct plan_question *q, struct failure *f)
{
	char path[PLAN_PATH_MAX];
	const char *slash;

	*p = (struct plan){ .q = *q };
	if (strlen(q->episode) > PLAN_PATH_MAX - 256)
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: this path is too long", q->episode);
	snprintf(p->defaults, sizeof p->defaults, "%s/imagegen/defaults.json",
		q->episode);
	if (!setting_open(&p->settings, p->defaults, f))
		return false;
	snprintf(path, sizeof path, "%s/chapters.json", q->episode);
	slash = strrchr(q->episode, '/');
	p->doc = episode_read(&p->episode, path, slash ? slash + 1 : q->episode,
		f);
	if (!p->doc || !answers_look(&p->answers, q->answers, f))
		return false;
	p->prompts = json_object();
	p->pictures = json_object();
	if (!check_chapters(p, path, f))
		return false;
	return template_read(&p->template, q->template, f) &&
		find_providers(p, f);
}

/* Add a request to those that are bought.  false: an earlier chapter buys it.
 */
static bool
add_request(json_t *hashes, const char *hash)
{
	if (json_object_get(hashes, hash))
		return false;
	json_put(hashes, hash, json_true());
	return true;
}

/*
 * Whether imagegen/ has the answer to this request.  The same body at another
 * endpoint is the same request: make doesn't rebuild for a new endpoint.
 */
static bool
is_answered(const struct plan *p, const json_t *was, const char *hash,
	const struct buf *body)
{
	const char *answered = json_text(was, "request_sha256");
	json_t *entry, *request;
	bool same;

	if (!answered || strlen(answered) != HASH_SIZE - 1)
		return false;
	if (strcmp(answered, hash) == 0)
		return true;
	entry = answers_peek(&p->answers, answered);
	request = json_loadb(body->data, body->len, 0, NULL);
	same = entry && request &&
		json_equal(json_object_get(entry, "request"), request);
	json_decref(entry);
	json_decref(request);
	return same;
}

static bool
is_stuck(const struct planned *n)
{
	return n->state == PLAN_REFUSED || n->state == PLAN_UNREADABLE;
}

/* Find the prompt of a chapter, which the caller frees.  NULL: the LLM has to
 * be asked, or its answer in the store has no prompt. */
static bool
find_prompt(struct plan *p, const struct chapter *c, struct planned *n,
	const json_t *was_prompt, char **prompt, struct failure *f)
{
	const char *former = json_text(was_prompt, "prompt");
	struct buf text = BUF_INIT(CHAPTER_INPUT_MAX);
	enum buy_found found;
	struct llm_request r;
	struct failure why;
	struct purchase b;

	*prompt = NULL;
	if (c->image_prompt) {
		*prompt = xstrdup(c->image_prompt);
		return true;
	}
	if (!p->writer.base) {
		if (!compose_prompt(&text, &p->template, c, f)) {
			buf_free(&text);
			return false;
		}
		*prompt = text.data;
		return true;
	}
	if (!llm_request(&r, &p->llm, &p->writer, &p->template, c, f))
		return false;
	n->prompt_body = r.body;
	r.body = BUF_INIT(0);
	buy_hash(r.endpoint, n->prompt_body.data, n->prompt_body.len, n->hash);
	found = p->q.force ? BUY_NOT_FOUND : buy_look(&p->answers, n->hash, &b);
	if (found == BUY_FOUND) {
		*prompt = llm_prompt(b.answer, 0, NULL, &why);
		if (!*prompt)
			n->state = why.status == EXIT_REFUSED ? PLAN_REFUSED
							      : PLAN_UNREADABLE;
		buy_free(&b);
	} else if (found == BUY_UNREADABLE) {
		n->state = PLAN_UNREADABLE;
	} else if (!p->q.force && former &&
		is_answered(p, json_object_get(was_prompt, "llm"), n->hash,
			&n->prompt_body)) {
		*prompt = xstrdup(former);
	}
	if (!*prompt && !is_stuck(n) && add_request(p->prompts, n->hash)) {
		n->buys_prompt = true;
		n->prompt_micros = r.estimate;
	}
	llm_request_free(&r);
	return true;
}

/* Make the request for the picture, its price and its hash; sent is the prompt
 * with the style.  Without a prompt, only the price is useful. */
static bool
find_image(struct plan *p, const struct chapter *c, struct planned *n,
	const char *prompt, struct buf *sent, struct failure *f)
{
	struct buf remark = BUF_INIT(256);
	struct image_request r;
	bool ok;

	buf_addf(&remark,
		"(not known before the LLM has answered "
		"%s.prompt-request.json)",
		c->id);
	ok = image_ask(&r, &p->api, c->id, prompt ? prompt : remark.data, f);
	buf_free(&remark);
	if (!ok)
		return false;
	n->knows_prompt = prompt != NULL;
	n->image_body = r.body;
	r.body = BUF_INIT(0);
	n->image_micros = r.estimate;
	if (prompt)
		buy_hash(p->api.endpoint, n->image_body.data, n->image_body.len,
			n->hash);
	else
		ok = model_image_estimate(&p->api.model, p->api.size,
			p->api.quality, PROMPT_BYTES + strlen(p->api.style),
			&n->image_micros, f);
	*sent = r.prompt;
	r.prompt = BUF_INIT(0);
	image_free(&r);
	return ok;
}

/* Whether call-dalle would keep a picture that was put there by hand. */
static bool
find_by_hand(const struct plan *p, const char *id, const json_t *was, bool *yes,
	struct failure *f)
{
	char path[PLAN_PATH_MAX], source[PLAN_PATH_MAX];

	*yes = false;
	add_path(path, p, "images", id, ".png");
	add_path(source, p, "imagegen", id, ".prompt.json");
	return p->q.force ||
		picture_by_hand(path, source, was, &p->answers, yes, f);
}

static const char *const reasons[PLAN_REASONS] = { "new", "description",
	"prompt", "template", "llm", "model", "size", "quality", "style",
	"force", "address" };

const char *
plan_reason(unsigned n)
{
	return reasons[n];
}

/* Whether this very request was answered before: then the answer was lost. */
static bool
is_lost(const json_t *was, const struct planned *n)
{
	const char *answered = json_text(was, "request_sha256");

	return answered && strcmp(answered, n->hash) == 0;
}

static bool
differs(const json_t *object, const char *key, const char *now)
{
	const char *was = json_text(object, key);

	return strcmp(was ? was : "", now ? now : "") != 0;
}

/*
 * What changed since the prompt and the answer in imagegen/ (was_prompt and
 * was, either may be NULL).  prompt is the current prompt, or NULL; sent has
 * the style.
 */
static unsigned
find_reasons(const struct plan *p, const struct chapter *c,
	const struct planned *n, const char *prompt, const char *sent,
	const json_t *was_prompt, const json_t *was)
{
	const json_t *llm = json_object_get(was_prompt, "llm");
	const json_t *visual = json_object_get(was_prompt, "visual");
	const char *style = json_text(was, "style_prefix");
	unsigned found = 0;

	if (p->q.force)
		return PLAN_FORCE;
	if (!json_text(was, "model") || !was_prompt)
		return PLAN_NEW;
	if (differs(visual, "image_prompt", c->image_prompt))
		found |= PLAN_PROMPT;
	else if (!c->image_prompt &&
		(differs(visual, "description", c->description) ||
			differs(visual, "type", c->visual_type) ||
			differs(was_prompt, "title", c->title) ||
			differs(was_prompt, "episode_title",
				c->episode_title) ||
			differs(json_object_get(was_prompt, "narration"),
				"text", c->narration)))
		found |= PLAN_DESCRIPTION;
	if (!c->image_prompt &&
		differs(json_object_get(was_prompt, "template"), "hash",
			p->template.hash))
		found |= PLAN_TEMPLATE;
	if (!c->image_prompt && p->writer.base &&
		differs(llm, "model", p->llm.id))
		found |= PLAN_LLM;
	if (differs(was, "model", p->api.model.id))
		found |= PLAN_MODEL;
	if (differs(was, "size", p->api.size))
		found |= PLAN_SIZE;
	if (differs(was, "quality", p->api.quality))
		found |= PLAN_QUALITY;
	if (style && strcmp(style, p->api.style) != 0)
		found |= PLAN_STYLE;
	/* a new prompt without another reason: the front matter of the template
	 * changed */
	if (!found && n->buys_prompt)
		found = PLAN_TEMPLATE;
	/* the prompt may be newer than the answer, if the purchase failed */
	else if (!found && prompt &&
		(differs(was_prompt, "prompt", prompt) ||
			differs(was, "prompt", sent)))
		found = PLAN_PROMPT;
	if (!found && is_lost(was, n))
		found = PLAN_NEW;
	return found ? found : PLAN_ELSEWHERE;
}

/* Set the state of the chapter from the answer in the store; false: there is
 * none. */
static bool
find_picture(const struct plan *p, struct planned *n)
{
	enum buy_found found;
	struct purchase b;

	found = buy_look(&p->answers, n->hash, &b);
	if (found == BUY_NOT_FOUND)
		return false;
	n->state = PLAN_UNREADABLE;
	if (found == BUY_FOUND) {
		if (*b.picture_hash || image_url(b.answer))
			n->state = PLAN_STORED;
		buy_free(&b);
	}
	return true;
}

/* Plan a chapter that an image API draws. */
static bool
plan_drawn(struct plan *p, const struct chapter *c, struct planned *n,
	const json_t *was_prompt, const json_t *was, struct failure *f)
{
	struct buf sent = BUF_INIT(0);
	char *prompt;
	bool is_free, is_by_hand, good = true;

	if (!find_prompt(p, c, n, was_prompt, &prompt, f))
		return false;
	if (!find_image(p, c, n, prompt, &sent, f)) {
		free(prompt);
		return false;
	}
	is_free = prompt && !p->q.force;
	if (is_stuck(n)) {
		/* without a prompt there is no picture */
	} else if (is_free && exists(p, "images", c->id, ".png") &&
		is_answered(p, was, n->hash, &n->image_body)) {
		n->state = PLAN_CURRENT;
	} else if (is_free && find_picture(p, n)) {
		/* find_picture() has set the state */
	} else if (!find_by_hand(p, c->id, was, &is_by_hand, f)) {
		good = false;
	} else if (is_by_hand) {
		n->state = PLAN_OWN;
	} else {
		n->buys_image = add_request(p->pictures, n->hash);
		n->state = n->buys_image ? PLAN_BUY : PLAN_STORED;
	}
	if (!n->buys_image)
		n->image_micros = 0;
	if (n->buys_image || n->buys_prompt)
		n->reasons = find_reasons(p, c, n, prompt, sent.data,
			was_prompt, was);
	buf_free(&sent);
	free(prompt);
	return good;
}

/* Plan a draft.  It is free, but its prompt isn't if there is an LLM. */
static bool
plan_draft(struct plan *p, const struct chapter *c, struct planned *n,
	const json_t *was_prompt, struct failure *f)
{
	char *prompt;

	if (!find_prompt(p, c, n, was_prompt, &prompt, f))
		return false;
	free(prompt);
	if (is_stuck(n))
		return true;
	n->state = PLAN_DRAFT;
	if (n->buys_prompt)
		n->reasons = p->q.force ? PLAN_FORCE : PLAN_NEW;
	return true;
}

static bool
plan_chapter(struct plan *p, const struct chapter *c, struct planned *n,
	const json_t *was_prompt, const json_t *was, struct failure *f)
{
	*n = (struct planned){ .id = c->id };
	n->prompt_body = n->image_body = BUF_INIT(0);
	if (exists(p, "own", c->id, ".png"))
		n->state = PLAN_OWN;
	else if (chapter_type_is_card(c->visual_type))
		n->state = PLAN_CARD;
	else if (!p->images.base)
		return plan_draft(p, c, n, was_prompt, f);
	else
		return plan_drawn(p, c, n, was_prompt, was, f);
	return true;
}

bool
plan_next(struct plan *p, struct planned *n, struct failure *f)
{
	char path[PLAN_PATH_MAX];
	bool found = false;

	*f = (struct failure){ 0 };
	while (!found && !f->status && p->place < p->episode.count) {
		const struct chapter *c = &p->episode.chapters[p->place++];
		json_t *was_prompt, *was;

		if (!c->visual_type || !is_chosen(p, c->id))
			continue;
		add_path(path, p, "imagegen", c->id, ".prompt.json");
		was_prompt = json_read_optional(path, PROMPT_FILE_MAX);
		add_path(path, p, "imagegen", c->id, ".response.json");
		was = answer_peek(path);
		found = plan_chapter(p, c, n, was_prompt, was, f);
		json_decref(was_prompt);
		json_decref(was);
	}
	return found;
}

void
plan_done(struct planned *n)
{
	buf_free(&n->prompt_body);
	buf_free(&n->image_body);
}

void
plan_close(struct plan *p)
{
	answers_close(&p->answers);
	json_decref(p->prompts);
	json_decref(p->pictures);
	if (p->images.base)
		image_close(&p->api);
	setting_close(&p->settings);
	template_free(&p->template);
	episode_free(&p->episode);
	json_decref(p->doc);
}
