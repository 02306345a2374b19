"""What the failures of a run come to."""

from __future__ import annotations

from dataclasses import replace

from ferrobench.judging import (
    Compiled,
    Diagnostic,
    Empty,
    Failure,
    Judgment,
    Proof,
    Rejected,
    Stage,
    Tested,
    Unjudged,
)
from ferrobench.metrics.failures import METRIC, FailuresFigures
from ferrobench.metrics.measured import MeasuredRun, MeasuredSample
from tests.support.measured import a_prompt, a_sample
from tests.support.records import diagnostic

FIRST, SECOND = a_prompt("s/one", "fn one() {", category="a"), a_prompt("s/two", "fn two() {", category="b")


def refused(stage: Stage, *errors: Diagnostic) -> Rejected:
    """A text that rustc refuses."""
    return Rejected(stage=stage, errors=errors, warnings=())


def said_by_tests(passed: int, failed: int) -> Tested:
    """What hidden tests say of a program."""
    return Tested(
        passed=passed,
        failed=failed,
        failure=Failure.ASSERTION if failed else None,
        limit=None,
        proof=Proof.REMOTE,
        detail=None,
        cpu_seconds=0.0,
        near_limit=False,
    )


def figures(*samples: MeasuredSample) -> FailuresFigures:
    """Of a run of these samples."""
    found = METRIC.measure(MeasuredRun(prompts=(FIRST, SECOND), samples=samples))
    assert isinstance(found, FailuresFigures)
    return found


def sample(judgment: Judgment, index: int = 0, *, second: bool = False, answer: str = " }") -> MeasuredSample:
    """An answer to one of the two prompts."""
    return a_sample(SECOND if second else FIRST, answer, index, extracted=judgment)


def test_the_ladder_counts_each_sample_once_and_says_who_came_at_least_so_far() -> None:
    """Hidden tests are its last two rungs."""
    found = figures(
        sample(Empty()),
        sample(refused(Stage.TYPECHECK, diagnostic()), 1),
        sample(Compiled(warnings=()), 2),
        replace(sample(Compiled(warnings=()), 3), extracted_tests=said_by_tests(1, 1)),
        replace(sample(Compiled(warnings=()), 4), extracted_tests=said_by_tests(2, 0)),
    )

    assert [(rung.stage, rung.samples) for rung in found.ladder] == [
        ("empty", 1),
        ("typecheck", 1),
        ("compiled", 1),
        ("run", 1),
        ("tested", 1),
    ]
    assert [rung.reached.value for rung in found.ladder] == [100.0, 80.0, 60.0, 40.0, 20.0]
    assert [rung.percent for rung in found.ladder] == [20.0] * 5


def test_what_we_failed_to_judge_is_in_no_figure() -> None:
    """A run of nothing else has none."""
    found = figures(sample(Unjudged(cause="arbitrary")), sample(Compiled(warnings=()), 1))

    assert found.judged == 1
    assert (
        METRIC.measure(MeasuredRun(prompts=(FIRST,), samples=(sample(Unjudged(cause="arbitrary")),))) is None
    )


def test_a_family_counts_samples_errors_and_those_whose_first_error_it_is() -> None:
    """First is what stands first in the text, whatever rustc tells first."""
    names = diagnostic("cannot find value `x` in this scope", "E0425", line=2)
    types = diagnostic(line=1)
    found = figures(
        sample(refused(Stage.RESOLVE, names, types, types)),
        sample(refused(Stage.RESOLVE, names), 1),
        sample(Compiled(warnings=()), 2, second=True),
        sample(Compiled(warnings=()), 3, second=True),
    )

    rows = {row.family.value: row for row in found.families}
    assert list(rows) == ["names", "types"]
    assert (rows["names"].samples.value, rows["names"].first, rows["names"].errors) == (50.0, 1, 2)
    assert (rows["types"].samples.value, rows["types"].first, rows["types"].errors) == (25.0, 1, 2)
    assert [(code.code, code.samples) for code in rows["types"].codes] == [("E0308", 1)]


def test_the_ownership_card_is_over_what_the_borrow_checker_saw() -> None:
    """Not over texts that failed before it, unless they have such an error all the same."""
    moved, borrowed = diagnostic("moved", "E0382"), diagnostic("borrowed", "E0502")
    found = figures(
        sample(refused(Stage.BORROWCK, moved, moved, borrowed)),
        sample(refused(Stage.TYPECHECK, diagnostic(), moved), 1),
        sample(refused(Stage.TYPECHECK, diagnostic()), 2),
        sample(Compiled(warnings=()), 3),
        sample(Compiled(warnings=()), 4),
    ).ownership

    assert found.checked == 4
    assert found.clean.value == 50.0
    assert {rule.value: count for rule, count in found.rules.items()} == {
        "moves": 2,
        "borrows": 1,
        "mutability": 0,
        "lifetimes": 0,
    }
    assert [(row.code, row.samples, row.errors) for row in found.rows] == [("E0382", 2, 3), ("E0502", 1, 1)]
    assert found.rows[0].meaning == "a value is used after it was moved"


def test_codes_are_told_by_prompt_and_by_category() -> None:
    """A sample counts once for each of its codes; a prompt without errors has no row."""
    found = figures(
        sample(refused(Stage.TYPECHECK, diagnostic(), diagnostic())),
        sample(refused(Stage.LEX, diagnostic("unknown start of token: `", None)), 1),
        sample(Compiled(warnings=()), second=True),
    )

    assert {name: row.failing for name, row in found.by_prompt.items()} == {"s/one": 2}
    assert [(code.code, code.samples) for code in found.by_prompt["s/one"].codes] == [
        ("E0308", 1),
        ("syntax", 1),
    ]
    assert list(found.by_category) == ["a"]


def test_the_first_error_is_placed_within_what_the_model_wrote() -> None:
    """In tenths, with those that stand in the prompt itself counted apart."""
    answer = "\n" + "x" * 98 + "}"
    late = diagnostic(line=2, column=90)
    in_prompt = diagnostic(line=1, column=4)
    found = figures(
        sample(refused(Stage.TYPECHECK, late, diagnostic(line=2, column=95)), answer=answer),
        sample(refused(Stage.TYPECHECK, in_prompt, late), 1, answer=answer),
        sample(refused(Stage.TYPECHECK, diagnostic(line=None, column=None)), 2, answer=answer),
        sample(Compiled(warnings=()), 3, answer=answer),
    ).first_error

    assert (found.samples, found.in_prompt) == (2, 1)
    assert found.tenths == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert found.median == 0.45
