"""Behavioural similarity: which samples have one, and what it is."""

from __future__ import annotations

from typing import Any

import pytest

from ferrobench.judging import Empty, Failure, Limit, Proof, Rejected, Stage, Tested, Unjudged
from ferrobench.metrics.measured import MeasuredRun
from ferrobench.metrics.similarity.behaviour import behavioural_values
from tests.support.measured import a_prompt, a_sample

REJECTED = Rejected(stage=Stage.PARSE, errors=(), warnings=())


def outcome(passed: int, failed: int, **changes: Any) -> Tested:
    """What hidden tests said."""
    fields: dict[str, Any] = {
        "passed": passed,
        "failed": failed,
        "failure": Failure.ASSERTION if failed else None,
        "limit": None,
        "proof": Proof.REMOTE,
        "detail": None,
        "cpu_seconds": 0.1,
        "near_limit": False,
    }
    return Tested(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"extracted_tests": outcome(4, 0), "passed": True}, 1.0),
        ({"extracted_tests": outcome(3, 1), "passed": False}, 0.75),
        ({"extracted_tests": outcome(0, 4), "passed": False}, 0.0),
        ({"extracted_tests": outcome(0, 0, limit=Limit.TIME), "passed": False}, 0.0),
        ({"extracted": REJECTED, "passed": False}, 0.0),
        ({"extracted": Empty(), "passed": False}, 0.0),
        ({"passed": None}, None),
        ({"extracted_tests": Unjudged(cause="no memory"), "passed": None}, None),
    ],
)
def test_the_share_of_hidden_tests_that_hold(changes: dict[str, Any], expected: float | None) -> None:
    """0 for the model's failures, nothing for ours and for prompts without tests."""
    of = a_prompt()
    run = MeasuredRun(prompts=(of,), samples=(a_sample(of, **changes),))

    assert [value for _, value in behavioural_values(run)] == [expected]


def test_no_sample_of_a_prompt_with_broken_tests_counts() -> None:
    """Only answers that do not compile would have a share, of 0."""
    broken, sound = a_prompt("arbitrary/broken"), a_prompt("arbitrary/sound")
    samples = (
        a_sample(broken, extracted_tests=Unjudged(cause="suite: the tests do not compile"), passed=None),
        a_sample(broken, index=1, extracted=REJECTED, passed=False),
        a_sample(sound, extracted=REJECTED, passed=False),
    )

    values = behavioural_values(MeasuredRun(prompts=(broken, sound), samples=samples))

    assert [value for _, value in values] == [None, None, 0.0]
