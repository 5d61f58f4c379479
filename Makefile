# oai: the OpenAI API for Lua. `make help` lists what can be asked for.

LUA      ?= lua5.4
LUAS     ?= lua5.4 lua5.3 lua5.1 luajit lua5.2 $(if $(shell command -v cargo),lua5.5)
PREFIX   ?= /usr/local
override PREFIX := $(patsubst ~/%,$(HOME)/%,$(PREFIX))
LUADIR   ?= $(PREFIX)/share/lua/$(LUA_ABI)
LIBDIR   ?= $(PREFIX)/lib/lua/$(LUA_ABI)
MANDIR   ?= $(PREFIX)/share/man
DESTDIR  ?=
CC       ?= cc
SPECS    ?= spec
BUSTED   ?= $(shell command -v busted)

WARNINGS  = -Wall -Wextra -pedantic -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wpointer-arith -Wvla
CFLAGS   ?= -O2 -g
STRIP    ?= $(if $(filter Darwin,$(SYSTEM)),strip -x,strip)
SYSTEM   := $(shell uname -s)
GCC      := $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),,yes)
# Code that is not padded to round addresses, nor copied to save jumps or calls,
# is an eighth smaller and no slower; calls of other libraries need no stubs. What
# a compiler links for constructors, of which there are none, is left out.
ifdef GCC
LAYOUT    = -fno-align-functions -fno-align-jumps -fno-align-loops \
            -freorder-blocks-algorithm=simple -fno-inline-functions \
            -fno-tree-ch -fno-plt -fno-caller-saves
endif
ifeq ($(SYSTEM),Darwin)
LIBFLAG  ?= -bundle -undefined dynamic_lookup
else
LIBFLAG  ?= -shared
LDFLAGS  ?= -Wl,-z,noseparate-code,-z,now,--build-id=none \
            $(if $(CHECKED)$(if $(GCC),,clang),,-nostartfiles)
endif
# What libcurl's header has for checking types, which make check does, would
# stay in the object as functions that nobody calls.
CPPFLAGS += -D_GNU_SOURCE -DCURL_DISABLE_TYPECHECK
# CURL_DIR, or CURL_INCDIR and CURL_LIBDIR: a libcurl that is not the system's.
CURL_INCDIR ?= $(if $(CURL_DIR),$(CURL_DIR)/include)
CURL_LIBDIR ?= $(if $(CURL_DIR),$(CURL_DIR)/lib)
CPPFLAGS += $(if $(CURL_INCDIR),-I$(CURL_INCDIR))
LIBS      = $(foreach dir,$(filter-out /usr/lib% /lib%,$(CURL_LIBDIR)),-L$(dir) -Wl,-rpath,$(dir)) \
            -lcurl -lpthread -lm -ldl

# SANITIZE=1: address and undefined behaviour; SANITIZE=thread: races.
ifeq ($(SANITIZE),1)
  VARIANT  = -asan
  CHECKED  = -fsanitize=address,undefined -fno-sanitize-recover=undefined \
             -fno-omit-frame-pointer
  PRELOAD  = $(shell $(CC) -print-file-name=libasan.so)
else ifeq ($(SANITIZE),thread)
  VARIANT  = -tsan
  CHECKED  = -fsanitize=thread -fno-omit-frame-pointer
  PRELOAD  = $(shell $(CC) -print-file-name=libtsan.so)
  LUAS    := lua5.4
endif

SOURCES   = $(wildcard src/system/*.c src/engine/*.c src/binding/*.c)
HEADERS   = $(wildcard src/system/*.h src/engine/*.h src/binding/*.h)
MODULES   = $(shell find lua -name '*.lua')
BUILD     = build/$(1)$(VARIANT)
CORE      = $(call BUILD,$(1))/oai/core.so
PLACES    = LUADIR="$(LUADIR)" LIBDIR="$(LIBDIR)" MANDIR="$(MANDIR)" DESTDIR="$(DESTDIR)" STRIP="$(STRIP)"
LUA_ABI   = $(shell $(LUA) -e 'print((_VERSION:gsub("Lua ", "")))' 2>/dev/null)

.DEFAULT_GOAL = help
# Whatever `make help` lists is no file, nor what .ci/packages knows to install.
PACKAGES  = $(addprefix packages-,$(shell sed -n 's/ wanted=.*//p' .ci/packages | tr -dc 'a-z \n'))
.PHONY: $(PACKAGES) $(shell sed -n 's/^## \([a-z-]*\).*/\1/p' Makefile)

## demo      install what is missing, build, and stream an answer
demo: packages-demo
	@$(MAKE) --no-print-directory -s build LUA=lua5.4
	@.ci/with-lua lua5.4 build/lua5.4 examples/demo.lua

## build     build the core for LUA (default lua5.4) into build/
build: $(call CORE,$(LUA))

## test      install what is missing, build for all of LUAS, run the specs;
##           SANITIZE=1 or SANITIZE=thread checks the core while it runs,
##           LUAS="lua5.4" and SPECS=spec/codec narrow it down
test: packages-test
	@$(MAKE) --no-print-directory -s -j2 $(foreach lua,$(LUAS),build-$(lua))
	@PRELOAD="$(PRELOAD)" VARIANT="$(VARIANT)" .ci/test "$(LUAS)" $(SPECS)

# Lua 5.5 is made where the machine has none.
.PHONY: lua5.5
$(call CORE,lua5.5): | lua5.5
lua5.5:
	@.ci/lua5.5/make

# Not phony, or make would not look for its pattern; never a file either.
build-%:
	@$(MAKE) --no-print-directory -s build LUA=$* SANITIZE=$(SANITIZE)

## faults    what a broken or ill-meaning server may do, times kinds of call,
##           times drives, calls over connections that die, and conversations over
##           sockets that are cut after every byte; for LUA, with
##           SANITIZE; ONLY="http2: RST" KIND=stream DRIVE=frame narrow it down,
##           VERBOSE=1 tells what came of each
faults: packages-faults
	@$(MAKE) --no-print-directory -s build-$(LUA)
	@PRELOAD="$(PRELOAD)" VARIANT="$(VARIANT)" .ci/faults $(LUA)

## torture   fail one allocation after another, of Lua, of the core and
##           libcurl, and one descriptor after another, for kinds of call on
##           each drive; for LUA, with SANITIZE; KIND=map DRIVE=frame
##           ALLOCATOR=lua MODE=once FROM=1 MOST=100 narrow it down
##           (spec/torture/README.md)
torture: packages-torture
	@$(MAKE) --no-print-directory -s build-$(LUA)
	@LUA=$(LUA) CHECKED="$(CHECKED)" .ci/with-lua $(LUA) build/$(LUA) spec/torture/main.lua

## mutants   put small faults into the code, one at a time, and see whether a
##           spec finds each: a hundred, picked by SEED=1; what none finds and
##           .ci/mutants/equivalent.lua does not explain is shown. COUNT=20
##           ONLY=src/engine/sse.c WIDE=0 narrow it down; run again, it goes on;
##           JOBS=3 at a time
mutants: packages-test
	@lua5.4 .ci/mutants/main.lua

## valgrind  run the specs under valgrind: no leak, no invalid access
valgrind: packages-test
	@$(MAKE) --no-print-directory -s build LUA=lua5.4
	@.ci/valgrind $(SPECS)

## libcurl-versions
##           run specs with several versions of libcurl, each built once into
##           build/libcurl (which needs Rust's cargo), and print a table:
##           VERSIONS="7.68.0 newest" and SPECS=spec/engine narrow it down
libcurl-versions: packages-libcurl
	@.ci/libcurl-versions "$(or $(VERSIONS),7.68.0 7.88.1 8.5.0 8.14.1 newest)" \
	  $(if $(filter file,$(origin SPECS)),spec/engine spec/call spec/loop spec/dialect,$(SPECS))

## check     the rules of CONTRIBUTING.md: nevers, warnings, linters, drift
check: packages-check
	@$(MAKE) --no-print-directory -s build LUA=lua5.4
	@.ci/check

## types     check the library, all examples and samples with emmylua_check,
##           which needs Rust's cargo and is installed into build/; with another
##           version of it in EMMYLUA_OTHER, and with LUA_LANGUAGE_SERVER
types:
	@.ci/types

## pictures  make the README's pictures, which run the real programs on a screen
##           of their own
pictures: packages-pictures
	@.ci/pictures/run

## arrows    draw who requires whom in lua/oai and src, floor by floor
arrows:
	@lua5.4 .ci/arrows/main.lua draw

## generate  write lua/oai/types and docs/reference from an OpenAPI file and
##           the endpoint lines: make generate OPENAPI=path/to/openapi.json
generate: packages-build
	@test -n "$(OPENAPI)" || { echo "generate: OPENAPI=path/to/openapi.json?" >&2; exit 2; }
	@$(MAKE) --no-print-directory -s build LUA=lua5.4
	@.ci/with-lua lua5.4 build/lua5.4 .ci/generate/main.lua "$(OPENAPI)" .
	@.ci/with-lua lua5.4 build/lua5.4 .ci/surface/main.lua .
	@$(MAKE) --no-print-directory -s vimdoc

## rockspec  write the list of modules in oai-scm-1.rockspec, as src/ and lua/ are
rockspec:
	@lua5.4 .ci/rockspec.lua write

## surface   write docs/library and docs/names.md from the annotations of
##           lua/oai and the templates in .ci/surface/pages
surface: packages-build
	@$(MAKE) --no-print-directory -s build LUA=lua5.4
	@.ci/with-lua lua5.4 build/lua5.4 .ci/surface/main.lua .
	@$(MAKE) --no-print-directory -s vimdoc

## facts     say what the endpoint lines lack of a new version of the API:
##           make facts OPENAPI=path/to/openapi.json, or
##           make facts PYTHON=path/to/openai (a package, a wheel)
facts: packages-facts
	@test -n "$(OPENAPI)$(PYTHON)" || { echo "facts: OPENAPI=path/openapi.json, or PYTHON=path/to/openai?" >&2; exit 2; }
	@$(MAKE) --no-print-directory -s build LUA=lua5.4
	@.ci/with-lua lua5.4 build/lua5.4 .ci/facts/main.lua $(if $(OPENAPI),openapi "$(OPENAPI)",python "$(PYTHON)")

## contract  call every operation of an OpenAPI file against a mock that checks
##           requests: OPENAPI=path, by default ../shared/api-2026-11/openapi.json
contract: packages-contract
	@$(MAKE) --no-print-directory -s build
	@LUA=$(LUA) .ci/contract/run $(or $(OPENAPI),../shared/api-2026-11/openapi.json)

## peers     hold the library against servers by others: aimock, from npm,
##           llama.cpp's and dasLLAMA's, from PyPI, which are installed into
##           build/; for sockets ws, from npm, by itself and behind nginx and
##           haproxy, and lua-http's; one that cannot be had is skipped.
##           PEERS=sockets narrows it down; PEERS=litellm is a proxy, from
##           PyPI, of 750 MB
peers: packages-peers
	@$(MAKE) --no-print-directory -s build
	@LUA=$(LUA) .ci/peers/run

## bench     measure against bare libcurl; figures are ratios of one run
bench: packages-bench
	@$(MAKE) --no-print-directory -s build LUA=lua5.4
	@bench/run

## vimdoc    write doc/oai.txt, Neovim's :help oai, from the guides
vimdoc:
	@mkdir -p build doc
	@lua5.4 .ci/vimdoc/main.lua > build/oai.txt.new && mv build/oai.txt.new doc/oai.txt

## man       make the man page oai(3) in build/oai.3, from the guides
man:
	@mkdir -p build
	@$(LUA) .ci/man/main.lua > build/oai.3.new && mv build/oai.3.new build/oai.3

## docs      make the site in build/site: README, guides and reference as pages,
##           with search; by mkdocs-material, from PyPI, in build/docs
docs: packages-docs
	@.ci/site/build

## docs-shots
##           look at the site in Chromium: what is wrong on any page, its search,
##           and pictures of some in build/docs/shots; puppeteer-core from npm
docs-shots: packages-shots docs
	@.ci/site/shots

## binaries  build the core for other systems into build/binaries, with zig, which
##           comes from PyPI, and sources in crates, which needs Rust's cargo:
##           TARGETS="x86_64-linux-gnu aarch64-macos" BINARY_LUAS="lua5.4"
##           narrow it down; a table says what there is (docs/binaries.md).
##           Those for Linux run BINARY_SPECS, some of all unless it is said
binaries: packages-binaries
	@.ci/binaries/run "$(WANTED_TARGETS)" "$(WANTED_LUAS)"
	@$(if $(TRIED_LUA),.ci/binaries/try "$(WANTED_TARGETS)" $(TRIED_LUA) $(or $(BINARY_SPECS),spec/codec \
	  spec/engine/worker_spec.lua spec/engine/transfer_spec.lua spec/call/stream_spec.lua))
	@$(if $(filter lua5.1,$(WANTED_LUAS)),.ci/binaries/try "$(filter %-gnu,$(WANTED_TARGETS))" luajit \
	  $(or $(BINARY_SPECS),spec/codec))

WANTED_TARGETS = $(or $(TARGETS),$(ALL_TARGETS))
WANTED_LUAS = $(or $(BINARY_LUAS),lua5.1 lua5.3 lua5.4 lua5.5)
TRIED_LUA = $(lastword $(filter lua5.3 lua5.4,$(WANTED_LUAS)))
ALL_TARGETS = x86_64-linux-gnu aarch64-linux-gnu x86_64-linux-musl aarch64-linux-musl \
              x86_64-macos aarch64-macos x86_64-windows

## windows   run specs with the core for Windows under Wine, on LUA (lua5.4,
##           luajit), then the demo; SPECS narrows it down
windows: packages-windows
	@.ci/binaries/run x86_64-windows "$(subst luajit,lua5.1,$(LUA))"
	@.ci/windows/lua $(LUA)
	@.ci/windows/modules $(LUA)
	@.ci/windows/test $(LUA) show
	@.ci/windows/test $(LUA) $(if $(filter file,$(origin SPECS)),spec/codec spec/file_spec.lua spec/call spec/loop \
	  spec/binding spec/engine,$(SPECS))

## install   install for LUA under PREFIX (/usr/local), and say how that Lua
##           finds it where it does not look there: PREFIX=$HOME/.local needs no
##           root; DESTDIR goes before all of it
install: build man
	@$(PLACES) MAN=build/oai.3 .ci/install put $(call CORE,$(LUA))
	@$(if $(DESTDIR),,$(LUA) .ci/installed.lua "$(LUADIR)" "$(LIBDIR)")

## uninstall remove what make install has put there, for LUA under PREFIX
uninstall:
	@$(PLACES) .ci/install take

## nvim      make this folder a plugin of Neovim: the core, built for LuaJIT,
##           goes beside the modules; LUA=lua5.1 for a Neovim without LuaJIT
nvim: NVIM_LUA = $(if $(filter file,$(origin LUA)),luajit,$(LUA))
nvim:
	@$(MAKE) --no-print-directory -s build LUA=$(NVIM_LUA)
	@LUADIR=lua LIBDIR=lua STRIP="$(STRIP)" .ci/install core build/$(NVIM_LUA)/oai/core.so

## static    a library for programs in C that embed LUA, build/LUA/liboai_core.a,
##           to be used with src/oai.h (docs/embedding.md)
static: $(call BUILD,$(LUA))/liboai_core.a

# What LuaRocks calls: rock builds for the Lua whose headers it names, and
# rock-install puts it where it says.
rock:
	@rm -rf build/rock
	@$(MAKE) --no-print-directory build LUA=rock
rock-install:
	@$(PLACES) .ci/install rock build/rock/oai/core.so

## newcomer  play somebody who has never seen the library: the lines of README.md
##           and docs/installing.md in bare systems of Debian 12 and 13, as root;
##           SUITES=trixie and ONLY="LuaRocks|Neovim", of headings, narrow it down
newcomer: packages-newcomer
	@.ci/newcomer $(SUITES)

## managers  install as plugin managers of Neovim do, in bare systems of Debian 12, 13
##           and the newest, as root, and ask there by keys in a terminal; MANAGERS, a
##           folder with their checkouts, SUITES and ONLY="lazy", of layouts
managers: packages-newcomer
	@.ci/managers/run $(SUITES)

## dist      make a release of the last commit in build/dist: source archive,
##           rockspec, rock, binaries where make binaries has made some, checksums;
##           URL=https://... is where the archive will be
dist: packages-dist
	@.ci/dist

## release-check
##           install what make dist has made in bare systems of Debian 12 and 13,
##           as root, and run the README's examples; SUITES and ONLY as above
release-check: packages-newcomer
	@.ci/release-check $(SUITES)

## clean     remove what was built
clean:
	rm -rf build lua/oai/core.so

## help      this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

$(PACKAGES): packages-%:
	@.ci/packages $*

# Bytes and values come through these, and what is small overwrites memory one
# byte at a time. Of all else a call makes few steps, and most of them in
# libcurl: it had better be small.
QUICK_E   = $(patsubst %,src/engine/%.c,memory sse utf8)
SMALL_B   = $(patsubst %,src/binding/%.c,core credential_object digest_object \
            engine_object exchange_make exchange_object form_object plan_object \
            socket_object sse_object target_object template_object decimal vector)
SMALL     = -Os
ifdef GCC
SMALL    += -fno-move-loop-invariants -fno-tree-dominator-opts \
            -fno-expensive-optimizations -fno-tree-tail-merge \
            -fno-jump-tables -fno-shrink-wrap -fno-ipa-sra -fno-tree-dse \
            -fira-region=all -fno-ira-hoist-pressure
endif
# No Lua error passes through src/system and src/engine, nor through these, so they need no
# tables for that, which are a tenth of the whole; a checked build keeps them
# for its reports.
PURE_B    = $(patsubst %,src/binding/%.c,base64 power)
UNWIND    = $(if $(CHECKED),,-fno-asynchronous-unwind-tables)

# One shared object for each Lua: it takes a few seconds.
COMPILE   = $(CC) -std=c99 $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(LAYOUT) $(CHECKED) \
            -fPIC -fvisibility=hidden
PART      = -r -nostdlib
LUA_FLAGS = $(if $(LUA_INCDIR),-I$(LUA_INCDIR),$$(.ci/lua-flags $(firstword $(subst -, ,$*))))

build/%/oai/core.so: $(SOURCES) $(HEADERS) Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(UNWIND) $(PART) -o $(@D)/quick.o $(QUICK_E)
	$(COMPILE) $(UNWIND) $(SMALL) $(PART) -o $(@D)/small_e.o \
	  $(filter-out $(QUICK_E),$(wildcard src/system/*.c src/engine/*.c)) $(PURE_B)
	$(COMPILE) $(LUA_FLAGS) $(SMALL) $(PART) \
	  -o $(@D)/small_b.o $(SMALL_B)
	$(COMPILE) $(LIBFLAG) $(LUA_FLAGS) \
	  $(filter-out $(SMALL_B) $(PURE_B),$(wildcard src/binding/*.c)) \
	  $(@D)/quick.o $(@D)/small_e.o $(@D)/small_b.o -o $@ $(LDFLAGS) $(LIBS)
	@rm -f $(@D)/quick.o $(@D)/small_?.o

# All of it in one object, in which nothing but luaopen_oai_core is seen from
# outside; and the modules as texts, which are linked where oai_preload is called.
OBJCOPY  ?= $(if $(filter Darwin,$(SYSTEM)),true,objcopy)
build/%/liboai_core.a: $(SOURCES) $(HEADERS) $(MODULES) src/oai.h .ci/modules.lua .ci/tool/files.lua Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(LUA_FLAGS) $(PART) -o $(@D)/core.o $(SOURCES)
	$(OBJCOPY) --keep-global-symbol=luaopen_oai_core $(@D)/core.o
	$(LUA) .ci/modules.lua > $(@D)/modules.c
	$(CC) -std=c99 $(CFLAGS) -fPIC $(LUA_FLAGS) -Isrc -c $(@D)/modules.c -o $(@D)/modules.o
	@rm -f $@
	$(AR) rcs $@ $(@D)/core.o $(@D)/modules.o
	@rm -f $(@D)/core.o $(@D)/modules.o $(@D)/modules.c
