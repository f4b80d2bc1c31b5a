# The front door. Every target sets up what it needs; nothing but Python 3.11+ and make has to be there.
PYTHON ?= python3
BIN := .venv/bin
OUT := build/single_infusion

.PHONY: browser run test check evidence heldout benchmark figures docs averages clean

run: .venv/run
	$(BIN)/synaptrace run single_infusion --figure $(OUT).png --out $(OUT).nc

test: .venv/dev browser
	$(BIN)/python -m pytest -m "not slow" -n auto --dist loadfile

# Pages are opened in a browser by tests; where none is there and none can be installed, those tests are skipped and say so.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && timeout 400 sh -c \
	"apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium" >/dev/null 2>&1; } || \
	echo "no browser is there and none could be installed: tests that open the page are skipped"

check: .venv/dev
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/pyright
	$(BIN)/lint-imports

evidence: .venv/dev browser
	$(BIN)/python -m pytest -m "slow or evidence"

heldout: .venv/run
	$(BIN)/synaptrace evidence check --log docs/heldout.md

benchmark: .venv/benchmark
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/synapse.py
	$(BIN)/python benchmarks/meta.py

averages: .venv/run
	$(BIN)/synaptrace averages build --folder src/synaptrace/library/tables

figures: .venv/run
	mkdir -p docs/figures && $(BIN)/synaptrace run single_infusion --figure docs/figures/single_infusion.png

docs: .venv/run
	$(BIN)/synaptrace docs --folder docs

.venv/run: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	mkdir -p build && touch $@

.venv/dev: .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@

.venv/benchmark: .venv/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[benchmark]"
	touch $@

clean:
	rm -rf .venv build
