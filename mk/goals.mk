# What people type.

# The same as the manifest of each episode, with a line for each; one that
# fails doesn't stop the next.
ifneq ($(filter imagegen verify plan,$(MAKECMDGOALS)),)
$(if $(EP),,$(error limn: which episode? say EP=ID))
MAKEFLAGS += -k
endif
this := -f $(firstword $(MAKEFILE_LIST))

# One that is up to date may have been drawn with another database, or have
# failed since, when more was asked for: it is recorded, too, if it isn't, and
# its gallery forgets that.  One that fails has a gallery that says why.
define one-episode
t=$$(mktemp -d) || exit 73; trap 'rm -rf "$$t"' EXIT; \
trap 'exit 130' INT; trap 'exit 143' TERM; \
export LIMN_ERRORS="$$t/errors" LIMN_SUMMARY="$$t/summary"; \
fail() { s=$$?; r=$$(head -n 1 "$$t/errors" 2>/dev/null); \
	r=$${r:-make failed, see above}; \
	printf '[FAIL] %s: %s\n' '$*' "$$r" >&2; \
	$(BIN)/record-run --episode=$(OUT)/$* $(database) --failed="$$r" \
		2>/dev/null; show; exit $$s; }; \
skip() { echo '[SKIP] $* -> already up-to-date'; }; \
show() { [ ! -e $(OUT)/$*/imagegen/chapters.index ] || \
	$(BIN)/write-gallery --episode=$(OUT)/$* $(database) \
		-o $(OUT)/$*/images/index.html 2>/dev/null; }; \
[ ! -e $(OUT)/$*/chapters.json ] || $(may-draw) --check || fail; \
$(if $(FORCE),,$(MAKE) $(this) -q $m 2>"$$t/said"; s=$$?; \
grep '^[a-z-]*: ' "$$t/said" | grep -v '^make' >&2; \
if [ $$s -eq 0 ]; then \
	LIMN_RUN= $(BIN)/record-asset --episode=$(OUT)/$* $(database) $m || fail; \
	rm -f $(OUT)/$*/imagegen/*.error; \
	! grep -qs 'class="error"' $(OUT)/$*/images/index.html || show; \
	skip; exit 0; \
fi; rm -f "$$t"/*;) \
$(MAKE) $(this) $m || fail; \
cat "$$t/summary" 2>/dev/null || skip
endef

imagegen: $(EP:%=imagegen/%)
$(EP:%=imagegen/%): m = $(OUT)/$*/images/manifest.json
$(EP:%=imagegen/%): imagegen/%: | $(PROGRAMS)
	@$(if $(DRY_RUN),$(call plan,$*),$(if $(asking),exec $(MAKE) $(this) \
	-$(asking) $m,$(one-episode)))
.PHONY: imagegen $(EP:%=imagegen/%)

all: $(manifests) $(if $(strip $(bad-names)),bad-names)
# make says it, for no shell is to see such names.
bad-names: ; @$(warning limn: not an id: $(strip $(bad-names)); rename it) exit 65
.PHONY: all bad-names

# What that would buy, and for how much.
plan: $(EP:%=plan/%)
$(EP:%=plan/%): plan/%: | $(PROGRAMS)
	@$(if $(word 2,$(EP)),$(if $(JSON),,echo "$*:"; ))$(call plan,$*)
.PHONY: plan $(EP:%=plan/%)

verify: $(EP:%=verify/%)
$(EP:%=verify/%): verify/%: | $(PROGRAMS)
	@s=0; $(BIN)/verify-manifest $(OUT)/$*/images/manifest.json || s=$$?; \
	[ $$s -eq 66 ] || $(BIN)/verify-records $(database) $(OUT)/$* || s=$$?; [ $$s -eq 0 ] || exit $$s
	@echo '[OK] $* -> every file is as its manifest says, and recorded'
.PHONY: verify $(EP:%=verify/%)

# The dashboard.  It runs make as it was run itself, for what a page asks.
serve: | $(PROGRAMS)
	@ANSWERS_DIR=$(ANSWERS_DIR) exec $(BIN)/serve-gallery -l $(call quoted,$(call one-line,LISTEN)) \
		-p $(call quoted,$(call one-line,PORT)) --outputs=$(OUT) \
		$(database) --makefile=$(firstword $(MAKEFILE_LIST))
.PHONY: serve

# What was spent, and on what.
json = $(if $(JSON),--json)
cost: | $(PROGRAMS)
	@$(BIN)/report-cost $(strip $(database) --outputs=$(OUT) $(json) -- $(EP))
ledger: | $(PROGRAMS)
	@$(BIN)/list-purchases $(strip $(database) --outputs=$(OUT) $(json) -- $(EP))
.PHONY: cost ledger

# The database: every tool that needs a newer one takes it there by itself.
migrate: | $(PROGRAMS)
	@$(BIN)/migrate-db $(database) up
	@$(BIN)/migrate-db $(database) status
rollback: | $(PROGRAMS)
	@$(BIN)/migrate-db $(database) $(forcing) down
# All but the ledger's history is in the files.
rebuild-db: | $(PROGRAMS)
	@$(BIN)/restore-ledger --set-aside $(database) --answers=$(ANSWERS_DIR) \
		--outputs=$(OUT)
	@find $(OUT) -mindepth 3 -maxdepth 3 -path '*/images/manifest.json' -print0 | \
		LC_ALL=C sort -z | LIMN_RUN= xargs -0 -r $(BIN)/record-asset $(strip $(database) \
		$(forcing)) --
.PHONY: migrate rollback rebuild-db

# The example, beside whatever is there already.
examples := $(patsubst $(LIMN)outputs.example/%/chapters.json,%,$(wildcard \
	$(LIMN)outputs.example/*/chapters.json))
demo: $(examples:%=$(OUT)/%/chapters.json) | $(PROGRAMS)
	@$(MAKE) $(this) imagegen EP='$(examples)'
	@echo 'The pictures are in $(OUT)/*/images/: open the index.html there.'
ifneq ($(filter demo,$(MAKECMDGOALS)),)
$(examples:%=$(OUT)/%/chapters.json):
	@mkdir -p $(@D) && cp $(patsubst $(OUT)/%,$(LIMN)outputs.example/%,$@) $@
endif
.PHONY: demo

# All that was made.  (The programs go too, where they were built: see build.mk.)
clean:
	@sh $(LIMN)mk/clean.sh $(OUT) $(ANSWERS_DIR)
# What was bought is deleted only on request.
purge-answers:
	@sh $(LIMN)mk/purge-answers.sh $(ANSWERS_DIR) $(YES)
.PHONY: clean purge-answers

help:
	@cat $(LIMN)mk/help.txt
.PHONY: help
