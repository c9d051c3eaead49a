# The chain for other directories, with the tools in the directory BIN.  Use it as it
# is, or include it in a makefile:
#
#	make -f /usr/local/share/limn/mk/limn.mk outputs/EP/images/manifest.json

LIMN := $(patsubst %mk/limn.mk,%,$(lastword $(MAKEFILE_LIST)))
goal-before-limn := $(.DEFAULT_GOAL)

include $(LIMN)mk/config.mk $(LIMN)mk/chain.mk $(LIMN)mk/goals.mk

# A makefile that includes this keeps its default goal.
.DEFAULT_GOAL := $(goal-before-limn)
ifeq ($(words $(filter %limn.mk,$(firstword $(MAKEFILE_LIST)))),1)
.DEFAULT_GOAL := help
endif
