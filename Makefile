# make help lists the targets. Everything is installed into .venv, with the versions in constraints.txt.
VENV   := .venv
PY     := $(VENV)/bin/python
LOWEST := .venv-lowest
STAMP  := $(VENV)/.adahlib-installed
PIP    := $(PY) -m pip --disable-pip-version-check
# Two tests at a time, a file's tests in one process, one thread each: the suite is written for two cores. Files come in
# their own order: by the number of their tests, as is usual, the longest few tests would come last, on one core alone.
PYTEST := OMP_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)

.DEFAULT_GOAL := help
.PHONY: help install book pdf pages test test-fast test-lowest lint bench paper clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target what; \
		do printf '%-14s %s\n' "$$target" "$$what"; done

install: $(STAMP) ## create .venv and install the pinned versions (the other targets do it when needed)
	@echo "install: $(VENV) is ready; source $(VENV)/bin/activate brings its python and adah into this shell"

book: $(STAMP) ## run the quick reproduction and build the book into _build/html
	@echo "book: running the live page if its inputs changed, then rendering _build/html"
	@$(PY) -m adahlib.report.book.build
	@echo "book: source $(VENV)/bin/activate brings its python and adah into this shell"

pdf: $(STAMP) ## print the whole book as _build/adahlib.pdf, by a browser (chromium)
	@echo "pdf: python -m adahlib.report.book.pdf"
	@$(PY) -m adahlib.report.book.pdf

pages: $(STAMP) ## run the pages on records again, in place, for committing
	@echo "pages: executing every page but the live ones"
	@$(PY) -m adahlib.report.book.refresh

test-fast: $(STAMP) ## lint, and run the tests that train no run, start no program and need no release
	@echo "test-fast: ruff, mypy, and pytest without what is marked slow or data"
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(PYTEST) -q -m "not slow and not data" tests

test: $(STAMP) ## lint, run all tests, and re-run the pages that read committed records (skipped tests are listed)
	@echo "test: ruff, mypy, pytest, and nbval on every page but the live ones"
	@status=0; $(VENV)/bin/ruff check . || status=1; $(VENV)/bin/mypy || status=1; \
	live=$$($(PY) -m adahlib.report.book.contents --ignore) || exit 1; \
	$(PYTEST) -rs --nbval --nbval-current-env tests book $$live || status=1; exit $$status

test-lowest: ## test the library with the lowest versions of pyproject.toml, in .venv-lowest (needs uv)
	@echo "test-lowest: uv pip install --resolution lowest-direct, and pytest on what the library is made of"
	@command -v uv >/dev/null || { echo "make: test-lowest needs uv, which pip install uv brings"; exit 2; }
	@uv venv -q --allow-existing --python 3.11 $(LOWEST)
	@uv pip install -q --python $(LOWEST) --resolution lowest-direct -e ".[index,networks,emoji,slurm,test]"
	@OMP_NUM_THREADS=1 $(LOWEST)/bin/python -m pytest -q -n 2 --dist loadfile -m "not slow and not data" \
		$(addprefix tests/,retrieval losses methods models)

lint: $(STAMP) ## check the style of the code and the notebooks, and the types of the public packages
	@echo "lint: ruff check, and mypy on the public packages"
	@status=0; $(VENV)/bin/ruff check . || status=1; $(VENV)/bin/mypy || status=1; exit $$status

bench: $(STAMP) ## measure speed and memory beside what is commonly used
	@echo "bench: python -m benchmarks"
	@$(PY) -m benchmarks

paper: $(STAMP) ## list the runs behind the tables whose record is missing (adah grid all makes them)
	@echo "paper: adah grid all --dry-run"
	@$(VENV)/bin/adah grid all --dry-run

clean: ## remove the built book and the tools' caches (.venv, results and computed maps stay)
	@echo "clean: removing _build and the caches of the tools"
	@rm -rf _build build adahlib.egg-info .mypy_cache .pytest_cache .ruff_cache
	@find adahlib tests book benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(PY):
	@version=$$("$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); \
	case "$$version" in 3.11|3.12|3.13) ;; *) \
		echo "make: Python 3.11, 3.12 or 3.13 is needed, and $(or $(PYTHON),python3) is $${version:-missing}; install 3.11, or name it with make PYTHON=/path/to/python3.11"; exit 2 ;; esac
	@echo "install: creating $(VENV)"
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "make: $(PYTHON) could not create $(VENV); on Debian and Ubuntu install the package python3-venv"; exit 2; }

# torch and torchvision come first: on Linux without an NVIDIA driver PyTorch's own index, where it can be reached,
# offers CPU builds a tenth of the size, and the second pip finds the pins met and keeps them.
$(STAMP): pyproject.toml constraints.txt | $(PY)
	@echo "install: the versions in constraints.txt (some minutes, once)"
	@pins=$$(grep -E '^torch(vision)?==' constraints.txt); \
	cpu=https://download.pytorch.org/whl/cpu; index=; \
	if [ "$$(uname -s)" = Linux ] && ! nvidia-smi >/dev/null 2>&1 && curl -fsI -m 10 $$cpu/torch/ >/dev/null 2>&1; then \
		index="--extra-index-url $$cpu"; \
	fi; \
	$(PIP) install $$index $$pins
	@$(PIP) install -c constraints.txt -e ".[all,test]"
	@touch $@
