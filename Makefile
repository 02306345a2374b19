# One front door. `make run` and `make test` set up what they need on first use.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# The development extra brings pytest, ruff and mypy; the others all that the tests need.
EXTRAS := peft,openai,web,plots,tensorboard,wandb,mlflow,trackio,dev

.DEFAULT_GOAL := help
.PHONY: help run story setup test test-long check fmt docs bench clean

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: setup ## benchmark the bundled demo checkpoint
	$(BIN)/ferrobench run

story: setup ## train a small model, benchmark each checkpoint as it lands, draw the curve
	$(BIN)/python -m training.pipeline --out story

setup: $(VENV)/.installed ## make .venv with everything, development tools included

$(VENV)/.installed: pyproject.toml constraints.txt scripts/setup.sh
	PYTHON="$(PYTHON)" VENV="$(VENV)" EXTRAS="$(EXTRAS)" sh scripts/setup.sh
	@touch $@

test: setup ## run the tests
	$(BIN)/pytest -n auto --dist loadfile

test-long: setup ## run the tests that take minutes
	$(BIN)/pytest -n auto --dist loadfile -m long

check: setup ## lint, format check and strict types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fmt: setup ## format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: setup ## write the pages anew that are made from definitions, models and suites
	$(BIN)/python -m scripts.write_metrics_page
	$(BIN)/python -m scripts.write_suite_page
	$(BIN)/python scripts/write_schema.py

bench: setup ## measure sampling, judging and testing speed against the usual ways
	$(BIN)/python benchmarks/sampling_speed.py
	$(BIN)/python -m benchmarks.engine_speed
	$(BIN)/python -m benchmarks.judging_speed
	$(BIN)/python -m benchmarks.testing_speed

clean: ## remove what setup and runs made
	rm -rf $(VENV) runs benchmark_results.json
