"""Quantiles against scipy's."""

from __future__ import annotations

import pytest

from ferrobench.metrics.statistics.quantiles import normal_quantile, student_quantile
from tests.support.oracles import ORACLES


@pytest.mark.parametrize(("share", "degrees", "expected"), ORACLES["student"])
def test_student_is_scipys(share: float, degrees: float, expected: float) -> None:
    """Whole degrees of freedom and others, few and many, both tails."""
    assert student_quantile(share, degrees) == pytest.approx(expected, rel=1e-8)


def test_normal_is_the_table_of_every_textbook() -> None:
    """1.96 to six digits more."""
    assert normal_quantile(0.975) == pytest.approx(1.959963985, abs=1e-9)


@pytest.mark.parametrize(("share", "degrees"), [(0.0, 3.0), (1.0, 3.0), (0.5, 0.9), (0.5, float("nan"))])
def test_nonsense_is_refused(share: float, degrees: float) -> None:
    """No quantile is invented."""
    with pytest.raises(ValueError, match="expected"):
        student_quantile(share, degrees)
