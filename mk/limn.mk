# The chain for makefiles elsewhere, with tools that are built already: those in
# the directory BIN.  Use it as it is, or include it:
#
#	make -f /usr/local/share/limn/mk/limn.mk outputs/EP/images/manifest.json

LIMN := $(patsubst %mk/limn.mk,%,$(lastword $(MAKEFILE_LIST)))

include $(LIMN)mk/config.mk $(LIMN)mk/chain.mk $(LIMN)mk/goals.mk
