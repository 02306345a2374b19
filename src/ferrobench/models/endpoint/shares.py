"""Sharing the wall time spent in an endpoint among the requests that were in flight."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class SharedTime:
    """A clock whose shares, summed, are the time in which at least one request was in flight."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._last = 0.0
        self._in_flight = 0
        # What a request would have got that was in flight all the time: each one's share is the difference of two readings.
        self._share = 0.0
        self._unanswered = 0.0

    def begin(self) -> float:
        """A request begins. Returns what :meth:`end` wants back."""
        self._advance()
        self._in_flight += 1
        return self._share

    def end(self, begun: float, *, answered: bool) -> float:
        """A request ends. Returns its share in seconds.

        Time spent on requests that came to nothing was spent all the same: the next answered one takes it over.
        """
        self._advance()
        self._in_flight -= 1
        self._unanswered += self._share - begun
        if not answered:
            return 0.0
        share, self._unanswered = self._unanswered, 0.0
        return share

    def _advance(self) -> None:
        now = self._clock()
        if self._in_flight:
            self._share += (now - self._last) / self._in_flight
        self._last = now
