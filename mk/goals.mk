# The goals that people type.

# imagegen makes the manifest of each episode, and prints a line for each.  An
# episode that fails doesn't stop the next.
ifneq ($(filter imagegen verify plan,$(MAKECMDGOALS)),)
$(if $(EP),,$(error limn: which episode? say EP=ID))
MAKEFLAGS += -k
endif
this := -f $(firstword $(MAKEFILE_LIST))

imagegen: $(EP:%=imagegen/%)
$(EP:%=imagegen/%): E = $(OUT)/$*
$(EP:%=imagegen/%): imagegen/%: | $(PROGRAMS)
ifneq ($(DRY_RUN),)
	$(plan)
else ifneq ($(asking),)
	@exec $(MAKE) $(this) -$(asking) $E/images/manifest.json
else
	@sh $(LIMN)mk/imagegen.sh $(BIN) $E '$(force)' '$(if \
		$(CHAPTER),--partial)' $(MAKE) $(this)
endif
.PHONY: imagegen $(EP:%=imagegen/%)

all: $(manifests) $(if $(strip $(bad-names)),bad-names)
# make prints these names, because no shell may get them.
bad-names: ; @$(warning limn: not an id: $(strip $(bad-names)); rename it) exit 65
.PHONY: all bad-names

# What imagegen would buy, and for how much.
plan: $(EP:%=plan/%)
$(EP:%=plan/%): E = $(OUT)/$*
$(EP:%=plan/%): plan/%: | $(PROGRAMS)
	@$(if $(word 2,$(EP)),$(if $(JSON),:,echo "$*:"),:)
	$(plan)
.PHONY: plan $(EP:%=plan/%)

verify: $(EP:%=verify/%)
$(EP:%=verify/%): verify/%: | $(PROGRAMS)
	@$(BIN)/verify-manifest --records=$(OUT)/$* $(OUT)/$*/images/manifest.json
	@echo '[OK] $* -> every file is as its manifest says, and recorded'
.PHONY: verify $(EP:%=verify/%)

# The dashboard.  For a job it runs make with this makefile.
quoted = '$(subst ','\'',$(call one-line,$1))'
serve: | $(PROGRAMS)
	@exec $(BIN)/serve-gallery -l $(call quoted,LISTEN) -p $(call quoted,PORT) --outputs=$(OUT) \
		--database=$(DATABASE) --makefile=$(firstword $(MAKEFILE_LIST))
.PHONY: serve

# What was spent, and on what.
json = $(if $(JSON),--json)
cost: | $(PROGRAMS)
	@$(BIN)/report-cost $(strip --outputs=$(OUT) $(json) -- $(EP))
ledger: | $(PROGRAMS)
	@$(BIN)/report-cost --purchases $(strip --outputs=$(OUT) $(json) -- $(EP))
.PHONY: cost ledger

# The tables of the database.  A tool that writes to it updates them, too.
migrate: | $(PROGRAMS)
	@$(BIN)/migrate-db up
	@$(BIN)/migrate-db status
rollback: | $(PROGRAMS)
	@$(BIN)/migrate-db $(force) down
# The ledger is restored from the store, and the rest from the files.
rebuild-db: | $(PROGRAMS)
	@$(BIN)/migrate-db restore --set-aside --answers=$(ANSWERS_DIR)
	@find $(OUT) -mindepth 3 -maxdepth 3 -path '*/images/manifest.json' -print0 | \
		LC_ALL=C sort -z | xargs -0 -r $(BIN)/record-asset --no-run $(force) --
.PHONY: migrate rollback rebuild-db

# The examples; files that are there are kept.
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

# Delete everything that was made.  (build.mk deletes the programs.)
clean:
	@sh $(LIMN)mk/clean.sh $(OUT) $(ANSWERS_DIR)
# What was bought is deleted only on request.
purge-answers:
	@sh $(LIMN)mk/purge-answers.sh $(ANSWERS_DIR) $(YES)
.PHONY: clean purge-answers

help:
	@cat $(LIMN)mk/help.txt
.PHONY: help
