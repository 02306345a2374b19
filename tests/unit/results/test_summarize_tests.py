"""From finished samples to what hidden tests say of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging import (
    AssistedReading,
    Compiled,
    Empty,
    Failure,
    Judgment,
    Limit,
    Proof,
    Tested,
    Unjudged,
)
from ferrobench.prompts import JudgeMode, Prompt
from ferrobench.results.summarize_tests import estimate, prompt_pass_at_k, summarize_tests
from tests.support.hidden import hidden_prompt
from tests.support.records import record, rejected
from tests.support.tested import tell

if TYPE_CHECKING:
    import random

    from ferrobench.results import SampleRecord
    from ferrobench.results.run_record import Estimates, TestsSummary

PROMPTS = [hidden_prompt("fn f() {", "arbitrary", name=name) for name in ("one", "two", "three")]
FIRST = PROMPTS[0].id
COMPILED = Compiled(warnings=())
ALL_HELD = tell(4, 0)
UNTESTED = Unjudged(cause="the machine was full")


def sample(
    tests: Tested | Unjudged | None = ALL_HELD,
    *,
    strict_tests: Tested | Unjudged | None = None,
    prompt: str = FIRST,
    index: int = 0,
    extracted: Judgment = COMPILED,
    strict: Judgment = COMPILED,
    assisted: AssistedReading | None = None,
) -> SampleRecord:
    """A sample of which its tests say this; the strict reading is the same unless told otherwise."""
    made = record(prompt, index, strict=strict, extracted=extracted)
    assert made.judged is not None
    return replace(
        made,
        judged=replace(
            made.judged,
            has_tests=True,
            extracted_tests=tests if isinstance(extracted, Compiled) else None,
            strict_tests=(strict_tests or tests) if isinstance(strict, Compiled) else None,
            assisted=assisted,
        ),
    )


def summary(*samples: SampleRecord, prompts: list[Prompt] = PROMPTS) -> TestsSummary:
    return summarize_tests(prompts, samples)


def estimates(*samples: SampleRecord, ks: tuple[int, ...] = (1, 2)) -> Estimates:
    by_prompt = {prompt.id: [one for one in samples if one.prompt_id == prompt.id] for prompt in PROMPTS}
    return estimate(PROMPTS, by_prompt, ks)


def test_the_pass_rate_is_over_all_samples_with_tests() -> None:
    """What does not compile fails them."""
    result = summary(
        sample(), sample(tell(3, 1, failure=Failure.ASSERTION)), sample(extracted=rejected()), sample()
    )

    assert (result.samples, result.passed) == (4, 2)
    assert result.pass_rate == pytest.approx(50.0)
    assert result.pass_rate_interval is not None
    low, high = result.pass_rate_interval
    assert 0 < low < 50 < high < 100


def test_the_strict_reading_has_a_rate_of_its_own() -> None:
    wrong = tell(0, 4, failure=Failure.PANIC)

    result = summary(sample(), sample(strict_tests=wrong), sample(strict=rejected()), sample(strict=Empty()))

    assert (result.passed, result.passed_strict) == (4, 1)
    assert result.pass_rate_strict == pytest.approx(25.0)


def test_unjudged_samples_leave_every_figure_unchanged() -> None:
    """Whatever it is of them that we failed to judge."""
    judged = [sample(index=0), sample(tell(1, 3, failure=Failure.OVERFLOW), index=1)]
    unjudged = [
        sample(UNTESTED, index=2),
        sample(extracted=UNTESTED, strict=UNTESTED, index=3),
        replace(sample(index=4), judged=None, completion=None, refused="does not fit"),
        sample(strict=UNTESTED, index=5),
        sample(tell(0, 4, failure=Failure.ABORT), strict=UNTESTED, index=6),
    ]

    assert summary(*judged, *unjudged) == summary(*judged)
    assert estimates(*judged, *unjudged) == estimates(*judged)


def test_samples_without_tests_count_nowhere() -> None:
    untested = record(FIRST, 7)

    assert summary(sample(), untested) == summary(sample())


def test_nothing_judged_gives_no_rate() -> None:
    result = summary(sample(UNTESTED))

    assert (result.samples, result.pass_rate, result.pass_rate_interval, result.share_of_tests) == (
        0,
        None,
        None,
        None,
    )
    assert result.pass_rate_strict is None


def test_the_share_of_tests_is_partial_credit() -> None:
    """Half of the tests, all, none, and 0 for what does not compile, is empty, or has no entry point."""
    half = tell(2, 2, failure=Failure.ASSERTION)
    none = tell(0, 0, failure=Failure.NO_ENTRY_POINT)
    result = summary(
        sample(half), sample(), sample(extracted=rejected()), sample(extracted=Empty()), sample(none)
    )

    assert result.share_of_tests == pytest.approx((0.5 + 1) / 5)
    assert result.samples == 5


def test_failures_are_counted_by_reason_and_limits_by_name() -> None:
    result = summary(
        sample(),
        sample(tell(3, 1, failure=Failure.ASSERTION)),
        sample(tell(0, 4, failure=Failure.ASSERTION)),
        sample(tell(0, 4, limit=Limit.TIME)),
        sample(tell(0, 4, limit=Limit.MEMORY)),
        sample(tell(0, 4)),
        sample(extracted=rejected()),
    )

    assert result.failures == {"assertion": 2, "limit: time": 1, "limit: memory": 1, "unknown": 1}
    assert next(iter(result.failures)) == "assertion"


def test_passes_in_the_samples_own_process_are_counted_apart() -> None:
    in_process = replace(ALL_HELD, proof=Proof.IN_PROCESS)
    failing = replace(in_process, failed=1, failure=Failure.LEFT_EARLY)

    assert summary(sample(in_process), sample(failing), sample()).in_process == 1


def test_samples_near_their_limit_are_counted() -> None:
    near = replace(ALL_HELD, near_limit=True)

    assert summary(sample(near), sample(), sample(replace(near, limit=Limit.TIME))).near_limit == 2


def test_prompts_without_tests_are_named() -> None:
    untested = replace(PROMPTS[1], judge=JudgeMode.COMPILE)

    assert summary(sample(), prompts=[PROMPTS[0], untested]).untested_prompts == [untested.id]


def test_pass_at_k_is_the_mean_over_prompts_with_enough_samples() -> None:
    wrong = tell(0, 4, failure=Failure.ASSERTION)
    found = estimates(sample(index=0), sample(wrong, index=1), sample(prompt=PROMPTS[1].id)).extracted

    first, second = found.pass_at_k
    assert (first.k, first.value, first.prompts, first.left_out) == (
        1,
        pytest.approx(75.0),
        2,
        [PROMPTS[2].id],
    )
    assert (second.k, second.value, second.prompts) == (2, pytest.approx(100.0), 1)
    assert second.left_out == [PROMPTS[1].id, PROMPTS[2].id]
    assert [one.value for one in found.pass_hat_k] == [pytest.approx(75.0), pytest.approx(0.0)]


def test_no_k_is_estimated_for_which_no_prompt_has_enough_samples() -> None:
    assert [one.k for one in estimates(sample(), ks=(1, 2, 10)).extracted.pass_at_k] == [1]


def test_an_unjudged_sample_does_not_help_to_k() -> None:
    """Two samples of which one was not judged are one."""
    found = estimates(sample(index=0), sample(UNTESTED, index=1)).extracted

    assert [one.k for one in found.pass_at_k] == [1]
    assert [one.k for one in found.compile_at_k] == [1, 2]


def test_assisted_readings_are_estimated_where_somebody_asked() -> None:
    reading = AssistedReading(text="x", rules=("rename", "import"), judgment=COMPILED, tests=ALL_HELD)

    found = estimates(sample(extracted=rejected(), strict=rejected(), assisted=reading))

    assert estimates(sample()).assisted is None
    assert found.assisted is not None
    assert [one.value for one in found.assisted.pass_at_k] == [pytest.approx(100.0)]
    assert [one.value for one in found.extracted.pass_at_k] == [pytest.approx(0.0)]
    assert found.repairs == {"rename": 1, "import": 1}


def test_pass_at_k_of_one_prompt_is_not_invented() -> None:
    assert prompt_pass_at_k(4, 1, (1, 4, 5)) == {
        "1": pytest.approx(25.0),
        "4": pytest.approx(100.0),
        "5": None,
    }


_TESTS = st.sampled_from(
    [ALL_HELD, UNTESTED, tell(2, 2, failure=Failure.PANIC), tell(1, 3, limit=Limit.TIME), None]
)
_SAMPLES = st.lists(
    st.builds(
        sample, _TESTS, prompt=st.sampled_from([prompt.id for prompt in PROMPTS]), index=st.integers(0, 99)
    ),
    max_size=12,
)


@given(_SAMPLES, st.randoms(use_true_random=False))
def test_the_order_of_samples_does_not_matter(samples: list[SampleRecord], chance: random.Random) -> None:
    shuffled = chance.sample(samples, len(samples))

    one, other = summary(*samples), summary(*shuffled)
    assert one.share_of_tests == pytest.approx(other.share_of_tests) if one.samples else one == other
    assert replace_share(one) == replace_share(other)
    assert estimates(*samples) == estimates(*shuffled)


def replace_share(summary: TestsSummary) -> TestsSummary:
    """Without the figure that sums of floats may bend."""
    return summary.model_copy(update={"share_of_tests": None})


@given(_SAMPLES)
def test_rates_stay_between_nothing_and_all(samples: list[SampleRecord]) -> None:
    result = summary(*samples)

    assert 0 <= result.passed <= result.samples <= len(samples)
    assert result.pass_rate is None or 0 <= result.pass_rate <= 100
    assert result.share_of_tests is None or 0 <= result.share_of_tests <= 1
    assert sum(result.failures.values()) <= result.samples - result.passed
