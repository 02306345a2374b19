"""Threads that draw side by side."""

from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING

import pytest
import torch

from ferrobench.models.engine.lanes import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_all_results_of_all_lanes_come() -> None:
    """Each lane with arithmetic of one thread, and the process as before afterwards."""
    before = torch.get_num_threads()
    numbers = iter(range(1000))
    lock = threading.Lock()

    def draw(_: threading.Event) -> Iterator[tuple[int, int]]:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            yield number, torch.get_num_threads()

    found = list(side_by_side(3, draw))

    assert sorted(number for number, _ in found) == list(range(1000))
    assert {threads for _, threads in found} == {1}
    assert torch.get_num_threads() == before


def test_lanes_wait_for_whoever_takes_their_results() -> None:
    """Memory does not grow with what is drawn, and closing ends those that wait."""
    far_ahead = threading.Event()

    def draw(stop: threading.Event) -> Iterator[int]:
        for number in count():
            if stop.is_set():
                return
            if number == 10_000:
                far_ahead.set()
            yield number

    results = side_by_side(2, draw)
    next(results)

    assert not far_ahead.wait(0.5)
    results.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane ")]


def test_an_error_of_one_lane_ends_all() -> None:
    """It is raised where results are taken."""
    started = threading.Barrier(2)

    def draw(stop: threading.Event) -> Iterator[int]:
        if started.wait(10) == 0:
            raise ValueError("broken")
        for number in count():
            if stop.is_set():
                return
            yield number

    with pytest.raises(ValueError, match="broken"):
        list(side_by_side(2, draw))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane ")]
