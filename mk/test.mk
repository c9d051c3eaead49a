# Tests, linters, measurements.

# the catalogue of models, and what tests/models.c asks of a model
models := json size model model-image price catalogue catalogue-check \
          catalogue-price expect

unit-answer.modules    := $(data) $(answered)
unit-catalogue.modules := $(base) $(models) model-list
unit-chapter.modules   := $(data) episode
unit-db.modules        := $(base) $(records) env span
unit-defaults.modules  := $(base) json env span setting defaults
unit-env.modules       := $(base) env span
unit-failure.modules   := $(base) json $(network)
unit-html.modules      := $(base) html page
unit-http.modules      := $(base) json $(network)
unit-image.modules     := $(data) image $(choose) $(network)
unit-ledger.modules    := $(base) $(books) env span
unit-limit.modules     := $(unit-ledger.modules)
unit-llm.modules       := $(data) $(words) prompt llm $(choose) $(network)
unit-model.modules     := $(base) $(models)
unit-png.modules       := $(base) $(png) png-write
unit-price.modules     := $(base) $(models)
unit-process.modules   := process
unit-setting.modules   := $(unit-defaults.modules)
unit-template.modules  := $(data) $(words)
unit-text.modules      := $(base) $(png) png-write canvas lines text
UNITS := unit-answer unit-catalogue unit-chapter unit-db unit-defaults \
         unit-env unit-failure unit-html unit-http unit-image unit-ledger \
         unit-limit unit-llm unit-model unit-png unit-price unit-process \
         unit-setting unit-template unit-text
units := $(UNITS:%=$(O)/tests/%)

$(units): $(O)/tests/%: tests/%.c $(O)/flags | $(O)/libraries
	$(say) cc $<
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_POSIX_C_SOURCE=200809L $(CFLAGS) $(sanitize) \
		$(rooms:%=-I%) $$(pkg-config --cflags $(LIBRARIES) cmocka) \
		$(CPPFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) \
		$(call libs,cmocka $(foreach m,$($*.modules),$($m.library)))
$(foreach u,$(UNITS),$(eval $(O)/tests/$u: $(patsubst \
	%,$(O)/lib/%.o,$(sort $($u.modules)))))
$(O)/tests/unit-ledger $(O)/tests/unit-limit: tests/buyers.c tests/buyers.h
$(O)/tests/unit-catalogue $(O)/tests/unit-model $(O)/tests/unit-price: \
		tests/models.c tests/models.h
$(O)/tests/unit-defaults $(O)/tests/unit-setting: tests/settings.c \
		tests/settings.h

# The APIs that limn calls, on this machine: for the tests, and to play with.
mock-modules := cli err buf file $(png) png-write
$(O)/tests/mock-api: $(wildcard tests/mock*.[ch]) \
		$(mock-modules:%=$(O)/lib/%.o) $(O)/flags | $(O)/libraries
	$(say) cc mock-api
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_POSIX_C_SOURCE=200809L $(WARNINGS) $(CFLAGS) \
		$(sanitize) -DLIMN_VERSION='"$(VERSION)"' $(rooms:%=-I%) $$(pkg-config \
		--cflags jansson libpng libmicrohttpd) $(CPPFLAGS) $(LDFLAGS) -o $@ \
		$(filter %.c %.o,$^) $$(pkg-config --libs jansson libpng libmicrohttpd)

mock: $(O)/tests/mock-api
	@echo 'In another terminal, where any word is a good key:'
	@echo '  export OPENAI_BASE_URL=http://127.0.0.1:8766/v1 OPENAI_API_KEY=any'
	@echo '  export ANTHROPIC_BASE_URL=http://127.0.0.1:8766 ANTHROPIC_API_KEY=any'
	@echo '  make -j8 demo OUTPUTS_DIR=build/play'
	@$< -p 8766 --latency 1,3,0.1
.PHONY: mock

bin = $(if $(filter /%,$(BIN)),,$(CURDIR)/)$(BIN)

# T=tests/x.t for one of them.
check: $(PROGRAMS) $(units) $(O)/tests/mock-api
	@unset LIMN_RUN LIMN_MAKE; \
	BIN='$(bin)' MOCK_API='$(CURDIR)/$(O)/tests/mock-api' CMOCKA_MESSAGE_OUTPUT=TAP \
	LSAN_OPTIONS=suppressions='$(CURDIR)/tests/lsan.supp':print_suppressions=0 \
	prove -j2 $(if $(T),$T,tests/*.t $(units))
.PHONY: check

lint: lint-format lint-c lint-sh lint-man
lint-format:
	@clang-format --dry-run -Werror tools/*.c $(rooms:%=%/*.[ch]) tests/*.[ch]
lint-c:
	@cppcheck --quiet --enable=warning,performance,portability \
		--library=tests/cppcheck.cfg --inline-suppr --error-exitcode=1 \
		--suppress=normalCheckLevelMaxBranches \
		--std=c11 $(rooms:%=-I%) -DLIMN_VERSION='""' -j2 tools tests
lint-sh:
	@shellcheck -x -P tests tests/*.t tests/*.sh mk/*.sh .ci/run
lint-man:
	@for m in tools/*.[157]; do mandoc -T lint -W warning $$m || exit; done
.PHONY: lint lint-format lint-c lint-sh lint-man

# B=api for one of its rooms.
bench: $(PROGRAMS) $(O)/tests/mock-api
	@unset LIMN_RUN LIMN_MAKE; \
	BIN='$(bin)' MOCK_API='$(CURDIR)/$(O)/tests/mock-api' \
	BENCH_NODE='$(CURDIR)/build/bench-node' sh tests/bench.sh $(B)
.PHONY: bench
