"""The documents mention what exists."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from ferrobench import errors
from ferrobench.judging import Stage, verdict
from ferrobench.judging.assist import REPAIRS
from ferrobench.judging.extraction.rules import RULES

ROOT = Path(__file__).parents[2]
VERDICTS = (ROOT / "docs" / "verdicts.md").read_text()
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("command", ["run", "judge", "export", "doctor", "suite"])
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


@pytest.mark.parametrize("rule", [*RULES, *REPAIRS])
def test_every_rule_of_extraction_and_repair_is_documented(rule: str) -> None:
    """In the page about verdicts, in a row of its own."""
    assert f"| `{rule}` |" in VERDICTS


def test_the_readme_has_no_gaps() -> None:
    """No placeholder is left in it."""
    assert "@" not in README.replace("@dataclass", "")


def test_links_of_the_readme_lead_somewhere() -> None:
    """Files and folders that it names exist."""
    import re

    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
