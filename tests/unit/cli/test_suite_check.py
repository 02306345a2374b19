"""``suite check``: what it prints, and what it refuses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from ferrobench.cli.main import main
from ferrobench.cli.suite_check import print_suite_report
from ferrobench.suite_check import Fault, FaultKind, MutationScore, PromptReport, SuiteReport, Survivor

if TYPE_CHECKING:
    from pathlib import Path

GOOD = PromptReport(
    id="small/good",
    tested=True,
    faults=(),
    notes=("a note of two",),
    mutation=MutationScore(
        killed=7, survivors=(), equivalent=1, refused=2, unjudged=0, by_hand_failed=3, by_hand=3
    ),
    attainable=True,
)
BAD = PromptReport(
    id="small/bad",
    tested=True,
    faults=(Fault(kind=FaultKind.TRIVIAL_PASSES, detail="the body '0' passes the tests"),),
    notes=("a note of two",),
    mutation=MutationScore(
        killed=1,
        survivors=(Survivor(id="comparison@2:7", line=2, before="<", after="<="),),
        equivalent=0,
        refused=0,
        unjudged=0,
        by_hand_failed=0,
        by_hand=0,
    ),
    attainable=False,
)
COMPILES = PromptReport(
    id="small/compiles", tested=False, faults=(), notes=(), mutation=None, attainable=False
)


def printed(*prompts: PromptReport, unjudged: int = 0) -> str:
    """The report of these prompts as text."""
    console = Console(file=io.StringIO(), width=120, markup=False, highlight=False)
    report = SuiteReport(
        suite="small",
        version="1",
        content_hash="sha256:0",
        editions=("2021", "2024"),
        runs=3,
        prompts=prompts,
        programs=50,
        unjudged=unjudged,
    )
    print_suite_report(report, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_prompt_has_its_row() -> None:
    """With the score, and how many wrong programs were written by hand."""
    lines = printed(GOOD, BAD, COMPILES).splitlines()

    (good,) = (line for line in lines if line.startswith("small/good ") and "note" not in line)
    assert good.split() == ["small/good", "yes", "10", "of", "10", "3", "1", "100", "%"]
    assert any(line.startswith("small/compiles") and "no tests" in line for line in lines)


def test_faults_and_mutants_that_pass_are_listed() -> None:
    """With the prompt, the kind, the line and the change."""
    text = printed(BAD)

    assert "small/bad: FAULT trivial_passes: the body '0' passes the tests" in text
    assert "small/bad: passes with line 2 of the reference changed: < → <= (comparison@2:7)" in text


def test_a_note_of_many_prompts_is_said_once() -> None:
    """Otherwise it hides the rest."""
    text = printed(GOOD, BAD)

    assert text.count("a note of two") == 1
    assert "small/good and 1 more: note: a note of two" in text


def test_the_ceiling_and_the_count_of_faults_end_it() -> None:
    """What any model can reach at most."""
    assert printed(GOOD, BAD, COMPILES, unjudged=2).splitlines()[-1] == (
        "1 of 2 prompts with tests can be passed (50.0 %): the ceiling of any model. "
        "1 fault; 50 programs judged, 2 of them unjudged."
    )
    assert "No faults" in printed(GOOD)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nonsense"], "nonsense"),
        (["seed", "--runs", "0"], "--runs 0"),
        (["seed", "--limit", "0"], "--limit 0"),
        (["seed", "--min-score", "101"], "--min-score 101"),
        (["seed", "--jobs", "0"], "--jobs 0"),
        (["seed", "--edition", "2012"], "2012"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything runs."""
    assert main(["suite", "check", *arguments]) == 2
    errors = capsys.readouterr().err
    assert named in errors
    assert errors.count("\n") == 1


def test_a_broken_checks_file_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named."""
    (tmp_path / "suite.toml").write_text('name = "small"\nversion = "1"\n')
    (tmp_path / "01_one.rs").write_text(
        "//! category: arbitrary\n//! judge: compile\n// >>> prompt\nfn one() -> u8 {\n    // <<< prompt\n    1\n}\n"
    )
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "01_one.toml").write_text("[[wrong]")

    assert main(["suite", "check", str(tmp_path)]) == 2
    assert "01_one.toml: not valid TOML" in capsys.readouterr().err


def test_help_says_what_the_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    """And the command is listed with a sentence."""
    assert main(["suite", "check", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Exit code 0: no faults. 1: some were found." in text
    assert main(["suite", "--help"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if " check " in line)
    assert len(line.split()) > 5
