"""What came of a comparison, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.tracking.comparison import MeasureChange, PowerOf, RateChange

SPEED_FROM = 3.0
"""Percent from which on a change of speed is worth a word: less is the noise of a machine."""
FAMILIES_NAMED = 2
NAMES = {
    "compile_success_rate": "compile rate",
    "compile_success_rate_extracted": "compile rate (extracted)",
    "pass_rate": "pass rate",
    "pass_rate_strict": "pass rate (as generated)",
}


def describe(
    headline: RateChange,
    failures: Sequence[RateChange],
    measures: Sequence[MeasureChange],
    power: Sequence[PowerOf],
    *,
    same_machine: bool,
) -> str:
    """Say whether the new run is better, by how much, and what else stands out.

    Only what is significant is said of mistakes; of speed, what two measurements on one machine show.
    """
    name = NAMES[headline.key]
    if headline.change is None or headline.interval is None:
        return f"not compared: the runs have no samples in common that tell the {name}"
    low, high = headline.interval
    amount = f"{headline.change:+.1f} points {name}, 95 % interval {low:.1f} to {high:.1f}"
    if headline.significant:
        parts = [f"{headline.verdict}: {amount}"]
    else:
        parts = [f"no change shown: {amount}"]
        found = next((one for one in power if one.change == 10.0), None)
        if found is not None:
            parts.append(f"a rise of 10 points would be found in {found.percent:.0f} %")
    turned = sorted((one for one in failures if one.significant), key=lambda one: -abs(one.change or 0.0))
    parts += [_mistakes(one) for one in turned[:FAMILIES_NAMED]]
    speed = next((one.percent for one in measures if one.key == "tokens_per_second"), None)
    if same_machine and speed is not None and abs(speed) >= SPEED_FROM:
        parts.append(f"{'faster' if speed > 0 else 'slower'} by {abs(speed):.0f} %")
    return "; ".join(parts)


def p_words(p: float) -> str:
    """Write a p-value: never as 0."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _mistakes(change: RateChange) -> str:
    """Such as: ownership errors halved (18.1 to 8.7 % of the samples)."""
    old, new = change.old or 0.0, change.new or 0.0
    ratio = new / old if old else 0.0
    words = "up" if new > old else "down"
    if 0.45 <= ratio <= 0.55:
        words = "halved"
    elif 1.8 <= ratio <= 2.2:
        words = "doubled"
    elif not new:
        words = "gone"
    return f"{change.title.lower()} {words} ({old:.1f} to {new:.1f} % of the samples)"
