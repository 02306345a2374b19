"""Compiles one program with one rustc: the reference that every faster way must agree with.

*Compiles* means what the original benchmark's ``rustc --crate-type lib --edition 2021``, built to an rlib, says of a text.
Lowering to a command is pure, running is the runner's, and :mod:`ferrobench.judging.classify` decides what an end means.
"""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from signal import SIGKILL
from typing import TYPE_CHECKING, Protocol

from ferrobench.judging.classify import RustcEnd, classify
from ferrobench.judging.diagnostics import SOURCE_NAME, OutputReader
from ferrobench.judging.process import Command, Limits, Runner, run_limited
from ferrobench.judging.scratch import Scratch
from ferrobench.judging.verdict import Judgment, TooLarge, Unjudged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.toolchain import Toolchain

# Whoever kills one process of ours may kill the next one too, but hardly so many in a row.
_ATTEMPTS_AFTER_KILLING = 5
LIBRARY_NAME = "out.rlib"
CRATE_NAME = "sample"

# Nothing of the user's environment, since samples read it (`option_env!`). Temporary files go to the private folder, by
# a relative name, and so does nothing else: rustc would write a report of a crash there.
_ENVIRONMENT = (("PATH", "/usr/bin:/bin"), ("LC_ALL", "C.UTF-8"), ("TMPDIR", "."), ("RUSTC_ICE", "0"))


class Compiler(Protocol):
    """Says what rustc says of a program. Where a faster or a sandboxed way of compiling goes."""

    def compile(self, program: Program) -> Judgment:
        """Judge *program*. Never raises; what goes wrong on our side is :class:`Unjudged`."""
        ...


class BackgroundCompiler(Protocol):
    """Judges programs while the caller goes on."""

    def submit(self, program: Program) -> Future[Judgment]:
        """Judge *program* in the background. Its judgment never fails to come, but it may be cancelled by :meth:`close`."""
        ...

    def close(self) -> None:
        """Drop what has not begun and wait for what has: no process is left afterwards."""
        ...


class PooledCompiler:
    """Lets several threads ask one :class:`Compiler`."""

    def __init__(self, compiler: Compiler, jobs: int) -> None:
        self._compiler = compiler
        self._pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="judge")

    def submit(self, program: Program) -> Future[Judgment]:
        return self._pool.submit(self._compiler.compile, program)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def rustc_command(
    toolchain: Toolchain, edition: str, *, externs: tuple[str, ...] = (), artifacts: bool = False
) -> Command:
    """Lower a compilation to its command. Pure.

    Everything that an attribute of the sample could set is given: ``#![crate_type]`` and ``#![crate_name]`` do nothing.
    *externs* are the flags for crates that a program may use. With *artifacts*, rustc also says on standard error when the library lies there.
    """
    return Command(
        argv=(
            str(toolchain.rustc),
            "--crate-type",
            "lib",
            "--edition",
            edition,
            "--crate-name",
            CRATE_NAME,
            "--error-format=json",
            *(("--json=artifacts",) if artifacts else ()),
            *externs,
            "-o",
            LIBRARY_NAME,
            SOURCE_NAME,
        ),
        environment=_ENVIRONMENT,
    )


def parse_command(toolchain: Toolchain, edition: str) -> Command | None:
    """Lower the question "does it parse?" to a command that ends with status 0 or 1, or None without rustfmt. Pure.

    rustfmt stands on rustc's own parser and expands nothing. It reads standard input, so it follows no ``mod name;``.
    """
    if toolchain.rustfmt is None:
        return None
    # An empty configuration, so that no rustfmt.toml of the user's is looked for.
    argv = (
        str(toolchain.rustfmt),
        "--edition",
        edition,
        "--emit",
        "stdout",
        "--quiet",
        "--config-path",
        "/dev/null",
    )
    return Command(argv=argv, environment=_ENVIRONMENT, stdin=SOURCE_NAME)


class _ParserKilledError(Exception):
    """rustfmt, which was asked whether a text parses, was killed, and not for a limit of ours."""


class RustcCompiler:
    """Compiles each program with a rustc process of its own. Safe to use from many threads."""

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        edition: str = "2021",
        limits: Limits | None = None,
        runner: Runner = run_limited,
        externs: tuple[str, ...] = (),
    ) -> None:
        self._limits = limits or Limits()
        self._runner = runner
        self._rustc = rustc_command(toolchain, edition, externs=externs)
        self._parser = parse_command(toolchain, edition)
        self._secrets = ((str(toolchain.sysroot), "/toolchain"),)
        self.gate = Gate()
        """Whoever else runs rustc here passes through it, so that a program can be alone."""
        self._scratch = Scratch()

    def compile(self, program: Program) -> Judgment:
        """Judge *program* with a rustc process of its own.

        What ran out of wall time without using up its CPU time, and what failed on our side, is tried once more with no
        other rustc of ours running: a busy machine must not decide verdicts. What somebody killed is tried a few times.
        """
        if len(program.source) > self._limits.source_kib * 1024:
            return TooLarge(size_bytes=len(program.source))
        with self.gate.shared():
            judgment, attempts_left = self._attempt(program)
        while attempts_left > 0:
            with self.gate.alone():
                judgment, justified = self._attempt(program)
            attempts_left = min(attempts_left - 1, justified) if isinstance(judgment, Unjudged) else 0
        return judgment

    def close(self) -> None:
        """Remove all temporary files. It can be used again."""
        self._scratch.close()

    def _attempt(self, program: Program) -> tuple[Judgment, int]:
        """Judge once; also tell how many more attempts, alone, are justified."""
        try:
            with self._scratch.folder() as folder:
                (folder / SOURCE_NAME).write_bytes(program.source)
                output = OutputReader(cap_bytes=self._limits.kept_output_kib * 1024)
                ended = self._runner(self._rustc, folder, self._limits, output.feed)
                output.close()
                end = RustcEnd(ended=ended, has_library=is_regular_file(folder / LIBRARY_NAME), output=output)
                judgment = classify(
                    end,
                    program,
                    self._limits,
                    parses=lambda: self._parses(folder, program),
                    secrets=((str(folder), "."), *self._secrets),
                )
        except _ParserKilledError:
            cause = "rustfmt was killed from outside (by hand, or the machine is out of memory)"
            return Unjudged(cause=cause), _ATTEMPTS_AFTER_KILLING
        except OSError as error:
            return Unjudged(cause=f"rustc could not be run: {error.strerror or error}"), 1
        if isinstance(judgment, Unjudged) and ended.status == -SIGKILL:
            return judgment, _ATTEMPTS_AFTER_KILLING
        return judgment, int(ended.timed_out or isinstance(judgment, Unjudged))

    def _parses(self, folder: Path, program: Program) -> bool:
        """Settle whether the program parses. What exceeds the limits here counts as not known to have parsed."""
        if self._parser is not None:
            ended = self._runner(self._parser, folder, self._limits, _ignore)
            if ended.status == -SIGKILL and not ended.timed_out:
                raise _ParserKilledError
            return ended.status == 0
        # Without rustfmt: rustc itself on the same text with everything configured away, once it has been parsed.
        text = program.source.removeprefix(b"\xef\xbb\xbf")
        if text.startswith(b"#!") and not text.startswith(b"#!["):
            text = b"//" + text
        (folder / SOURCE_NAME).write_bytes(b"#![cfg(any())] " + text)
        return self._runner(self._rustc, folder, self._limits, _ignore).status == 0


def _ignore(_chunk: bytes) -> None:
    """Only the exit status counts."""


def is_regular_file(path: Path) -> bool:
    """Tell whether a regular file lies at *path*. A link is none: what it points to is not rustc's work."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


class Gate:
    """Lets many pass together, or one alone. Who waits to be alone goes before those who come later."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._waiting_alone = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._inside >= 0 and self._waiting_alone == 0)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._changed:
            self._waiting_alone += 1
            try:
                self._changed.wait_for(lambda: self._inside == 0)
            finally:
                self._waiting_alone -= 1
            self._inside = -1
        try:
            yield
        finally:
            with self._changed:
                self._inside = 0
                self._changed.notify_all()
