# From the chapters of an episode to its manifest: one chapter, one chain of
# files; the suffix names the stage.
#
#   chapters.json > .chapter.json > .prompt.json > .response.json > .png
#                 > .entry.json > manifest, provenance, records, gallery
#
# make decides what may be out of date, and the store of answers decides what must
# be bought.  No process runs while the makefiles are read, and every tool replaces
# its output whole or not at all.  chapter.mk has the rules of an episode.  This
# file finds the episodes, and has the recipes.

# The episodes of this run: those of the goals, or all.  make splits a name with a
# space into words that don't look like a path.
episode-goals := $(filter $(OUT)/%,$(MAKECMDGOALS))
$(foreach g,$(episode-goals),$(if $(call bad-chars-of,$g),$(error \
	limn: there must be no $(call bad-chars-of,$g) in the name of a goal)))
directories := $(strip $(foreach g,$(episode-goals),$(if $(findstring \
	/,$(patsubst $(OUT)/%,%,$(g:%/=%))),,$(g:%/=%))))
$(if $(directories),$(error limn: $(directories): a directory is no goal; make \
	$(directories:%=%/images/manifest.json)))
ifneq ($(filter all,$(MAKECMDGOALS)),)
MAKEFLAGS += -k
files-of-all := $(wildcard $(OUT)/*/chapters.json)
episodes := $(patsubst $(OUT)/%/chapters.json,%,$(filter \
	$(OUT)/%/chapters.json,$(files-of-all)))
bad-names := $(filter-out $(OUT)/%/chapters.json,$(files-of-all)) \
	$(call not-ids,$(episodes))
episodes := $(filter-out $(bad-names),$(episodes))
else
episodes := $(sort $(foreach g,$(episode-goals:$(OUT)/%=%),$(firstword \
	$(subst /, ,$g))))
ifneq ($(call not-ids,$(episodes)),)
$(error limn: $(call not-ids,$(episodes)): not an id; an id has letters and \
	digits of ASCII, - and _)
endif
missing := $(foreach e,$(episodes),$(if $(wildcard \
	$(OUT)/$e/chapters.json),,$e))
episodes := $(filter-out $(missing),$(episodes))
endif
manifests := $(episodes:%=$(OUT)/%/images/manifest.json)
ifneq ($(episodes),)
ifeq ($(wildcard $(TEMPLATE)),)
$(error limn: TEMPLATE: $(TEMPLATE): there is no such file)
endif
endif

# The contents of an episode's two files of settings: what the user named, without
# limn's defaults.  So a release with other defaults redraws nothing.
one-line = $(subst $(newline), ,$(value $1))
named    = $(foreach v,$1,$(if $(value $v),$v=$(call one-line,$v)))
image-named   := $(strip $(value IMAGE_GEN_PROVIDER))
llm-named     := $(strip $(value LLM_PROVIDER))
image-options := $(call named,$(image-names))
llm-options   := $(call named,LLM_MODEL)
image-settings  = IMAGE_GEN_PROVIDER=$(image-provider) $(if $(filter-out \
	storyboard,$(image-provider)),$(image-options))
prompt-settings = LLM_PROVIDER=$(llm-provider) TEMPLATE=$(TEMPLATE) $(if \
	$(filter-out none,$(llm-provider)),$(llm-options))
# $(call begun-with,NAME,VALUES): the value of NAME in defaults.json, if it is one
# of VALUES.  The tools write that file with the first answer.
begun-with = $(strip $(foreach w,$2,$(if $(findstring "$1": "$w",$(begun)),$w)))

# The recipes of chapter.mk.  E is the directory of the episode; C is the path of a
# chapter's file in imagegen/, without the suffix.
E = $(OUT)/$(firstword $(subst /, ,$(@:$(OUT)/%=%)))
C = $E/imagegen/$(basename $(basename $(@F)))
split-chapters   = $(Q)$(BIN)/split-chapters -o $(@D) $E/chapters.json
copy-template    = @cat $(TEMPLATE) >$@
gen-prompt       = $(Q)$(BIN)/gen-prompt $(about) -t $(TEMPLATE) $(begun-file) \
	$(force) --stamp=$C.prompt.stamp -o $C.prompt.json $C.chapter.json
call-dalle       = $(Q)$(BIN)/call-dalle $(strip $(about) $(begun-file) $(or \
	$(force),--picture=$E/images/$*.png) -o $@ $<)
download         = $(Q)$(BIN)/download $(keep) $(outputs) $< $(forget-own)
draw-storyboard  = $(Q)$(BIN)/draw-storyboard $(keep) $(outputs) $< $(forget-own)
placeholder-png  = $(Q)$(BIN)/placeholder-png $(keep) $(outputs) $< $(forget-own)
check-png        = $(Q)$(BIN)/check-png $(about) $(outputs) $< && $(note-own)
outputs          = --thumbnail=$(@D)/thumbs/$(@F) -o $@
thumbnail-png    = $(if $(wildcard $@),,$(Q)$(BIN)/thumbnail-png $(about) -o $@ $<)
write-entry      = $(Q)$(BIN)/write-entry --about=$(notdir $C) \
	--thumbnail=$E/images/thumbs/$*.png -o $@ $< $C.chapter.json
of-draft         = $C.prompt.json
of-answer        = $C.prompt.json $C.response.json
write-manifest   = $(Q)$(BIN)/write-manifest $(strip --episode-id=$(notdir $E) \
	--schema-version=$(schema) --index=$(@D)/chapters.index \
	--former=$E/images/manifest.json --render=$E/render/draft.mp4 $(if \
	$(CHAPTER),--only='$(CHAPTER)') -o $@)
write-provenance = $(Q)$(BIN)/write-provenance $(strip -t $(TEMPLATE) --episode=$E \
	$(if $(run-began),--began=$(run-began)) $(if \
	$(CHAPTER),--partial='$(CHAPTER)') -o $@ $<)
record-asset     = $(Q)$(BIN)/record-asset $(strip --episode=$E $(force) \
	--provenance=$<) $(@D)/manifest.json && touch $@
write-gallery    = $(Q)$(BIN)/write-gallery --episode=$E -o $@ $<
publish          = $(Q)$(BIN)/write-manifest --publish=$E/imagegen/manifest.json \
	--provenance=$E/provenance/imagegen_provenance.json -o $@ $(if \
	$(CHAPTER),,&& rm -f $@.stale $(@D)/.stale $(LIMN_LOG))

about      = $(strip $(progress) --about=$(notdir $C))
progress   = $(if $(MAKE_TERMERR),--progress=$E/imagegen/chapters.index)
begun-file = --defaults=$E/imagegen/defaults.json
force      = $(if $(FORCE),--force)

# A picture that was put into images/ by hand stays, except with FORCE=1.  A copy
# of a picture in own/ is replaced when that picture was removed.
keep       = $(strip $(about) $(if $(FORCE)$(wildcard $(own-mark)),,--keep))
own-mark   = $E/imagegen/own/$*
note-own   = mkdir -p $(dir $(own-mark)) && touch $(own-mark)
forget-own = $(if $(wildcard $(own-mark)),&& rm -f $(own-mark))

# gen-prompt writes two files, and keeps the date of the second if its prompt is the
# same.  make reads that date again only if both are targets of one pattern rule.
# So a rule that needs the prompt must need the stamp first.
%.prompt.stamp %.prompt.json:
	$(gen-prompt)
# (Two makes may write the template at the same time; cp would fail for one.)
%/prompt.settings %/template.md:
	@cmp -s $(TEMPLATE) $*/template.md || cat $(TEMPLATE) >$*/template.md
	$(write-settings)
%/image.settings:
	$(write-settings)
write-settings = @printf '%s\n' '$(subst ','\'',$(settings))' >$@
settings = $(file <$@)

# When this run began, in seconds since the machine was started; its name, which
# the tools record with what they buy; and the PID and start time of make, to detect
# dead runs.
run-began := $(firstword $(file </proc/uptime))
ifneq ($(MAKELEVEL):$(if $(value LIMN_RUN),set),$(filter-out 0,$(MAKELEVEL)):set)
export LIMN_RUN := $(file </proc/sys/kernel/random/uuid)
export LIMN_MAKE := $(wordlist 1,1,$(file </proc/self/stat)) $(word \
	22,$(file </proc/self/stat))
endif
# The log of the episode, with its steps and errors.  It is deleted when all is done.
export LIMN_LOG = $(if $(filter $(OUT)/%,$@),$E/imagegen/log)

# The tools are built before the first of them is needed.  A newer tool redraws
# nothing.
fragments := $(episodes:%=$(OUT)/%/imagegen/chapters.mk)
$(fragments): $(OUT)/%/imagegen/chapters.mk: $(OUT)/%/chapters.json \
		| $(filter deps%,$(MAKECMDGOALS)) $(PROGRAMS)
	@sh $(LIMN)mk/split.sh $(BIN) $@ $< --episode=$E $(force) --$(if \
		$(asking),look,check)
refuse = @sh $(LIMN)mk/fail.sh $(status) <$E/imagegen/chapters.errors; \
	sh $(LIMN)mk/first-error.sh $(LIMN_LOG) | tail -n 1 | \
	$(BIN)/record-asset --episode=$E $(force) --failed=- 2>/dev/null; \
	exit $(status)
fail = echo 'limn: $2' | sh $(LIMN)mk/fail.sh $1

ifeq ($(DRY_RUN),)
split :=
include $(fragments)
# If a directory was copied, its fragment names another episode: write it again.
ifeq ($(MAKE_RESTARTS),)
$(patsubst %,$(OUT)/%/imagegen/chapters.mk,$(filter-out $(split),$(episodes))): FORCE
endif
else
# Only the requests are written, as they would be sent.  Nothing else is made, not
# even the fragments.
$(sort $(filter $(episodes:%=$(OUT)/%/%),$(episode-goals)) $(if $(filter \
	all,$(MAKECMDGOALS)),$(manifests))): FORCE | $(PROGRAMS)
	$(plan)
endif
plan = $(Q)$(BIN)/plan-episode $(strip -t $(TEMPLATE) $(force) $(if \
	$(CHAPTER),--chapter='$(CHAPTER)') $(if $(JSON),--json) $(if \
	$(DRY_RUN),--requests=$E/dry-run) $E)

$(filter $(missing:%=$(OUT)/%/%),$(episode-goals)): FORCE
	@$(call fail,66,Chapters file not found: $E/chapters.json)

# When make is interrupted, it would delete a target that a tool has just replaced.
.PRECIOUS: $(manifests)

FORCE:
.PHONY: FORCE
