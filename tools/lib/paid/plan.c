#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chapter/chapter.h"
#include "chapter/compose.h"
#include "draw/picture.h"
#include "env.h"
#include "err.h"
#include "json.h"
#include "paid/answer.h"
#include "paid/answers.h"
#include "paid/buy.h"
#include "paid/llm.h"
#include "paid/plan-own.h"
#include "paid/plan.h"

#define PROMPT_BYTES 2000 /* of one that isn't written yet: 250 words */

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

/* Whom to ask, as the tools would find it. */
static void
choose(struct plan *p)
{
	bool as_if = p->q.with_key && !env_get("IMAGE_GEN_PROVIDER");

	setting_provider(&p->images, MODEL_IMAGE, NULL);
	if (!p->images.base && as_if)
		setting_provider(&p->images, MODEL_IMAGE, "openai");
	setting_provider(&p->writer, MODEL_LLM, NULL);
	if (p->images.base && !p->writer.base && as_if &&
		!env_get("LLM_PROVIDER"))
		setting_provider(&p->writer, MODEL_LLM, "anthropic");
	if (p->images.base)
		image_open(&p->api,
			&(struct image_wishes){ .provider = p->images.name },
			true);
	if (p->writer.base)
		llm_model(&p->llm, &p->writer, &p->template, NULL);
}

/* Whether the list of ids has this one. */
static bool
is_wished(const struct plan *p, const char *id)
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

/* Each id that is asked for must be one. */
static void
check_wishes(const struct plan *p, const char *path)
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
			die(EXIT_BAD_INPUT,
				"%s: there is no chapter %.*s with a picture; "
				"look at CHAPTER",
				path, (int)n, s);
	}
}

void
plan_open(struct plan *p, const struct plan_question *q)
{
	char path[PLAN_PATH_MAX];
	const char *slash;

	*p = (struct plan){ .q = *q };
	if (strlen(q->episode) > PLAN_PATH_MAX - 256)
		die(EXIT_BAD_INPUT, "%s: this path is too long", q->episode);
	snprintf(path, sizeof path, "%s/imagegen/defaults.json", q->episode);
	setting_open(xstrdup(path));
	snprintf(path, sizeof path, "%s/chapters.json", q->episode);
	slash = strrchr(q->episode, '/');
	p->doc =
		episode_read(&p->episode, path, slash ? slash + 1 : q->episode);
	check_wishes(p, path);
	template_read(&p->template, q->template);
	choose(p);
	spent_begin(&p->spent);
	p->prompts = json_object();
	p->pictures = json_object();
}

/* Whether no chapter before this one buys the same; none after it will. */
static bool
is_first(json_t *hashes, const char *hash)
{
	if (json_object_get(hashes, hash))
		return false;
	if (json_object_set_new(hashes, hash, json_true()) != 0)
		die(EXIT_TRY_LATER, "out of memory");
	return true;
}

/*
 * Whether the workings have the answer to this request: to this very one, or to
 * the same at another address, which make doesn't take for news.
 */
static bool
is_answered(const json_t *was, const char *hash, const struct buf *body)
{
	const char *answered = json_text(was, "request_sha256");
	json_t *entry, *request;
	bool same;

	if (!answered || strlen(answered) != HASH_SIZE - 1)
		return false;
	if (strcmp(answered, hash) == 0)
		return true;
	entry = answers_is_open() ? answers_peek(answered) : NULL;
	request = json_loadb(body->data, body->len, 0, NULL);
	same = entry && request &&
		json_equal(json_object_get(entry, "request"), request);
	json_decref(entry);
	json_decref(request);
	return same;
}

/* The prompt of a chapter; or NULL where only the LLM could tell, and the hash
 * of what it is asked. */
static char *
find_prompt(struct plan *p, const struct chapter *c, struct planned *n,
	const json_t *was_prompt, char hash[HASH_SIZE])
{
	const char *former = json_text(was_prompt, "prompt");
	char *prompt = NULL;
	struct llm_failure failure;
	struct llm_request r;
	struct bought b;

	if (c->image_prompt)
		return xstrdup(c->image_prompt);
	if (!p->writer.base) {
		struct buf text = BUF_INIT(CHAPTER_INPUT_MAX);

		compose_prompt(&text, &p->template, c);
		return text.data;
	}
	llm_request(&r, &p->llm, &p->writer, &p->template, c);
	n->prompt_body = r.body;
	r.body = BUF_INIT(0);
	buy_hash(r.endpoint, n->prompt_body.data, n->prompt_body.len, hash);
	if (!p->q.force && buy_look(hash, &b)) {
		prompt = llm_prompt(b.answer, 0, &failure);
		buy_free(&b);
	} else if (!p->q.force && former &&
		is_answered(json_object_get(was_prompt, "llm"), hash,
			&n->prompt_body)) {
		prompt = xstrdup(former);
	}
	if (!prompt && is_first(p->prompts, hash)) {
		n->buys_prompt = true;
		n->prompt_micros = r.estimate;
	}
	llm_request_free(&r);
	return prompt;
}

/* The request for the picture, and its hash.  Without a prompt there is only
 * what it would cost, and hash is left alone. */
static void
find_image(struct plan *p, const struct chapter *c, struct planned *n,
	const char *prompt, char hash[HASH_SIZE])
{
	struct buf remark = BUF_INIT(256);
	char why[IMAGE_WHY_MAX];
	struct image_request r;

	buf_addf(&remark,
		"(not known before the LLM has answered "
		"%s.prompt-request.json)",
		c->id);
	if (!image_ask(&r, &p->api, prompt ? prompt : remark.data, why))
		die(EXIT_BAD_INPUT, "%s: %s", c->id, why);
	n->knows_prompt = prompt != NULL;
	n->image_body = r.body;
	r.body = BUF_INIT(0);
	n->image_micros = prompt
		? r.estimate
		: model_image_estimate(&p->api.model, p->api.size,
			  p->api.quality, PROMPT_BYTES + strlen(p->api.style));
	if (prompt)
		buy_hash(p->api.endpoint, n->image_body.data, n->image_body.len,
			hash);
	image_free(&r);
	buf_free(&remark);
}

/* Whether call-dalle would find a picture that was put there by hand. */
static bool
is_by_hand(const struct plan *p, const char *id, const json_t *was)
{
	char path[PLAN_PATH_MAX], source[PLAN_PATH_MAX], hash[HASH_SIZE];

	add_path(path, p, "images", id, ".png");
	add_path(source, p, "imagegen", id, ".prompt.json");
	return !p->q.force &&
		picture_look(path, source, was, hash) == PICTURE_BY_HAND;
}

/* What becomes of a chapter that is drawn by an image API. */
static void
plan_drawn(struct plan *p, const struct chapter *c, struct planned *n,
	const json_t *was_prompt, const json_t *was)
{
	char hash[HASH_SIZE];
	char *prompt = find_prompt(p, c, n, was_prompt, hash);
	bool is_free = prompt && !p->q.force;
	struct bought b;

	find_image(p, c, n, prompt, hash);
	if (is_free && exists(p, "images", c->id, ".png") &&
		is_answered(was, hash, &n->image_body)) {
		n->state = PLAN_CURRENT;
	} else if (is_free && buy_look(hash, &b)) {
		n->state = PLAN_STORED;
		buy_free(&b);
	} else if (is_by_hand(p, c->id, was)) {
		n->state = PLAN_OWN;
	} else {
		n->buys_image = is_first(p->pictures, hash);
		n->state = n->buys_image ? PLAN_BUY : PLAN_STORED;
	}
	if (!n->buys_image)
		n->image_micros = 0;
	if (n->buys_image || n->buys_prompt)
		n->reasons =
			plan_find_reasons(p, c, n, prompt, was_prompt, was);
	free(prompt);
}

/* A draft is free; its prompt isn't, where an LLM was named. */
static void
plan_draft(struct plan *p, const struct chapter *c, struct planned *n,
	const json_t *was_prompt)
{
	char hash[HASH_SIZE];

	n->state = PLAN_DRAFT;
	free(find_prompt(p, c, n, was_prompt, hash));
	if (n->buys_prompt)
		n->reasons = p->q.force ? PLAN_FORCE : PLAN_NEW;
}

bool
plan_next(struct plan *p, struct planned *n)
{
	char path[PLAN_PATH_MAX];
	const struct chapter *c;
	json_t *was_prompt = NULL, *was = NULL;

	do {
		json_decref(was_prompt);
		json_decref(was);
		was_prompt = was = NULL;
		if (p->place >= p->episode.count)
			return false;
		c = &p->episode.chapters[p->place++];
		if (!c->visual_type)
			continue;
		add_path(path, p, "imagegen", c->id, ".prompt.json");
		was_prompt = json_read_optional(path, SPENT_PROMPT_MAX);
		add_path(path, p, "imagegen", c->id, ".response.json");
		was = answer_peek(path);
		spent_add(&p->spent, was_prompt, was);
	} while (!c->visual_type || !is_wished(p, c->id));
	*n = (struct planned){ .id = c->id };
	n->prompt_body = n->image_body = BUF_INIT(0);
	if (exists(p, "own", c->id, ".png"))
		n->state = PLAN_OWN;
	else if (chapter_type_is_card(c->visual_type))
		n->state = PLAN_CARD;
	else if (!p->images.base)
		plan_draft(p, c, n, was_prompt);
	else
		plan_drawn(p, c, n, was_prompt, was);
	json_decref(was_prompt);
	json_decref(was);
	return true;
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
	spent_end(&p->spent);
	json_decref(p->prompts);
	json_decref(p->pictures);
	if (p->images.base)
		image_close(&p->api);
	template_free(&p->template);
	episode_free(&p->episode);
	json_decref(p->doc);
}
