# The rules of one episode, as a table.  Its fragment, imagegen/chapters.mk, sets
# id, schema, all (its chapters) and drawn (those without a card), and includes this
# file.  Targets and prerequisites are expanded then.  Recipes are expanded later, so
# they use automatic variables only.
#
# A *.settings file and a *.stamp file are there for their dates.  If a setting
# changes, its file is written, and everything that depends on it is made again.  The
# stamp of a prompt has the date of the last check; the prompt keeps its date while
# its text is the same.  So if only the template's date changes, nothing is drawn.

ifeq ($(filter $(id),$(split)),)
split += $(id)
D := $(OUT)/$(id)
W := $D/imagegen
I := $D/images
P := $D/provenance/imagegen_provenance.json

# A picture in own/ is copied.  $W/own/ID says that the picture in images/ is such a
# copy.
own     := $(patsubst $D/own/%.png,%,$(filter $(all:%=$D/own/%.png),$(wildcard $D/own/*)))
was-own := $(notdir $(wildcard $W/own/*))
drawn   := $(filter-out $(own),$(drawn))
cards   := $(filter-out $(own) $(drawn),$(all))
chosen  := $(if $(CHAPTER),$(filter $(CHAPTER),$(all)),$(all))
# What an API is asked for is begun first, so that the cards are drawn meanwhile.
chosen  := $(filter $(drawn),$(chosen)) $(filter-out $(drawn),$(chosen))
# A picture is written with its thumbnail.  Only one that isn't there is a target.
thumbs  := $(patsubst %,$I/thumbs/%.png,$(filter-out $(patsubst $I/thumbs/%.png,%,$(wildcard \
	$I/thumbs/*.png)),$(chosen)))

# The providers: those that the user named; else those with which the episode was
# begun, whichever keys are set now; else those whose keys are set.
begun := $(file <$W/defaults.json)
image-provider := $(or $(image-named),$(call begun-with,IMAGE_GEN_PROVIDER,openai),$(image-default))
llm-provider   := $(or $(llm-named),$(if $(filter storyboard,$(image-provider)),none),$(call \
	begun-with,LLM_PROVIDER,none anthropic openai),$(llm-default))

$(all:%=$W/%.chapter.json) $W/chapters.index:                            ; $(split-chapters)
$W/prompt.settings: $(TEMPLATE)
$W/template.md:                                                          ; $(copy-template)
$(drawn:%=$W/%.prompt.stamp): $W/%.prompt.stamp: $W/%.chapter.json $W/prompt.settings
$(drawn:%=$W/%.prompt.json): $W/%.prompt.json: | $W/%.chapter.json $W/prompt.settings ; $(gen-prompt)
ifeq ($(image-provider),storyboard)
$(drawn:%=$I/%.png): $I/%.png: | $W/%.prompt.stamp                       ; $(draw-storyboard)
$(drawn:%=$I/%.png): $I/%.png: $W/%.prompt.json $W/image.settings
$(drawn:%=$W/%.entry.json): $W/%.entry.json: $I/%.png                    ; $(write-entry) $(of-draft)
else
$(drawn:%=$W/%.response.json): $W/%.response.json: | $W/%.prompt.stamp   ; $(call-dalle)
$(drawn:%=$W/%.response.json): $W/%.response.json: $W/%.prompt.json $W/image.settings
$(drawn:%=$I/%.png): $I/%.png: $W/%.response.json                        ; $(download)
$(drawn:%=$W/%.entry.json): $W/%.entry.json: $I/%.png                    ; $(write-entry) $(of-answer)
endif
$(cards:%=$I/%.png): $I/%.png: $W/%.chapter.json                         ; $(placeholder-png)
$(cards:%=$W/%.entry.json): $W/%.entry.json: $I/%.png                    ; $(write-entry)
$(own:%=$I/%.png): $I/%.png: $D/own/%.png                                ; $(check-png)
$(own:%=$W/%.entry.json): $W/%.entry.json: $I/%.png $W/%.chapter.json    ; $(write-entry)
$(thumbs): $I/thumbs/%.png: $I/%.png                                     ; $(thumbnail-png)
$W/manifest.json: $(chosen:%=$W/%.entry.json) $W/chapters.index | $(thumbs) ; $(write-manifest)
$P: | $W/prompt.settings                                                 ; $(write-provenance)
$P: $W/manifest.json $W/template.md
$W/recorded: $P                                                          ; $(record-asset)
$I/index.html: $W/manifest.json                                          ; $(write-gallery)
$I/manifest.json: $W/recorded $I/index.html                              ; $(publish)

# Changes that no date shows: a setting, FORCE=1, a picture that was added to own/ or
# removed, a .stale file of an earlier stage, a CHAPTER that doesn't exist.
$W/manifest.json: schema := $(schema)
ifneq ($(file <$W/image.settings),$(image-settings))
$W/image.settings: settings := $(image-settings)
$W/image.settings: FORCE
endif
ifneq ($(file <$W/prompt.settings),$(prompt-settings))
$W/prompt.settings: settings := $(prompt-settings)
$W/prompt.settings: FORCE
endif
ifneq ($(FORCE),)
$(patsubst %,$W/%.prompt.stamp,$(filter $(drawn),$(chosen))): FORCE
ifneq ($(image-provider),storyboard)
$(patsubst %,$W/%.response.json,$(filter $(drawn),$(chosen))): FORCE
endif
$(patsubst %,$I/%.png,$(filter-out $(own),$(chosen))): FORCE
endif
ifneq ($(own)$(was-own),)
$(patsubst %,$I/%.png,$(filter-out $(was-own),$(own)) $(filter-out $(own),$(filter $(all),$(was-own)))): FORCE
endif
ifneq ($(wildcard $I/manifest.json.stale $I/.stale),)
$W/manifest.json: FORCE
endif
strays := $(filter-out $(all:%=$D/own/%.png),$(wildcard $D/own/*))
$(foreach f,$(strays),$(warning limn: $f: no chapter's picture; name it ID.png, a PNG, with one of these ids: $(all)))
unknown := $(filter-out $(all),$(CHAPTER))
ifneq ($(unknown),)
$W/manifest.json: $W/no-such-chapter
$W/no-such-chapter: why := $D/chapters.json: there is no chapter $(unknown) with a picture; CHAPTER is one or more of $(all)
$W/no-such-chapter: ; @$(call fail,65,$(why))
endif
endif
