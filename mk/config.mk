# Settings: from make's command line, else the environment, else .env, else the
# default.  An empty setting has its default.  A value is text: it is taken once, with
# $(value), so that a $ in it stays a $.

MAKEFLAGS += -rR --no-print-directory
.SUFFIXES:

ifeq ($(filter grouped-target,$(.FEATURES)),)
$(error limn: GNU make $(MAKE_VERSION) is too old; install 4.3 or newer)
endif

VERSION := 0.1.0

# LIMN is the directory of the makefiles, the template and the examples: empty (the
# working directory), or set by limn.mk, with a slash at its end.  BIN is the
# directory of the tools.
ifneq ($(origin LIMN),file)
LIMN :=
endif
ifneq ($(filter undefined environment,$(origin BIN)),)
BIN := bin
endif

# The directory of make install.  It is compiled into the tools: gen-prompt looks
# for the template there if there is none in the working directory.
prefix  ?= /usr/local
datadir := $(prefix)/share/limn

comma := ,
hash  := \#
define newline


endef

# .env may have keys, so make doesn't read it.  write-settings writes .env.mk, which
# has the settings that are not secret.
ifneq ($(wildcard .env),)
ifneq ($(filter-out tools help deps% check% lint% bench mock install \
	uninstall compile_commands.json,$(MAKECMDGOALS)),)
include .env.mk
endif
endif
.env.mk: .env | $(filter deps%,$(MAKECMDGOALS)) $(BIN)/write-settings
	@$(BIN)/write-settings -o $@ $<

# Ids become file names and words of make, so they are checked, never escaped.
# $(call not-ids,WORDS): the words that have a letter that no id may have.
id-letters := A B C D E F G H I J K L M N O P Q R S T U V W X Y Z \
              a b c d e f g h i j k l m n o p q r s t u v w x y z \
              0 1 2 3 4 5 6 7 8 9 - _
remove  = $(if $1,$(call remove,$(wordlist 2,64,$1),$(subst $(firstword \
	$1),,$2)),$(strip $2))
not-ids = $(if $(call remove,$(id-letters),$1),$(strip $(foreach \
	w,$1,$(if $(call remove,$(id-letters),$w),$w))))

# Paths go to the shell and into rules.  $(call bad-chars-of,PATH): the characters of
# the path that have a meaning there, and "space".
bad-chars    := $$ ` " ' \ ; & | < > ( ) * ? [ ] { } $(hash) ! % : = ~ $(comma)
bad-chars-of  = $(strip $(foreach c,$(bad-chars),$(findstring $c,$1)) $(if \
	$(filter-out 1,$(words x$1x)),space) $(if $(filter -%,$1),leading -))
check-path    = $(if $(call bad-chars-of,$($1)),$(error limn: $1: there must \
	be no $(call bad-chars-of,$($1)) in this path))
check-ids     = $(if $(call not-ids,$($1)),$(error limn: $1: $(call \
	not-ids,$($1)): not an id; an id has letters and digits of ASCII, - and _))
check-word    = $(if $(filter-out $2,$(value $1)),$(error limn: $1: $(value \
	$1): there is no such provider; it is one of $2))
check-key     = $(if $(filter command,$(firstword $(origin $1))),$(error limn: \
	$1: no key on a command line, where everybody can read it; put it into \
	the environment))

# The settings: those that only the tools use, and those that make uses, too.
image-names := IMAGE_GEN_MODEL IMAGE_GEN_SIZE IMAGE_GEN_QUALITY \
	IMAGE_GEN_STYLE_PREFIX
tool-names  := $(image-names) IMAGE_GEN_PROVIDER LLM_PROVIDER LLM_MODEL \
	LLM_BASE_URL OPENAI_BASE_URL ANTHROPIC_BASE_URL IMAGE_GEN_RPM \
	MAX_RETRIES MAX_EPISODE_COST_USD MAX_MONTH_COST_USD MAX_TOTAL_COST_USD \
	IMAGE_GEN_TIMEOUT LLM_TIMEOUT DOWNLOAD_TIMEOUT
make-names  := OUTPUTS_DIR TEMPLATE ANSWERS_DIR DATABASE LISTEN PORT \
	OPENAI_API_KEY ANTHROPIC_API_KEY

# A misspelt name on the command line is refused.  write-settings runs only for names
# that aren't known here.  (Before the tools are built, nothing can be bought.)
known-names := AR B BIN CC CFLAGS CHAPTER CPPFLAGS DESTDIR DRY_RUN EP FORCE \
	INSTALL JSON LDFLAGS LIMN SANITIZE T V YES prefix $(tool-names) \
	$(make-names)
ifneq ($(MAKEOVERRIDES),)
unknown := $(filter-out $(known-names),$(foreach v,$(.VARIABLES),$(if $(filter \
	command,$(firstword $(origin $v))),$v)))
unknown := $(filter-out $(call not-ids,$(unknown)),$(unknown))
ifneq ($(and $(unknown),$(wildcard $(BIN)/write-settings)),)
misspelt := $(shell $(BIN)/write-settings --check $(unknown) 2>&1)
$(if $(misspelt),$(error $(misspelt)))
endif
endif

# The settings that make uses.  An id that occurs twice counts once; 0 and no mean
# off.
once = $(if $1,$(firstword $1) $(call once,$(filter-out $(firstword $1),$1)))
override EP          := $(strip $(call once,$(value EP)))
override CHAPTER     := $(strip $(call once,$(value CHAPTER)))
override FORCE       := $(filter-out 0 no,$(value FORCE))
override DRY_RUN     := $(filter-out 0 no,$(value DRY_RUN))
override JSON        := $(filter-out 0 no,$(value JSON))
override YES         := $(filter-out 0 no,$(value YES))
override V           := $(filter-out 0 no,$(value V))
override OUTPUTS_DIR := $(patsubst %/,%,$(or $(value OUTPUTS_DIR),outputs))
ifeq ($(OUTPUTS_DIR),.)
override OUTPUTS_DIR := $(CURDIR)
endif
override TEMPLATE    := $(or $(value TEMPLATE),$(LIMN)prompts/imagegen.md)
override ANSWERS_DIR := $(or $(value ANSWERS_DIR),$(OUTPUTS_DIR)/.answers)
override DATABASE    := $(or $(value DATABASE),$(OUTPUTS_DIR)/limn.db)
override LISTEN      := $(or $(value LISTEN),127.0.0.1)
override PORT        := $(or $(value PORT),8765)

$(call check-ids,EP)$(call check-ids,CHAPTER)
$(call check-path,OUTPUTS_DIR)$(call check-path,TEMPLATE)
$(call check-path,ANSWERS_DIR)$(call check-path,DATABASE)
$(call check-word,IMAGE_GEN_PROVIDER,storyboard openai dalle3)
$(call check-word,LLM_PROVIDER,none anthropic openai)
$(call check-key,OPENAI_API_KEY)$(call check-key,ANTHROPIC_API_KEY)
OUT := $(patsubst ./%,%,$(OUTPUTS_DIR))

# The settings that only the tools use.  Those on make's command line go to the
# tools by the environment, without expansion.
$(foreach v,$(tool-names),$(if $(filter command,$(firstword $(origin \
	$v))),$(eval override export $v := $$(value $v))))
export OUTPUTS_DIR TEMPLATE ANSWERS_DIR DATABASE

# The providers if none was named: those whose keys are set.
has-key = $(if $(filter undefined,$(origin $1)),$(env-has-$1),$(if $(strip \
	$(value $1)),yes))
image-default := $(if $(call has-key,OPENAI_API_KEY),openai,storyboard)
llm-default   := $(or $(if $(call has-key,ANTHROPIC_API_KEY),anthropic),$(if \
	$(call has-key,OPENAI_API_KEY),openai),none)

# Whether this is make -n or make -q.  (The recipes that make an included makefile run
# then, too.)
asking := $(or $(findstring n,$(firstword -$(MAKEFLAGS))),$(findstring \
	q,$(firstword -$(MAKEFLAGS))))

# V=1 shows the commands.  In a terminal the tools print their steps.
Q   := $(if $(V),,@)
say  = @$(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),:,echo '  ')
progress = $(if $(MAKE_TERMERR),--progress=$W/chapters.index)
