# One line or two for each thing that a developer does; `.ci/run` calls these. ARGS and ONLY go to `demo` and `bench`.
PYTHON ?= python3
BIN := .venv/bin
# package.json's scripts call jlpm, python and jupyter-builder by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test test-full check bench

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt package.json yarn.lock
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q uv && UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy $(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode -c constraints.txt -e ".[dev]"
	touch $@

demo: setup
	$(BIN)/jupyter promote demo $(ARGS)

test: setup
	$(BIN)/python -m pytest -q -m "not full" tests $(ARGS)
	$(BIN)/jlpm test && tests/ui/run

test-full: setup
	$(BIN)/python -m pytest -q tests $(ARGS)
	$(BIN)/jlpm test && tests/ui/run

check: setup
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/jlpm lint:check && $(BIN)/jlpm types && $(BIN)/python -m pytest -q tests/contract -k fresh

bench: setup
	$(BIN)/python -m benchmarks.run $(ONLY)
