"""Asks clippy and rustfmt about a sample that has been judged. What the figures mean is in ``docs/lint.md``.

Both tools see the sample as rustc did: through the same :class:`Runner`, in a private folder, within the same limits. Clippy
gets the program, rustfmt the sample's own text alone. What a sample says about lints decides nothing: every lint asked for is
forced to a warning, so ``#![allow(clippy::all)]`` hides no finding and ``#![deny(warnings)]`` ends nothing before the last.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ferrobench.errors import ToolchainError
from ferrobench.judging.assemble import Program, encode_text
from ferrobench.judging.classify import RustcEnd, classify
from ferrobench.judging.compile import LIBRARY_NAME, rustc_command
from ferrobench.judging.diagnostics import SOURCE_NAME, OutputReader
from ferrobench.judging.lint_findings import FindingReader
from ferrobench.judging.lint_format import changed_lines
from ferrobench.judging.lint_groups import LINT_PREFIX, MEASURED_GROUPS, lint_groups
from ferrobench.judging.lint_report import ClippyReport, FormatReport, LintReport
from ferrobench.judging.process import Command, Limits, Runner, run_limited
from ferrobench.judging.sandbox import bubblewrap
from ferrobench.judging.scratch import Scratch
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Judgment,
    LimitHit,
    Rejected,
    Unjudged,
    text_parses,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ferrobench.judging.process import Ended
    from ferrobench.judging.toolchain import Toolchain

FORMATTED_NAME = "formatted.rs"
CLIPPY_SETTINGS_NAME = "clippy.toml"

_Answer = TypeVar("_Answer")


def missing_lint_tools(toolchain: Toolchain) -> list[str]:
    """The components that linting needs and *toolchain* lacks, as ``rustup component add`` calls them."""
    clippy = [] if clippy_driver(toolchain) is not None else ["clippy"]
    return clippy + ([] if toolchain.rustfmt is not None else ["rustfmt"])


def clippy_driver(toolchain: Toolchain) -> Path | None:
    """Find the compiler that is clippy, ``<sysroot>/bin/clippy-driver``."""
    path = toolchain.rustc.with_name("clippy-driver")
    return path if path.is_file() else None


def clippy_command(
    driver: Path, toolchain: Toolchain, edition: str, externs: tuple[str, ...] = ()
) -> Command:
    """Lower linting to its command: rustc's own, but for code generation. Pure.

    Forcing a lint to a warning outdoes all attributes and asks for the lint as well. Capping the others keeps a lint that
    only clippy-driver knows, such as one about a misspelt clippy lint, from refusing what rustc has accepted.
    """
    compiling = rustc_command(toolchain, edition, externs=externs)
    forced = [option for group in MEASURED_GROUPS for option in ("--force-warn", f"{LINT_PREFIX}{group}")]
    return Command(
        argv=(str(driver), *compiling.argv[1:], "--emit=metadata", "--cap-lints", "warn", *forced),
        environment=compiling.environment,
    )


def format_command(toolchain: Toolchain, edition: str) -> Command:
    """Lower formatting of standard input to a command that leaves the result in a file of the folder. Pure.

    rustfmt could write files itself, but only over those that it reads, and given a file it follows ``mod name;``: a sample
    could have it rewrite others. Standard input it follows nowhere, and only a shell can turn its output into a file.
    The shell finds rustfmt on its path, since only the runner knows where the toolchain lies in its sandbox.
    """
    folders = (f"{toolchain.sysroot}/bin", f"{bubblewrap.TOOLCHAIN}/bin")
    environment = dict(rustc_command(toolchain, edition).environment)
    environment["PATH"] = ":".join((*folders, environment["PATH"]))
    # An empty configuration, so that no rustfmt.toml of the user's is looked for.
    options = ("--edition", edition, "--emit", "stdout", "--quiet", "--config-path", "/dev/null")
    return Command(
        argv=("/bin/sh", "-c", f'exec "$0" "$@" >{FORMATTED_NAME}', "rustfmt", *options),
        environment=tuple(environment.items()),
        stdin=SOURCE_NAME,
    )


class Linter:
    """Lints judged samples, each with processes of its own. Safe to use from many threads."""

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        edition: str = "2021",
        limits: Limits | None = None,
        runner: Runner = run_limited,
        externs: tuple[str, ...] = (),
    ) -> None:
        """Set up linting; no process is started yet, and a missing tool shows in the reports.

        Args:
            toolchain: The one that judged.
            edition: The edition of all samples.
            limits: What each process may use.
            runner: How each process is started; a sandbox's, or with the caller's rights.
            externs: rustc's flags for crates that samples may use.
        """
        self._limits = limits or Limits()
        self._runner = runner
        self._driver = clippy_driver(toolchain)
        self._clippy = (
            None if self._driver is None else clippy_command(self._driver, toolchain, edition, externs)
        )
        self._rustfmt = None if toolchain.rustfmt is None else format_command(toolchain, edition)
        self._secrets = ((str(toolchain.sysroot), "/toolchain"),)
        self._scratch = Scratch()

    def lint(self, program: Program, text: str, judgment: Judgment) -> LintReport:
        """Lint one sample. Never raises; what goes wrong on our side is in ``unlinted``.

        Args:
            program: What was judged.
            text: The sample's own text, from which *program* was assembled.
            judgment: What was said of *program*. Clippy is asked about what compiles, rustfmt about what parses.
        """
        lines = sum(1 for line in text.split("\n") if line.strip())
        if isinstance(judgment, Unjudged):
            return LintReport(
                lines=lines, clippy=None, rustfmt=None, unlinted=f"not judged: {judgment.cause}"
            )
        clippy = _twice(lambda: self._ask_clippy(program)) if isinstance(judgment, Compiled) else None
        rustfmt = _twice(lambda: self._ask_rustfmt(text)) if text_parses(judgment) else None
        failures = [answer for answer in (clippy, rustfmt) if isinstance(answer, _Failure)]
        return LintReport(
            lines=lines,
            clippy=None if isinstance(clippy, _Failure) else clippy,
            rustfmt=None if isinstance(rustfmt, _Failure) else rustfmt,
            stopped="; ".join(failure.words for failure in failures if not failure.ours) or None,
            unlinted="; ".join(failure.words for failure in failures if failure.ours) or None,
        )

    def _ask_clippy(self, program: Program) -> ClippyReport | _Failure:
        if self._driver is None or self._clippy is None:
            return _not_installed("clippy")
        try:
            groups = lint_groups(self._driver)
        except ToolchainError as error:
            return _Failure(words=str(error).replace(*self._secrets[0]), ours=True)
        reader = FindingReader(
            program, groups, line_cap=2 * self._limits.kept_output_kib * 1024, secrets=self._secrets
        )
        # Clippy looks for settings from its folder upwards; empty ones here end the search.
        run = self._run(self._clippy, program, {CLIPPY_SETTINGS_NAME: b""}, LIBRARY_NAME, reader.feed)
        reader.close()
        failure = self._failure("clippy-driver", run, program)
        if failure is not None:
            return failure
        if reader.unknown is not None:
            return _Failure(words=f"clippy-driver -W help names no group for {reader.unknown}", ours=True)
        return reader.report()

    def _ask_rustfmt(self, text: str) -> FormatReport | _Failure:
        if self._rustfmt is None:
            return _not_installed("rustfmt")
        own = Program(source=encode_text(text))
        run = self._run(self._rustfmt, own, {}, FORMATTED_NAME, _ignore)
        complaint = _COMPLAINT.search(run.output.remarks)
        if run.ended is not None and run.ended.status == 1 and complaint is not None:
            # What starts rustfmt (a shell, a sandbox) ends with 1 too when it fails itself, in other words.
            said = complaint[0].decode("utf-8", "replace")[:200]
            return _Failure(words=f"rustfmt refused the text: {said}", ours=False)
        failure = self._failure("rustfmt", run, own)
        if failure is not None:
            return failure
        return FormatReport(changed_lines=changed_lines(own.source, run.result or b""))

    def _run(
        self,
        command: Command,
        program: Program,
        files: dict[str, bytes],
        result_name: str,
        keep: Callable[[bytes], None],
    ) -> _Run:
        """Run a command on a program in a folder of its own, with *files* beside it."""
        output = OutputReader(cap_bytes=self._limits.kept_output_kib * 1024)

        def feed(chunk: bytes) -> None:
            output.feed(chunk)
            keep(chunk)

        try:
            with self._scratch.folder() as folder:
                for name, content in {**files, SOURCE_NAME: program.source}.items():
                    (folder / name).write_bytes(content)
                ended = self._runner(command, folder, self._limits, feed)
                output.close()
                result = _read_file(folder / result_name, self._limits.file_size_mib << 20)
                return _Run(
                    ended=ended, output=output, result=result, secrets=((str(folder), "."), *self._secrets)
                )
        except OSError as error:
            return _Run(ended=None, output=output, result=None, failure=error.strerror or str(error))

    def _failure(self, tool: str, run: _Run, program: Program) -> _Failure | None:
        """Why there is no answer; None where there is one. Whose doing that is, is decided as for rustc."""
        if run.ended is None:
            return _Failure(words=f"{tool} could not be run: {run.failure}", ours=True, again=True)
        end = RustcEnd(ended=run.ended, has_library=True, output=run.output)
        again = run.ended.timed_out
        match classify(end, program, self._limits, parses=lambda: True, secrets=run.secrets):
            case Compiled():
                if run.result is not None:
                    return None
                return _Failure(
                    words=f"{tool} reported success, but left no result file", ours=True, again=True
                )
            case LimitHit(limit=limit):
                words = f"{tool} reached the limit of {limit}"
            case CompilerCrashed(detail=detail):
                words = f"{tool} crashed: {detail}"
            case Rejected(errors=errors):
                words = f"{tool} refused the program: {errors[0].message[:200] if errors else 'no message'}"
            case Unjudged(cause=cause):
                return _Failure(words=f"{tool}{cause.removeprefix('rustc')}", ours=True, again=True)
            case other:
                raise AssertionError(f"no process ends as {other}")
        return _Failure(words=words, ours=False, again=again)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """Why a tool gave no answer."""

    words: str
    ours: bool
    """Whether it is about us, and not about the program."""
    again: bool = False
    """Whether another attempt could end differently."""


def _twice(ask: Callable[[], _Answer | _Failure]) -> _Answer | _Failure:
    """Ask again once what failed on our side or ran out of wall time: a busy machine must not decide."""
    answer = ask()
    return ask() if isinstance(answer, _Failure) and answer.again else answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """All that is known about a process that has ended, or that could not be started."""

    ended: Ended | None
    output: OutputReader
    result: bytes | None
    """The file that it was to leave, where it left a regular one."""
    secrets: tuple[tuple[str, str], ...] = ()
    failure: str | None = None


_COMPLAINT = re.compile(rb"^error.*", re.MULTILINE)


def _read_file(path: Path, cap_bytes: int) -> bytes | None:
    """The content of a regular file; None for anything else, and for what is larger than the cap."""
    try:
        # Never through a link, and without waiting for the other end of a pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode) or os.fstat(descriptor).st_size > cap_bytes:
            return None
        return file.read(cap_bytes)


def _not_installed(component: str) -> _Failure:
    return _Failure(words=f"{component} is not installed; run: rustup component add {component}", ours=True)


def _ignore(_chunk: bytes) -> None:
    """rustfmt's complaints are in the remarks."""
