# An episode that is refused, by split-chapters or by the database: its goals say
# why.  Its fragment sets id and refused, the exit status, and includes this file.
# split-chapters is asked again when chapters.json has changed, and the database
# each time that make is run: then refused has a second word.

ifeq ($(filter $(id),$(split)),)
split += $(id)
D := $(OUT)/$(id)
goals := $(sort $D/images/manifest.json $(filter-out %/chapters.mk,$(filter $D/%,$(MAKECMDGOALS))))
$(goals): status := $(firstword $(refused))
$(goals): FORCE ; $(refuse)
ifeq ($(MAKE_RESTARTS),)
ifneq ($(word 2,$(refused))$(if $(wildcard $D/imagegen/chapters.errors),,lost),)
$D/imagegen/chapters.mk: FORCE
endif
endif
endif
