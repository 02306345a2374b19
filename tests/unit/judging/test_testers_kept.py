"""A worker keeps a bounded number of processes that have tests, however many prompts there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.judging.testing import worker as workers

if TYPE_CHECKING:
    import pytest


class Counted:
    """A process of tests that is only counted."""

    alive: list[Path]

    def __init__(self, _jail: object, folder: Path, _name: str) -> None:
        self.folder = folder
        self.alive.append(folder)

    def close(self) -> None:
        self.alive.remove(self.folder)


def test_the_process_that_was_not_needed_for_longest_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """And started anew when it is asked for."""
    Counted.alive = []
    monkeypatch.setattr(workers, "Tester", Counted)
    nothing: Any = None
    folders = [Path(str(number)) for number in range(workers._MOST_TESTERS)]
    with workers.Worker(0, nothing) as worker:
        for folder in folders:
            worker._tester(nothing, folder)
        first = worker._tester(nothing, folders[0])
        worker._tester(nothing, Path("one more"))
        assert worker._tester(nothing, folders[0]) is first
        assert sorted(Counted.alive) == sorted([folders[0], *folders[2:], Path("one more")])
        worker._tester(nothing, folders[1])
        assert len(Counted.alive) == workers._MOST_TESTERS
    assert Counted.alive == []
