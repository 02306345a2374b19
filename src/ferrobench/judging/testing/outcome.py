"""Decides what the rounds of a sample say about it. The one place where the end of a tested program is laid at a door. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from signal import SIGABRT, SIGKILL, SIGXCPU, Signals
from typing import TYPE_CHECKING

from ferrobench.judging.testing.execution import Said
from ferrobench.judging.verdict import Failure, Limit, Proof, Tested

if TYPE_CHECKING:
    from ferrobench.judging.testing.execution import ProgramEnd, Round
    from ferrobench.judging.testing.jail import RunLimits

NEAR = 0.8
"""The share of its limit above which a program is near it."""
_ARITHMETIC = re.compile(r"attempt to .+ with overflow")
_NO_MEMORY = re.compile(r"^memory allocation of \d+ bytes failed", re.MULTILINE)
_NO_STACK = re.compile(r"has overflowed its stack")
_LONGEST_DETAIL = 1000


@dataclass(slots=True)
class Account:
    """What is known of a sample after some rounds."""

    units: tuple[str, ...]
    """What is counted, by name."""
    limits: RunLimits
    proof: Proof = Proof.REMOTE
    said: dict[int, tuple[Said, str]] = field(default_factory=dict)
    """Of each unit whether it held: of several words on it, the first that it did not."""
    limit: Limit | None = None
    """The limit that ended it all."""
    end: tuple[Failure, str] | None = None
    """How the first process that left without an answer did so."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    is_complete: bool = False
    """Whether the tests came to their end in some round."""

    @property
    def limits_left(self) -> RunLimits:
        """What the next process of the sample may use: all of them together have what one has."""
        left = math.ceil(self.limits.cpu_seconds - self.cpu_seconds)
        return replace(
            self.limits,
            cpu_seconds=max(1, left),
            wall_seconds=max(1.0, self.limits.wall_seconds - self.wall_seconds),
        )

    def fresh(self) -> Account:
        """One of the same sample that knows nothing yet."""
        return Account(units=self.units, limits=self.limits, proof=self.proof)

    def add(self, finished: Round) -> int | None:
        """Take in a round; tell the unit with which the next one begins, or None where there is none."""
        for said, unit, words in finished.reports:
            if said is Said.DONE or unit >= len(self.units):
                continue
            # There is one word on each, but where a sample that shares a process with its tests adds some of its own.
            if self.said.get(unit, (Said.HELD, ""))[0] is Said.HELD:
                self.said[unit] = said, words
        self.cpu_seconds += finished.end.cpu_seconds or 0.0
        self.wall_seconds += finished.end.wall_seconds
        if finished.is_done:
            self.is_complete = True
            return None
        self.limit = limit_of(finished.end, self.limits)
        if self.limit is not None:
            return None
        last = [(said, unit) for said, unit, _ in finished.reports][-1:]
        if last and last[0][0] in (Said.GONE, Said.NONSENSE, Said.NOT_UNDERSTOOD):
            said, unit = last[0]
            if self.end is None:
                self.end = _failure_of(said, finished.end)
        elif self.proof is Proof.IN_PROCESS:
            # Sample and tests are one process, and the sample ended it.
            unit = last[0][1] + 1 if last else 0
            self.said[unit] = Said.GONE, ""
            self.end = self.end or _failure_of(Said.GONE, finished.end)
        else:
            # The tests themselves died or hung, on what the sample gave them: its reference does not do that to them.
            unit = last[0][1] + 1 if last else 0
            self.said[unit] = Said.ASSERTION, "the tests did not come to an end on what was returned"
        following = unit + 1
        return following if following < len(self.units) else None

    def conclude(self) -> Tested:
        """Say what it comes to. Only what was seen to hold counts as held."""
        held = sum(said is Said.HELD for said, _ in self.said.values())
        if not self.is_complete:
            # In one process with its tests, a sample may have said all of it: without their end, it does not all hold.
            held = min(held, len(self.units) - 1)
        failed = len(self.units) - held
        failure, detail = self._first_failure()
        if self.limit is not None:
            failure, detail = None, detail or f"ended by its limit of {self.limit}"
        elif failed and failure is None:
            failure, detail = Failure.LEFT_EARLY, "not all tests were run"
        return Tested(
            passed=held,
            failed=failed,
            failure=failure,
            limit=self.limit,
            proof=self.proof,
            detail=None if detail is None else detail[:_LONGEST_DETAIL],
            cpu_seconds=self.cpu_seconds,
            near_limit=self.limit is Limit.TIME or self.cpu_seconds >= NEAR * self.limits.cpu_seconds,
        )

    def _first_failure(self) -> tuple[Failure | None, str | None]:
        for unit in sorted(self.said):
            said, words = self.said[unit]
            name = self.units[min(unit, len(self.units) - 1)]
            match said:
                case Said.ASSERTION:
                    return Failure.ASSERTION, f"{name}: {words}"
                case Said.PANIC:
                    failure = Failure.OVERFLOW if _ARITHMETIC.fullmatch(words) else Failure.PANIC
                    return failure, f"{name}: the program panicked: {words}"
                case Said.GONE | Said.NONSENSE | Said.NOT_UNDERSTOOD:
                    if self.limit is not None and self.end is None:
                        return None, f"{name}: ended by its limit of {self.limit}"
                    failure, how = self.end or (Failure.LEFT_EARLY, "no answer")
                    return failure, f"{name}: {how}"
        return None, None


def limit_of(end: ProgramEnd, limits: RunLimits) -> Limit | None:
    """The limit that ended a program; None where none did."""
    if end.flooded:
        return Limit.OUTPUT
    if end.timed_out or end.status == -SIGXCPU:
        return Limit.TIME
    if end.status == -SIGKILL and (end.cpu_seconds or 0.0) >= limits.cpu_seconds:
        return Limit.TIME
    if end.status == -SIGABRT and _NO_MEMORY.search(end.errors):
        return Limit.MEMORY
    return None


def _failure_of(said: Said, end: ProgramEnd) -> tuple[Failure, str]:
    if said is not Said.GONE or end.status is None:
        return Failure.LEFT_EARLY, "the program answered with what is no value of that type"
    if end.status >= 0:
        return Failure.LEFT_EARLY, f"the program ended by itself with status {end.status}"
    name = Signals(-end.status).name if -end.status in set(Signals) else str(-end.status)
    if end.status == -SIGABRT:
        if _NO_STACK.search(end.errors):
            return Failure.STACK_OVERFLOW, "the program overflowed its stack"
        return Failure.ABORT, "the program aborted"
    return Failure.SIGNAL, f"the program was ended by signal {name}"
