# Tests, linters, measurements.

unit-template.modules := cli err buf file json chapter hash span front place \
                         template
unit-chapter.modules  := cli err buf file json chapter episode
unit-png.modules      := cli err buf file png
unit-text.modules     := err buf file png canvas lines text
UNITS := unit-template unit-chapter unit-png unit-text
units := $(UNITS:%=$(O)/tests/%)

$(units): $(O)/tests/%: tests/%.c $(O)/flags | $(O)/libraries
	$(say) cc $<
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_POSIX_C_SOURCE=200809L $(CFLAGS) $(sanitize) \
		-Itools/lib $$(pkg-config --cflags $(LIBRARIES) cmocka) \
		$(CPPFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) $$(pkg-config \
		--libs cmocka $(sort $(foreach m,$($*.modules),$($m.library))))
$(foreach u,$(UNITS),$(eval $(O)/tests/$u: $($u.modules:%=$(O)/lib/%.o)))

bin = $(if $(filter /%,$(BIN)),,$(CURDIR)/)$(BIN)

# T=tests/x.t for one of them.
check: $(PROGRAMS) $(units)
	@BIN='$(bin)' CMOCKA_MESSAGE_OUTPUT=TAP \
	LSAN_OPTIONS=suppressions='$(CURDIR)/tests/lsan.supp':print_suppressions=0 \
	prove -j2 $(if $(T),$T,tests/*.t $(units))
.PHONY: check

lint: lint-format lint-c lint-sh lint-man
lint-format:
	@clang-format --dry-run -Werror tools/*.c tools/lib/*.[ch] tests/*.c
lint-c:
	@cppcheck --quiet --enable=warning,performance,portability \
		--library=tests/cppcheck.cfg --inline-suppr --error-exitcode=1 \
		--suppress=normalCheckLevelMaxBranches \
		--std=c11 -Itools/lib -DLIMN_VERSION='""' -j2 tools tests
lint-sh:
	@shellcheck -x -P tests tests/*.t tests/*.sh mk/*.sh .ci/run
lint-man:
	@for m in tools/*.[157]; do mandoc -T lint -W warning $$m || exit; done
.PHONY: lint lint-format lint-c lint-sh lint-man

bench: $(PROGRAMS)
	@BIN='$(bin)' sh tests/bench.sh
.PHONY: bench
