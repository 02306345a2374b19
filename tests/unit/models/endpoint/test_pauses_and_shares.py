"""How long to wait, and whose the time is that passes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from ferrobench.models.endpoint.pauses import LONGEST_SECONDS, Pauses, asked_seconds
from ferrobench.models.endpoint.shares import SharedTime

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 -0000"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "-7"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Thu, 99 Jan 2026 99:00:00 GMT"}, None),
    ],
)
def test_what_a_server_asks_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds or a date; what is neither is as if it were not there."""
    assert asked_seconds(headers, NOW) == seconds


def slept(earlier: int, asked: float | None) -> float:
    """One pause."""
    seconds = []

    async def sleep(duration: float) -> None:
        seconds.append(duration)

    asyncio.run(Pauses(sleep=sleep).wait(earlier, asked))
    (only,) = seconds
    return only


def test_pauses_grow_to_a_limit_and_differ() -> None:
    """Whatever the number of tries."""
    for earlier, longest in ((0, 0.5), (1, 1.0), (4, 8.0), (1000, LONGEST_SECONDS)):
        found = {slept(earlier, None) for _ in range(20)}
        assert longest / 2 <= min(found) < max(found) <= longest


def test_nobody_comes_back_before_the_server_asked_for() -> None:
    """And those who were told the same do not come back together."""
    found = {slept(0, 7.0) for _ in range(20)}

    assert 7.0 <= min(found) < max(found) <= 7.7
    assert slept(0, 0.0) > 0.0


class Clock:
    """Time that passes when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_shares_add_up_to_the_time_in_which_something_was_in_flight() -> None:
    """Each second is shared by those that were in flight in it."""
    clock = Clock()
    time = SharedTime(clock)
    first = time.begin()
    clock.now += 2  # alone
    second = time.begin()
    clock.now += 4  # two
    first_share = time.end(first, answered=True)
    clock.now += 1  # alone
    second_share = time.end(second, answered=True)
    clock.now += 50  # nobody
    third = time.begin()
    clock.now += 3

    assert (first_share, second_share, time.end(third, answered=True)) == (4.0, 3.0, 3.0)


def test_time_that_came_to_nothing_goes_to_the_next_answer() -> None:
    """Else a server that fails half the time would seem to be as fast as one that does not."""
    clock = Clock()
    time = SharedTime(clock)
    failing, other = time.begin(), time.begin()
    clock.now += 4

    assert time.end(failing, answered=False) == 0.0
    clock.now += 1
    assert time.end(other, answered=True) == 5.0
