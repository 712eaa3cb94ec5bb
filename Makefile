# One line or two for each thing that a developer does; `.ci/run` calls these. ARGS and ONLY go to `demo` and `bench`.
PYTHON ?= python3
BIN := .venv/bin
# package.json's scripts call jlpm, python and jupyter-builder by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test test-stack test-rest test-full check bench

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt package.json yarn.lock
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q uv && UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy $(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode -c constraints.txt -e ".[dev]"
	touch $@

demo: setup
	$(BIN)/jupyter promote demo $(ARGS)

# The tests of the embedded stack wait for Airflow most of the time, so the others run beside them.
test: setup
	+$(MAKE) --no-print-directory -j2 test-stack test-rest
	$(BIN)/jlpm test && tests/ui/run

test-stack: setup
	$(BIN)/python -m pytest -q -m "stack and not full" tests

test-rest: setup
	$(BIN)/python -m pytest -q -n 2 --dist loadscope -m "not stack and not full" tests

test-full: setup
	$(BIN)/python -m pytest -q tests
	$(BIN)/jlpm test && tests/ui/run

check: setup
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/jlpm lint:check && $(BIN)/jlpm types && $(BIN)/python -m pytest -q tests/contract -k fresh

bench: setup
	$(BIN)/python -m benchmarks.run $(ONLY)
