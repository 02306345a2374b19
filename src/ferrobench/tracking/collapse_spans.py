"""From where to where a training was collapsed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.collapse import Health
from ferrobench.metrics.metric import Count, Figures

if TYPE_CHECKING:
    from collections.abc import Sequence


class CollapseSpan(Figures):
    """Checkpoints in a row that are collapsed, by their places in ``points``."""

    onset: Count
    """The first of them."""
    last: Count
    """The last of them."""
    recovery: Count | None
    """The first one after them that is not; null where the series ends before it."""


def collapse_spans(verdicts: Sequence[Health | None]) -> list[CollapseSpan]:
    """Find the checkpoints in a row that are collapsed.

    Where nobody looked (None) nothing begins and nothing ends: a span goes on behind it if the next verdict is the same.
    """
    spans: list[CollapseSpan] = []
    onset = last = None
    for place, verdict in enumerate(verdicts):
        if verdict is Health.COLLAPSED:
            onset, last = place if onset is None else onset, place
        elif verdict is not None and onset is not None and last is not None:
            spans.append(CollapseSpan(onset=onset, last=last, recovery=place))
            onset = last = None
    if onset is not None and last is not None:
        spans.append(CollapseSpan(onset=onset, last=last, recovery=None))
    return spans
