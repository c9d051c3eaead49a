# Tests, linters, measurements.

UNITS := unit-answer unit-catalogue unit-chapter unit-db unit-defaults \
         unit-env unit-verdict unit-html unit-http unit-image unit-ledger \
         unit-limit unit-llm unit-model unit-png unit-price \
         unit-row-lock unit-setting unit-template unit-text unit-utf8
units := $(UNITS:%=$(O)/tests/%)

$(units): $(O)/tests/%: tests/%.c $(O)/liblimn.a $(O)/flags | $(O)/tests
	$(say) cc $<
	$(Q)$(call link,$(test-flags) $$(pkg-config --cflags cmocka) \
		$(filter %.c,$^),cmocka)
test-flags = -std=c11 -D_POSIX_C_SOURCE=200809L -Itools/lib \
	-DLIMN_VERSION='"$(VERSION)"' $$(pkg-config --cflags $(LIBRARIES)) $(CPPFLAGS)
$(O)/tests: ; @mkdir -p $@
$(O)/tests/unit-ledger $(O)/tests/unit-limit: tests/buyers.c tests/buyers.h
$(O)/tests/unit-catalogue $(O)/tests/unit-model $(O)/tests/unit-price: \
		tests/models.c tests/models.h
$(O)/tests/unit-defaults $(O)/tests/unit-setting: tests/settings.c \
		tests/settings.h

# The mock API: the APIs that limn calls, on this machine.
$(O)/tests/mock-api: $(wildcard tests/mock*.[ch]) $(O)/liblimn.a $(O)/flags | $(O)/tests
	$(say) cc mock-api
	$(Q)$(call link,$(WARNINGS) $(test-flags) $(filter %.c,$^))

mock: $(O)/tests/mock-api
	@echo 'In another terminal, where any word is a good key:'
	@echo '  export OPENAI_BASE_URL=http://127.0.0.1:8766/v1 OPENAI_API_KEY=any'
	@echo '  export ANTHROPIC_BASE_URL=http://127.0.0.1:8766 ANTHROPIC_API_KEY=any'
	@echo '  make -j8 demo OUTPUTS_DIR=play'
	@$< -p 8766 --latency 1,3,0.1
.PHONY: mock

bin = $(if $(filter /%,$(BIN)),,$(CURDIR)/)$(BIN)

# The tests are shell scripts that don't quote the project's path.
ifneq ($(and $(filter check bench,$(MAKECMDGOALS)),$(word 2,x$(CURDIR)x)),)
$(error limn: there must be no space in the path of the project, $(CURDIR), to \
	test it)
endif

# Two tests run at a time, in this order: the longest first, so that none of them
# is left to run alone at the end.
longest := interrupt bench books lint kill gallery-page dashboard-page chain \
           ledger goals limit gallery keys hostile
longest := $(longest:%=tests/%.t)
TESTS   := $(longest) $(filter-out $(longest),$(wildcard tests/*.t)) $(units)

# T='tests/x.t build/tests/unit-y' runs only these.
check: $(PROGRAMS) $(if $(T),$(filter $(units),$(T)),$(units)) $(O)/tests/mock-api
	@unset LIMN_RUN LIMN_MAKE OUTPUTS_DIR TEMPLATE ANSWERS_DIR DATABASE; \
	BIN='$(bin)' MOCK_API='$(CURDIR)/$(O)/tests/mock-api' CMOCKA_MESSAGE_OUTPUT=TAP \
	LSAN_OPTIONS=suppressions='$(CURDIR)/tests/lsan.supp':print_suppressions=0 \
	prove -j2 $(or $(T),$(TESTS))
# The code that reads input from outside, under ASan and UBSan.
check-sanitized:
	@$(MAKE) check SANITIZE=1 T='$(UNITS:%=build/sanitize/tests/%) \
		tests/check-png.t tests/split-chapters.t tests/write-settings.t'
.PHONY: check check-sanitized

lint: lint-format lint-c lint-sh lint-man
lint-format:
	@clang-format --dry-run -Werror tools/*.c $(rooms:%=%/*.[ch]) tests/*.[ch]
	@! grep -nE '^ ?\*[a-zA-Z]' tools/*.c $(rooms:%=%/*.[ch]) tests/*.[ch] || { \
		echo 'lint: clang-format broke these comments; wrap them at 76 columns'; \
		exit 1; }
lint-c:
	@cppcheck --quiet --enable=warning,performance,portability \
		--library=tests/cppcheck.cfg --inline-suppr --error-exitcode=1 \
		--suppress=normalCheckLevelMaxBranches \
		--std=c11 -Itools/lib -DLIMN_VERSION='""' -j2 tools tests
# What the compiler warns of before it optimizes; for the compiler that doesn't build.
lint-cc: $(O)/migrations.h $(O)/setting-names.h $(O)/page-files.h
	@$(CC) $(c-flags) -fsyntax-only -I$(O) $$(pkg-config --cflags $(LIBRARIES)) \
		$(CPPFLAGS) tools/*.c $(sources)
lint-sh:
	@shellcheck -x -P tests tests/*.t tests/*.sh mk/*.sh .ci/run
lint-man:
	@for m in tools/*.[157]; do mandoc -T lint -W warning $$m || exit; done
.PHONY: lint lint-format lint-c lint-cc lint-sh lint-man

# B=api runs only that part.
bench: $(PROGRAMS) $(O)/tests/mock-api
	@unset LIMN_RUN LIMN_MAKE OUTPUTS_DIR TEMPLATE ANSWERS_DIR DATABASE; \
	BIN='$(bin)' MOCK_API='$(CURDIR)/$(O)/tests/mock-api' \
	BENCH_NODE='$(CURDIR)/build/bench-node' sh tests/bench.sh $(B)
.PHONY: bench
