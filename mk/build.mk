# Building the tools.  A tool is linked with the modules of its line and the
# libraries that these bring, and no others: write-manifest must not load pango.

CC       ?= cc
ifeq ($(origin CC),default)
CC       := cc
endif
CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wconversion -Werror

# make check SANITIZE=1 builds a second set of programs, apart from the first.
O := build
ifdef SANITIZE
O := build/sanitize
BIN := $(O)/bin
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all
endif

base := cli err buf file
data := $(base) json chapter

split-chapters.modules   := $(data) episode
gen-prompt.modules       := $(data) hash span front place template
placeholder-png.modules  := $(data) png picture canvas lines text
draw-storyboard.modules  := $(data) png picture canvas lines text pictogram
write-entry.modules      := $(data) hash png
write-manifest.modules   := $(data) index
write-provenance.modules := $(data) index hash span front place template
verify-manifest.modules  := $(data) hash png

TOOLS := split-chapters gen-prompt placeholder-png draw-storyboard \
         write-entry write-manifest write-provenance verify-manifest

# The libraries that a module brings, as pkg-config knows them.
json.library    := jansson
chapter.library := jansson
episode.library := jansson
hash.library    := libcrypto
png.library     := libpng
canvas.library  := cairo
lines.library   := pangocairo
text.library    := pangocairo fontconfig
LIBRARIES := jansson libcrypto libpng pangocairo fontconfig

MODULES := $(sort $(foreach t,$(TOOLS),$($t.modules)))
PROGRAMS := $(TOOLS:%=$(BIN)/%)

tools: $(PROGRAMS)
clean: clean-tools
clean-tools:
	rm -rf bin build
.PHONY: tools clean-tools

compile = $(CC) -std=c11 -D_POSIX_C_SOURCE=200809L $(WARNINGS) $(CFLAGS) \
          $(sanitize) -DLIMN_VERSION='"$(VERSION)"' \
          -DLIMN_DATADIR='"$(datadir)"' -Itools/lib \
          $$(pkg-config --cflags $(LIBRARIES)) $(CPPFLAGS) -MMD -MP -c -o $@ $<
link    = $(CC) $(CFLAGS) $(sanitize) $(LDFLAGS) -o $@ $^ \
          $$(pkg-config --libs $(sort $(foreach m,$(modules),$($m.library))))

$(PROGRAMS): $(BIN)/%: $(O)/%.o
	$(say) link $(@F)
	$(Q)$(link)
$(PROGRAMS): modules = $($(@F).modules)
$(foreach t,$(TOOLS),$(eval $(BIN)/$t: $($t.modules:%=$(O)/lib/%.o)))

objects := $(TOOLS:%=$(O)/%.o) $(MODULES:%=$(O)/lib/%.o)
$(objects): $(O)/%.o: tools/%.c $(O)/flags | $(O)/libraries
	$(say) cc $<
	$(Q)$(compile)
-include $(wildcard $(objects:.o=.d))

# Compiled again when the compiler or its flags change.
flags := $(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(VERSION) $(datadir)
ifneq ($(flags),$(file <$(O)/flags))
$(shell mkdir -p $(O)/lib $(BIN))
$(file >$(O)/flags,$(flags))
endif
$(O)/flags: ;

# One line for what is missing, before the compiler has twenty.
$(O)/libraries: mk/build.mk | $(filter deps%,$(MAKECMDGOALS))
	@command -v $(firstword $(CC)) >/dev/null || { \
		echo 'limn: no C compiler ($(CC)); run: make deps' >&2; exit 78; }
	@command -v pkg-config >/dev/null || { \
		echo 'limn: no pkg-config; run: make deps' >&2; exit 78; }
	@for l in $(LIBRARIES); do pkg-config --exists $$l || { \
		echo "limn: the library $$l is not installed; run: make deps" >&2; \
		exit 78; }; done
	@touch $@
