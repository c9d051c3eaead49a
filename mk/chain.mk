# From the chapters of an episode to its manifest.  One chapter, one chain of
# files; the suffix names the stage:
#
#   chapters.json > .chapter.json > .prompt.json > .response.json > .png
#                 > .entry.json > manifest, gallery
#
# make decides what may be out of date, and the store of answers what must be
# bought.  Nothing here runs a process while the makefile is read, and every tool
# replaces its output whole or not at all.

# Episodes are found by the names of the goals.  Another spelling of one, from
# the root, with two slashes or of the directory alone, is made to mean the same.
spell = $(patsubst ./%,%,$(patsubst %/,%,$(subst //,/,$(if $(filter \
	/%,$(OUT)),$1,$(patsubst $(CURDIR)/%,%,$1)))))
whole = $(if $(filter $(OUT)/%,$1),$1$(if $(findstring \
	/,$(patsubst $(OUT)/%,%,$1)),,/images/manifest.json))
alias = $(if $2,$(if $(filter-out $2,$1),$(if $(call bad-chars-of,$1),,$(eval \
	.PHONY: $$1)$(eval $$1: $$2))))
goal-paths := $(foreach g,$(MAKECMDGOALS),$(call whole,$(call spell,$g)))
$(foreach g,$(filter $(OUT)/%,$(goal-paths)),$(if $(call bad-chars-of,$g),$(error \
	limn: there must be no $(call bad-chars-of,$g) in the name of a goal)))
$(foreach g,$(MAKECMDGOALS),$(call alias,$g,$(call whole,$(call spell,$g))))
# What is made beside a manifest is made with it.
goals-beside := $(filter $(OUT)/%/images/index.html \
	$(OUT)/%/provenance/imagegen_provenance.json,$(goal-paths))
manifest-of = $(OUT)/$(firstword $(subst /, ,$(patsubst \
	$(OUT)/%,%,$1)))/images/manifest.json

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
# They say what the user named, not what limn takes where he names nothing: a
# release with other defaults redraws nothing.  In the same way an episode that
# was begun with real pictures keeps its providers until others are named, come
# keys or go; the tools find them by the same rule.
one-line = $(subst $(newline), ,$(value $1))
named    = $(foreach v,$1,$(if $(value $v),$v=$(call one-line,$v)))
image-settings  = IMAGE_GEN_PROVIDER=$1 $(if $(filter-out \
	storyboard,$1),$(call named,$(image-names)))
prompt-settings = LLM_PROVIDER=$1 TEMPLATE=$(TEMPLATE) $(if $(filter-out \
	none,$1),$(call named,LLM_MODEL))
image-named := $(strip $(value IMAGE_GEN_PROVIDER))
llm-named   := $(strip $(value LLM_PROVIDER))

# What the two stamps of most episodes say, which are good, then; and whether
# those are of drafts.
usual-images := $(or $(image-named),$(image-default))
usual-llm    := $(or $(llm-named),$(if $(filter \
	storyboard,$(usual-images)),none,$(llm-default)))
usual  := <$(call image-settings,$(usual-images))><$(call \
	prompt-settings,$(usual-llm))>
drafts := $(filter storyboard,$(usual-images))

# Of the others images.ID and llm.ID, by 1 the id and 2 what the tools remember
# of its first answer, in defaults.json.
begun-with = $(strip $(foreach w,$2,$(if $(findstring "$1": "$w",$3),$w)))
pick = $(eval images.$1 := $(or $(image-named),$(call \
	begun-with,IMAGE_GEN_PROVIDER,openai,$2),$(image-default)))$(eval \
	llm.$1 := $(or $(llm-named),$(if $(filter storyboard,$(images.$1)),none),$(call \
	begun-with,LLM_PROVIDER,none anthropic openai,$2),$(llm-default)))
stamp-word = $(lastword $(subst =, ,$(firstword $(file <$1))))
images = $(or $(images.$(id)),$(call stamp-word,$W/image.settings))
llm    = $(or $(llm.$(id)),$(call stamp-word,$W/prompt.settings))
quoted = '$(subst ','\'',$1)'

# The recipes.  E is the directory of the episode, W of its workings, C the path
# of a chapter's workings without the suffix.  What a step of a chapter fails for
# is noted, for the gallery.
E = $(patsubst %/,%,$(dir $(@D:%/thumbs=%)))
W = $E/imagegen
C = $(basename $(basename $@))
id = $(notdir $E)
note = --note=$W/$(notdir $*).error

split  = $(BIN)/split-chapters -o $W $E/chapters.json
prompt = $(BIN)/gen-prompt $(progress) $(note) -t $(TEMPLATE) $(paid) \
	--stamp=$C.prompt.stamp -o $C.prompt.json $C.chapter.json
ask    = $(Q)$(BIN)/call-dalle $(strip $(progress) $(note) $(paid) \
	$(if $(FORCE),,--picture=$E/images/$(notdir $C).png) -o $@ $<)
load   = $(Q)$(BIN)/download $(strip $(keep) --answers=$(ANSWERS_DIR) \
	$(progress) $(note) -o $@ $<)
draw   = $(Q)$(BIN)/draw-storyboard $(strip $(keep) $(progress) $(note) -o $@ $<)
card   = $(Q)$(BIN)/placeholder-png $(strip $(keep) $(progress) $(note) -o $@ $<)
own    = $(Q)$(BIN)/check-png $(strip $(progress) $(note) -o $@ $<)
thumb  = $(Q)$(BIN)/thumbnail-png $(strip $(progress) $(note) -o $@ $<)
paid   = --answers=$(ANSWERS_DIR) $(database) --defaults=$W/defaults.json $(forcing)
database = --database=$(DATABASE)
forcing = $(if $(FORCE),--force)
keep   = $(if $(FORCE)$(filter $@,$(disowned)),,--keep)
entry  = $(Q)$(BIN)/write-entry $(note) -o $@ $< $C.chapter.json

# Manifest, provenance and gallery are made beside their places, recorded in the
# database, and then moved there; the manifest last, for by its date make knows
# that the stage is finished.
P = $E/provenance/imagegen_provenance.json
define finish
$(Q)m=$(@D)/.tmp.$$$$.json p=$(dir $P).tmp.$$$$.json g=$(@D)/.tmp.$$$$.html; \
$(BIN)/write-manifest --episode-id=$(id) --schema-version=$(schema.$(id)) \
	--index=$W/chapters.index --former=$@ --render=$E/render/draft.mp4 \
	$(if $(CHAPTER),--only='$(CHAPTER)') -o $$m && \
said=$$($(BIN)/write-provenance -t $(TEMPLATE) --episode=$E --summary $(database) \
	$(if $(began),--began=$(began)) $(if $(CHAPTER),--partial='$(CHAPTER)') \
	-o $$p $$m) && \
$(BIN)/write-gallery --episode=$E $(database) -o $$g $$m && \
$(BIN)/record-asset $(strip --episode=$E $(database) $(forcing) --provenance=$$p) $$m && \
mv -f $$p $P && mv -f $$g $(@D)/index.html && mv -f $$m $@ && $(note-own)$(if \
	$(CHAPTER),,rm -f $@.stale $(@D)/.stale $W/*.error && )\
if [ -n "$$LIMN_SUMMARY" ]; then echo "$$said" >"$$LIMN_SUMMARY"; \
else echo "$$said"; fi || { s=$$?; rm -f $$m $$p $$g; exit $$s; }
endef

# Seconds since the machine was started: when this run began.  And its name,
# which the tools note with what they buy, and the process that it is, with its
# start, by which they know whether it is still there.
began := $(firstword $(file </proc/uptime))
ifneq ($(MAKELEVEL):$(if $(value LIMN_RUN),set),$(filter-out 0,$(MAKELEVEL)):set)
export LIMN_RUN := $(file </proc/sys/kernel/random/uuid)
export LIMN_MAKE := $(wordlist 1,1,$(file </proc/self/stat)) $(word \
	22,$(file </proc/self/stat))
endif

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
	@cmp -s $(TEMPLATE) $*/template.md || { $(call copy,$*/template.md); }
	@printf '%s\n' $(call quoted,$(call prompt-settings,$(llm))) \
		>$*/.tmp.$$$$ && mv -f $*/.tmp.$$$$ $*/prompt.settings
copy = cp $(TEMPLATE) $1.tmp.$$$$ && mv -f $1.tmp.$$$$ $1

# Whether pictures may be made of an episode, by what the database says.
may-draw = $(BIN)/record-run $(strip --episode=$(OUT)/$* $(database) $(forcing))

# What would be bought, of an episode; with DRY_RUN=1 also how it would be asked.
plan = $(BIN)/plan-episode -t $(TEMPLATE) --answers=$(ANSWERS_DIR) $(database) \
	$(if $(FORCE),--force) $(if $(CHAPTER),--chapter='$(CHAPTER)') \
	$(if $(JSON),--json) $(if $(DRY_RUN),--requests=$(OUT)/$1/dry-run) \
	$(OUT)/$1

# The rules of an episode: 1 its id, 2 its chapters, 3 the drawn ones, 4 the
# cards, 5 the schema version, 6 the directory of the workings, 7 of the
# pictures, 8 the chapters whose picture is the author's own, 9 not empty where
# drafts are drawn.  A provenance or a gallery that is gone counts as newer than
# any manifest.
chosen = $(if $(CHAPTER),$(filter $(CHAPTER),$2),$2)
define chain
$(2:%=$6%.chapter.json) $6chapters.index: ; $$(Q)$$(split)
$6prompt.settings: $(TEMPLATE)
$6template.md: ; @$$(call copy,$$@)
$(3:%=$6%.prompt.stamp): $6%.prompt.stamp: $6%.chapter.json $6prompt.settings
$(3:%=$6%.prompt.json): $6%.prompt.json: | $6%.chapter.json $6prompt.settings ; $$(Q)$$(prompt)
$(if $9,$(draft-rules),$(api-rules))
$(4:%=$7%.png): $7%.png: $6%.chapter.json ; $$(card)
$(4:%=$6%.entry.json): $6%.entry.json: $7%.png ; $$(entry)
$(if $8,$(own-rules))
$(2:%=$7thumbs/%.png): $7thumbs/%.png: $7%.png ; $$(thumb)
$7manifest.json: | $6prompt.settings $(chosen:%=$7thumbs/%.png) ; $$(finish)
$7manifest.json: $(chosen:%=$6%.entry.json) $6chapters.index $6template.md \
	$(filter-out $(goals-beside),$7index.html $(OUT)/$1/provenance/imagegen_provenance.json)
$7index.html $(OUT)/$1/provenance/imagegen_provenance.json:
schema.$1 := $5
endef
define draft-rules
$(3:%=$7%.png): $7%.png: | $6%.prompt.stamp ; $$(draw)
$(3:%=$7%.png): $7%.png: $6%.prompt.json $6image.settings
$(3:%=$6%.entry.json): $6%.entry.json: $7%.png ; $$(entry) $$C.prompt.json
endef
define api-rules
$(3:%=$6%.response.json): $6%.response.json: | $6%.prompt.stamp ; $$(ask)
$(3:%=$6%.response.json): $6%.response.json: $6%.prompt.json $6image.settings
$(3:%=$7%.png): $7%.png: $6%.response.json ; $$(load)
$(3:%=$6%.entry.json): $6%.entry.json: $7%.png ; $$(entry) $$C.prompt.json $$C.response.json
endef
define own-rules
$(8:%=$7%.png): $7%.png: $(OUT)/$1/own/%.png ; $$(own)
$(8:%=$6%.entry.json): $6%.entry.json: $7%.png $6%.chapter.json ; $$(entry)
endef

# What no date tells: a marker of an earlier stage, FORCE=1, an unknown chapter.
forced  = $(filter-out $8,$(chosen))
define exceptions
$(if $(wildcard $7manifest.json.stale $7.stale),$(eval $7manifest.json: FORCE))
$(if $(FORCE),$(eval $(patsubst %,$6%.prompt.stamp,$(filter \
	$3,$(forced))) $(if $9,,$(patsubst %,$6%.response.json,$(filter \
	$3,$(forced)))) $(patsubst %,$7%.png,$(filter $(if $9,$3) \
	$4,$(forced))): FORCE))
$(if $(filter-out $2,$(CHAPTER)),$(eval $7manifest.json: $7no-such-chapter)$(eval \
	$7no-such-chapter: ; @$$(call fail,65,$(OUT)/$1/chapters.json: there is \
	no chapter $(filter-out $2,$(CHAPTER)) with a picture; look at CHAPTER)))
endef

# $(call episode,ID,chapters,drawn,cards,schema version): what each fragment
# says, and split-chapters writes.  One that was copied with its directory from
# another episode is made anew.  Of the rest 8 is what the stamp of the pictures
# says, 9 that of the prompts.  Most say the usual, and nobody has pictures of his
# own: that is the short way.
episode = $(if $(filter $1,$(reading)),$(strip $(call look,$1,$2,$3,$4,$5,$(strip \
	)$(OUT)/$1/imagegen/,$(OUT)/$1/images/,$(file \
	<$(OUT)/$1/imagegen/image.settings),$(file \
	<$(OUT)/$1/imagegen/prompt.settings))),$(again))
look  = $(if $(own-files)$(subst <$8><$9>,,$(usual)),$(long-way),$(call \
	rules,$1,$2,$3,$4,$5,$6,$7,,$(drafts)))
rules = $(eval $(chain))$(exceptions)

# The stamp of the pictures has a second line for the chapters whose picture is
# the author's own, "own=ch02,ch05", so that one notices when it goes.
own-files := $(if $(DRY_RUN),,$(wildcard $(if $(filter \
	all,$(MAKECMDGOALS)),$(OUT)/*/own/*,$(episodes:%=$(OUT)/%/own/*))))
own-line  = $(if $(findstring $(newline)own=,$8),$(lastword $(subst $(newline), ,$8)))
own-now   = $(if $(own-files),$(foreach c,$2,$(if $(filter \
	$(OUT)/$1/own/$c.png,$(own-files)),$c)))
long-way  = $(eval own-was.$1 := $(filter $2,$(subst $(comma), ,$(patsubst \
	own=%,%,$(own-line)))))$(call settle,$1,$2,$3,$4,$5,$6,$7,$(if \
	$(own-line),$(subst $(newline)$(own-line),,$8),$8),$9,$(own-now))
came = $(filter-out $(own-was.$1),$(10))
went = $(filter-out $(10),$(own-was.$1))
define settle
$(if $(subst <$8><$9>,,$(usual)),$(call pick,$1,$(file <$6defaults.json))$(call \
	restamp,$8,$6image.settings,$(call image-settings,$(images.$1)))$(call \
	restamp,$9,$6prompt.settings,$(call prompt-settings,$(llm.$1))))
$(foreach c,$(came) $(went),$(eval $7$c.png: FORCE))
$(eval disowned += $(went:%=$7%.png))
$(eval own-is.$1 := $(if $(CHAPTER),$(filter-out $(filter \
	$(CHAPTER),$(went)),$(own-was.$1)) $(filter $(CHAPTER),$(came)),$(10)))
$(call rules,$1,$2,$(filter-out $(10),$3),$(filter-out $(10),$4),$5,$6,$7,$(10),$(if \
	$(images.$1),$(filter storyboard,$(images.$1)),$(drafts)))
endef
disowned :=
restamp = $(if $(subst <$1>,,<$3>),$(eval $2: FORCE))
own-text = $(if $(strip $1),own=$(subst $(blank),$(comma),$(strip $1)))
%/image.settings:
	@printf '%s\n' $(call quoted,$(call image-settings,$(images))) \
		$(call own-text,$(own-was.$(id))) >$@.tmp.$$$$ && \
		mv -f $@.tmp.$$$$ $@

# Once they are in the manifest they are noted; the stamp keeps its date.
note-own = $(if $(subst <$(strip $(own-was.$(id)))>,,<$(strip \
	$(own-is.$(id)))>),touch -r $W/image.settings $W/.tmp.date && \
	sed -i '/^own=/d' $W/image.settings && \
	{ $(if $(strip $(own-is.$(id))),echo '$(call own-text,$(own-is.$(id)))',:); \
	} >>$W/image.settings && \
	touch -r $W/.tmp.date $W/image.settings && rm -f $W/.tmp.date && )

# A chapters.json with errors breaks its own episode and no other: were its
# fragment's recipe to fail, make would build nothing at all.  So split-chapters
# is to make a fragment that says $(call broken,ID).  Where the directory has
# another name by now, or the errors are gone, it is asked once more.  In the
# same way where the database says that the episode is none for pictures, or can't
# be asked: 2 is the status then, and it is always asked once more.
broken = $(eval $(sort $(OUT)/$(reading)/images/manifest.json $(filter \
	$(OUT)/$(reading)/%,$(goal-paths))): FORCE ; \
	$$(call refuse,$(OUT)/$(reading)/imagegen/chapters.errors,$2))$(if \
	$(MAKE_RESTARTS),,$(if $2,$(again),$(if $(filter $1,$(reading)),$(if $(wildcard \
	$(OUT)/$(reading)/imagegen/chapters.errors),,$(again)),$(again))))
again  = $(eval $(OUT)/$(reading)/imagegen/chapters.mk: FORCE)
refuse = @cat $1 >&2; [ -z "$$LIMN_ERRORS" ] || cat $1 >>"$$LIMN_ERRORS"; \
	$(BIN)/record-run --episode=$(patsubst %/,%,$(dir $(patsubst \
	%/,%,$(dir $1)))) $(database) --failed=- <$1 2>/dev/null; exit $(or $2,65)

# The tools are made before any of them is needed; a newer tool redoes nothing.
fragments := $(episodes:%=$(OUT)/%/imagegen/chapters.mk)
$(fragments): $(OUT)/%/imagegen/chapters.mk: $(OUT)/%/chapters.json \
		| $(filter deps%,$(MAKECMDGOALS)) $(PROGRAMS)
	@mkdir -p $(@D) && t=$(@D)/.tmp.errors.$$$$ f=$(@D)/.tmp.mk.$$$$ && \
	if LIMN_ERRORS= $(may-draw) --$(if $(asking),look,check) 2>$$t; then \
		LIMN_ERRORS= $(BIN)/split-chapters --mark-broken -o $(@D) $< \
			2>>$$t; s=$$?; \
	else \
		s=$$?; echo '$$(call broken,$*,'$$s')' >$$f && s=65 || s=73; \
	fi; \
	[ $$s -ne 65 ] || { mv -f $$t $(@D)/chapters.errors && \
		{ [ ! -e $$f ] || mv -f $$f $@; }; exit; }; \
	rm -f $$f; cat $$t >&2; \
	[ $$s -eq 0 ] || [ -z "$$LIMN_ERRORS" ] || cat $$t >>"$$LIMN_ERRORS"; \
	rm -f $$t $(@D)/chapters.errors; exit $$s

ifeq ($(DRY_RUN),)
$(foreach reading,$(episodes),$(eval include $(OUT)/$(reading)/imagegen/chapters.mk))
$(foreach g,$(goals-beside),$(eval $g: $(call manifest-of,$g))$(if $(wildcard \
	$g),,$(eval $(call manifest-of,$g): FORCE)))
else
# Nothing is made, not even the fragments, and nothing bought: the requests are
# written as they would be sent.
dry-goals = $(sort $(filter $(OUT)/$1/%,$(goal-paths)) $(if $(filter \
	all,$(MAKECMDGOALS)),$(OUT)/$1/images/manifest.json))
$(foreach e,$(episodes),$(eval $(call dry-goals,$e): FORCE | $(PROGRAMS) ; \
	$$(Q)$$(call plan,$e)))
endif

# Interrupted, make would delete what a recipe has just replaced as a whole.
.PRECIOUS: $(manifests)

# What there is no chapters.json for, and names that are no ids.
fail = echo 'limn: $2' >&2; [ -z "$$LIMN_ERRORS" ] || \
	echo 'limn: $2' >>"$$LIMN_ERRORS"; exit $1
$(foreach e,$(missing),$(eval $(filter $(OUT)/$e/%,$(goal-paths)): FORCE ; \
	@$$(call fail,66,Chapters file not found: $(OUT)/$e/chapters.json)))

FORCE:
.PHONY: FORCE
