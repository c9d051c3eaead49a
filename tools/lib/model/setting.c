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
#include "or-die.h"
#include "span.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What can be remembered, in the order of the file. */
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

static const char *path;         /* of defaults.json, or NULL */
static json_t *remembered;       /* what it held; NULL: nothing was opened */
static json_t *kept;             /* strings that callers hold on to */
static bool by_option[SETTINGS]; /* named on the command line */
static const char *chosen[COUNT(providers)]; /* by setting_provider() */

static bool
is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* A string of its own, which lives until the tool ends. */
static const char *
keep(const char *name, struct span s)
{
	json_t *text = json_stringn(s.begin, span_length(s));

	if (!text)
		die(EXIT_BAD_CONFIG, "%s: this is not UTF-8", name);
	if (!kept)
		kept = json_array();
	if (json_array_append_new(kept, text) != 0)
		die(EXIT_TRY_LATER, "out of memory");
	return json_string_value(text);
}

/* Whether text says something of a setting. */
static bool
counts(enum setting i, const char *text, struct span *value)
{
	*value = span_of(text ? text : "");
	if (i == IMAGE_STYLE && span_length(*value) > 0) {
		if (span_is_blank(*value))
			value->end = value->begin;
		return true;
	}
	*value = span_trim(*value);
	return span_length(*value) > 0;
}

/* Whether the user named it, and what as. */
static bool
is_named(enum setting i, const char *option, struct span *value)
{
	if (counts(i, option, value)) {
		by_option[i] = true;
		return true;
	}
	return counts(i, env_get(names[i]), value);
}

/* Its place in names, or SETTINGS. */
static enum setting
find(const char *name)
{
	enum setting i = IMAGE_PROVIDER;

	while (i < SETTINGS && strcmp(names[i], name) != 0)
		i++;
	return i;
}

static bool
has_key(const struct vendor *v)
{
	/* not env_key_or_die(): a bad key is no matter where it isn't used */
	struct span value = span_of("");
	const char *key = env_get(v->key_name);

	if (key)
		value = span_of(key);
	return !span_is_blank(value);
}

/* The word for a provider, or NULL where there is none of that name. */
static const char *
find_provider(enum model_kind kind, struct span name)
{
	for (size_t i = 0; i < COUNT(providers[kind]); i++)
		if (span_equals(name, providers[kind][i]))
			return providers[kind][i];
	return NULL;
}

/* What callers know it as. */
static const char *
name_of(const char *provider)
{
	return is(provider, "dalle3") ? openai.name : provider;
}

/* NULL where the user named one that isn't there. */
static const char *
provider_of(enum model_kind kind, const char *option)
{
	enum setting i = provider_settings[kind];
	const char *former = json_text(remembered, names[i]);
	struct span name;

	if (chosen[kind] && (!option || is(name_of(chosen[kind]), option)))
		return chosen[kind];
	if (is_named(i, option, &name))
		return find_provider(kind, name);
	if (kind == MODEL_IMAGE)
		return former              ? former
			: has_key(&openai) ? "openai"
					   : "storyboard";
	/* whoever draws for free, be it today only, isn't sold prompts */
	if (is(provider_of(MODEL_IMAGE, NULL), "storyboard"))
		return "none";
	return former                 ? former
		: has_key(&anthropic) ? "anthropic"
		: has_key(&openai)    ? "openai"
				      : "none";
}

/* What it is where the user doesn't say; NULL: nobody knows. */
static const char *
default_of(enum setting i)
{
	const char *former = json_text(remembered, names[i]);

	/* the others have theirs in the template */
	if (i == LLM_MODEL && !is(provider_of(MODEL_LLM, NULL), "openai"))
		return NULL;
	return former ? former : model_default(names[i]);
}

/* The provider of old is a name for one model, too. */
static bool
is_dalle3(enum setting i)
{
	return i == IMAGE_MODEL && is(provider_of(MODEL_IMAGE, NULL), "dalle3");
}

const char *
setting_get(const char *name, const char *option, bool *named)
{
	enum setting i = find(name);
	bool is_user = false;
	const char *value = NULL;
	struct span text;

	if (i == SETTINGS)
		return NULL;
	if (is_named(i, option, &text)) {
		is_user = true;
		value = keep(name, text);
	} else if (is_dalle3(i)) {
		is_user = true;
		value = "dall-e-3";
	} else {
		value = default_of(i);
	}
	if (named)
		*named = is_user;
	return value;
}

/* Fill in where v is to be found: the user's address, or its own. */
static void
find_base(struct provider *p, const struct vendor *v, enum model_kind kind)
{
	const char *name = v->base_name, *value = NULL;
	struct failure f;
	struct span url;

	if (kind == MODEL_LLM)
		value = env_get("LLM_BASE_URL");
	if (value && !span_is_blank(span_of(value)))
		name = "LLM_BASE_URL";
	else
		value = env_get(name);
	url = span_trim(span_of(value ? value : ""));
	p->base = v->base;
	if (span_length(url) == 0)
		return;
	while (url.end > url.begin && url.end[-1] == '/')
		url.end--;
	/* this vendor's paths begin with it, openai's do not */
	if (v == &anthropic && span_length(url) > 3 &&
		memcmp(url.end - 3, "/v1", 3) == 0)
		url.end -= 3;
	while (url.end > url.begin && url.end[-1] == '/')
		url.end--;
	p->base = keep(name, url);
	if (!http_base_is_valid(name, p->base, &f))
		die_of(&f);
	if (strcmp(p->base, v->base) != 0)
		p->own_base = p->base;
}

void
setting_provider(struct provider *p, enum model_kind kind, const char *option)
{
	const char *const *list = providers[kind];
	const struct vendor *v = &openai;

	memset(p, 0, sizeof *p);
	p->name = provider_of(kind, option);
	if (!p->name)
		die(EXIT_BAD_CONFIG,
			"%s: there is no such provider; use %s, %s or %s",
			names[provider_settings[kind]], list[0], list[1],
			list[2]);
	chosen[kind] = p->name;
	if (is(p->name, "storyboard") || is(p->name, "none"))
		return;
	if (is(p->name, "anthropic"))
		v = &anthropic;
	find_base(p, v, kind);
	if (is(p->name, "dalle3"))
		p->own_base = p->base;
	p->name = name_of(p->name);
	p->key_name = v->key_name;
	p->key = env_key_or_die(v->key_name);
	p->instead = instead[kind];
}

bool
setting_can_ask(const struct provider *p)
{
	return p->key || !p->key_name || http_is_loopback(p->base);
}

void
setting_need_key(const struct provider *p)
{
	if (setting_can_ask(p))
		return;
	die(EXIT_NO_ACCESS,
		"%s is not set; put it into the environment or .env, or set %s",
		p->key_name, p->instead);
}

/* Whether a setting can have been remembered as such. */
static bool
is_value(size_t i, const char *value)
{
	struct span text = span_of(value);

	if (i == IMAGE_PROVIDER)
		return find_provider(MODEL_IMAGE, text);
	if (i == LLM_PROVIDER)
		return find_provider(MODEL_LLM, text);
	return i == IMAGE_STYLE || !span_is_blank(text);
}

static const struct defaults_form form = { names, SETTINGS, is_value };

void
setting_open(const char *defaults)
{
	if (!defaults || !*defaults)
		return;
	path = defaults;
	remembered = defaults_read(path, &form);
}

/* Whether there is a default of it that a later release must know of. */
static bool
is_news(enum setting i)
{
	bool is_free = is(provider_of(MODEL_IMAGE, NULL), "storyboard");
	struct span value;

	return !(is_free && i != LLM_MODEL) && !by_option[i] &&
		!is_named(i, NULL, &value) && !is_dalle3(i) &&
		!json_object_get(remembered, names[i]);
}

static json_t *
list_news(void)
{
	json_t *news = json_object();

	for (enum setting i = IMAGE_PROVIDER; i < SETTINGS; i++) {
		const char *value;

		if (!is_news(i))
			continue;
		if (i == IMAGE_PROVIDER)
			value = provider_of(MODEL_IMAGE, NULL);
		else if (i == LLM_PROVIDER)
			value = provider_of(MODEL_LLM, NULL);
		else
			value = default_of(i);
		if (value)
			json_object_set_new(news, names[i], json_string(value));
	}
	return news;
}

void
setting_keep(void)
{
	json_t *news, *all;

	if (!path)
		return;
	news = list_news();
	if (json_object_size(news) > 0) {
		all = defaults_add(path, &form, news);
		json_object_update_missing(remembered, all);
		json_decref(all);
	}
	json_decref(news);
}
