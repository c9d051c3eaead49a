# Settings: the make command line, else the environment, else the default; one
# that is set but empty has its default, too.  Their values are text, whatever
# they hold: each is taken once with $(value) and is no make code after that.

MAKEFLAGS += -rR --no-print-directory
.SUFFIXES:

ifeq ($(filter grouped-target,$(.FEATURES)),)
$(error limn: GNU make $(MAKE_VERSION) is too old; install 4.3 or newer)
endif

VERSION := 0.1.0

# Where the makefiles, the template and the example are: here, or, with a slash
# at its end, in the directory of the makefile limn.mk.  And where the tools are.
ifneq ($(origin LIMN),file)
LIMN :=
endif
ifneq ($(filter undefined environment,$(origin BIN)),)
BIN := bin
endif

# What make install writes below.  The tools know it, too: gen-prompt looks for
# the template there when there is none here.
prefix  ?= /usr/local
datadir := $(prefix)/share/limn

empty :=
blank := $(empty) $(empty)
comma := ,
hash  := \#
define newline


endef

setting = $(eval override $1 := $(if $(strip $(value $1)),$$(value $1),$2))
# One that is on or off: 0 and no are off, too.
switch  = $(eval override $1 := $$(filter-out 0 no,$$(value $1)))
$(call setting,OUTPUTS_DIR,outputs)
$(call setting,TEMPLATE,$(LIMN)prompts/imagegen.md)
$(call setting,IMAGE_GEN_PROVIDER,storyboard)
$(call setting,LLM_PROVIDER,none)
$(call setting,EP)
$(call setting,CHAPTER)
each-once = $(if $1,$(firstword $1) $(call each-once,$(filter-out \
	$(firstword $1),$1)))
override EP := $(strip $(call each-once,$(EP)))
override CHAPTER := $(strip $(call each-once,$(CHAPTER)))
$(foreach v,FORCE DRY_RUN V,$(call switch,$v))
export TEMPLATE LLM_PROVIDER IMAGE_GEN_PROVIDER

# Ids become file names and words of make, so they are checked, never escaped.
# $(call not-ids,words): those that have another letter than an id may.
id-letters := A B C D E F G H I J K L M N O P Q R S T U V W X Y Z \
              a b c d e f g h i j k l m n o p q r s t u v w x y z \
              0 1 2 3 4 5 6 7 8 9 - _
strip-letters = $(eval rest := $$1)$(strip $(foreach \
	c,$(id-letters),$(eval rest := $$(subst $c,,$$(rest))))$(rest))
not-ids = $(if $(call strip-letters,$1),$(strip $(foreach \
	w,$1,$(if $(call strip-letters,$w),$w))))

$(foreach v,EP CHAPTER,$(if $(call not-ids,$($v)),$(error \
	limn: $v: $(call not-ids,$($v)): not an id; an id has letters and \
	digits of ASCII, - and _)))

# Paths go to the shell and into rules, too.
path-poison := $$ ` " ' \ ; & | < > ( ) * ? [ ] { } $(hash) ! % : = ~ $(comma)
poison-of = $(strip $(foreach c,$(path-poison),$(findstring $c,$1)) $(if \
	$(filter-out 1,$(words x$1x)),blank) $(if $(filter -%,$1),leading -))
ifeq ($(OUTPUTS_DIR),.)
override OUTPUTS_DIR := $(CURDIR)
endif
$(foreach v,OUTPUTS_DIR TEMPLATE,$(if $(call poison-of,$($v)),$(error \
	limn: $v: there must be no $(call poison-of,$($v)) in this path)))
OUT := $(patsubst ./%,%,$(patsubst %/,%,$(OUTPUTS_DIR)))

ifneq ($(IMAGE_GEN_PROVIDER),storyboard)
$(error limn: IMAGE_GEN_PROVIDER: this version draws storyboards; set \
	IMAGE_GEN_PROVIDER=storyboard)
endif
ifneq ($(LLM_PROVIDER),none)
$(error limn: LLM_PROVIDER: this version composes the prompts itself; set \
	LLM_PROVIDER=none)
endif
$(foreach v,OPENAI_API_KEY ANTHROPIC_API_KEY,$(if $(filter command,$(firstword \
	$(origin $v))),$(error limn: $v: no key on a command line, where \
	everybody can read it; put it into the environment)))

# V=1 shows the commands.  In a terminal the tools say their steps.
Q   := $(if $(V),,@)
say  = @$(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),:,echo '  ')
progress = $(if $(MAKE_TERMERR),--progress=$(@D:%/images=%/imagegen)/chapters.index)
