# heddle. `make run ASK="..."` and `make test` are all a newcomer needs; both install what is missing first.
SHELL := /bin/bash
PREFIX ?= /usr/local
ASK ?= find files larger than 100 MB modified this week
JOBS ?= $(shell nproc)
RELEASE := build/release
BIN := $(RELEASE)/src/heddle

.PHONY: run test setup build check tsan fuzz mutants perf perf-check install uninstall deb clean
.DEFAULT_GOAL := run

run: build
	@$(BIN) ask $(ASK)

build: setup
	@cmake --preset release > build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build $(RELEASE) -j $(JOBS) | grep -vE '^\[|ninja: no work' || test $${PIPESTATUS[0]} -eq 0

# Builds with warnings as errors, then runs every test, the slow ones too.
test: setup
	@tools/setup --test
	@cmake --preset dev > build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build build/dev -j $(JOBS) | grep -vE '^\[|ninja: no work' || test $${PIPESTATUS[0]} -eq 0
	@ctest --test-dir build/dev --output-on-failure -j $(JOBS)

setup:
	@mkdir -p build
	@tools/setup

check: setup
	@tools/setup --check
	@cmake --preset check > build/configure.log && cmake --build build/check -j $(JOBS)
	@ctest --test-dir build/check --output-on-failure -j $(JOBS)
	@tools/format --check
	@tools/lint build/check

tsan: setup
	@cmake --preset tsan > build/configure.log && cmake --build build/tsan -j $(JOBS)
	@ctest --test-dir build/tsan --output-on-failure -j $(JOBS)

# FUZZ_SECONDS per target; 300 tries against real runs; DIFFERENTIAL_MINUTES for models against real shells and EQUIVALENCE_MINUTES of rewritings, both
# from a seed that is printed.
FUZZ_SECONDS ?= 60
DIFFERENTIAL_MINUTES ?= 5
EQUIVALENCE_MINUTES ?= 10
fuzz: build
	@cmake --preset fuzz > build/configure.log && cmake --build build/fuzz -j $(JOBS)
	@tests/fuzz/run $(FUZZ_SECONDS)
	@tests/program/try_differential build/fuzz/src/heddle --count 300 --seed $$(date +%s) || test $$? = 77
	@cmake --preset dev > build/configure.log && cmake --build build/dev --target differential_model -j $(JOBS)
	@tests/differential/run --model build/dev/tests/differential_model --seed $$(date +%s) --count 10000000 --minutes $(DIFFERENTIAL_MINUTES)
	@tests/equivalence/run $(BIN) --minutes $(EQUIVALENCE_MINUTES)

# Every guard, limit and row of rules of the shell layer switched off, one at a time: docs/mutants.md. Resumes.
MUTANTS ?=
mutants: setup
	@cmake --preset dev > build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build build/dev --target shell_mutants -j $(JOBS) | grep -vE '^\[|ninja: no work' || test $${PIPESTATUS[0]} -eq 0
	@tests/mutants/run build/dev --jobs $(JOBS) $(MUTANTS)

perf: build
	@perf/run $(BIN)
	@perf/hostile $(BIN)

perf-check: build
	@perf/run --check $(BIN)

install: build
	@cmake --install $(RELEASE) --prefix $(PREFIX)

uninstall:
	rm -rf $(PREFIX)/lib/heddle $(PREFIX)/libexec/heddle $(PREFIX)/include/heddle $(PREFIX)/lib/cmake/heddle-constrain
	rm -f $(PREFIX)/lib/libheddle-constrain.a $(PREFIX)/lib/pkgconfig/heddle-constrain.pc
	rm -f $(PREFIX)/bin/heddle $(PREFIX)/share/man/man1/heddle.1 $(PREFIX)/share/bash-completion/completions/heddle \
	  $(PREFIX)/share/zsh/site-functions/_heddle $(PREFIX)/share/fish/vendor_completions.d/heddle.fish

deb: build
	@tools/setup --deb
	@cd $(RELEASE) && cpack -G DEB && ls *.deb

clean:
	rm -rf build
