"""What a suite's authors say beside its prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import SuiteError
from ferrobench.prompts import JudgeMode, load_suite
from ferrobench.prompts.checks import PromptChecks, load_checks
from ferrobench.prompts.load import suite_folder
from ferrobench.prompts.mutation import mutants

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SQUARE = """//! category: arbitrary
// >>> prompt
fn square(n: i32) -> i32 {
    // <<< prompt
    n * n
}

#[cfg(test)]
mod tests {
    #[test]
    fn two() {
        assert_eq!(super::square(2), 4);
    }
}
"""
WRONG = """[[wrong]]
name = "adds"
why = "The sum of both."
code = '''
    n + n
}
'''
"""
ENOUGH = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A suite of one prompt."""
    (tmp_path / "suite.toml").write_text('name = "small"\nversion = "1"\n')
    (tmp_path / "01_square.rs").write_text(SQUARE)
    (tmp_path / "checks").mkdir()
    return tmp_path


def load(folder: Path) -> Mapping[str, PromptChecks]:
    """Load suite and checks from one folder."""
    return load_checks(folder, load_suite(folder))


def test_wrong_answers_and_equivalents_are_read(folder: Path) -> None:
    """By the prompt's id; code is what follows the prompt's text."""
    equivalent = '[[equivalent]]\nmutant = "arithmetic@1:7#2"\nreason = "Not so."\n'
    (folder / "checks" / "01_square.toml").write_text(WRONG + equivalent)

    (found,) = load(folder).items()
    assert found[0] == "small/square"
    assert [(wrong.name, wrong.code) for wrong in found[1].wrong] == [("adds", "    n + n\n}\n")]
    assert [entry.mutant for entry in found[1].equivalent] == ["arithmetic@1:7#2"]


def test_a_suite_without_such_files_has_none(folder: Path) -> None:
    """They are a help, and no duty."""
    assert load(folder) == {}
    (folder / "checks").rmdir()
    assert load(folder) == {}


def test_they_move_no_score(folder: Path) -> None:
    """The suite's hash is the same with them."""
    before = load_suite(folder).content_hash
    (folder / "checks" / "01_square.toml").write_text(WRONG)

    assert load_suite(folder).content_hash == before


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[wrong]", "not valid TOML"),
        ('[[wrong]]\nname = "a"\nwhy = "b"\n', r"field 'wrong.0.code': Field required"),
        ('[[wrong]]\nname = ""\nwhy = "b"\ncode = "c"\n', r"field 'wrong.0.name'"),
        ('[[right]]\nname = "a"\n', r"field 'right': unknown; expected \[\[wrong\]\]"),
        (WRONG + WRONG, "the wrong answer 'adds' is there twice"),
        (
            '[[equivalent]]\nmutant = "arithmetic@1:8"\nreason = "r"\n',
            "no mutant 'arithmetic@1:8'; line 1 of the reference has .*arithmetic@1:7, arithmetic@1:7#2",
        ),
        (
            '[[equivalent]]\nmutant = "arithmetic@9:8"\nreason = "r"\n',
            "no mutant 'arithmetic@9:8'; there are some for lines 1 of the reference",
        ),
        ('[[equivalent]]\nmutant = "what"\nreason = "r"\n', "no mutant 'what'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_the_files_name(folder: Path, text: str, named: str) -> None:
    """An unknown mutant is named with those that its line has."""
    (folder / "checks" / "01_square.toml").write_text(text)

    with pytest.raises(SuiteError, match=named) as caught:
        load(folder)
    assert "01_square.toml: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_of_no_prompt_is_refused(folder: Path) -> None:
    """A misspelt name would be as good as no checks."""
    (folder / "checks" / "01_sqare.toml").write_text(WRONG)

    with pytest.raises(SuiteError, match=r"01_sqare.toml: belongs to no prompt; .* such as 01_square.toml"):
        load(folder)


def test_every_tested_prompt_of_the_seed_has_enough_wrong_programs() -> None:
    """Where mutants are few, wrong answers written by hand make up the number."""
    seed = load_suite("seed")
    folder = suite_folder("seed")
    assert folder is not None
    checks = load_checks(folder, seed)

    tested = [prompt for prompt in seed.prompts if prompt.judge is JudgeMode.TESTS]
    assert set(checks) == {prompt.id for prompt in tested}
    for prompt in tested:
        assert len(checks[prompt.id].wrong) + len(mutants(prompt)) >= ENOUGH
        assert len(checks[prompt.id].wrong) >= 2
