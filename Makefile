# kexec-helper: `make` explains the targets, README.md the rest.

VERSION := $(shell sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog 2>/dev/null)
CXX ?= g++
# dpkg-buildpackage gives its own CXXFLAGS, CPPFLAGS and LDFLAGS; these are the same hardening for everybody else.
CXXFLAGS ?= -O2 -g -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection
CPPFLAGS ?= -D_FORTIFY_SOURCE=2
LDFLAGS ?= -pie -Wl,-z,relro,-z,now

# Warnings are errors with WERROR=1, as tests/check has it: a newer compiler's warnings must not break the package.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast $(if $(WERROR),-Werror)
override CPPFLAGS += -Ihelper -D_GLIBCXX_ASSERTIONS
override CXXFLAGS += -std=c++20 $(WARNINGS)
# Unit tests and fuzz targets share the program's objects, so that clang compiles both: libFuzzer is its own. UBSan
# watches the program only: the tests' own objects take half as long again to compile with it.
SANITIZER_CXX ?= clang++
SANITIZE := -O0 -g1 -fsanitize=address -fno-sanitize-recover=all -fno-omit-frame-pointer
UNDEFINED := -fsanitize=undefined,fuzzer-no-link

# Linked in, so that one package runs on every release and keeps running while libraries are being upgraded.
LIBS := -l:libboost_program_options.a -l:libboost_filesystem.a -l:libinih.a
# So that the program starts before the loader would have read the C++ library.
STATIC_CXX := -static-libstdc++ -static-libgcc

SOURCES := $(sort $(shell find helper -mindepth 2 -name '*.cc'))
TESTS := $(sort $(shell find tests/unit -name '*.cc'))
OBJECTS := $(SOURCES:%.cc=build/obj/%.o)
SANITIZED := $(SOURCES:%.cc=build/sanitized/%.o)

# `make V=1` shows the commands.
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $@;)

.PHONY: help deps build unit-tests fuzz fuzz-targets check-fast check check-all demo bench deb install format lint clean
.DEFAULT_GOAL := help

help: ## this text
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

deps: ## install from Debian's packages what the other targets need (root)
	tests/install-packages

build: build/kexec-helper build/exitrd-kexec ## compile build/kexec-helper

build/kexec-helper: build/obj/helper/main.o $(OBJECTS)
	$(call say,LINK) $(CXX) $(CXXFLAGS) $(LDFLAGS) $(STATIC_CXX) -o $@ $^ $(LIBS)

# Runs where there is no library, so that none of the flags above apply.
FREESTANDING := -Os -ffreestanding -fno-stack-protector -fno-exceptions -fno-asynchronous-unwind-tables -fno-pie -no-pie \
  -fcf-protection=none -static -nostdlib -Wl,--build-id=none,-z,noexecstack,-z,norelro,-n -s
build/exitrd-kexec: helper/exitrd_kexec.cc
	@mkdir -p $(@D)
	$(call say,LINK) $(CXX) -std=c++20 $(WARNINGS) $(FREESTANDING) -o $@ $<

build/unit-tests: $(TESTS:%.cc=build/sanitized/%.o) $(SANITIZED)
	$(call say,LINK) $(SANITIZER_CXX) $(SANITIZE) $(UNDEFINED) -o $@ $^ -lgtest_main -lgtest $(LIBS)

# For tests/settings: prints what the program reads from settings files.
build/dump-settings: build/sanitized/tests/settings/dump_settings.o $(SANITIZED)
	$(call say,LINK) $(SANITIZER_CXX) $(SANITIZE) $(UNDEFINED) -o $@ $^ $(LIBS)

# For tests/grub: prints what the evaluator makes of a grub.cfg.
build/evaluate-grub: build/sanitized/tests/grub/evaluate.o $(SANITIZED)
	$(call say,LINK) $(SANITIZER_CXX) $(SANITIZE) $(UNDEFINED) -o $@ $^ $(LIBS)

# The only object that knows the version: a new one must not compile the others again.
%/helper/cli/version.o: override CPPFLAGS += -DKEXEC_HELPER_VERSION='"$(or $(VERSION),0)"'
build/obj/helper/cli/version.o build/sanitized/helper/cli/version.o: debian/changelog

build/obj/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX) $(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

# No _FORTIFY_SOURCE: it needs optimization, and the sanitizers see more.
compile_sanitized = $(SANITIZER_CXX) $(filter-out -D_FORTIFY_SOURCE=%,$(CPPFLAGS)) -Itests/unit -std=c++20 $(WARNINGS) $(SANITIZE)

build/sanitized/helper/%.o: compile_sanitized += $(UNDEFINED)
build/sanitized/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX) $(compile_sanitized) -MMD -MP -c -o $@ $<

# For tests/fuzz/run. GRUB's evaluator is compiled anew: with lower limits (helper/bootloader/grub/script/limits.h), and
# optimized, as an input takes milliseconds there.
ANEW := $(filter helper/bootloader/grub/%,$(SOURCES))
FUZZED := $(patsubst %.cc,build/sanitized/%.o,$(filter-out $(ANEW) helper/cli/% helper/commands/%,$(SOURCES))) \
  $(ANEW:%.cc=build/fuzz/%.o)
fuzz-targets: $(patsubst tests/fuzz/%.cc,build/fuzz/%,$(wildcard tests/fuzz/*_fuzz.cc))

build/fuzz/%_fuzz: build/fuzz/tests/fuzz/%_fuzz.o $(FUZZED)
	$(call say,LINK) $(SANITIZER_CXX) $(SANITIZE) -fsanitize=undefined,fuzzer -o $@ $^ $(LIBS)

build/fuzz/%.o: compile_sanitized += $(UNDEFINED) -O1 -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
build/fuzz/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX) $(compile_sanitized) -MMD -MP -c -o $@ $<

-include $(shell find build/obj build/sanitized build/fuzz -name '*.d' 2>/dev/null)

fuzz: fuzz-targets ## random input for each fuzz target: a minute for two, 20 s for the others
	tests/fuzz/run 60

unit-tests: build/unit-tests ## the unit tests alone, under AddressSanitizer and UBSan
	build/unit-tests --gtest_brief=1

check-fast: ## everything that needs neither root nor guests
	tests/check fast

check: ## every test, guests included; installs what it needs (root)
	tests/install-packages
	tests/check full

check-all: ## the whole matrix of guests; records it in tests/vm/RESULTS.md (root, hours)
	tests/install-packages
	tests/check all

demo: ## two reboots of a Debian guest, firmware and kexec, side by side (root)
	tests/install-packages
	$(MAKE) deb
	tests/vm/demo

bench: ## time the load and the menu against other ways, in a guest (root)
	tests/install-packages
	$(MAKE) deb build
	tests/bench/menu
	tests/bench/run

deb: ## build the package into build/deb/
	tests/build-deb

install: build ## install into DESTDIR
	install -Dm755 build/kexec-helper $(DESTDIR)/usr/sbin/kexec-helper
	install -Dm755 build/exitrd-kexec $(DESTDIR)/usr/lib/kexec-helper/exitrd-kexec
	install -Dm755 initscripts/reboot-requested $(DESTDIR)/usr/lib/kexec-helper/reboot-requested
	install -Dm755 initscripts/save-crash $(DESTDIR)/usr/lib/kexec-helper/save-crash
	for directory in /etc/init.d /usr/lib/kexec-helper; do \
	  for script in kexec-load kexec; do install -Dm755 initscripts/$$script $(DESTDIR)$$directory/$$script; done; \
	done
	install -Dm755 initscripts/kexec-boot-timeout $(DESTDIR)/etc/init.d/kexec-boot-timeout
	for unit in initscripts/systemd/*.service; do install -Dm644 -t $(DESTDIR)/usr/lib/systemd/system $$unit; done
	install -Dm644 initscripts/systemd/systemd-reboot.service.d/50-kexec.conf \
	  $(DESTDIR)/usr/lib/systemd/system/systemd-reboot.service.d/50-kexec.conf
	install -Dm644 initscripts/systemd/systemd-kexec.service.d/50-kexec.conf \
	  $(DESTDIR)/usr/lib/systemd/system/systemd-kexec.service.d/50-kexec.conf
	install -Dm644 initscripts/60-kexec-helper.rules $(DESTDIR)/usr/lib/udev/rules.d/60-kexec-helper.rules
	install -Dm644 etc-default/kexec $(DESTDIR)/usr/share/kexec-helper/kexec.default
	install -Dm644 helper/kexec-helper.bash-completion $(DESTDIR)/usr/share/bash-completion/completions/kexec-helper
	install -Dm644 helper/kexec-helper.8 $(DESTDIR)/usr/share/man/man8/kexec-helper.8

format: ## clang-format the C++ sources
	clang-format -i $(shell find helper tests -name '*.cc' -o -name '*.h')

lint: ## shellcheck, checkbashisms, man page, clang-format
	tests/lint

clean: ## remove build/
	rm -rf build
