"""What ratings amount to, in one line for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.rubric import summarize_ratings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.rubric import Rating


def tell_ratings(ratings: Sequence[Rating]) -> str:
    """How many ratings there are, and how far raters agree: Krippendorff's alpha of each criterion."""
    if not ratings:
        return "nothing is rated yet"
    summary = summarize_ratings(ratings)
    alphas = [
        f"{name} {found.agreement.alpha:.2f}"
        for name, found in summary.criteria.items()
        if found.agreement.alpha is not None
    ]
    agreement = f"; alpha: {', '.join(alphas)}" if alphas else "; no agreement can be told yet"
    return (
        f"{summary.ratings} {'rating' if summary.ratings == 1 else 'ratings'} of {summary.samples} "
        f"{'sample' if summary.samples == 1 else 'samples'} by {summary.raters} "
        f"{'rater' if summary.raters == 1 else 'raters'}{agreement}"
    )
