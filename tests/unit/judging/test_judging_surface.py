"""The room's public face: complete, sorted, and light to import."""

from __future__ import annotations

import subprocess
import sys

import ferrobench.judging as room


def test_public_names_are_sorted_and_there() -> None:
    assert room.__all__ == sorted(room.__all__)
    assert all(hasattr(room, name) for name in room.__all__)


def test_importing_the_room_loads_nothing_heavy() -> None:
    heavy = ("tree_sitter", "tree_sitter_rust", "pydantic", "numpy", "rich", "torch")
    code = f"import sys, ferrobench.judging; print([name for name in {heavy!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
