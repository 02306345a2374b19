"""A series over checkpoints: what is marked, which points are best, and where collapse set in."""

from __future__ import annotations

import pytest

from ferrobench.metrics.collapse import Health
from ferrobench.tracking import COMPILE_RATE, RatePoint
from ferrobench.tracking.collapse_spans import collapse_spans
from ferrobench.tracking.series import build_series
from tests.support.trainings import a_point, a_series

COLLAPSED, AILING, HEALTHY = Health.COLLAPSED, Health.AILING, Health.HEALTHY


def of_rates(*rates: float | None, p: float = 0.0001, health: tuple[Health | None, ...] = ()) -> object:
    """The sentence about a series with these rates."""
    verdicts = health or (None,) * len(rates)
    points = [
        a_point(number + 1, rate, collapse=verdict)
        for number, (rate, verdict) in enumerate(zip(rates, verdicts, strict=True))
    ]
    return a_series(points, p=p).sentence


def test_each_checkpoint_is_compared_with_the_one_before() -> None:
    """Better, unclear and worse, in points; the first one has nothing before it."""
    series = a_series([a_point(1, 20.0), a_point(2, 60.0), a_point(3, 62.0), a_point(4, 30.0)])
    changes = [point.change for point in series.points]

    assert changes[0] is None
    assert [change.verdict for change in changes if change] == ["better", "unclear", "worse"]
    assert [change.change for change in changes if change] == [40.0, 2.0, -32.0]


def test_p_values_are_for_all_comparisons_together() -> None:
    """Two for each checkpoint but one, of which one pair is the same: what is significant alone need not be so among many."""
    points = [a_point(step, 20.0 + 10 * step) for step in range(1, 8)]
    many, few = a_series(points, p=0.01), a_series(points[:2], p=0.01)

    assert (many.comparisons, few.comparisons) == (11, 1)
    assert many.points[1].change is not None
    assert many.points[1].change.adjusted_p == pytest.approx(0.11)
    assert many.points[1].change.verdict == "unclear"
    assert few.points[1].change is not None
    assert few.points[1].change.verdict == "better"


def test_what_cannot_be_told_from_the_best_is_tied_with_it() -> None:
    """On either side of it, by a comparison with it alone."""
    series = a_series([a_point(1, 20.0), a_point(2, 58.0), a_point(3, 62.0), a_point(4, 55.0)])

    assert series.best is not None
    assert (series.best.place, series.best.value, series.best.tied) == (2, 62.0, [1, 3])
    assert series.points[0].from_best is not None
    assert (series.points[0].from_best.change, series.points[0].from_best.interval) == (-42.0, (-47.0, -37.0))
    assert series.points[2].from_best is None


def test_of_equal_rates_the_earliest_is_best() -> None:
    """The others are tied with it."""
    series = a_series([a_point(1, 20.0), a_point(2, 60.0), a_point(3, 60.0)])

    assert series.best is not None
    assert (series.best.place, series.best.tied) == (1, [2])


def test_where_all_rates_are_nothing_none_is_best() -> None:
    """The first would be, and would have a star."""
    assert a_series([a_point(1, 0.0), a_point(2, 0.0)]).best is None


def test_two_checkpoints_are_one_test() -> None:
    """As a comparison of the two would say."""
    series = a_series([a_point(1, 20.0), a_point(2, 60.0)], p=0.04)

    assert series.points[1].change is not None
    assert (series.points[1].change.adjusted_p, series.points[1].change.verdict) == (0.04, "better")


def test_a_checkpoint_without_the_rate_is_passed_over() -> None:
    """The next one is compared with the last that has it."""
    series = a_series([a_point(1, 20.0), a_point(2, None), a_point(3, 50.0)])

    assert series.comparisons == 1
    assert series.points[1].change is None
    assert series.points[2].change is not None
    assert series.points[2].change.change == 30.0


def test_rates_without_a_test_have_a_best_and_no_verdict() -> None:
    """And the sentence says so."""
    points = [
        a_point(
            step,
            10.0,
            rates={"pass@1": RatePoint(value=value, interval_over_samples=None, interval_over_prompts=None)},
        )
        for step, value in ((1, 10.0), (2, 30.0))
    ]
    series = build_series(points, None, rate="pass@1", name="tiny")

    assert series.best is not None
    assert (series.best.place, series.best.tied, series.comparisons) == (1, [], 0)
    assert series.sentence == (
        "pass@1 from 10.0% (step 1) to 30.0% (step 2), best 30.0% (step 2); no test tells these changes from chance"
    )


def test_only_those_pass_at_k_stay_that_all_share() -> None:
    """A curve with holes would compare other things."""
    one = RatePoint(value=1.0, interval_over_samples=None, interval_over_prompts=None)
    first = a_point(1, 10.0)
    points = [
        first.model_copy(update={"rates": {**first.rates, "pass@1": one, "pass@5": one}}),
        a_point(2, 20.0, rates={**first.rates, "pass@1": one}),
    ]
    series = a_series(points)

    assert [list(point.rates) for point in series.points] == [[COMPILE_RATE, "pass@1"]] * 2


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        ((None,), "no checkpoint has a compile rate"),
        ((20.0,), "compile rate 20.0% (step 1), the only checkpoint"),
        ((0.0,), "compile rate 0.0% (step 1), the only checkpoint"),
        ((0.0, None, 0.0), "compile rate is 0.0% throughout, from step 1 to step 3"),
        (
            (20.0, 22.0),
            "compile rate shows no clear change from 20.0% (step 1) to 22.0% (step 2), best 22.0% (step 2)",
        ),
        ((20.0, 60.0), "compile rate rises from 20.0% (step 1) to 60.0% (step 2, best)"),
        (
            (20.0, 60.0, 59.0),
            "compile rate rises from 20.0% (step 1) to 60.0% (step 2, best; step 3 cannot be told from it)",
        ),
        (
            (20.0, 58.0, 60.0, 59.0, 57.0),
            "compile rate rises from 20.0% (step 1) to 60.0% (step 3, best; 3 others cannot be told from it)",
        ),
        (
            (20.0, 60.0, 30.0),
            "compile rate rises from 20.0% (step 1) to 60.0% (step 2, best), then falls to 30.0% (step 3)",
        ),
        ((60.0, 30.0), "compile rate starts at 60.0% (step 1, best), then falls to 30.0% (step 2)"),
        (
            (58.0, 60.0, 30.0),
            "compile rate starts at 58.0% (step 1), highest 60.0% (step 2, step 1 cannot be told from it), then falls to 30.0% (step 3)",
        ),
    ],
)
def test_the_sentence_says_what_the_tests_show(rates: tuple[float | None, ...], sentence: str) -> None:
    """Rises, falls and the best one, or that nothing is clear."""
    assert of_rates(*rates) == sentence


def test_the_sentence_claims_no_rise_that_could_be_chance() -> None:
    """However large it looks."""
    assert "no clear change" in str(of_rates(20.0, 60.0, p=0.2))


@pytest.mark.parametrize(
    ("health", "words"),
    [
        ((HEALTHY, HEALTHY, HEALTHY), "; no collapse"),
        ((HEALTHY, AILING, HEALTHY), "; no collapse, but 1 of 3 ailing"),
        ((HEALTHY, COLLAPSED, COLLAPSED), "; collapsed from step 2 on"),
        ((HEALTHY, HEALTHY, COLLAPSED), "; collapsed at step 3, the last"),
        ((COLLAPSED, COLLAPSED, AILING), "; collapsed from step 1 to step 2 (recovered at step 3)"),
        ((None, None, None), ""),
    ],
)
def test_the_sentence_says_where_collapse_set_in(health: tuple[Health | None, ...], words: str) -> None:
    """And whether it passed."""
    assert str(of_rates(20.0, 21.0, 22.0, health=health)).endswith(f"best 22.0% (step 3){words}")


def test_collapse_has_an_onset_and_a_recovery() -> None:
    """Where nobody looked it neither begins nor ends."""
    spans = collapse_spans([None, COLLAPSED, None, COLLAPSED, HEALTHY, AILING, COLLAPSED, None])

    assert [(span.onset, span.last, span.recovery) for span in spans] == [(1, 3, 4), (6, 6, None)]
    assert collapse_spans([]) == []
