"""What judging concluded about a text, with its reason.

A :data:`Verdict` is about the model's code. :class:`Unjudged` is about us, and is never averaged into a rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias, assert_never


class Stage(StrEnum):
    """How far a program got, in the order in which rustc works. A gradient for models at 0 % compiling."""

    EMPTY = "empty"
    LEX = "lex"
    PARSE = "parse"
    RESOLVE = "resolve"
    TYPECHECK = "typecheck"
    BORROWCK = "borrowck"
    LINT = "lint"
    CODEGEN = "codegen"
    LINK = "link"
    COMPILED = "compiled"
    RUN = "run"
    TESTED = "tested"

    @property
    def rank(self) -> int:
        """The position on the ladder, from 0."""
        return _RANKS[self]


_RANKS = {stage: rank for rank, stage in enumerate(Stage)}


class Limit(StrEnum):
    """The limit that ended a process."""

    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark that rustc attached to a diagnostic."""

    level: str
    """``note`` or ``help``."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One message of rustc, in the lines of the sample's own text."""

    level: str
    """``error`` or ``warning``."""
    code: str | None
    """An error code such as ``E0308``, a lint name such as ``unused_variables``, or None (plain syntax errors)."""
    message: str
    line: int | None
    """From 1, in the sample's own text; None where rustc gave no place in it."""
    column: int | None
    """From 1, in characters."""
    end_line: int | None
    end_column: int | None
    notes: tuple[Note, ...]
    rendered: str
    """The text rustc shows to people, cut where it is very long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """rustc accepted the program."""

    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """rustc refused the program."""

    stage: Stage
    """The earliest phase that complained."""
    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompilerCrashed:
    """rustc died of the program: an internal error or a signal."""

    stage: Stage
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitHit:
    """rustc did not finish within a limit."""

    limit: Limit
    stage: Stage
    """The last stage known to be reached, else ``lex``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLarge:
    """The source is above the size limit and was not compiled."""

    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Nothing of the model is left to judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """We failed to judge; nothing was learned about the sample."""

    cause: str


class Proof(StrEnum):
    """How sure a pass is."""

    REMOTE = "remote"
    """The assertions ran in a process that no code of the sample was ever in."""
    IN_PROCESS = "in-process"
    """They shared a process with the sample, guarded as well as can be. Not proof against a determined attacker."""


class Failure(StrEnum):
    """Why a program that compiled did not pass, other than by a limit."""

    ASSERTION = "assertion"
    PANIC = "panic"
    OVERFLOW = "overflow"
    """A panic of checked arithmetic."""
    ABORT = "abort"
    SIGNAL = "signal"
    STACK_OVERFLOW = "stack_overflow"
    LEFT_EARLY = "left_early"
    """The program ended by itself before it had answered."""
    NO_ENTRY_POINT = "no_entry_point"
    """What the tests call is not there, or has another type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What the hidden tests say of a program that compiled."""

    __test__: ClassVar[bool] = False

    passed: int
    failed: int
    """Those that failed, and those that could not be run since the program had ended."""
    failure: Failure | None
    """Of the first test that failed; None where all held, or where ``limit`` says why not."""
    limit: Limit | None
    """The limit that ended the program."""
    proof: Proof
    detail: str | None
    """The first failed test and its message, for people."""
    cpu_seconds: float
    """CPU time of the program over all tests."""
    near_limit: bool
    """Whether that is within 20 % of the limit, so that a slower machine might have judged otherwise."""

    @property
    def all_held(self) -> bool:
        """Whether the harness has proof that every assertion ran and held."""
        return self.failure is None and self.limit is None and self.failed == 0


SUITE_FAULT = "suite: "
"""How the cause of an unjudged sample begins whose suite is to blame: not its model, and not this machine."""


def is_suite_fault(cause: str) -> bool:
    """Tell whether what left a sample unjudged is its suite."""
    return cause.startswith(SUITE_FAULT)


Verdict: TypeAlias = Compiled | Rejected | CompilerCrashed | LimitHit | TooLarge | Empty
Judgment: TypeAlias = Verdict | Unjudged


def stage_of(verdict: Verdict) -> Stage:
    """Say how far the program got."""
    match verdict:
        case Compiled():
            return Stage.COMPILED
        case Rejected(stage=stage) | CompilerCrashed(stage=stage) | LimitHit(stage=stage):
            return stage
        case TooLarge():
            return Stage.LEX
        case Empty():
            return Stage.EMPTY
        case _:
            assert_never(verdict)


def is_compiled(judgment: Judgment) -> bool | None:
    """Say whether rustc accepted the program; None when it was not judged."""
    return None if isinstance(judgment, Unjudged) else isinstance(judgment, Compiled)


def text_parses(judgment: Judgment) -> bool:
    """Say whether the text is known to be a Rust file as far as its syntax goes."""
    return not isinstance(judgment, Unjudged) and stage_of(judgment).rank > Stage.PARSE.rank
