# From the chapters of an episode to its manifest.  One chapter, one chain of
# files; the suffix names the stage:
#
#   chapters.json > .chapter.json > .prompt.json > .png > .entry.json > manifest
#
# make decides what may be out of date.  Nothing here runs a process while the
# makefile is read, and every tool replaces its output whole or not at all.

# The episodes that this run is about: those of the goals, or all.
path-of-goals := $(patsubst ./%,%,$(MAKECMDGOALS))
ifneq ($(filter all,$(MAKECMDGOALS)),)
MAKEFLAGS += -k
files-of-all := $(wildcard $(OUT)/*/chapters.json)
episodes := $(patsubst $(OUT)/%/chapters.json,%,$(files-of-all))
bad-names := $(call not-ids,$(episodes))
episodes := $(filter-out $(bad-names),$(episodes))
else
episodes := $(sort $(foreach g,$(patsubst $(OUT)/%,%,$(filter \
	$(OUT)/%,$(path-of-goals))),$(firstword $(subst /, ,$g))))
ifneq ($(call not-ids,$(episodes)),)
$(error limn: $(call not-ids,$(episodes)): not an id; an id has letters and \
	digits of ASCII, - and _)
endif
missing := $(foreach e,$(episodes),$(if $(wildcard \
	$(OUT)/$e/chapters.json),,$e))
episodes := $(filter-out $(missing),$(episodes))
endif
manifests := $(episodes:%=$(OUT)/%/images/manifest.json)

# Settings that a picture depends on, one stamp each for prompts and pictures.
prompt-settings := LLM_PROVIDER=$(LLM_PROVIDER) TEMPLATE=$(TEMPLATE)
image-settings  := IMAGE_GEN_PROVIDER=$(IMAGE_GEN_PROVIDER)

# The recipes.  E is the directory of the episode, W of its workings, C the path
# of a chapter's workings without the suffix.
E = $(patsubst %/,%,$(dir $(@D)))
W = $E/imagegen
C = $(basename $(basename $@))
id = $(notdir $E)

split  = $(Q)$(BIN)/split-chapters -o $W $E/chapters.json
prompt = $(Q)$(BIN)/gen-prompt $(progress) -t $(TEMPLATE) \
	--stamp=$C.prompt.stamp -o $C.prompt.json $C.chapter.json
draw   = $(Q)$(BIN)/draw-storyboard $(progress) -o $@ $<
card   = $(Q)$(BIN)/placeholder-png $(progress) -o $@ $<
entry  = $(Q)$(BIN)/write-entry -o $@ $^

# Manifest and provenance are made beside their places and then moved there;
# the manifest last, for by its date make knows that the stage is finished.
P = $E/provenance/imagegen_provenance.json
define finish
$(Q)$(BIN)/write-manifest --episode-id=$(id) --schema-version=$(schema.$(id)) \
	--index=$W/chapters.index --former=$@ --render=$E/render/draft.mp4 \
	$(if $(CHAPTER),--only='$(CHAPTER)') -o $@.new && \
done=$$($(BIN)/write-provenance -t $(TEMPLATE) --episode=$E --summary \
	$(if $(began),--began=$(began)) $(if $(CHAPTER),--partial='$(CHAPTER)') \
	-o $P.new $@.new) && \
mv -f $P.new $P && mv -f $@.new $@ && rm -f $@.stale $(@D)/.stale && \
if [ -n "$$LIMN_SUMMARY" ]; then echo "$$done" >"$$LIMN_SUMMARY"; \
else echo "$$done"; fi || { s=$$?; rm -f $@.new $P.new; exit $$s; }
endef

# Seconds since the machine was started: when this run began.
began := $(firstword $(file </proc/uptime))

# A prompt is two files.  gen-prompt dates the stamp whenever it has looked at
# the slice and the template, and replaces the prompt only if it reads another
# way: what follows depends on the prompt, so a template that was touched, or
# edited in what a chapter doesn't use, draws no picture.  For make to see the
# new date of the prompt in the same run, both must be targets of one pattern
# rule, and whoever needs the prompt must wait for the stamp first (the
# order-only prerequisite comes before the other, in a rule of its own).  The
# rule of the prompt alone is for one that was deleted; it waits for the same,
# so that the stamp is always the first to be ready.
%.prompt.stamp %.prompt.json:
	$(prompt)

# $(call episode,ID,chapters,drawn,cards,schema version): what each fragment
# says, and split-chapters writes.  Where a fragment was copied from another
# episode, with its directory, it is made anew.
# 6 and 7 are the directories of the workings and of the pictures.
define chain
$(2:%=$6%.chapter.json) $6chapters.index: | $(BIN)/split-chapters ; $$(split)

$(3:%=$6%.prompt.stamp): $6%.prompt.stamp: $6%.chapter.json $6prompt.settings \
	$(TEMPLATE) | $(BIN)/gen-prompt
$(3:%=$6%.prompt.json): $6%.prompt.json: | $6%.chapter.json $6prompt.settings \
	$(BIN)/gen-prompt ; $$(prompt)

$(3:%=$7%.png): $7%.png: | $6%.prompt.stamp $(BIN)/draw-storyboard ; $$(draw)
$(3:%=$7%.png): $7%.png: $6%.prompt.json $6image.settings
$(4:%=$7%.png): $7%.png: $6%.chapter.json | $(BIN)/placeholder-png ; $$(card)

$(3:%=$6%.entry.json): $6%.entry.json: | $6%.prompt.stamp $(BIN)/write-entry ; $$(entry)
$(3:%=$6%.entry.json): $6%.entry.json: $6%.chapter.json $6%.prompt.json $7%.png
$(4:%=$6%.entry.json): $6%.entry.json: $6%.chapter.json $7%.png | $(BIN)/write-entry ; $$(entry)

$7manifest.json: $(patsubst %,$6%.entry.json,$(if \
	$(CHAPTER),$(filter $(CHAPTER),$2),$2)) $6chapters.index \
	| $(BIN)/write-manifest $(BIN)/write-provenance ; $$(finish)
schema.$1 := $5
endef

# What no date tells: a marker of an earlier stage, a provenance that is gone.
unfinished = $(wildcard $7manifest.json.stale $7.stale)$(if $(wildcard \
	$(OUT)/$1/provenance/imagegen_provenance.json),,none)
changed = $(subst <$(file <$2)>,,<$1>)
define exceptions
$(if $(unfinished),$7manifest.json: FORCE)
$(if $(call changed,$(prompt-settings),$6prompt.settings),$6prompt.settings: FORCE ; @echo '$(prompt-settings)' >$$@)
$(if $(call changed,$(image-settings),$6image.settings),$6image.settings: FORCE ; @echo '$(image-settings)' >$$@)
$(if $(FORCE),$(foreach c,$(if $(CHAPTER),$(CHAPTER),$2),$(if \
	$(filter $c,$3),$6$c.prompt.stamp) $7$c.png): FORCE)
$(if $(filter-out $2,$(CHAPTER)),$7manifest.json: $7no-such-chapter$(newline)$7no-such-chapter: ; $$(no-such-chapter))
endef
no-such-chapter = @$(call fail,65,$E/chapters.json: there is no chapter \
	$(CHAPTER) in it; look at CHAPTER)

episode = $(if $(filter $1,$(reading)),$(eval $(call chain,$1,$2,$3,$4,$5,$(OUT)/$1/imagegen/,$(OUT)/$1/images/))$(eval \
	$(call exceptions,$1,$2,$3,$4,$5,$(OUT)/$1/imagegen/,$(OUT)/$1/images/)),$(eval \
	$(OUT)/$(reading)/imagegen/chapters.mk: FORCE))

# A chapters.json with errors breaks its own episode and no other: were its
# fragment's recipe to fail, make would build nothing at all.
broken = $(eval $(sort $(OUT)/$(reading)/images/manifest.json $(filter \
	$(OUT)/$(reading)/%,$(path-of-goals))): FORCE ; \
	$$(call refuse,$(OUT)/$(reading)/imagegen/chapters.errors))
refuse = @cat $1 >&2; [ -z "$$LIMN_ERRORS" ] || cat $1 >>"$$LIMN_ERRORS"; exit 65

fragments := $(episodes:%=$(OUT)/%/imagegen/chapters.mk)
$(fragments): $(OUT)/%/imagegen/chapters.mk: $(OUT)/%/chapters.json \
		| $(BIN)/split-chapters
	@mkdir -p $(@D) && \
	$(BIN)/split-chapters -o $(@D) $< 2>$(@D)/chapters.errors; s=$$?; \
	if [ $$s -eq 65 ]; then echo '$$(call broken)' >$@; exit 0; fi; \
	[ ! -s $(@D)/chapters.errors ] || cat $(@D)/chapters.errors >&2; \
	rm -f $(@D)/chapters.errors; exit $$s

$(foreach reading,$(episodes),$(eval include $(OUT)/$(reading)/imagegen/chapters.mk))

# What there is no chapters.json for, and names that are no ids.
fail = echo 'limn: $2' >&2; [ -z "$$LIMN_ERRORS" ] || \
	echo 'limn: $2' >>"$$LIMN_ERRORS"; exit $1
$(foreach e,$(missing),$(eval $(filter $(OUT)/$e/%,$(path-of-goals)): FORCE ; \
	@$$(call fail,66,Chapters file not found: $(OUT)/$e/chapters.json)))

FORCE:
.PHONY: FORCE
