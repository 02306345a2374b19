"""The documents mention what exists."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from ferrobench import errors
from ferrobench.judging import Failure, Limit, Proof, Stage, verdict
from ferrobench.judging.assist import REPAIRS
from ferrobench.judging.extraction.rules import RULES
from ferrobench.judging.testing.jail import RunLimits
from ferrobench.judging.testing.signature import _STANDARD

ROOT = Path(__file__).parents[2]
VERDICTS = (ROOT / "docs" / "verdicts.md").read_text()
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "judge",
        "measure",
        "compare",
        "history",
        "watch",
        "report",
        "review",
        "track",
        "explain",
        "merge",
        "export",
        "serve",
        "doctor",
        "suite",
    ],
)
def test_every_command_is_in_the_readme(command: str) -> None:
    """With a line that can be pasted."""
    assert f"ferrobench {command}" in README


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_is_documented(stage: Stage) -> None:
    """In the page about verdicts."""
    assert f"`{stage.value}`" in VERDICTS


@pytest.mark.parametrize(
    "name",
    [name for name, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, Exception)],
)
def test_the_tree_of_exceptions_is_drawn_whole(name: str) -> None:
    """In the docstring of its module, with the exit code that each means."""
    assert errors.__doc__ is not None
    assert name in errors.__doc__


@pytest.mark.parametrize("name", [c.__name__ for c in verdict.Verdict.__args__])
def test_every_verdict_has_its_sentence(name: str) -> None:
    """In the page about verdicts, and in its class."""
    assert f"`{name}`" in VERDICTS
    assert (getattr(verdict, name).__doc__ or "").strip().endswith(".")


@pytest.mark.parametrize("failure", list(Failure))
def test_every_reason_of_a_failed_test_is_documented(failure: Failure) -> None:
    """In the page about verdicts, in a row of its own."""
    assert f"| `{failure.value}` |" in VERDICTS


@pytest.mark.parametrize("value", [*Limit, *Proof])
def test_every_limit_and_proof_is_documented(value: Limit | Proof) -> None:
    """By the word that is in the record."""
    assert f"limit: {value.value}`" in VERDICTS or f"`{value.value}`" in VERDICTS


@pytest.mark.parametrize(
    "row",
    [
        f"| CPU time | {RunLimits().cpu_seconds} s, of all its threads |",
        f"| wall time | {RunLimits().wall_seconds:g} s |",
        f"| address space | {RunLimits().address_space_mib:,} MiB |",
        f"| output | {RunLimits().output_kib:,} KiB of",
        f"| stack | {RunLimits().stack_mib} MiB |",
        f"| threads | {RunLimits().tasks} |",
        f"| open files | {RunLimits().open_files} |",
    ],
)
def test_the_limits_of_programs_are_those_of_the_code(row: str) -> None:
    """In the table of the page about verdicts."""
    assert row in VERDICTS


@pytest.mark.parametrize("name", _STANDARD)
def test_every_type_that_can_be_sent_is_documented(name: str) -> None:
    """In the page about hidden tests."""
    assert f"`{name}`" in (ROOT / "docs" / "hidden-tests.md").read_text()


@pytest.mark.parametrize("rule", [*RULES, *REPAIRS])
def test_every_rule_of_extraction_and_repair_is_documented(rule: str) -> None:
    """In the page about verdicts, in a row of its own."""
    assert f"| `{rule}` |" in VERDICTS


def test_the_readme_has_no_gaps() -> None:
    """No placeholder is left in it."""
    assert "@" not in re.sub(r"\b(pass|compile)@[\dk]", "", README)


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_links_lead_somewhere(page: Path) -> None:
    """Files, folders and headings that a page names exist."""
    for target, _, heading in re.findall(r"\]\((?!https?:)([^)#]*)(#([^)]+))?\)", page.read_text()):
        place = page.parent / target if target else page
        assert place.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", place.read_text(), re.MULTILINE)
            assert heading in {
                re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings
            }, target
