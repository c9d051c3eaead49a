#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "net/http.h"
#include "paid/image.h"
#include "span.h"

#define PATH "/images/generations"
#define BODY_MAX (8 * IMAGE_PROMPT_MAX) /* bytes; JSON's escapes are 6 */

/* Whether an image API is used though no key is set: an API on this machine
 * needs none, and a plan sends nothing. */
static bool
needs_no_key(const struct image_options *w, bool plan)
{
	const char *base = env_get("OPENAI_BASE_URL");

	if (w->provider || env_get("IMAGE_GEN_PROVIDER"))
		return false;
	return plan || (base && http_is_loopback(base));
}

static bool
find_provider(struct provider *p, struct settings *s,
	const struct image_options *w, bool plan, struct failure *f)
{
	const char *key;

	if (!setting_provider(p, s, MODEL_IMAGE, w->provider, f))
		return false;
	if (!p->base && needs_no_key(w, plan) &&
		!setting_provider(p, s, MODEL_IMAGE, "openai", f))
		return false;
	if (p->base)
		return true;
	if (!env_key("OPENAI_API_KEY", &key, f))
		return false;
	if (!key)
		return failure_set(f, EXIT_NO_ACCESS,
			"no image API is asked without a key; set "
			"OPENAI_API_KEY in the environment or .env, or draw "
			"for nothing with draw-storyboard");
	return failure_set(f, EXIT_BAD_CONFIG,
		"IMAGE_GEN_PROVIDER: %s asks no image API; set it to openai, "
		"or use draw-storyboard",
		p->name);
}

static bool
find_size(struct image_api *api, struct settings *s, const char *option,
	struct failure *f)
{
	const char *size;
	bool is_named;

	return setting_get(s, "IMAGE_GEN_SIZE", option, &size, &is_named, f) &&
		model_size(&api->model, size, is_named, &api->size, f);
}

static bool
find_quality(struct image_api *api, struct settings *s, const char *option,
	struct failure *f)
{
	const char *quality;
	bool is_named;

	return setting_get(s, "IMAGE_GEN_QUALITY", option, &quality, &is_named,
		       f) &&
		model_quality(&api->model, quality, is_named, &api->quality, f);
}

bool
image_open(struct image_api *api, struct settings *s,
	const struct image_options *w, bool plan, struct failure *f)
{
	static const struct image_options none = { NULL, NULL, NULL, NULL };
	struct buf url = BUF_INIT(65536);
	const char *id;

	if (!w)
		w = &none;
	if (!find_provider(&api->provider, s, w, plan, f) ||
		!setting_get(s, "IMAGE_GEN_MODEL", w->model, &id, NULL, f) ||
		!setting_model(&api->model, &api->provider, id, f) ||
		!find_size(api, s, w->size, f) ||
		!find_quality(api, s, w->quality, f) ||
		!setting_get(s, "IMAGE_GEN_STYLE_PREFIX", NULL, &api->style,
			NULL, f))
		return false;
	if (!api->style)
		api->style = "";
	buf_addf(&url, "%s" PATH, api->provider.base);
	api->endpoint = url.data;
	return true;
}

void
image_close(struct image_api *api)
{
	free(api->endpoint);
	api->endpoint = NULL;
}

/* Replace words that the model must not get by a space: some local servers take
 * them as commands.  The catalogue lists them. */
static void
remove_words(struct buf *text, const json_t *words)
{
	size_t i;
	json_t *word;

	json_array_foreach(words, i, word)
	{
		const char *s = json_string_value(word);
		size_t n = s ? strlen(s) : 0;
		char *to = text->data, *from = text->data, *at;

		while (n > 0 && (at = strstr(from, s))) {
			size_t before = (size_t)(at - from);

			memmove(to, from, before);
			to += before;
			*to++ = ' ';
			from = at + n;
		}
		memmove(to, from, strlen(from) + 1);
		text->len = (size_t)(to - text->data) + strlen(to);
	}
}

static bool
write_prompt(struct buf *out, const struct image_api *api, const char *where,
	const char *prompt, struct failure *f)
{
	size_t max = model_prompt_max(&api->model), codepoints;

	if (span_is_space(span_of(prompt)))
		return failure_set(f, EXIT_BAD_INPUT, "%s: prompt: it is empty",
			where);
	if (strlen(prompt) + strlen(api->style) > IMAGE_PROMPT_MAX)
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: prompt: more than %zu bytes; that is too much",
			where, IMAGE_PROMPT_MAX);
	if (strncmp(prompt, api->style, strlen(api->style)) != 0)
		buf_adds(out, api->style);
	buf_adds(out, prompt);
	remove_words(out, json_object_get(api->model.data, "prompt_without"));
	codepoints = span_codepoints(span_of(out->data));
	if (max > 0 && codepoints > max)
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: prompt: with the style it has %zu letters, and %s "
			"takes %zu; shorten it",
			where, codepoints, api->model.id, max);
	return true;
}

static bool
add(json_t *body, const struct model *m, const char *field, json_t *value)
{
	if (!value)
		return false;
	if (model_takes(m, field))
		return json_object_set_new(body, field, value) == 0;
	json_decref(value);
	return true;
}

static bool
add_text(json_t *body, const struct model *m, const char *field,
	const char *value)
{
	return !value || add(body, m, field, json_string(value));
}

static bool
write_body(struct buf *out, const struct image_api *api, const char *where,
	const char *prompt, struct failure *f)
{
	const struct model *m = &api->model;
	json_t *body = json_object();
	bool ok = add_text(body, m, "model", m->id) &&
		add_text(body, m, "prompt", prompt) &&
		add(body, m, "n", json_integer(1)) &&
		add_text(body, m, "size", api->size) &&
		add_text(body, m, "quality", api->quality);

	if (!ok)
		failure_set(f, EXIT_BAD_INPUT,
			"%s: prompt: it is not UTF-8; save it as that", where);
	else
		json_print_compact(body, out);
	json_decref(body);
	return ok;
}

bool
image_ask(struct image_request *r, const struct image_api *api,
	const char *where, const char *prompt, struct failure *f)
{
	*r = (struct image_request){ .api = api };
	r->prompt = BUF_INIT(IMAGE_PROMPT_MAX);
	r->body = BUF_INIT(BODY_MAX);
	if (!write_prompt(&r->prompt, api, where, prompt, f) ||
		!write_body(&r->body, api, where, r->prompt.data, f) ||
		!model_image_estimate(&api->model, api->size, api->quality,
			r->prompt.len, &r->estimate, f)) {
		image_free(r);
		return false;
	}
	return true;
}

void
image_free(struct image_request *r)
{
	buf_free(&r->prompt);
	buf_free(&r->body);
}

long long
image_price(const json_t *answer, void *request, bool *is_measured)
{
	const struct image_request *r = request;
	long long micros = model_image_cost(&r->api->model,
		json_object_get(answer, "usage"));

	*is_measured = micros >= 0;
	return *is_measured ? micros : r->estimate;
}

const char *
image_url(const json_t *answer)
{
	const char *url =
		json_text(json_array_get(json_object_get(answer, "data"), 0),
			"url");

	return url && url[0] ? url : NULL;
}
