VERSION := 0.1.0
BIN     := bin
Q       := $(if $(V),,@)
say     := @$(if $(V),:,echo '  ')
TEMPLATE := prompts/imagegen.md
