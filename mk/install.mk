# Installation, below prefix: the tools, their manuals, and what make needs to
# run the chain from elsewhere (see mk/limn.mk).

bindir  := $(prefix)/bin
mandir  := $(prefix)/share/man
INSTALL ?= install

install: $(PROGRAMS)
	$(INSTALL) -d $(DESTDIR)$(bindir) $(DESTDIR)$(mandir)/man1 \
		$(DESTDIR)$(mandir)/man5 $(DESTDIR)$(mandir)/man7 \
		$(DESTDIR)$(datadir)/mk $(DESTDIR)$(datadir)/prompts
	$(INSTALL) $(PROGRAMS) $(DESTDIR)$(bindir)
	for n in 1 5 7; do \
		$(INSTALL) -m 644 tools/*.$$n $(DESTDIR)$(mandir)/man$$n || exit; \
	done
	$(INSTALL) -m 644 mk/config.mk mk/chain.mk mk/goals.mk mk/help.txt \
		$(DESTDIR)$(datadir)/mk
	sed 's|^include|BIN := $(bindir)\n\n&|' mk/limn.mk \
		>$(DESTDIR)$(datadir)/mk/limn.mk
	$(INSTALL) -m 644 prompts/*.md $(DESTDIR)$(datadir)/prompts
	cp -R outputs.example $(DESTDIR)$(datadir)/

uninstall:
	rm -f $(TOOLS:%=$(DESTDIR)$(bindir)/%)
	rm -f $(foreach n,1 5 7,$(patsubst \
		tools/%,$(DESTDIR)$(mandir)/man$n/%,$(wildcard tools/*.$n)))
	rm -rf $(DESTDIR)$(datadir)
.PHONY: install uninstall
