# Two commands do everything: `make run` and `make test`. Each works from nothing, and the second
# time starts in seconds. Another Python than the machine's own:
#     make test PYTHON=python3.13 VENV=.venv-3.13

VENV := .venv
PYTHON :=
export PYTHON
BIN := $(VENV)/bin
COACH := $(BIN)/voice-coach

.DEFAULT_GOAL := help
.PHONY: help run test test-long quick coverage test-soundcard test-training test-skill check format setup cues bench diagram figures faults soak demo bench-hearing bench-room model clean \
	install uninstall check-wheels check-aarch64

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: setup ## start the coach (without a sound card: a rehearsal)
	$(COACH) run

install: setup ## start the coach with the machine, and keep it running (systemd)
	@$(COACH) service install

uninstall: ## stop that, and remove all that install made
	@$(COACH) service uninstall

check-wheels: setup ## has every package a wheel for a 64-bit Raspberry Pi?
	$(BIN)/python scripts/check_wheels.py

check-aarch64: setup ## import everything and speak a sentence on an emulated 64-bit ARM
	@scripts/aarch64.sh $(VENV)

quick: setup ## run the quick tests: pure Python, no engine, in a minute or two
	$(BIN)/python -m pytest -q -n 2 --quick

test: setup ## run all checks and tests, but for the longest
	$(MAKE) -j 2 -O check coverage
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not card and not long" --ignore tests/coach
	$(BIN)/python -m pytest -m "card and not long" tests/soundcard # nothing beside them

test-long: setup ## run the longest tests, which prove at length what make test proves in short
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "long and not card"
	$(BIN)/python -m pytest -m "card and long" tests/soundcard

check: setup ## lint, format, imports and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

coverage: setup ## test the coach, and see that its tests go through every branch of it
	$(BIN)/coverage run -m pytest -q --quick -m "not hypothesis" tests/coach # no branch is left to luck
	$(BIN)/coverage report
	$(BIN)/python -m pytest -q --quick -m hypothesis tests/coach

format: setup ## format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

setup: ## install the system library, the virtual environment and the packages
	@scripts/setup.sh $(VENV)

cues: setup ## render the coach's speech into the cache
	@$(COACH) render

test-soundcard: setup ## run the program through a real PortAudio, on a sound card made of software
	@scripts/soundcard.sh
	$(BIN)/python -m pytest tests/soundcard

test-training: ## run the tests of the training recipe, which need torch
	@scripts/setup.sh $(VENV) dev,training
	$(BIN)/python -m pytest tests/training

test-skill: ## run the tests of the skill for Open Voice OS in its own environment
	@scripts/setup_skill.sh .venv-skill
	.venv-skill/bin/python -m pytest -q tests/skill

model: ## train the hearing model anew: make model SPEECH=folder [NOISE=folder] (hours; minutes with SHARE=0.02)
	$(if $(SPEECH),,$(error say what to learn from: make model SPEECH=folder, see docs/lab/training.md))
	@scripts/setup.sh $(VENV) dev,training
	$(BIN)/python -m training all $(foreach f,$(SPEECH),--speech $(f)) $(foreach f,$(NOISE),--noise $(f)) \
		$(if $(SHARE),--share $(SHARE)) $(if $(START),--start $(START))

bench-hearing: ## judge a hearing model on recordings: make bench-hearing SPEECH=folder [MODEL=folder]
	@scripts/setup.sh $(VENV) dev,bench
	$(BIN)/python -m benchmarks.hearing --speech $(SPEECH) $(if $(MODEL),--model $(MODEL))

bench-room: ## judge the whole program in simulated rooms
	@scripts/setup.sh $(VENV) dev,bench
	$(BIN)/python -m benchmarks.room

faults: setup ## try every fault of docs/use/faults.md, and print the table of what was survived
	$(BIN)/python -m pytest -q $$($(BIN)/python -m tests.faults.elsewhere)

soak: setup ## a day on the sample clock, with a million random events (half an hour and more)
	$(BIN)/python -m benchmarks.soak --full

demo: setup ## render what the README lets people hear and see, into docs/media
	$(BIN)/python scripts/demo.py

diagram: setup ## draw the activities of the coach, from its table, into docs/design/coach.svg
	$(BIN)/python scripts/coach_diagram.py

figures: setup ## write the measured figures of docs/lab/figures.toml into the pages
	$(BIN)/python -m benchmarks.figures

bench: setup ## measure speed, memory, reaction and pacing
	$(BIN)/python -m benchmarks

clean: ## remove the virtual environment and the caches of the tools
	rm -rf $(VENV) .venv-newest .venv-skill .venv-3.1? .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache *.egg-info
