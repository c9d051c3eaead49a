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

# Of .env make knows what write-settings tells, which is no secret.
ifneq ($(wildcard .env),)
ifneq ($(filter-out tools help deps% check lint% bench mock install \
	uninstall,$(MAKECMDGOALS)),)
include .env.mk
endif
endif
.env.mk: .env | $(filter deps%,$(MAKECMDGOALS)) $(BIN)/write-settings
	@LIMN_RUN= $(BIN)/write-settings -o $@ $<

$(call setting,OUTPUTS_DIR,outputs)
$(call setting,TEMPLATE,$(LIMN)prompts/imagegen.md)
$(call setting,EP)
$(call setting,CHAPTER)
each-once = $(if $1,$(firstword $1) $(call each-once,$(filter-out \
	$(firstword $1),$1)))
override EP := $(strip $(call each-once,$(EP)))
override CHAPTER := $(strip $(call each-once,$(CHAPTER)))
$(foreach v,FORCE DRY_RUN V JSON YES,$(call switch,$v))

# What the tools take from the environment is not expanded on its way there.
image-names := IMAGE_GEN_MODEL IMAGE_GEN_SIZE IMAGE_GEN_QUALITY \
	IMAGE_GEN_STYLE_PREFIX
$(foreach v,IMAGE_GEN_PROVIDER $(image-names) LLM_PROVIDER LLM_MODEL \
	LLM_BASE_URL OPENAI_BASE_URL ANTHROPIC_BASE_URL IMAGE_GEN_RPM \
	MAX_RETRIES MAX_EPISODE_COST_USD MAX_MONTH_COST_USD MAX_TOTAL_COST_USD \
	IMAGE_GEN_TIMEOUT LLM_TIMEOUT DOWNLOAD_TIMEOUT,$(if $(filter command,$(firstword $(origin \
	$v))),$(eval override export $v := $$(value $v))))
export TEMPLATE

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
check-path = $(if $(call poison-of,$($1)),$(error limn: $1: there must be no \
	$(call poison-of,$($1)) in this path))
$(foreach v,OUTPUTS_DIR TEMPLATE,$(call check-path,$v))
OUT := $(patsubst ./%,%,$(patsubst %/,%,$(OUTPUTS_DIR)))
answers-default  = $(OUT)/.answers
database-default = $(OUT)/limn.db
$(call setting,ANSWERS_DIR,$$(answers-default))
$(call setting,DATABASE,$$(database-default))
$(foreach v,ANSWERS_DIR DATABASE,$(call check-path,$v))

# Where the dashboard listens.
$(call setting,LISTEN,127.0.0.1)
$(call setting,PORT,8765)

$(foreach v,OPENAI_API_KEY ANTHROPIC_API_KEY,$(if $(filter command,$(firstword \
	$(origin $v))),$(error limn: $v: no key on a command line, where \
	everybody can read it; put it into the environment)))

# Who draws and who writes the prompts, where nobody was named: that goes by the
# keys there are.
one-of = $(if $(filter-out $2,$(value $1)),$(error limn: $1: $(value \
	$1): there is no such provider; it is one of $2))
$(call one-of,IMAGE_GEN_PROVIDER,storyboard openai dalle3)
$(call one-of,LLM_PROVIDER,none anthropic openai)
has-key = $(if $(filter undefined,$(origin $1)),$(env-has-$1),$(if $(strip \
	$(value $1)),yes))
image-default := $(if $(call has-key,OPENAI_API_KEY),openai,storyboard)
llm-default   := $(or $(if $(call has-key,ANTHROPIC_API_KEY),anthropic),$(if \
	$(call has-key,OPENAI_API_KEY),openai),none)

# make -n and make -q only ask.  (A recipe of an included makefile wouldn't know.)
asking := $(or $(findstring n,$(firstword -$(MAKEFLAGS))),$(findstring \
	q,$(firstword -$(MAKEFLAGS))))

# V=1 shows the commands.  In a terminal the tools say their steps.
Q   := $(if $(V),,@)
say  = @$(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),:,echo '  ')
progress = $(if $(MAKE_TERMERR),--progress=$W/chapters.index)
