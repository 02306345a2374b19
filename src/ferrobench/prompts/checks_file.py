"""What a file in a suite's ``checks`` folder may hold. A module of its own so that pydantic is imported only for it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(min_length=1)]


class WrongEntry(BaseModel):
    """An answer that must fail the tests."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Line
    code: Line
    why: Line


class EquivalentEntry(BaseModel):
    """A mutant that means the same as the reference."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    mutant: Line
    reason: Line


class ChecksFile(BaseModel):
    """The tables of one file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    wrong: list[WrongEntry] = []
    equivalent: list[EquivalentEntry] = []
