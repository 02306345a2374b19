"""How long to wait before a request is repeated."""

from __future__ import annotations

import asyncio
import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
# A server that wants to be left alone for longer is not waited for.
MOST_ASKED_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Growing pauses with chance in them, so that requests that failed together do not come back together."""

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    """Waits so many seconds."""

    async def wait(self, earlier: int, asked: float | None) -> None:
        """Pause before repeating a request.

        Args:
            earlier: How often it was repeated already.
            asked: Seconds that the server asked for, if it did.
        """
        if asked is not None and asked > 0.0:
            await self.sleep(asked * random.uniform(1.0, 1.1))
            return
        # Beyond some doublings it is the longest anyway, and a power of many thousands would be no float.
        pause = min(FIRST_SECONDS * 2.0 ** min(earlier, 16), LONGEST_SECONDS)
        await self.sleep(pause * random.uniform(0.5, 1.0))


def asked_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Read ``Retry-After`` (seconds, or a date) and ``retry-after-ms``; None where there is nothing sensible."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            continue
        return seconds if math.isfinite(seconds) and seconds >= 0.0 else None
    try:
        date = parsedate_to_datetime(headers.get("retry-after") or "")
    except (ValueError, OverflowError):
        return None
    # A date of HTTP is one of UTC, also where it does not say so.
    date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
