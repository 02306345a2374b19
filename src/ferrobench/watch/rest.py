"""Which checkpoints have come to rest: looked at twice, with some time in between, and nothing had changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferrobench.models import FileStamp

    Stamps = Mapping[str, FileStamp]
    """Of all files of one checkpoint, by path."""


class Looks:
    """Remembers what each checkpoint looked like, and since when."""

    def __init__(self, settle_seconds: float) -> None:
        self._settle_seconds = settle_seconds
        self._since: dict[int | None, tuple[float, Stamps]] = {}

    def look(self, stamps: Mapping[int | None, Stamps], now: float) -> frozenset[int | None]:
        """Take a look at *now*, in seconds of any clock that only goes forward; give the steps that are at rest.

        The first look at a checkpoint never is enough.
        """
        resting = set()
        seen = {}
        for step, found in stamps.items():
            since, before = self._since.get(step, (now, None))
            if before == found and now - since >= self._settle_seconds:
                resting.add(step)
            seen[step] = (since if before == found else now, found)
        self._since = seen
        return frozenset(resting)
