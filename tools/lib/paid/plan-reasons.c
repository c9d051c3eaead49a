#include <string.h>

#include "chapter/chapter.h"
#include "json.h"
#include "paid/plan-own.h"
#include "paid/plan.h"

static const char *const reasons[PLAN_REASONS] = { "new", "description",
	"prompt", "template", "llm", "model", "size", "quality", "style",
	"force", "address" };

const char *
plan_reason(unsigned n)
{
	return reasons[n];
}

static bool
differs(const json_t *object, const char *key, const char *now)
{
	const char *was = json_text(object, key);

	return strcmp(was ? was : "", now ? now : "") != 0;
}

unsigned
plan_find_reasons(const struct plan *p, const struct chapter *c,
	const struct planned *n, const char *prompt, const json_t *was_prompt,
	const json_t *was)
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
	/* what else a prompt depends on stands at the template's head */
	if (!found && n->buys_prompt)
		found = PLAN_TEMPLATE;
	else if (!found && differs(was_prompt, "prompt", prompt))
		found = PLAN_PROMPT;
	return found ? found : PLAN_ELSEWHERE;
}
