"""A rate with its two uncertainties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.statistics import RateEstimate, rate_estimate, wilson_interval
from ferrobench.metrics.statistics.strata import strata_of, variance_over_samples

PAIRS = st.lists(
    st.integers(0, 30).flatmap(lambda samples: st.tuples(st.integers(0, samples), st.just(samples))),
    max_size=20,
)


def percent(interval: tuple[float, float]) -> object:
    return pytest.approx((100 * interval[0], 100 * interval[1]), abs=1e-9)


@given(PAIRS)
def test_the_intervals_hold_the_rate(pairs: list[tuple[int, int]]) -> None:
    """They lie within 0 and 100, and the record of it survives JSON."""
    found = rate_estimate(pairs)

    for interval in (found.interval_over_prompts, found.interval_over_samples):
        if interval is not None and found.value is not None:
            assert 0 <= interval[0] <= found.value + 1e-9
            assert found.value - 1e-9 <= interval[1] <= 100
    assert RateEstimate.model_validate_json(found.model_dump_json()) == found


@given(PAIRS)
def test_these_prompts_are_surer_than_independent_samples(pairs: list[tuple[int, int]]) -> None:
    """A fixed number of each prompt never varies more than as many of all mixed."""
    successes, samples = sum(c for c, _ in pairs), sum(n for _, n in pairs)
    found = rate_estimate(pairs).interval_over_samples
    if found is not None:
        low, high = wilson_interval(successes, samples)

        assert found[0] >= 100 * low - 1e-9
        assert found[1] <= 100 * high + 1e-9


def test_prompts_that_always_or_never_succeed_tell_as_much_as_their_number() -> None:
    """A thousand samples of eight such prompts are eight samples about other prompts."""
    found = rate_estimate([(125, 125), (0, 125)] * 4)

    assert found.value == 50
    assert found.interval_over_prompts == percent(wilson_interval(4, 8))
    assert found.intraclass_correlation == 1.0
    assert found.effective_samples == pytest.approx(8, rel=0.2)
    assert found.design_effect == pytest.approx(125, rel=0.2)


def test_one_sample_of_each_prompt_is_wilsons_interval_for_both() -> None:
    """Prompts and samples are the same thing then."""
    found = rate_estimate([(1, 1)] * 5 + [(0, 1)] * 11)

    assert found.interval_over_prompts == percent(wilson_interval(5, 16))
    assert found.interval_over_samples == percent(wilson_interval(5, 16))
    assert found.intraclass_correlation is None


def test_prompts_that_differ_make_these_prompts_surer_and_others_less_sure() -> None:
    """The interval over samples narrows, the one over prompts widens, against independent samples."""
    found = rate_estimate([(2, 25), (24, 25)] * 8)
    low, high = wilson_interval(26 * 8, 400)
    assert found.interval_over_prompts is not None
    assert found.interval_over_samples is not None

    assert found.interval_over_prompts[1] - found.interval_over_prompts[0] > 3 * 100 * (high - low)
    assert found.interval_over_samples[1] - found.interval_over_samples[0] < 0.6 * 100 * (high - low)


def test_one_prompt_says_nothing_of_others() -> None:
    """But its own interval is Wilson's."""
    found = rate_estimate([(3, 10)])

    assert found.interval_over_prompts is None
    assert found.design_effect is None
    low, high = wilson_interval(3, 10)
    assert found.interval_over_samples is not None
    assert 100 * low - 1e-9 <= found.interval_over_samples[0]
    assert found.interval_over_samples[1] <= 100 * high + 1e-9


@pytest.mark.parametrize("pairs", [[], [(0, 0)], [(0, 0), (0, 0)]])
def test_no_samples_give_no_rate(pairs: list[tuple[int, int]]) -> None:
    """Null and empty throughout."""
    found = rate_estimate(pairs)

    assert (found.value, found.samples, found.interval_over_samples, found.detectable) == (None, 0, None, ())


def test_impossible_counts_are_refused() -> None:
    """The message names what was found."""
    with pytest.raises(ValueError, match="expected 0 to 3 of 3 samples, found 4"):
        rate_estimate([(4, 3)])


def test_the_stratified_variance_is_the_textbooks() -> None:
    """W² s² / n over the strata, by hand: (0.4² x 0.25 / 4) x 4/3 and (0.6² x 2/9 / 6) x 6/5."""
    strata = strata_of([(2, 4), (4, 6), (0, 0)])

    assert variance_over_samples(strata) == pytest.approx(0.16 * 0.25 / 3 + 0.36 * (2 / 9) / 5)
