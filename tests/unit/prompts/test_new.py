"""A new suite, and one more prompt of one: files that are read at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.cli.main import main
from ferrobench.errors import NotReadyError, SuiteError, UsageError
from ferrobench.prompts import Level, load_suite
from ferrobench.prompts.checks import load_checks
from ferrobench.prompts.new import new_prompt

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_suite_has_a_prompt_with_tests_and_wrong_answers(tmp_path: Path) -> None:
    """Named after its folder."""
    new_prompt(tmp_path / "my-suite")

    suite = load_suite(tmp_path / "my-suite")
    (prompt,) = suite.prompts
    assert (suite.name, prompt.id, prompt.level) == ("my-suite", "my-suite/repeated_words", Level.BASIC)
    assert len(load_checks(tmp_path / "my-suite", suite)[prompt.id].wrong) == 2


def test_a_prompt_is_added_after_the_last(tmp_path: Path) -> None:
    """With the name that was asked for, in the text too."""
    new_prompt(tmp_path / "suite")
    (tmp_path / "suite" / "01_repeated_words.rs").rename(tmp_path / "suite" / "41_repeated_words.rs")
    (tmp_path / "suite" / "checks" / "01_repeated_words.toml").unlink()

    written = new_prompt(tmp_path / "suite", "words_twice")

    assert [path.name for path in written] == ["42_words_twice.rs", "42_words_twice.toml"]
    prompt = load_suite(tmp_path / "suite").prompts[1]
    assert prompt.text.endswith("fn words_twice(text: &str) -> Vec<String> {")
    assert "repeated_words" not in prompt.tests


@pytest.mark.parametrize(
    ("folder", "name", "words"),
    [
        ("suite", "Words", "suite new: Words: expected a name in snake_case"),
        ("suite", "repeated_words", "has a prompt repeated_words already"),
        ("My Suite", "words", "suite new: My Suite: expected a name of lower-case letters"),
    ],
)
def test_a_name_that_is_none_or_taken_is_refused(tmp_path: Path, folder: str, name: str, words: str) -> None:
    """In one line, and nothing is written."""
    new_prompt(tmp_path / "suite")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(UsageError, match=words):
        new_prompt(tmp_path / folder, name)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_is_no_suite_is_left_alone(tmp_path: Path) -> None:
    """It may be anything of the user's."""
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(SuiteError, match=r"no such file; expected a suite\.toml"):
        new_prompt(tmp_path, "words")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    """With the reason."""
    (tmp_path / "file").write_text("")

    with pytest.raises(NotReadyError, match=r"suite.toml: cannot be written: Not a directory"):
        new_prompt(tmp_path / "file" / "suite")


def test_the_command_says_what_it_wrote_and_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each file."""
    assert main(["suite", "new", str(tmp_path / "suite"), "words"]) == 0

    printed = capsys.readouterr().out
    assert f"wrote {tmp_path}/suite/checks/01_words.toml" in printed
    assert f"ferrobench suite check {tmp_path}/suite" in printed
