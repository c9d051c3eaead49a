# The Debian packages that limn needs, for make deps and .ci/run.

# To build and to run.  Cards and drafts use Inter, and DejaVu for letters that Inter
# doesn't have.
packages := gcc libc6-dev make pkg-config jq \
            libjansson-dev libsqlite3-dev libpng-dev libpango1.0-dev libfontconfig-dev \
            libssl-dev libcurl4-openssl-dev libmicrohttpd-dev ca-certificates \
            fontconfig fonts-inter fonts-dejavu-core

# To test: prove, cmocka, the linters and a second compiler, tools that check PNGs, a
# browser and its driver, and fonts for more scripts.
packages-test := perl procps curl sqlite3 libcmocka-dev clang clang-format cppcheck \
                 shellcheck mandoc pngcheck netpbm chromium chromium-driver \
                 fonts-droid-fallback fonts-noto-color-emoji

# For make bench, to compare with.
packages-bench := python3 python3-pil sqlite3 imagemagick ninja-build strace \
                  nodejs npm nginx-light apache2-utils

deps:       ; @sh mk/deps.sh $(packages)
deps-test:  ; @sh mk/deps.sh $(packages) $(packages-test)
deps-bench: ; @sh mk/deps.sh $(packages) $(packages-bench)
.PHONY: deps deps-test deps-bench

# "make -j deps demo" installs before it builds.
ifneq ($(filter deps%,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif
