"""Runs hidden tests the plain way, for programs that we trust: ``rustc --test`` on text, probes and tests in one file.

No sandbox, and no proof either: good for references and for mistakes of our own, never for what a model wrote.
"""

from __future__ import annotations

import re
import resource
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.judging import Compiled, Diagnostic, Judgment, Limit, Rejected, Stage, Unjudged, assemble
from ferrobench.judging.verdict import Failure, Proof, Tested

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType
    from typing import Self

    from ferrobench.prompts import Prompt

MEMORY_BYTES = 2 * 1024**3
SECONDS = 10
ERROR = re.compile(r"^error(?:\[(E\d+)\])?: (.*)", re.MULTILINE)
RESULT = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed", re.MULTILINE)
# What rustc says where the tests call something that is not there, or is called otherwise.
ENTRY_CODES = frozenset({"E0425", "E0433", "E0061", "E0308", "E0277"})


@dataclass(frozen=True, slots=True)
class PlainlyTested:
    """What became of one program."""

    judgment: Judgment
    tests: Tested | Unjudged | None


class PlainJudge:
    """Judges programs by a prompt's tests, two at a time."""

    def __init__(self, edition: str = "2021") -> None:
        self._edition = edition
        self._pool = ThreadPoolExecutor(2)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def submit_tested(self, prompt: Prompt, text: str) -> Future[PlainlyTested]:
        """Judge one program in the background."""
        return self._pool.submit(self._judge, prompt, text)

    def _judge(self, prompt: Prompt, text: str) -> PlainlyTested:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            tests = prompt.tests.lstrip().removeprefix("}")
            if "#[test]" not in tests:
                tests = tests.replace("fn main()", "#[test]\nfn asserts()")
            whole = "\n".join((text, prompt.probes, tests))
            complaint = self._compile(folder, assemble(whole, prompt.prelude).source, "--test")
            if complaint is not None:
                alone = self._compile(folder, assemble(text, prompt.prelude).source, "--crate-type=lib")
                if alone is not None:
                    return PlainlyTested(rejected(*alone), None)
                return PlainlyTested(Compiled(warnings=()), unbuilt(*complaint))
            return PlainlyTested(Compiled(warnings=()), self._run(folder))

    def _compile(self, folder: Path, source: bytes, kind: str) -> tuple[str | None, str] | None:
        """The code and message of the first error; None where there is none."""
        (folder / "main.rs").write_bytes(source)
        command = ["rustc", "--edition", self._edition, "--cap-lints=allow", kind, "-o", "program", "main.rs"]
        result = run(command, folder, seconds=60)
        if result is not None and result.returncode == 0:
            return None
        found = ERROR.search(result.stderr) if result is not None else None
        return (found[1], found[2]) if found is not None else (None, "rustc did not finish")

    def _run(self, folder: Path) -> Tested:
        result = run([str(folder / "program"), "--test-threads=1"], folder, seconds=SECONDS)
        if result is None:
            return tell(0, 1, limit=Limit.TIME)
        counts = RESULT.search(result.stdout)
        if counts is None:
            signalled = result.returncode < 0
            return tell(0, 1, failure=Failure.SIGNAL if signalled else Failure.LEFT_EARLY)
        passed, failed = int(counts[1]), int(counts[2])
        panic = re.search(r"panicked at [^\n]*\n([^\n]*)", result.stdout)
        return tell(
            passed,
            failed,
            failure=Failure.ASSERTION if failed else None,
            detail=panic[1] if panic is not None else None,
        )


def run(command: list[str], folder: Path, *, seconds: int) -> subprocess.CompletedProcess[str] | None:
    """Run one process within a memory limit; None where its time is up."""
    try:
        return subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES)),
        )
    except subprocess.TimeoutExpired:
        return None


def rejected(code: str | None, message: str) -> Rejected:
    """What rustc refused, with its first error."""
    error = Diagnostic(
        level="error",
        code=code,
        message=message,
        line=None,
        column=None,
        end_line=None,
        end_column=None,
        notes=(),
        rendered=message,
    )
    return Rejected(stage=Stage.TYPECHECK, errors=(error,), warnings=())


def unbuilt(code: str | None, message: str) -> Tested | Unjudged:
    """A text that compiles alone and not with the tests: the text's fault where its function is not what they call."""
    if code in ENTRY_CODES:
        return tell(0, 1, failure=Failure.NO_ENTRY_POINT, detail=message)
    return Unjudged(cause=f"suite: the tests do not build: {message}")


def tell(
    passed: int,
    failed: int,
    *,
    failure: Failure | None = None,
    limit: Limit | None = None,
    detail: str | None = None,
) -> Tested:
    """What tests said; the rest is arbitrary."""
    return Tested(
        passed=passed,
        failed=failed,
        failure=failure,
        limit=limit,
        proof=Proof.IN_PROCESS,
        detail=detail,
        cpu_seconds=0.0,
        near_limit=False,
    )
