# From the chapters of an episode to its manifest.  One chapter, one chain of
# files; the suffix names the stage:
#
#   chapters.json > .chapter.json > .prompt.json > .png > .entry.json > manifest
#
# make decides what may be out of date.  Nothing here runs a process while the
# makefile is read, and every tool replaces its output whole or not at all.

# Episodes are found by the names of the goals.  Another spelling of one, from
# the root, with two slashes or of the directory alone, is made to mean the same.
spell = $(patsubst ./%,%,$(patsubst %/,%,$(subst //,/,$(if $(filter \
	/%,$(OUT)),$1,$(patsubst $(CURDIR)/%,%,$1)))))
whole = $(if $(filter $(OUT)/%,$1),$1$(if $(findstring \
	/,$(patsubst $(OUT)/%,%,$1)),,/images/manifest.json))
alias = $(if $2,$(if $(filter-out $2,$1),$(if $(call poison-of,$1),,$(eval \
	.PHONY: $$1)$(eval $$1: $$2))))
goal-paths := $(foreach g,$(MAKECMDGOALS),$(call whole,$(call spell,$g)))
$(foreach g,$(MAKECMDGOALS),$(call alias,$g,$(call whole,$(call spell,$g))))

# The episodes that this run is about: those of the goals, or all.  A name with a
# blank falls into words that don't look like a path.
ifneq ($(filter all,$(MAKECMDGOALS)),)
MAKEFLAGS += -k
files-of-all := $(wildcard $(OUT)/*/chapters.json)
episodes := $(patsubst $(OUT)/%/chapters.json,%,$(filter \
	$(OUT)/%/chapters.json,$(files-of-all)))
bad-names := $(filter-out $(OUT)/%/chapters.json,$(files-of-all)) \
	$(call not-ids,$(episodes))
episodes := $(filter-out $(bad-names),$(episodes))
else
episodes := $(sort $(foreach g,$(patsubst $(OUT)/%,%,$(filter \
	$(OUT)/%,$(goal-paths))),$(firstword $(subst /, ,$g))))
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

# Settings that a picture depends on, one stamp each for prompts and pictures.
prompt-settings := LLM_PROVIDER=$(LLM_PROVIDER) TEMPLATE=$(TEMPLATE)
image-settings  := IMAGE_GEN_PROVIDER=$(IMAGE_GEN_PROVIDER)

# The recipes.  E is the directory of the episode, W of its workings, C the path
# of a chapter's workings without the suffix.
E = $(patsubst %/,%,$(dir $(@D)))
W = $E/imagegen
C = $(basename $(basename $@))
id = $(notdir $E)

split  = $(BIN)/split-chapters -o $W $E/chapters.json
prompt = $(BIN)/gen-prompt $(progress) -t $(TEMPLATE) \
	--stamp=$C.prompt.stamp -o $C.prompt.json $C.chapter.json
draw   = $(Q)$(BIN)/draw-storyboard $(strip $(keep) $(progress) -o $@ $<)
card   = $(Q)$(BIN)/placeholder-png $(strip $(keep) $(progress) -o $@ $<)
keep   = $(if $(FORCE),,--keep)
entry  = $(Q)$(BIN)/write-entry -o $@ $< $C.chapter.json

# Manifest and provenance are made beside their places and then moved there;
# the manifest last, for by its date make knows that the stage is finished.
P = $E/provenance/imagegen_provenance.json
define finish
$(Q)m=$(@D)/.tmp.$$$$.json p=$(dir $P).tmp.$$$$.json; \
$(BIN)/write-manifest --episode-id=$(id) --schema-version=$(schema.$(id)) \
	--index=$W/chapters.index --former=$@ --render=$E/render/draft.mp4 \
	$(if $(CHAPTER),--only='$(CHAPTER)') -o $$m && \
said=$$($(BIN)/write-provenance -t $(TEMPLATE) --episode=$E --summary \
	$(if $(began),--began=$(began)) $(if $(CHAPTER),--partial='$(CHAPTER)') \
	-o $$p $$m) && \
mv -f $$p $P && mv -f $$m $@ && $(if $(CHAPTER),,rm -f $@.stale $(@D)/.stale && )\
if [ -n "$$LIMN_SUMMARY" ]; then echo "$$said" >"$$LIMN_SUMMARY"; \
else echo "$$said"; fi || { s=$$?; rm -f $$m $$p; exit $$s; }
endef

# Seconds since the machine was started: when this run began.
began := $(firstword $(file </proc/uptime))

# A prompt is two files.  gen-prompt dates the stamp whenever it has looked at
# the slice and the template, and replaces the prompt only if it reads another
# way: what follows depends on the prompt, so a template that was touched, or
# edited in what a chapter doesn't use, draws no picture.  For make to see the
# new date of the prompt in the same run, both must be targets of one pattern
# rule, and whoever needs the prompt must come to the stamp first: the picture
# does, by its order-only prerequisite in a rule before the other, and the entry
# depends on the picture alone.  The rule of the prompt alone is for one that was
# deleted; it waits for what the stamp waits for, so as not to overtake it.
%.prompt.stamp %.prompt.json:
	$(Q)$(prompt)

# In the same way an episode has the template that it was last looked at with,
# for its provenance: written again only where its words have changed.
%/prompt.settings %/template.md:
	@cmp -s $(TEMPLATE) $*/template.md || cp $(TEMPLATE) $*/template.md
	@echo '$(prompt-settings)' >$*/prompt.settings

# The rules of an episode: 1 its id, 2 its chapters, 3 the drawn ones, 4 the
# cards, 5 the schema version, 6 the directory of the workings, 7 of the
# pictures.  A provenance that is gone counts as newer than any manifest.
define chain
$(2:%=$6%.chapter.json) $6chapters.index: ; $$(Q)$$(split)
$6prompt.settings: $(TEMPLATE)
$6template.md: ; @cp $(TEMPLATE) $$@
$(3:%=$6%.prompt.stamp): $6%.prompt.stamp: $6%.chapter.json $6prompt.settings
$(3:%=$6%.prompt.json): $6%.prompt.json: | $6%.chapter.json $6prompt.settings ; $$(Q)$$(prompt)
$(3:%=$7%.png): $7%.png: | $6%.prompt.stamp ; $$(draw)
$(3:%=$7%.png): $7%.png: $6%.prompt.json $6image.settings
$(4:%=$7%.png): $7%.png: $6%.chapter.json ; $$(card)
$(3:%=$6%.entry.json): $6%.entry.json: $7%.png ; $$(entry) $$C.prompt.json
$(4:%=$6%.entry.json): $6%.entry.json: $7%.png ; $$(entry)
$7manifest.json: | $6prompt.settings ; $$(finish)
$7manifest.json: $(patsubst %,$6%.entry.json,$(if \
	$(CHAPTER),$(filter $(CHAPTER),$2),$2)) $6chapters.index \
	$6template.md $(OUT)/$1/provenance/imagegen_provenance.json
$(OUT)/$1/provenance/imagegen_provenance.json:
schema.$1 := $5
endef

# What no date tells: another setting, a marker of an earlier stage, FORCE=1.
changed = $(subst <$(file <$2)>,,<$1>)
forced  = $(if $(CHAPTER),$(filter $(CHAPTER),$2),$2)
define exceptions
$(if $(call changed,$(prompt-settings),$6prompt.settings),$(eval \
	$6prompt.settings: FORCE))
$(if $(call changed,$(image-settings),$6image.settings),$(eval \
	$6image.settings: FORCE ; @echo '$(image-settings)' >$$@))
$(if $(wildcard $7manifest.json.stale $7.stale),$(eval $7manifest.json: FORCE))
$(if $(FORCE),$(eval $(patsubst %,$6%.prompt.stamp,$(filter \
	$3,$(forced))) $(forced:%=$7%.png): FORCE))
$(if $(filter-out $2,$(CHAPTER)),$(eval $7manifest.json: $7no-such-chapter)$(eval \
	$7no-such-chapter: ; @$$(call fail,65,$(OUT)/$1/chapters.json: there is \
	no chapter $(filter-out $2,$(CHAPTER)) with a picture; look at CHAPTER)))
endef

# $(call episode,ID,chapters,drawn,cards,schema version): what each fragment
# says, and split-chapters writes.  One that was copied with its directory from
# another episode is made anew.
episode = $(if $(filter $1,$(reading)),$(strip $(call with-paths,$1,$2,$3,$4,$5,$(strip \
	)$(OUT)/$1/imagegen/,$(OUT)/$1/images/)),$(again))
with-paths = $(eval $(chain))$(exceptions)

# A chapters.json with errors breaks its own episode and no other: were its
# fragment's recipe to fail, make would build nothing at all.  So split-chapters
# is to make a fragment that says $(call broken,ID).  Where the directory has
# another name by now, or the errors are gone, it is asked once more.
broken = $(eval $(sort $(OUT)/$(reading)/images/manifest.json $(filter \
	$(OUT)/$(reading)/%,$(goal-paths))): FORCE ; \
	$$(call refuse,$(OUT)/$(reading)/imagegen/chapters.errors))$(if \
	$(MAKE_RESTARTS),,$(if $(filter $1,$(reading)),$(if $(wildcard \
	$(OUT)/$(reading)/imagegen/chapters.errors),,$(again)),$(again)))
again  = $(eval $(OUT)/$(reading)/imagegen/chapters.mk: FORCE)
refuse = @cat $1 >&2; [ -z "$$LIMN_ERRORS" ] || cat $1 >>"$$LIMN_ERRORS"; exit 65

# The tools are made before any of them is needed; a newer tool redoes nothing.
fragments := $(episodes:%=$(OUT)/%/imagegen/chapters.mk)
$(fragments): $(OUT)/%/imagegen/chapters.mk: $(OUT)/%/chapters.json \
		| $(filter deps%,$(MAKECMDGOALS)) $(PROGRAMS)
	@mkdir -p $(@D) && \
	LIMN_ERRORS= $(BIN)/split-chapters --mark-broken -o $(@D) $< \
		2>$(@D)/chapters.errors; \
	s=$$?; [ $$s -ne 65 ] || exit 0; \
	cat $(@D)/chapters.errors >&2; \
	[ $$s -eq 0 ] || [ -z "$$LIMN_ERRORS" ] || \
		cat $(@D)/chapters.errors >>"$$LIMN_ERRORS"; \
	rm -f $(@D)/chapters.errors; exit $$s

$(foreach reading,$(episodes),$(eval include $(OUT)/$(reading)/imagegen/chapters.mk))

# Interrupted, make would delete what a recipe has just replaced as a whole.
.PRECIOUS: $(manifests)

# What there is no chapters.json for, and names that are no ids.
fail = echo 'limn: $2' >&2; [ -z "$$LIMN_ERRORS" ] || \
	echo 'limn: $2' >>"$$LIMN_ERRORS"; exit $1
$(foreach e,$(missing),$(eval $(filter $(OUT)/$e/%,$(goal-paths)): FORCE ; \
	@$$(call fail,66,Chapters file not found: $(OUT)/$e/chapters.json)))

FORCE:
.PHONY: FORCE
