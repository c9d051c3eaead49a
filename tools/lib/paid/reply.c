#include <string.h>

#include "buf.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "net/api-error.h"
#include "net/fetch.h"
#include "paid/answer.h"
#include "paid/buy.h"
#include "paid/image.h"
#include "paid/reply.h"

#define SECONDS 600.0 /* the default of IMAGE_GEN_TIMEOUT */
#define SECONDS_MAX 86400.0
#define WAYS_OUT_MAX 65536 /* bytes */

/* What the user can do after a refusal. */
static void
add_ways_out(struct buf *b, const struct reply_subject *s)
{
	const char *outputs = env_get("OUTPUTS_DIR");
	char line[API_ERROR_MESSAGE_MAX + API_ERROR_CODEPOINTS];

	api_error_tidy(line, sizeof line, s->prompt, API_ERROR_CODEPOINTS);
	buf_addf(b,
		"the prompt is \"%s\"; reword %s, or put a picture of your "
		"own at %s/%s/own/%s.png",
		line,
		s->is_authors ? "visual.image_prompt" : "visual.description",
		outputs ? outputs : "outputs", s->episode ? s->episode : "EP",
		s->chapter ? s->chapter : "CH");
}

static void
compute_cost(const json_t *answer, void *request, struct cost *cost)
{
	cost->micros = image_price(answer, request, &cost->is_measured);
	/* only tokens of language models are counted */
	cost->input_tokens = cost->output_tokens = -1;
}

bool
reply_buy(struct store *store, struct purchase *b, struct image_request *r,
	const struct reply_subject *s, struct failure *f)
{
	const struct image_api *api = r->api;
	struct buf ways_out = BUF_INIT(WAYS_OUT_MAX);
	char remedy[FETCH_REMEDY_MAX];
	bool good;

	*b = (struct purchase){
		.kind = "image",
		.episode = s->episode,
		.chapter = s->chapter,
		.model = api->model.id,
		.provider = &api->provider,
		.endpoint = api->endpoint,
		.body = r->body.data,
		.body_len = r->body.len,
		.answer_max = ANSWER_MAX,
		.estimate = r->estimate,
		.compute_cost = compute_cost,
		.data = r,
	};

	if (!env_number("IMAGE_GEN_TIMEOUT", SECONDS, 1, SECONDS_MAX,
		    &b->timeout, f))
		return false;
	add_ways_out(&ways_out, s);
	b->if_refused = ways_out.data;
	good = buy(store, b, f);
	buf_free(&ways_out);
	if (!good)
		return false;
	if (b->picture.len > 0 || image_url(b->answer))
		return true;
	fetch_remedy(remedy, s->chapter);
	return failure_set(f, EXIT_BAD_ANSWER,
		"%s%simage: there is no picture in the answer; %s",
		s->chapter ? s->chapter : "", s->chapter ? ": " : "", remedy);
}

/* Set a string; null: there is none, or it isn't UTF-8. */
static void
set_text(json_t *object, const char *key, const char *s)
{
	json_t *text = s && *s ? json_string(s) : NULL;

	json_put(object, key, text ? text : json_null());
}

/* Whether the reply has the picture itself.  A file needn't have it if there is
 * a store. */
static bool
is_inline(const struct store *s, const char *path, const struct purchase *b)
{
	bool is_file = path && strcmp(path, "-") != 0;

	return b && b->picture.len > 0 &&
		!(is_file && answers_is_open(&s->answers));
}

/* The first picture of an answer; reply_write() adds its bytes. */
static json_t *
list_data(const struct store *s, const char *path, const struct purchase *b)
{
	const json_t *first =
		json_array_get(json_object_get(b->answer, "data"), 0);
	const char *revised = json_text(first, "revised_prompt");
	json_t *data = json_array(), *picture = json_object();

	if (is_inline(s, path, b))
		json_put(picture, "b64_json", json_string(""));
	else if (b->picture.len == 0)
		json_put(picture, "url", json_string(image_url(b->answer)));
	if (revised && *revised)
		json_put(picture, "revised_prompt", json_string(revised));
	json_array_append_new(data, picture);
	return data;
}

json_t *
reply_make(const struct store *store, const char *path,
	const struct image_request *r, const struct purchase *b)
{
	static const struct purchase nothing = { .cost.is_measured = true };
	const struct image_api *api = r->api;
	json_t *reply = json_object(), *created, *usage;

	created = json_object_get(b ? b->answer : NULL, "created");
	usage = json_object_get(b ? b->answer : NULL, "usage");
	json_put(reply, "created",
		json_is_number(created) ? json_incref(created) : json_null());
	json_put(reply, "data", b ? list_data(store, path, b) : json_array());
	if (!b)
		b = &nothing;
	set_text(reply, "prompt", r->prompt.data);
	json_put(reply, "style_prefix", json_string(api->style));
	set_text(reply, "model", api->model.id);
	set_text(reply, "size", api->size);
	set_text(reply, "quality", api->quality);
	if (json_is_object(usage))
		json_put(reply, "usage", json_incref(usage));
	set_text(reply, "request_sha256", b->hash);
	set_text(reply, "request_id", b->request_id);
	set_text(reply, "bought_at", b->bought_at);
	set_text(reply, "run", b->run);
	json_put(reply, "cost_usd", json_dollars(b->cost.micros));
	set_text(reply, "cost_source",
		b->cost.is_measured ? "measured" : "estimated");
	set_text(reply, "picture_sha256", b->picture_hash);
	return reply;
}

bool
reply_write(const struct store *store, const char *path, const json_t *reply,
	const struct purchase *b, struct failure *f)
{
	struct buf out = BUF_INIT(ANSWER_MAX);
	bool ok = true;

	if (is_inline(store, path, b))
		ok = answer_print(reply, b->picture.data, b->picture.len, &out,
			f);
	else
		json_print(reply, &out);
	ok = ok && file_write(path, out.data, out.len, f);
	buf_free(&out);
	return ok;
}
