# The rules of an episode that split-chapters or the database refused: its goals print
# the reason.  Its fragment sets id and refused (the exit status), and includes this
# file.  split-chapters runs again when chapters.json changed.  If the database
# refused the episode, refused has a second word, and the database is asked again at
# each run of make.

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
