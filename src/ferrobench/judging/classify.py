"""Decides what the end of one rustc says about the program, and whether it says anything at all.

The one place where a deadline, a lack of memory or a crash is laid at somebody's door: the program's (a verdict) or ours
(unjudged). Structured signals come first, exit status and diagnostics, and the words of a crash last. Whatever a sample
could forge to become unjudged, and so drop out of the rates, decides nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from signal import SIGKILL, SIGXCPU, SIGXFSZ, Signals
from typing import TYPE_CHECKING

from ferrobench.judging.diagnostics import MAX_DIAGNOSTICS, parse_diagnostics
from ferrobench.judging.stages import earliest_stage, reached_stage
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Judgment,
    Limit,
    LimitHit,
    Rejected,
    Unjudged,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.diagnostics import OutputReader
    from ferrobench.judging.process import Ended, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class RustcEnd:
    """All that is known about one rustc that has ended."""

    ended: Ended
    has_library: bool
    """Whether the library lies where it was asked for, as a regular file."""
    output: OutputReader


def classify(  # noqa: PLR0911 (a table of ends: one return per row)
    end: RustcEnd,
    program: Program,
    limits: Limits,
    *,
    parses: Callable[[], bool],
    secrets: tuple[tuple[str, str], ...] = (),
) -> Judgment:
    """Decide what one ended rustc says about the program, and whether it says anything. Wall time alone is a limit here.

    Structured signals come first: exit status, then diagnostics, then the words of a crash.
    """
    output = end.output
    errors = parse_diagnostics(output.errors, program, secrets)
    warnings = parse_diagnostics(output.warnings, program, secrets)
    status = end.ended.status
    reached = reached_stage(errors + warnings)
    remarks = _remarks(output, secrets)
    if end.ended.timed_out or _ran_out_of_cpu(end.ended, limits):
        return LimitHit(limit=Limit.TIME, stage=reached)
    if status == 0:
        if end.has_library:
            return Compiled(warnings=warnings[:MAX_DIAGNOSTICS])
        return Unjudged(cause="rustc reported success, but left no library")
    if status == 1:
        ours = _our_failure(output)
        if ours is None and not output.errors:
            # rustc says what it refuses. What started it (a shell, a sandbox) ends with 1 too when it fails itself.
            ours = f"rustc did not say what is wrong: {_first_line(remarks) or 'no message'}"
        if ours is not None:
            return Unjudged(cause=ours)
        return Rejected(
            stage=earliest_stage(errors, parses),
            errors=errors[:MAX_DIAGNOSTICS],
            warnings=warnings[:MAX_DIAGNOSTICS],
        )
    if status == -SIGXFSZ:
        return LimitHit(limit=Limit.OUTPUT, stage=reached)
    if _OUT_OF_MEMORY.search(remarks):
        return LimitHit(limit=Limit.MEMORY, stage=reached)
    if status == -SIGKILL:
        # Neither the wall limit's nor the CPU limit's: the machine ran out of memory, or somebody ended it.
        return Unjudged(cause="rustc was killed from outside (by hand, or the machine is out of memory)")
    if status == 101 and _NO_THREAD.search(remarks):
        return Unjudged(cause="rustc could not start a thread: too many processes or threads here")
    if status == 101 or status < 0:
        return CompilerCrashed(stage=reached, detail=_crash_detail(status, remarks, output))
    return Unjudged(cause=f"rustc ended with status {status}: {_first_line(remarks) or 'no message'}")


_OUT_OF_MEMORY = re.compile(
    r"^(memory allocation of \d+ bytes failed|LLVM ERROR: out of memory|.*std::bad_alloc)", re.MULTILINE
)
_NO_THREAD = re.compile(r"failed to spawn .*thread|Resource temporarily unavailable")
# Only in errors without a place: a sample can put any words into an error, but it cannot take the place away.
# And only at their end, where the system's words stand: what a message quotes of the sample (the name of a library)
# always has words of rustc after it.
_DISK_FULL = re.compile(r"\(os error (28|122)\)\s*$")


def _ran_out_of_cpu(ended: Ended, limits: Limits) -> bool:
    # SIGKILL is the hard limit's, which strikes where SIGXCPU was not enough.
    return ended.status == -SIGXCPU or (ended.status == -SIGKILL and ended.cpu_seconds >= limits.cpu_seconds)


def _our_failure(output: OutputReader) -> str | None:
    for record in output.errors:
        if not record.get("spans") and record.get("code") is None:
            message = str(record.get("message", ""))
            if _DISK_FULL.search(message):
                return f"rustc could not write: {message}"
    return None


def _remarks(output: OutputReader, secrets: tuple[tuple[str, str], ...]) -> str:
    text = output.remarks.decode("utf-8", "replace")
    for secret, stand_in in secrets:
        text = text.replace(secret, stand_in)
    return text


def _first_line(text: str) -> str:
    return next((line.strip()[:200] for line in text.splitlines() if line.strip()), "")


def _crash_detail(status: int, remarks: str, output: OutputReader) -> str:
    how = "internal compiler error" if status == 101 else f"killed by {_signal_name(-status)}"
    panics = [str(record.get("message", "")) for record in output.errors if record.get("level") != "error"]
    words = _first_line(panics[0] if panics else remarks)
    return f"{how}: {words}" if words else how


def _signal_name(number: int) -> str:
    try:
        return Signals(number).name
    except ValueError:
        return f"signal {number}"
