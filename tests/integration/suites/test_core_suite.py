"""The suite core: what it covers, and that its references pass and its wrong answers fail."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferrobench.cli.main import main
from ferrobench.prompts import JudgeMode, Level, Prompt, load_suite
from ferrobench.prompts.checks import load_checks
from ferrobench.prompts.load import suite_folder
from ferrobench.suite_check.shapes import shape_notes
from scripts.write_suite_page import PAGE, render_page
from tests.support.formats import write_rows

if TYPE_CHECKING:
    from pathlib import Path

rustc = pytest.mark.rustc
CORE = load_suite("core")
FOLDER = suite_folder("core")
assert FOLDER is not None
CHECKS = load_checks(FOLDER, CORE)
OWN = [prompt for prompt in CORE.prompts if prompt.variant_of is None]
# What makes Rust Rust; a category without a prompt would be a hole.
CATEGORIES = {
    "async", "closures", "collections", "concurrency", "const generics", "error handling", "formatting", "generics",
    "interior mutability", "iterators", "lifetimes", "macros", "modules and visibility", "numeric edge cases",
    "operator overloading", "ownership", "parsing", "pattern matching", "simulation", "slices", "smart pointers",
    "strings and Unicode", "trait objects", "traits", "unsafe",
}  # fmt: skip


def test_it_covers_every_category_at_every_level() -> None:
    """With eighty prompts and more, variants not counted."""
    assert len(OWN) >= 80
    assert {prompt.category for prompt in OWN} == CATEGORIES
    assert min(Counter(prompt.level for prompt in OWN)[level] for level in Level) >= 20
    assert sum(prompt.variant_of is not None for prompt in CORE.prompts) >= 5


def test_no_two_prompts_have_references_of_one_shape() -> None:
    """Whatever their names are; a variant may be like its original."""
    assert shape_notes(CORE.prompts) == {}


def test_the_page_is_what_the_suites_make() -> None:
    """`docs/core-suite.md` is generated; run `make docs` after changing a prompt."""
    assert PAGE.read_text() == render_page()


@pytest.mark.parametrize("prompt", CORE.prompts, ids=lambda prompt: prompt.name)
def test_a_prompt_says_what_it_asks_for(prompt: Prompt) -> None:
    """In documentation of its own, with a level, features, tests, a reference and two wrong answers at least."""
    assert "/// " in prompt.text
    assert prompt.level is not None
    assert prompt.tags
    assert prompt.judge is JudgeMode.TESTS
    assert prompt.tests.count("#[test]") >= 3
    assert prompt.reference.strip()
    assert len(CHECKS[prompt.id].wrong) >= 2


@rustc
@pytest.mark.long
@pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path")
@pytest.mark.parametrize("name", ["core", "seed-plus"])
def test_the_references_as_completions_pass_at_one(name: str, tmp_path: Path) -> None:
    """pass@1 of exactly 1, strictly too, and nothing is proved in the sample's own process."""
    suite = load_suite(name)
    answers = write_rows(
        tmp_path / "answers.jsonl",
        [{"task_id": prompt.id, "completion": prompt.reference} for prompt in suite.prompts],
    )
    output = tmp_path / "results.json"

    run_dir = tmp_path / "run"
    arguments = [
        "run",
        "--suite",
        name,
        "--model",
        f"file:{answers}",
        "--run-dir",
        str(run_dir),
        "--output",
        str(output),
    ]
    assert main(arguments) == 0

    results = json.loads(output.read_text())
    assert results["compile_success_rate"] == 100.0
    assert [figure["value"] for figure in results["at_k"]["extracted"]["pass_at_k"]] == [100.0]
    assert [figure["value"] for figure in results["at_k"]["strict"]["pass_at_k"]] == [100.0]
    assert (results["tests"]["passed"], results["tests"]["in_process"]) == (len(suite.prompts), 0)
