"""Thresholds for continuous integration: which fall of which rate counts as a regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.errors import UsageError
from ferrobench.metrics.statistics.differences import LEVEL
from ferrobench.tracking.outcomes import RATE_KEYS
from ferrobench.tracking.sentence import p_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferrobench.tracking.comparison import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One rate that must not fall."""

    key: str
    """Of the rate; ``pass@K`` and ``compile@K`` too."""
    points: float | None
    """By how many points it may fall; None where any fall counts that is significant."""


def parse_guards(texts: Iterable[str], *, default: str) -> tuple[Guard, ...]:
    """Read ``[METRIC[:POINTS]]``.

    Raises:
        UsageError: One is none, or names no rate.
    """
    return tuple(_parse(text, default) for text in texts)


def _parse(text: str, default: str) -> Guard:
    key, colon, amount = text.partition(":")
    key = key or default
    name, at, k = key.partition("@")
    known = key in RATE_KEYS or (at and name in {"pass", "compile"} and k.isdecimal() and int(k) > 1)
    if not known:
        raise UsageError(
            f"--fail-on-regression {text}: unknown metric {key}; expected one of {', '.join(RATE_KEYS)}, pass@K, compile@K "
            "with K above 1"
        )
    try:
        points = float(amount) if colon else None
    except ValueError:
        points = -1.0
    if points is not None and not 0.0 <= points <= 100.0:
        raise UsageError(f"--fail-on-regression {text}: expected points from 0 to 100 after the colon")
    return Guard(key=key, points=points)


def find_regressions(comparisons: Sequence[Comparison], guards: Sequence[Guard]) -> list[str]:
    """Say of each guarded rate that fell. A rate that cannot be compared counts as one that fell: nobody would notice it else."""
    lines = []
    tests = len(comparisons) * sum(guard.points is None for guard in guards)
    for comparison in comparisons:
        for guard in guards:
            rate = next((rate for rate in comparison.rates if rate.key == guard.key), None)
            place = f"{comparison.new.name}: {guard.key}"
            if rate is None or rate.change is None or rate.p_value is None:
                lines.append(f"regression: {place} cannot be compared")
            elif guard.points is None:
                p = min(1.0, rate.p_value * tests)
                if rate.change < 0 and p < LEVEL:
                    lines.append(
                        f"regression: {place} fell from {rate.old:.1f} to {rate.new:.1f} % (p {p_words(p)})"
                    )
            elif rate.change < -guard.points:
                lines.append(
                    f"regression: {place} fell by {-rate.change:.1f} points, from {rate.old:.1f} to {rate.new:.1f} %; "
                    f"{guard.points:g} were allowed"
                )
    return lines
