"""Parts of a run that are drawn by themselves, on other machines perhaps, and merged afterwards. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ferrobench.errors import UsageError
from ferrobench.generation.k_values import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_SHARD = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One of several parts."""

    number: int
    """From 1."""
    count: int

    def __str__(self) -> str:
        """Write it as ``--shard`` reads it."""
        return f"{self.number}/{self.count}"

    def part_of(self, whole: Sequence[T]) -> tuple[T, ...]:
        """Every ``count``-th of *whole*: the samples of a prompt lie side by side in a plan, and are spread so."""
        return tuple(whole[self.number - 1 :: self.count])


def parse_shard(text: str) -> Shard:
    """Read what ``--shard`` was given, such as ``1/4``.

    Raises:
        UsageError: If it is no part of a whole.
    """
    found = _SHARD.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise UsageError(f"--shard {shorten(text)}: expected I/N, a part from 1 to N of N, such as 1/4")
    return Shard(number=int(found[1]), count=int(found[2]))
