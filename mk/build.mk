# Build the tools.  Each is a file in tools/, and the modules of tools/lib/ that it
# calls.

# make predefines these two, unless it runs with -R.
ifneq ($(filter default undefined,$(origin CC)),)
CC       := cc
endif
ifneq ($(filter default undefined,$(origin AR)),)
AR       := ar
endif
CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wconversion -Werror

# make check SANITIZE=1 builds a second set of programs, in build/sanitize.
O := build
ifdef SANITIZE
O := build/sanitize
BIN := $(O)/bin
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all
endif

# The rooms of tools/lib/ (see CONTRIBUTING.md).  All modules are in one archive,
# from which the linker takes those that a tool calls.
rooms := tools/lib $(addprefix tools/lib/,chapter draw model net database books \
         paid report page jobs serve)
sources := $(wildcard $(rooms:%=%/*.c))

TOOLS := split-chapters gen-prompt call-dalle download placeholder-png \
         draw-storyboard check-png thumbnail-png write-entry write-manifest \
         write-provenance write-gallery write-settings verify-manifest \
         plan-episode record-asset report-cost migrate-db \
         serve-gallery \
         write-overview manage-jobs

LIBRARIES := jansson sqlite3 libcrypto libcurl libpng pangocairo fontconfig \
             libmicrohttpd

PROGRAMS := $(TOOLS:%=$(BIN)/%)

tools: $(PROGRAMS)
clean: clean-tools
# An outputs directory in build/ stays.
clean-tools:
	rm -rf bin build/*.[ado] build/*.h build/flags build/datadir build/libraries build/lib \
		build/tests build/sanitize build/screenshots build/bench-node
	-@rmdir build 2>/dev/null || :
.PHONY: tools clean-tools

c-flags = -std=c11 -D_POSIX_C_SOURCE=200809L $(WARNINGS) $(CFLAGS) $(sanitize) \
          -DLIMN_VERSION='"$(VERSION)"' -Itools/lib
compile = $(CC) $(c-flags) $(own-flags) $$(pkg-config --cflags $(LIBRARIES)) \
          $(CPPFLAGS) -MMD -MP -c -o $@ $<
# --as-needed: a tool loads only the libraries that its modules call;
# write-manifest must not load pango.  libcurl is loaded at run time.
link    = $(CC) $(CFLAGS) $(sanitize) $(LDFLAGS) -Wl,--as-needed -o $@ $1 \
          $(O)/liblimn.a $$(pkg-config --libs $(filter-out \
          libcrypto libcurl,$(LIBRARIES)) $2) $(crypto)
# The tools need SHA-256 of libcrypto.  Loading the shared library takes 1 ms, half
# of a tool's time, so the static library is linked if it is installed.
crypto  = $$(a=$$(pkg-config --variable=libdir libcrypto)/libcrypto.a; \
          [ -f "$$a" ] && echo "$$a" || pkg-config --libs libcrypto)

$(BIN): ; @mkdir -p $@
$(PROGRAMS): $(BIN)/%: $(O)/%.o $(O)/liblimn.a | $(BIN)
	$(say) link $(@F)
	$(Q)$(call link,$<)

modules := $(sources:tools/%.c=$(O)/%.o)
objects := $(TOOLS:%=$(O)/%.o) $(modules)
$(sort $(dir $(objects))): ; @mkdir -p $@
$(O)/liblimn.a: $(modules)
	$(say) ar $(@F)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(objects): $(O)/%.o: tools/%.c
	$(say) cc $<
	$(Q)$(compile)
$(objects): $(O)/flags | $(O)/libraries $(sort $(dir $(objects)))
# The migrations are compiled in, so that an installed tool has them.
migrations := $(wildcard migrations/*.sql)
$(O)/migrations.h: $(migrations) mk/migrations.sh | $(O)/lib/
	$(Q)sh mk/migrations.sh $(migrations) >$@.tmp && mv -f $@.tmp $@
$(O)/lib/database/schema.o: $(O)/migrations.h
$(O)/lib/database/schema.o: own-flags = -I$(O)
# The names of the settings are those of .env.example.
$(O)/setting-names.h: .env.example mk/build.mk | $(O)/lib/
	$(Q){ echo 'static const char *const setting_names[] = {'; \
		sed -n 's/^#\([A-Z_]*\)=.*/	"\1",/p' $<; echo '};'; } >$@.tmp && mv -f $@.tmp $@
$(O)/write-settings.o: $(O)/setting-names.h
$(O)/write-settings.o: own-flags = -I$(O)
# Style and scripts are part of each page; a served page has more scripts.
page-files := page_style: frame.css cards.css dialogs.css screens.css print.css \
              page_script: base.js gallery.js \
              served_script: server.js jobs.js price.js
page-files := $(foreach f,$(page-files),$(if $(filter %:,$f),$f,tools/lib/page/$f))
$(O)/page-files.h: $(filter-out %:,$(page-files)) mk/build.mk mk/embed.sh | $(O)/lib/
	$(Q)sh mk/embed.sh $(page-files) >$@.tmp && mv -f $@.tmp $@
$(O)/lib/page/page.o: $(O)/page-files.h
$(O)/lib/page/page.o: own-flags = -I$(O)
# These look for a file where make install writes.
installed := $(O)/lib/chapter/template.o $(O)/lib/model/catalogue.o
$(installed): own-flags = -DLIMN_DATADIR='"$(datadir)"'
$(installed): $(O)/datadir
-include $(wildcard $(objects:.o=.d))
# Ignore sources that were renamed after the .d files were written.
tools/lib/%.c tools/lib/%.h: ;

# How each file is compiled, for clangd and other editors.
compile_commands.json: export C_COMMAND = $(CC) $(c-flags) -I$(O) $(CPPFLAGS)
compile_commands.json: GNUmakefile $(wildcard mk/*.mk) $(O)/libraries
	$(Q)printf '%s\n' tools/*.c $(sources) tests/*.c | jq -Rn --arg dir '$(CURDIR)' \
		--arg libraries "$$(pkg-config --cflags $(LIBRARIES) cmocka)" \
		'[inputs | {directory: $$dir, file: ., command: "\(env.C_COMMAND) \($$libraries) -c \(.)"}]' >$@

# Compile everything again when the compiler or its flags change, and for another
# prefix the two modules that look there.
flags := $(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(VERSION)
ifneq ($(flags),$(file <$(O)/flags))
$(shell mkdir -p $(O))
$(file >$(O)/flags,$(flags))
endif
ifneq ($(datadir),$(file <$(O)/datadir))
$(shell mkdir -p $(O))
$(file >$(O)/datadir,$(datadir))
endif
$(O)/flags $(O)/datadir: ;

# Print what is missing in one line, before the compiler prints twenty.
$(O)/libraries: mk/build.mk | $(filter deps%,$(MAKECMDGOALS))
	@command -v $(firstword $(CC)) >/dev/null || { \
		echo 'limn: no C compiler ($(CC)); run: make deps' >&2; exit 78; }
	@command -v pkg-config >/dev/null || { \
		echo 'limn: no pkg-config; run: make deps' >&2; exit 78; }
	@for l in $(LIBRARIES); do pkg-config --exists $$l || { \
		echo "limn: the library $$l is not installed; run: make deps" >&2; \
		exit 78; }; done
	@touch $@
