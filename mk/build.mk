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

# The modules, by what they are for: tools/lib/ is what every tool has.
rooms := tools/lib $(addprefix tools/lib/,chapter draw model net database books \
         paid report page jobs serve)
sources := $(wildcard $(rooms:%=%/*.c))

base    := cli err buf file
data    := $(base) json chapter
png     := png libpng
# the store of answers that were paid for
store   := answers answers-raw answers-stop hash
drawing := $(png) png-write picture $(store) canvas lines text
words   := hash span front place template
# what the catalogue and the user say of whom to ask, and for what
choose  := setting defaults env span model model-image model-list price \
           size catalogue catalogue-check catalogue-price expect
# a request over the network, and what became of it
network := http courier transfer libcurl url address retry failure \
           complaint wait fetch env span
# the database; what it says of an episode, and of what was bought
records := db query share table schema shape
books   := $(records) rows process left limit episodes runs room ledger \
           ledger-open ledger-row ledger-sum
tables  := grid plain
# an answer with a picture
answered := answer base64
# pages of HTML
pages   := html page record
# what an episode has, for who only looks
looks   := index entries workings $(answered)
# a request that is paid for
refill  := restore inventory uses $(store) $(answered)
buying  := buy account call hold pace $(refill) $(books) $(choose) $(network)

split-chapters.modules   := $(data) episode
gen-prompt.modules       := $(data) $(words) compose prompt llm ask $(buying)
call-dalle.modules       := $(data) $(buying) image picture $(png) reply
download.modules         := $(data) $(answered) $(store) picture $(png) span \
                            $(network)
placeholder-png.modules  := $(data) $(drawing)
draw-storyboard.modules  := $(data) $(drawing) pictogram
check-png.modules        := $(base) $(png)
thumbnail-png.modules    := $(base) $(png) png-write thumbnail \
                            thumbnail-size shrink light rgba
write-entry.modules      := $(data) $(answered) hash $(png)
write-manifest.modules   := $(data) index
write-provenance.modules := $(data) $(words) index spent provenance $(answered) \
                            versions $(books) $(choose) $(network)
write-gallery.modules    := $(data) $(pages) $(looks) gallery card known \
                            thumbnail-size spent aside $(tables) $(books) env \
                            span
write-settings.modules   := $(base) env span
verify-manifest.modules  := $(data) hash $(png)
verify-records.modules   := $(data) hash index entries provenance versions \
                            audit audit-assets audit-ledger audit-records \
                            $(books) env span
plan-episode.modules     := $(data) $(words) compose prompt llm $(buying) \
                            image episode index picture $(png) plan plan-reasons \
                            planned spent allowance
record-asset.modules     := $(data) index entries assets versions $(books) env \
                            span
record-run.modules       := $(data) index entries $(books) env span
report-cost.modules      := $(data) hash $(answered) uses wanted costs limit \
                            $(tables) $(records) env span
list-purchases.modules   := $(data) wanted $(tables) $(records) env span
migrate-db.modules       := $(base) $(records) env span
restore-ledger.modules   := $(data) $(refill) damage $(books) env span
serve-gallery.modules    := $(data) $(pages) listen server deadline headers \
                            gate route handle order parse respond send range \
                            shelf manifest tools run last-line launch afresh \
                            env span
write-overview.modules   := $(data) $(pages) $(looks) overview overview-read \
                            aside $(tables) $(books) env span
manage-jobs.modules      := $(data) jobs jobs-json plain process left $(records) \
                            env span
run-jobs.modules         := $(data) jobs job-make afresh guard said plain \
                            process left $(records) env span

TOOLS := split-chapters gen-prompt call-dalle download placeholder-png \
         draw-storyboard check-png thumbnail-png write-entry write-manifest \
         write-provenance write-gallery write-settings verify-manifest \
         plan-episode record-asset record-run verify-records report-cost \
         list-purchases migrate-db restore-ledger serve-gallery \
         write-overview manage-jobs run-jobs

# The libraries that a module brings, as pkg-config knows them.
json.library    := jansson
chapter.library := jansson
episode.library := jansson
hash.library    := libcrypto
libpng.library  := libpng
canvas.library  := cairo
lines.library   := pangocairo
text.library    := pangocairo fontconfig
db.library      := sqlite3
query.library   := sqlite3
share.library   := sqlite3
damage.library  := sqlite3
server.library  := libmicrohttpd
parse.library   := jansson
LIBRARIES := jansson sqlite3 libcrypto libcurl libpng pangocairo fontconfig \
             libmicrohttpd

MODULES := $(sort $(foreach t,$(TOOLS),$($t.modules)))
PROGRAMS := $(TOOLS:%=$(BIN)/%)

tools: $(PROGRAMS)
clean: clean-tools
clean-tools:
	rm -rf bin build
.PHONY: tools clean-tools

compile = $(CC) -std=c11 -D_POSIX_C_SOURCE=200809L $(WARNINGS) $(CFLAGS) \
          $(sanitize) -DLIMN_VERSION='"$(VERSION)"' \
          -DLIMN_DATADIR='"$(datadir)"' $(rooms:%=-I%) \
          $$(pkg-config --cflags $(LIBRARIES)) $(CPPFLAGS) -MMD -MP -c -o $@ $<
link    = $(CC) $(CFLAGS) $(sanitize) $(LDFLAGS) -o $@ $^ \
          $(call libs,$(foreach m,$(modules),$($m.library)))
libs    = $(if $(filter libcrypto,$1),$(crypto)) $(if $(filter-out libcrypto,$1), \
          $$(pkg-config --libs $(sort $(filter-out libcrypto,$1))))
# Of libcrypto the tools need SHA-256.  To load all of it takes them 1 ms, half
# their time; so what they need is linked in, where that can be.
crypto  = $$(a=$$(pkg-config --variable=libdir libcrypto)/libcrypto.a; \
          [ -f "$$a" ] && echo "$$a" || pkg-config --libs libcrypto)

$(BIN) $(O)/lib: ; @mkdir -p $@
$(PROGRAMS): $(BIN)/%: $(O)/%.o | $(BIN)
	$(say) link $(@F)
	$(Q)$(link)
$(PROGRAMS): modules = $($(@F).modules)
$(foreach t,$(TOOLS),$(eval $(BIN)/$t: $(patsubst \
	%,$(O)/lib/%.o,$(sort $($t.modules)))))

objects := $(TOOLS:%=$(O)/%.o) $(MODULES:%=$(O)/lib/%.o)
define cc
	$(say) cc $<
	$(Q)$(compile)
endef
$(TOOLS:%=$(O)/%.o): $(O)/%.o: tools/%.c ; $(cc)
# A tool carries the migrations of its release, wherever it is run.
migrations := $(wildcard migrations/*.sql)
$(O)/migrations.h: $(migrations) mk/migrations.sh | $(O)/lib
	$(Q)sh mk/migrations.sh $(migrations) >$@.tmp && mv -f $@.tmp $@
$(O)/lib/schema.o: $(O)/migrations.h
$(O)/lib/schema.o: CPPFLAGS += -I$(O)
# The pages carry their style and scripts; a served one has more of these.
page-files := page_style: frame.css cards.css dialogs.css screens.css print.css \
              page_script: base.js gallery.js \
              served_script: server.js jobs.js price.js
page-files := $(foreach f,$(page-files),$(if $(filter %:,$f),$f,tools/lib/page/$f))
$(O)/page-files.h: $(filter-out %:,$(page-files)) mk/build.mk mk/embed.sh | $(O)/lib
	$(Q)sh mk/embed.sh $(page-files) >$@.tmp && mv -f $@.tmp $@
$(O)/lib/page.o: $(O)/page-files.h
$(O)/lib/page.o: CPPFLAGS += -I$(O)
$(foreach s,$(sources),$(eval $(O)/lib/$(notdir $(s:.c=.o)): $s ; $$(cc)))
$(objects): $(O)/flags | $(O)/libraries $(O)/lib
-include $(wildcard $(objects:.o=.d))
# A source that has moved since is no reason to stop.
tools/lib/%.c: ;

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
