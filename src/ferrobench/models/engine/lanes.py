"""Several threads that draw side by side, each with arithmetic of one thread.

Threads inside an operation wait for each other at its end, thousands of times a second, and a step has many operations too
small to be divided. Rows are independent, so whole steps are divided instead: that scales with the cores, loses little where
another process takes one of them, and the bits of a row do not depend on how many threads there are.
"""

from __future__ import annotations

import threading
from queue import Full, Queue
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

T = TypeVar("T")

# Results that wait to be taken, for each lane: whoever draws faster than they are used waits, and memory does not grow.
_MOST_WAITING = 64
_LOOK_SECONDS = 0.05


class _End(NamedTuple):
    """A lane has ended, by an error or not."""

    error: BaseException | None


def side_by_side(lanes: int, draw: Callable[[threading.Event], Iterator[T]]) -> Generator[T, None, None]:
    """Run *draw* in so many threads and yield what all of them yield, in the order in which it comes.

    Each is given an event that tells it to stop. Closing the generator stops all and waits for them; an error of one ends all.
    What nobody takes makes the threads wait.
    """
    threads_before = torch.get_num_threads()
    results: Queue[T | _End] = Queue(maxsize=_MOST_WAITING * lanes)
    stop = threading.Event()

    def put(result: T | _End) -> None:
        while not stop.is_set():
            try:
                results.put(result, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return

    def run() -> None:
        error: BaseException | None = None
        try:
            torch.set_num_threads(1)
            for result in draw(stop):
                put(result)
        except BaseException as raised:  # raised again where somebody sees it
            error = raised
        put(_End(error))

    threads = [threading.Thread(target=run, name=f"lane {number}", daemon=True) for number in range(lanes)]
    try:
        for thread in threads:
            thread.start()
        running = lanes
        while running:
            result = results.get()
            if not isinstance(result, _End):
                yield result
                continue
            running -= 1
            if result.error is not None:
                raise result.error
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
        # Part of what a thread sets holds for the whole process.
        torch.set_num_threads(threads_before)
