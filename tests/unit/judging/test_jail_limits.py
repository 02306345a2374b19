"""What the launcher is told of limits, tier by tier."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ferrobench.judging.process import Unconfined
from ferrobench.judging.sandbox import Sandbox, Tier
from ferrobench.judging.testing.jail import Jail, RunLimits
from ferrobench.judging.testing.support import Support

TASKS = 8
"""The place of the limit of tasks among the launcher's arguments."""


def limit_of_tasks(tier: Tier, user: int, monkeypatch: pytest.MonkeyPatch, *, trusted: bool) -> int:
    """The limit that a program of the user *user* gets."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    sandbox = Sandbox(tier=tier, runner=Unconfined(), note=None)
    jail = Jail(sandbox, Support(wire=b"", launcher=Path("/bin/true").read_bytes(), linker=Path("cc")))
    try:
        with jail.cell(
            Path("/arbitrary"), ("program",), RunLimits(), report=1, requests=0, trusted=trusted
        ) as cell:
            launcher = max(
                place for place, word in enumerate(cell.argv) if word.endswith("launch")
            )  # the last one: before it, another may become the user
            return int(cell.argv[launcher + 1 + TASKS])
    finally:
        jail.close()


@pytest.mark.parametrize(
    ("tier", "user", "limit"),
    [
        (Tier.NAMESPACES, 0, 64),
        (Tier.NAMESPACES, 1000, 64),
        (Tier.LANDLOCK, 0, 64),
        (Tier.LANDLOCK, 1000, 0),
        (Tier.NONE, 0, 64),
        (Tier.NONE, 1000, 0),
    ],
)
def test_tasks_are_limited_where_a_program_has_a_count_of_its_own(
    tier: Tier, user: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever has a browser open could start no thread, and the tests no process."""
    assert limit_of_tasks(tier, user, monkeypatch, trusted=False) == limit
    assert limit_of_tasks(tier, user, monkeypatch, trusted=True) == 0
