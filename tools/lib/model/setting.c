#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "model/defaults.h"
#include "model/setting.h"
#include "net/http.h"
#include "span.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What defaults.json may have, in its order. */
enum setting {
	IMAGE_PROVIDER,
	IMAGE_MODEL,
	IMAGE_SIZE,
	IMAGE_QUALITY,
	IMAGE_STYLE,
	LLM_PROVIDER,
	LLM_MODEL,
	SETTINGS,
};
static const char *const names[SETTINGS] = {
	"IMAGE_GEN_PROVIDER",
	"IMAGE_GEN_MODEL",
	"IMAGE_GEN_SIZE",
	"IMAGE_GEN_QUALITY",
	"IMAGE_GEN_STYLE_PREFIX",
	"LLM_PROVIDER",
	"LLM_MODEL",
};

/* By enum model_kind. */
static const char *const providers[][3] = {
	{ "openai", "dalle3", "storyboard" },
	{ "openai", "anthropic", "none" },
};
static const enum setting provider_settings[] = { IMAGE_PROVIDER,
	LLM_PROVIDER };
static const char *const instead[] = {
	"IMAGE_GEN_PROVIDER=storyboard for drawings, which are free",
	"LLM_PROVIDER=none for prompts in the chapters' words, which are free",
};

struct vendor {
	const char *name, *key_name, *base_name, *base;
};
static const struct vendor openai = { "openai", "OPENAI_API_KEY",
	"OPENAI_BASE_URL", "https://api.openai.com/v1" };
static const struct vendor anthropic = { "anthropic", "ANTHROPIC_API_KEY",
	"ANTHROPIC_BASE_URL", "https://api.anthropic.com" };

static bool
is_equal(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* A copy that lives as long as s; NULL on failure. */
static const char *
copy_text(struct settings *s, const char *name, struct span value,
	struct failure *f)
{
	json_t *text = json_stringn(value.begin, span_length(value));

	if (!text) {
		failure_set(f, EXIT_BAD_CONFIG, "%s: this is not UTF-8", name);
		return NULL;
	}
	if (!s->texts)
		s->texts = json_need(json_array());
	json_append(s->texts, text);
	return json_string_value(text);
}

/* Whether the text is a value of the setting. */
static bool
find_value(enum setting i, const char *text, struct span *value)
{
	*value = span_of(text ? text : "");
	if (i == IMAGE_STYLE && span_length(*value) > 0) {
		if (span_is_space(*value))
			value->end = value->begin;
		return true;
	}
	*value = span_trim(*value);
	return span_length(*value) > 0;
}

/* Whether the user named a value. */
static bool
find_named(struct settings *s, enum setting i, const char *option,
	struct span *value)
{
	if (find_value(i, option, value)) {
		s->by_option |= 1U << i;
		return true;
	}
	return find_value(i, env_get(names[i]), value);
}

/* Its place in names, or SETTINGS. */
static enum setting
find_setting(const char *name)
{
	enum setting i = IMAGE_PROVIDER;

	while (i < SETTINGS && strcmp(names[i], name) != 0)
		i++;
	return i;
}

static bool
has_key(const struct vendor *v)
{
	/* not env_key(): a bad key does no harm if it isn't used */
	struct span value = span_of("");
	const char *key = env_get(v->key_name);

	if (key)
		value = span_of(key);
	return !span_is_space(value);
}

/* The word for a provider, or NULL if there is no provider of that name. */
static const char *
find_provider(enum model_kind kind, struct span name)
{
	for (size_t i = 0; i < COUNT(providers[kind]); i++)
		if (span_equals(name, providers[kind][i]))
			return providers[kind][i];
	return NULL;
}

/* The name that callers get. */
static const char *
public_name(const char *provider)
{
	return is_equal(provider, "dalle3") ? openai.name : provider;
}

/* NULL if the user named one that doesn't exist. */
static const char *
provider_of(struct settings *s, enum model_kind kind, const char *option)
{
	enum setting i = provider_settings[kind];
	const char *former = json_text(s->remembered, names[i]);
	const char *found = s->providers[kind];
	struct span name;

	if (found && (!option || is_equal(public_name(found), option)))
		return found;
	if (find_named(s, i, option, &name))
		return find_provider(kind, name);
	if (kind == MODEL_IMAGE)
		return former              ? former
			: has_key(&openai) ? "openai"
					   : "storyboard";
	/* for a free storyboard no prompt is bought by default */
	if (is_equal(provider_of(s, MODEL_IMAGE, NULL), "storyboard"))
		return "none";
	return former                 ? former
		: has_key(&anthropic) ? "anthropic"
		: has_key(&openai)    ? "openai"
				      : "none";
}

struct catalogue *
setting_catalogue(struct settings *s, struct failure *f)
{
	if (!s->catalogue.document && !catalogue_open(&s->catalogue, NULL, f))
		return NULL;
	return &s->catalogue;
}

/* The value if the user names none; NULL: there is no default. */
static bool
find_default(struct settings *s, enum setting i, const char **value,
	struct failure *f)
{
	const struct catalogue *c;

	*value = NULL;
	/* the others have theirs in the template */
	if (i == LLM_MODEL &&
		!is_equal(provider_of(s, MODEL_LLM, NULL), "openai"))
		return true;
	*value = json_text(s->remembered, names[i]);
	if (*value)
		return true;
	c = setting_catalogue(s, f);
	if (c)
		*value = model_default(c, names[i]);
	return c != NULL;
}

/* The provider dalle3 names a model, too. */
static bool
is_dalle3(struct settings *s, enum setting i)
{
	return i == IMAGE_MODEL &&
		is_equal(provider_of(s, MODEL_IMAGE, NULL), "dalle3");
}

bool
setting_get(struct settings *s, const char *name, const char *option,
	const char **value, bool *is_named, struct failure *f)
{
	enum setting i = find_setting(name);
	struct span text;
	bool by_user;

	*value = NULL;
	if (i == SETTINGS)
		return true;
	by_user = find_named(s, i, option, &text);
	if (is_named)
		*is_named = by_user || is_dalle3(s, i);
	if (by_user)
		return (*value = copy_text(s, name, text, f)) != NULL;
	if (!is_dalle3(s, i))
		return find_default(s, i, value, f);
	*value = "dall-e-3";
	return true;
}

/* Fill in the address: the user's, or the vendor's. */
static bool
find_base(struct provider *p, const struct vendor *v, struct failure *f)
{
	const char *name = v->base_name, *value = NULL;
	struct span url;

	if (p->kind == MODEL_LLM)
		value = env_get("LLM_BASE_URL");
	if (value && !span_is_space(span_of(value)))
		name = "LLM_BASE_URL";
	else
		value = env_get(name);
	url = span_trim(span_of(value ? value : ""));
	p->base = v->base;
	if (span_length(url) == 0)
		return true;
	while (url.end > url.begin && url.end[-1] == '/')
		url.end--;
	/* anthropic's paths begin with /v1, openai's do not */
	if (v == &anthropic && span_length(url) > 3 &&
		memcmp(url.end - 3, "/v1", 3) == 0)
		url.end -= 3;
	while (url.end > url.begin && url.end[-1] == '/')
		url.end--;
	p->base = copy_text(p->settings, name, url, f);
	if (!p->base || !http_base_is_valid(name, p->base, f))
		return false;
	if (strcmp(p->base, v->base) != 0)
		p->own_base = p->base;
	return true;
}

bool
setting_provider(struct provider *p, struct settings *s, enum model_kind kind,
	const char *option, struct failure *f)
{
	const char *const *list = providers[kind];
	const struct vendor *v = &openai;

	*p = (struct provider){ .settings = s, .kind = kind };
	p->name = provider_of(s, kind, option);
	if (!p->name)
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s: there is no such provider; use %s, %s or %s",
			names[provider_settings[kind]], list[0], list[1],
			list[2]);
	s->providers[kind] = p->name;
	if (is_equal(p->name, "storyboard") || is_equal(p->name, "none"))
		return true;
	if (is_equal(p->name, "anthropic"))
		v = &anthropic;
	if (!find_base(p, v, f))
		return false;
	if (is_equal(p->name, "dalle3"))
		p->own_base = p->base;
	p->name = public_name(p->name);
	p->key_name = v->key_name;
	p->instead = instead[kind];
	return env_key(v->key_name, &p->key, f);
}

bool
setting_can_ask(const struct provider *p)
{
	return p->key || !p->key_name || http_is_loopback(p->base);
}

bool
setting_model(struct model *m, const struct provider *p, const char *id,
	struct failure *f)
{
	struct catalogue *c = setting_catalogue(p->settings, f);

	return c && model_find(m, c, p->kind, id, p->name, p->own_base, f);
}

/* Whether defaults.json can have that value. */
static bool
is_value(size_t i, const char *value)
{
	struct span text = span_of(value);

	if (i == IMAGE_PROVIDER)
		return find_provider(MODEL_IMAGE, text);
	if (i == LLM_PROVIDER)
		return find_provider(MODEL_LLM, text);
	return i == IMAGE_STYLE || !span_is_space(text);
}

static const struct defaults_form form = { names, SETTINGS, is_value };

bool
setting_open(struct settings *s, const char *defaults, struct failure *f)
{
	*s = (struct settings){ .path = NULL };
	if (!defaults || !*defaults)
		return true;
	s->path = defaults;
	s->remembered = defaults_read(defaults, &form, f);
	return s->remembered != NULL;
}

void
setting_close(struct settings *s)
{
	catalogue_close(&s->catalogue);
	json_decref(s->remembered);
	json_decref(s->texts);
}

/* Whether it has a default that a later release must know. */
static bool
is_news(struct settings *s, enum setting i)
{
	bool is_free =
		is_equal(provider_of(s, MODEL_IMAGE, NULL), "storyboard");
	struct span value;

	return !(is_free && i != LLM_MODEL) && !(s->by_option & 1U << i) &&
		!find_named(s, i, NULL, &value) && !is_dalle3(s, i) &&
		!json_object_get(s->remembered, names[i]);
}

static bool
add_news(struct settings *s, json_t *news, struct failure *f)
{
	for (enum setting i = IMAGE_PROVIDER; i < SETTINGS; i++) {
		const char *value;

		if (!is_news(s, i))
			continue;
		if (i == IMAGE_PROVIDER)
			value = provider_of(s, MODEL_IMAGE, NULL);
		else if (i == LLM_PROVIDER)
			value = provider_of(s, MODEL_LLM, NULL);
		else if (!find_default(s, i, &value, f))
			return false;
		if (value)
			json_put(news, names[i], json_string(value));
	}
	return true;
}

bool
setting_keep(struct settings *s, struct failure *f)
{
	json_t *news, *all = NULL;
	bool good;

	if (!s->path)
		return true;
	news = json_need(json_object());
	good = add_news(s, news, f);
	if (good && json_object_size(news) > 0) {
		all = defaults_add(s->path, &form, news, f);
		good = all != NULL;
		json_object_update_missing(s->remembered, all);
	}
	json_decref(all);
	json_decref(news);
	return good;
}
