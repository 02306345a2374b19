"""What the intervals of a run mean."""

from __future__ import annotations

from ferrobench.metrics.statistics import STATISTICS_DEFINITIONS, DetectableDifference, RateEstimate


def test_every_figure_of_an_estimate_is_defined() -> None:
    """But for its counts and the rate itself, which is defined where it stands."""
    defined = {definition.key.rsplit(".", 1)[-1] for definition in STATISTICS_DEFINITIONS}
    figures = set(RateEstimate.model_fields) - {"value", "samples", "prompts", "detectable"}

    assert figures <= defined
    assert "rise" in DetectableDifference.model_fields and "rise" in defined


def test_names_are_unique() -> None:
    """Each can be asked for."""
    names = [definition.name for definition in STATISTICS_DEFINITIONS]

    assert len(set(names)) == len(names)
