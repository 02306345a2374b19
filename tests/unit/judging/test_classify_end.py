"""Whose fault an end is: one row per way in which a rustc can end."""

from __future__ import annotations

import json
from signal import SIGABRT, SIGKILL, SIGSEGV, SIGXCPU, SIGXFSZ
from typing import Any

import pytest

from ferrobench.judging.assemble import assemble
from ferrobench.judging.classify import RustcEnd, classify
from ferrobench.judging.diagnostics import OutputReader
from ferrobench.judging.process import Ended, Limits
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Judgment,
    Limit,
    LimitHit,
    Rejected,
    Stage,
    Unjudged,
)


def error(message: str, code: str | None = None, *, placed: bool = True, level: str = "error") -> bytes:
    place = {"line_start": 1, "line_end": 1, "column_start": 1, "column_end": 2}
    record: dict[str, Any] = {
        "message": message,
        "code": None if code is None else {"code": code},
        "level": level,
        "spans": [{"file_name": "sample.rs", "is_primary": True, **place}] if placed else [],
    }
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def judge(
    status: int,
    stderr: bytes = b"",
    *,
    library: bool = False,
    timed_out: bool = False,
    cpu_seconds: float = 0.1,
    parses: bool = True,
) -> Judgment:
    output = OutputReader(cap_bytes=1 << 16)
    output.feed(stderr)
    output.close()
    ended = Ended(status=status, timed_out=timed_out, cpu_seconds=cpu_seconds, wall_seconds=1.0)
    end = RustcEnd(ended=ended, has_library=library, output=output)
    return classify(end, assemble("fn f() {}"), Limits(), parses=lambda: parses, secrets=(("/host", "."),))


def limit(kind: Limit, stage: Stage = Stage.LEX) -> LimitHit:
    return LimitHit(limit=kind, stage=stage)


OUT_OF_MEMORY = b"memory allocation of 268435456 bytes failed\nstack backtrace:\n"


@pytest.mark.parametrize(
    ("judgment", "expected"),
    [
        (judge(0, library=True), Compiled(warnings=())),
        (judge(-SIGXCPU), limit(Limit.TIME)),
        (judge(-SIGKILL, cpu_seconds=10.9), limit(Limit.TIME)),
        (judge(-SIGKILL, timed_out=True), limit(Limit.TIME)),
        (judge(-SIGXCPU, error("x", "E0308")), limit(Limit.TIME, Stage.TYPECHECK)),
        (judge(-SIGXCPU, error("x", "unused_variables", level="warning")), limit(Limit.TIME, Stage.RESOLVE)),
        (judge(-SIGXFSZ), limit(Limit.OUTPUT)),
        (judge(-SIGABRT, OUT_OF_MEMORY), limit(Limit.MEMORY)),
        (judge(-SIGABRT, b"LLVM ERROR: out of memory\n"), limit(Limit.MEMORY)),
        (judge(101, OUT_OF_MEMORY), limit(Limit.MEMORY)),
        (judge(-SIGSEGV), CompilerCrashed(stage=Stage.LEX, detail="killed by SIGSEGV")),
        (
            judge(-SIGSEGV, b"error: rustc interrupted by SIGSEGV in /host/lib\nmore\n"),
            CompilerCrashed(
                stage=Stage.LEX, detail="killed by SIGSEGV: error: rustc interrupted by SIGSEGV in ./lib"
            ),
        ),
        (
            judge(101, b"thread 'rustc' panicked\n" + error("oh", level="error: internal compiler error")),
            CompilerCrashed(stage=Stage.LEX, detail="internal compiler error: oh"),
        ),
        (judge(-200), CompilerCrashed(stage=Stage.LEX, detail="killed by signal 200")),
    ],
)
def test_the_programs_doing(judgment: Judgment, expected: Judgment) -> None:
    assert judgment == expected


@pytest.mark.parametrize(
    ("judgment", "words"),
    [
        (judge(0), "left no library"),
        (judge(-SIGKILL), "killed from outside"),
        (
            judge(127, b"/bin/sh: 1: exec: /x/rustc: not found\n"),
            "status 127: /bin/sh: 1: exec: /x/rustc: not found",
        ),
        (judge(126), "status 126: no message"),
        (
            judge(101, b"failed to spawn helper thread: Resource temporarily unavailable\n"),
            "could not start a thread",
        ),
        (
            judge(1, error("failed to write out.rlib: No space left on device (os error 28)", placed=False)),
            "os error 28",
        ),
    ],
)
def test_our_doing(judgment: Judgment, words: str) -> None:
    assert isinstance(judgment, Unjudged)
    assert words in judgment.cause


@pytest.mark.parametrize(
    "message", ["No space left on device (os error 28)", "memory allocation of 9 bytes failed"]
)
def test_a_sample_cannot_talk_its_way_out_of_a_rejection(message: str) -> None:
    judgment = judge(1, error(message))

    assert isinstance(judgment, Rejected)
    assert judgment.stage is Stage.RESOLVE


def test_a_rejection_tells_the_earliest_stage_and_keeps_the_first_errors() -> None:
    judgment = judge(
        1, error("moved", "E0382") * 30 + error("unknown", "E0425") + error("type", "E0308") * 30
    )

    assert isinstance(judgment, Rejected)
    assert judgment.stage is Stage.RESOLVE
    assert len(judgment.errors) == 50
