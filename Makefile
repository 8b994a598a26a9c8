# Two commands do all the set-up: `make ask` and `make test`. Needs Python 3.11 to 3.13 (with venv), make and git.

PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3 python; do \
	$$p -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STORIES ?= tests/stories

.DEFAULT_GOAL := help
.PHONY: help install ask chat serve test check bench soak scorecard fit train lock build clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/'

$(BIN)/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Parallax needs Python 3.11, 3.12 or 3.13 with venv; none was found. Install one, or run: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

install: $(BIN)/.installed ## make .venv with everything

ask: install ## answer a few questions on the shipped story
	@printf '%s\n' 'When was the video released?' 'What does the video show?' 'Who runs Roscosmos?' 'How fast does the ISS fly?' 'Who paid for the video?' \
	| while IFS= read -r question; do $(BIN)/parallax ask "$$question" && echo; done

chat: install ## talk about the shipped story
	@$(BIN)/parallax chat

serve: install ## run the bot in Telegram; needs TELEGRAM_BOT_TOKEN
	@$(BIN)/parallax serve

test: install ## run the tests; three at a time, for some only wait
	$(BIN)/python -m pytest -q -n 3 --dist loadgroup

check: install ## what CI runs: the tests, the linter, the types
	bash .ci/run

bench: install ## measure speed and memory; takes a while
	$(BIN)/python -m tests.bench --write docs/bench.md

soak: install ## kills, hostile articles and a paced load on the bot; takes most of an hour
	$(BIN)/python -m tests.soak --write docs/soak.md

scorecard: install ## score the engine on STORIES and write docs/scorecard.md
	$(BIN)/python -m bot.scorecard.write $(STORIES) --write docs/scorecard.md

FIT = $(STORIES) --parts 6 $(if $(READERS),--readers $(READERS)) --write

fit: install ## fit the engine's models on STORIES; READERS are those that have not seen them, see training/README.md
	$(BIN)/python -m bot.scorecard.fit_contrast $(FIT) $(if $(STACKED),--stacked)
	$(BIN)/python -m bot.scorecard.fit_answers $(FIT)

TRAIN := .train
WORK ?= build/training
DATA ?= ../data/reader

train: install ## train the reader on the sets in DATA, on STORIES, and on ASKED and FACTS where given, into WORK/reader; six hours on two cores
	@test "$(origin STORIES)" = "command line" || { echo "name the annotated stories to learn from: make train STORIES=...; the few of tests/stories alone make a poor reader, and iss-video is for measuring" >&2; exit 2; }
	test -x $(TRAIN)/bin/python || $(PYTHON) -m venv $(TRAIN)
	$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check -r training/requirements.txt
	$(TRAIN)/bin/python -m training.base $(WORK)/base
	$(BIN)/python -m training.rows $(DATA) $(WORK)/rows
	$(TRAIN)/bin/python -m training.train $(WORK)/base $(WORK)/rows $(WORK)/first
	$(BIN)/python -m training.rows $(DATA) $(WORK)/hard --seed 22 --hard $(if $(ASKED),--asked $(ASKED))
	$(TRAIN)/bin/python -m training.train $(WORK)/base $(WORK)/hard $(WORK)/second --start $(WORK)/first --rate 8e-5 --epochs 1 --seed 22
	$(TRAIN)/bin/python -m training.average $(WORK)/first $(WORK)/second $(WORK)/between
	$(TRAIN)/bin/python -m training.train $(WORK)/base $(WORK)/hard $(WORK)/third --start $(WORK)/between --rate 1e-4 --epochs 1 --seed 23 --part 0.7 --vectors 20
	$(TRAIN)/bin/python -m training.export $(WORK)/base $(WORK)/third $(WORK)/rows $(WORK)/before --headless
	$(BIN)/python -m training.stories $(WORK)/told $(STORIES) --beside $(WORK)/hard --reader $(WORK)/before
	$(BIN)/python -m training.documents $(DATA) $(WORK)/documents.jsonl
	$(if $(FACTS),$(BIN)/python -m training.facts $(WORK)/facts.jsonl $(FACTS))
	$(TRAIN)/bin/python -m training.train $(WORK)/base $(WORK)/told/all $(WORK)/weights --start $(WORK)/third --rate 8e-5 --epochs 1 --seed 26 --vectors 6 \
		--pairs $(WORK)/told/all/disputes.jsonl $(WORK)/told/all/pairs.jsonl $(WORK)/documents.jsonl $(if $(FACTS),$(WORK)/facts.jsonl)
	$(TRAIN)/bin/python -m training.contradictions $(WORK)/base $(WORK)/told/all/pairs.jsonl $(WORK)/opposing --start $(WORK)/weights
	$(TRAIN)/bin/python -m training.export $(WORK)/base $(WORK)/weights $(WORK)/rows $(WORK)/reader --opposing $(WORK)/opposing
	$(BIN)/python -m training.measure $(WORK)/reader $(WORK)/rows $(DATA)

lock: ## pin what pyproject.toml asks for, without index addresses
	$(BIN)/python -m piptools compile --quiet --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-header --extra test --output-file requirements.lock pyproject.toml

build: install ## make the wheel
	$(BIN)/python -m build --wheel --no-isolation

clean: ## remove what was made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
