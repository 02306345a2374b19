"""What rustfmt prints about many programs, and what is made of it."""

from __future__ import annotations

import pytest

from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast.batch import Parsing
from ferrobench.judging.fast.sieve import Finding, conclude_sieve
from ferrobench.judging.verdict import Rejected, Stage

PROGRAMS = [assemble(f"pub fn f{number}() {{\n") for number in range(4)]
FOLDER = "/private/"


def unclosed(number: int, line: int = 2, column: int = 1) -> str:
    return (
        "error: this file contains an unclosed delimiter\n"
        f" --> {FOLDER}ferrobench_{number}.rs:{line}:{column}\n"
        "  |\n"
        f"1 | pub fn f{number}() {{\n"
        "  |             - unclosed delimiter\n"
        "2 |\n"
        "  | ^\n\n"
    )


def broken(number: int, message: str = "expected one of `;` or `}`, found `x`") -> str:
    return f"error: {message}\n --> {FOLDER}ferrobench_{number}.rs:1:3\n  |\n1 | a b\n  |   ^\n\n"


def conclude(text: str, *, ended_well: bool = True) -> list[Finding]:
    return conclude_sieve(text, PROGRAMS, ended_well=ended_well)


def test_of_whom_nothing_is_said_parses() -> None:
    assert conclude("") == [Parsing.CLEAN] * 4


def test_whoever_does_not_lex_is_judged_in_the_name_of_the_sample() -> None:
    findings = conclude(unclosed(1) + broken(2))

    rejected = findings[1]
    assert isinstance(rejected, Rejected)
    assert rejected.stage is Stage.LEX
    (error,) = rejected.errors
    assert (error.code, error.message) == (None, "this file contains an unclosed delimiter")
    assert (error.line, error.column, error.end_line, error.end_column) == (2, 1, 2, 1)
    assert error.rendered.splitlines()[1] == " --> sample.rs:2:1"
    assert error.rendered.endswith("  | ^")
    assert findings[0] is findings[3] is Parsing.CLEAN
    assert findings[2] is Parsing.BROKEN


def test_places_are_the_samples_own_below_a_prelude() -> None:
    programs = [assemble("pub fn f() {\n", prelude="struct P;")]
    shift = programs[0].shift

    (rejected,) = conclude_sieve(unclosed(0, line=2 + shift), programs, ended_well=True)

    assert isinstance(rejected, Rejected)
    assert rejected.errors[0].line == 2


@pytest.mark.parametrize(
    "text",
    [
        unclosed(1) + broken(1),
        unclosed(1).replace("error: ", "error[E0765]: "),
        unclosed(1).replace("  | ^", "  | ^ help: close it: `}`"),
        unclosed(1).replace("\n\n", "\n  = note: something more\n\n"),
        unclosed(1).replace("\n\n", "\nhelp: try this\n\n"),
        broken(1, "unterminated double quote string"),
        unclosed(1) + "x" * 100_000,
    ],
)
def test_what_has_another_shape_is_for_rustc_to_say(text: str) -> None:
    assert conclude(text)[1] is None
    assert conclude(text)[0] is Parsing.CLEAN


def test_words_that_cannot_be_laid_at_anybodys_door_tell_nothing_of_anybody() -> None:
    for text in (
        "thread 'main' panicked at src/x.rs\n" + unclosed(1),
        "error: couldn't read something\n\n" + unclosed(1),
        unclosed(7),
        unclosed(2) + unclosed(1),
    ):
        assert conclude(text) == [None] * 4, text


def test_what_rustfmt_says_of_its_own_work_is_no_fault_of_syntax_but_counts_as_the_exact_way_counts_it() -> (
    None
):
    text = (
        "error[internal]: left behind trailing whitespace\n"
        f" --> {FOLDER}ferrobench_0.rs:3:3:5\n  |\n3 | x\n  |   ^\n\n"
        "warning: rustfmt has failed to format. See previous 1 errors.\n\n"
    )

    assert conclude(text) == [Parsing.BROKEN, Parsing.CLEAN, Parsing.CLEAN, Parsing.CLEAN]


def test_of_where_rustfmt_died_nothing_is_known_and_those_behind_are_left() -> None:
    findings = conclude(unclosed(0) + unclosed(2), ended_well=False)

    assert isinstance(findings[0], Rejected)
    assert findings[1:] == [Parsing.CLEAN, None]
    assert conclude("", ended_well=False) == []
    assert conclude("memory allocation failed\n", ended_well=False) == []
