"""From ratings to figures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ferrobench.rubric import (
    RUBRIC,
    RUBRIC_DEFINITIONS,
    Criterion,
    Rating,
    RubricSummary,
    Scores,
    summarize_ratings,
)


def rating(rater: str, prompt: str, safe: int | None, *, index: int = 0) -> Rating:
    """One that scores safety so, and everything else with 3."""
    return Rating(
        run="arbitrary",
        prompt_id=prompt,
        index=index,
        rater=rater,
        scores=Scores(correctness=3, idiomatic=3, readable=3, efficient=3, safe=safe),
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_every_criterion_has_five_levels_that_differ() -> None:
    """In the order of the keys, each level a sentence of its own."""
    assert [scale.criterion for scale in RUBRIC] == list(Criterion)
    levels = [level for scale in RUBRIC for level in scale.levels]
    assert len(set(levels)) == 25
    assert all(level.endswith(".") for level in levels)
    assert RUBRIC[0].level(1) == RUBRIC[0].levels[0]
    assert RUBRIC[0].level(5) == RUBRIC[0].levels[4]


def test_a_sample_weighs_the_same_however_many_raters_it_has() -> None:
    """Ada and Bob give 1 and 3 to one sample, Ada 5 to another: the mean is that of 2 and 5."""
    safe = summarize_ratings([rating("ada", "a", 1), rating("bob", "a", 3), rating("ada", "b", 5)]).criteria[
        "safe"
    ]

    assert safe.score.value == pytest.approx(3.5)
    assert (safe.score.samples, safe.score.prompts) == (2, 2)
    assert safe.distribution == {"1": 1, "2": 0, "3": 1, "4": 0, "5": 1}
    assert safe.agreement.samples == 1
    assert safe.score.interval is not None
    assert 1 <= safe.score.interval[0] <= 3.5 <= safe.score.interval[1] <= 5


def test_cannot_say_is_counted_beside_the_scores() -> None:
    """It moves no mean and no agreement."""
    told = [rating("ada", "a", 2), rating("bob", "a", 2), rating("ada", "b", 4), rating("bob", "b", 4)]
    unsure = [rating("cy", "a", None), rating("cy", "b", None)]
    without, beside = (summarize_ratings(some).criteria["safe"] for some in (told, [*told, *unsure]))

    assert beside.cannot_say == 2
    assert beside.model_copy(update={"cannot_say": 0}) == without
    assert beside.agreement.alpha == 1


def test_agreement_is_per_criterion() -> None:
    """All say 3 of the others, which shows nothing."""
    found = summarize_ratings(
        [rating(rater, prompt, score) for prompt, score in (("a", 1), ("b", 5)) for rater in ("ada", "bob")]
    )

    assert found.criteria["safe"].agreement.alpha == 1
    assert found.criteria["readable"].agreement.alpha is None
    assert (found.ratings, found.raters, found.samples) == (4, 2, 2)


def test_the_order_of_ratings_does_not_matter() -> None:
    """And the record survives JSON."""
    ratings = [
        rating(rater, f"p{number % 7}", 1 + (number * 3 + len(rater)) % 5, index=number)
        for number in range(20)
        for rater in ("ada", "robert")
    ]
    found = summarize_ratings(ratings)

    assert found == summarize_ratings(reversed(ratings))
    assert RubricSummary.model_validate_json(found.model_dump_json()) == found


def test_no_ratings_give_no_scores() -> None:
    """Null, not zero."""
    found = summarize_ratings([])

    assert (found.ratings, found.samples) == (0, 0)
    assert list(found.criteria) == list(Criterion)
    assert found.criteria["safe"].score.value is None
    assert found.criteria["safe"].agreement.alpha is None


def test_definitions_name_each_figure_once() -> None:
    """One of each criterion, and of alpha."""
    names = [definition.name for definition in RUBRIC_DEFINITIONS]

    assert names == [*Criterion, "krippendorff_alpha"]
