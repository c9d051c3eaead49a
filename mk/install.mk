# Installation below prefix: the tools, their manuals, and the makefiles, which then
# work in any directory (see mk/limn.mk).

ifneq ($(or $(word 2,x$(prefix)x),$(word 2,x$(DESTDIR)x)),)
$(error limn: there must be no space in prefix and DESTDIR)
endif
bindir  := $(prefix)/bin
mandir  := $(prefix)/share/man
INSTALL ?= install

install: $(PROGRAMS)
	$(INSTALL) -d $(foreach d,$(bindir) $(mandir)/man1 $(mandir)/man5 \
		$(mandir)/man7 $(datadir)/mk $(datadir)/prompts \
		$(examples:%=$(datadir)/outputs.example/%),"$(DESTDIR)$d")
	$(INSTALL) $(PROGRAMS) "$(DESTDIR)$(bindir)"
	for n in 1 5 7; do \
		$(INSTALL) -m 644 tools/*.$$n "$(DESTDIR)$(mandir)/man$$n" || \
			exit; \
	done
	$(INSTALL) -m 644 $(foreach f,config.mk chain.mk chapter.mk refused.mk \
		goals.mk limn.mk split.sh fail.sh first-error.sh imagegen.sh \
		clean.sh purge-answers.sh help.txt,mk/$f) "$(DESTDIR)$(datadir)/mk"
	sed 's|^include|BIN := $(bindir)\n\n&|' mk/limn.mk \
		>"$(DESTDIR)$(datadir)/mk/limn.mk"
	$(INSTALL) -m 644 tools/models.json "$(DESTDIR)$(datadir)"
	$(INSTALL) -m 644 prompts/*.md "$(DESTDIR)$(datadir)/prompts"
	for e in $(examples); do \
		$(INSTALL) -m 644 "outputs.example/$$e/chapters.json" \
			"$(DESTDIR)$(datadir)/outputs.example/$$e" || exit; \
	done

uninstall:
	rm -f $(foreach t,$(TOOLS),"$(DESTDIR)$(bindir)/$t") $(foreach \
		n,1 5 7,$(foreach p,$(wildcard tools/*.$n),$(patsubst \
		tools/%,"$(DESTDIR)$(mandir)/man$n/%",$p)))
	rm -rf "$(DESTDIR)$(datadir)"
.PHONY: install uninstall
