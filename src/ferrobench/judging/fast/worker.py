"""Runs rustc on one program or on a batch, in a child of a fork server where there is one."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.judging.classify import RustcEnd, classify
from ferrobench.judging.compile import LIBRARY_NAME, is_regular_file, parse_command, rustc_command
from ferrobench.judging.diagnostics import SOURCE_NAME, OutputReader
from ferrobench.judging.fast.batch import (
    Parsing,
    Round,
    batch_root,
    conclude_failure,
    conclude_success,
    member_name,
)
from ferrobench.judging.fast.server import PARSED, ForkServer, ServerLostError
from ferrobench.judging.fast.sieve import conclude_sieve
from ferrobench.judging.process import Ended
from ferrobench.judging.scratch import Scratch, empty_folder
from ferrobench.judging.verdict import Compiled, Judgment, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.fast.batch import Member
    from ferrobench.judging.fast.sieve import Finding
    from ferrobench.judging.process import Command, Launcher, Limits
    from ferrobench.judging.toolchain import Toolchain

TESTED_VERSIONS = ("1.95.",)
"""Where rustc goes on after an error, and where it does not, was tried with these. What others say of a batch with errors
is not believed: who seems wrong there is compiled by itself."""
OUTPUT_NAME = "output"
PRODUCT_NAME = "out.mir"
BATCH_NAME = "batch.rs"
"""The crate root around a batch: rustc has loaded the standard library when it comes to the batch itself."""
PARSED_LINE = b"parsed"
"""What a child writes to its output when its program has been parsed: rustc then begins to load crates."""

# What floods the disk, or its reader, is for the exact compiler to see.
_MOST_OUTPUT_BYTES = 16 * 1024 * 1024
_START_ATTEMPTS = 3
# What rustfmt cannot read to its end ends it, and the next run begins behind that.
_MOST_SIEVE_RUNS = 12
_CHILD_FOLDER = "child"
_BATCH_ROOT = f'include!("{SOURCE_NAME}");\n'
# The last thing that rustc says where there were no errors.
_CLOSING_WARNING = b' emitted","code":null,"level":"warning","spans":[]'


def batch_command(toolchain: Toolchain, edition: str, externs: tuple[str, ...] = ()) -> Command:
    """Lower the compilation of a batch to its command. Pure.

    Everything is instantiated and lowered to LLVM's form, and no machine code is made of it: what only LLVM refuses
    (assembly, symbols, libraries) is never in a batch. Panics abort, since landing pads are a third of that work.
    """
    one = rustc_command(toolchain, edition, externs=externs, artifacts=True)
    places = {LIBRARY_NAME: PRODUCT_NAME, SOURCE_NAME: BATCH_NAME}
    argv = [places.get(word, word) for word in one.argv]
    return replace(one, argv=(*argv, "--emit=mir", "-C", "codegen-units=1", "-C", "panic=abort"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """How a rustc ended that came to a plain end."""

    accepted: bool
    """No errors, and everything done."""
    parsed: bool
    """It was to stop after parsing, and came so far."""
    lines: list[bytes]
    seconds: float


class Worker:
    """One place where rustc runs. For one thread at a time; nothing that it says depends on what it did before."""

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        edition: str,
        limits: Limits,
        launcher: Launcher,
        library: bytes | None,
        externs: tuple[str, ...] = (),
    ) -> None:
        """Set up; no process is started yet.

        Args:
            toolchain: The rustc that compiles.
            edition: The edition of all programs.
            limits: What a program may use when it is compiled by itself.
            launcher: Starts rustc.
            library: What makes a fork server of it; None where that cannot be had.
            externs: rustc's flags for crates that programs may use.
        """
        self._limits = limits
        self._launcher = launcher
        self._sysroot = str(toolchain.sysroot)
        self._believes_errors = toolchain.version.startswith(TESTED_VERSIONS)
        self._batch = batch_command(toolchain, edition, externs)
        # Of other versions it is not known that rustfmt's words are rustc's.
        self._parser = parse_command(toolchain, edition) if self._believes_errors else None
        single = rustc_command(toolchain, edition, externs=externs, artifacts=True)
        self._singles = _Forking(single, launcher, limits, library)
        self._batches = _Forking(self._batch, launcher, limits, library)
        self._scratch = Scratch(in_memory=True)
        self._stack = ExitStack()
        self._folders: dict[str, Path] = {}

    @property
    def forks(self) -> bool:
        """Whether single programs can be compiled here."""
        return self._singles.works

    @property
    def sieves(self) -> bool:
        """Whether :meth:`sieve` can tell anything here."""
        return self._parser is not None

    def close(self) -> None:
        """Leave no process and no file."""
        self._singles.close()
        self._batches.close()
        self._stack.close()
        self._scratch.close()

    def compile_one(self, program: Program) -> Judgment | None:
        """Judge *program* in a child of its own; None where that settles nothing, and the exact compiler is to be asked.

        Raises:
            OSError: The program could not be written down, or no child be started.
        """
        found = self._compile_one(program, parse_only=False)
        return None if isinstance(found, Parsing) else found

    def parse_one(self, program: Program) -> Judgment | Parsing | None:
        """Parse *program* in a child of its own: its judgment, if it ends there. Else as :meth:`compile_one`."""
        return self._compile_one(program, parse_only=True)

    def _compile_one(self, program: Program, *, parse_only: bool) -> Judgment | Parsing | None:
        with self._singles.folder() as folder:
            _write(folder, SOURCE_NAME, program.source)
            end = self._singles.run(cpu_seconds=max(1, self._limits.cpu_seconds // 3), parse_only=parse_only)
            if end is None:
                return None
            if end.parsed:
                return Parsing.CLEAN if _parsed(end.lines) else Parsing.BROKEN
            if end.accepted and not is_regular_file(Path(folder, LIBRARY_NAME)):
                return None
            output = OutputReader(cap_bytes=self._limits.kept_output_kib * 1024)
            for line in end.lines:
                output.feed(line + b"\n")
            judgment = classify(
                RustcEnd(
                    ended=Ended(
                        status=0 if end.accepted else 1,
                        timed_out=False,
                        cpu_seconds=end.seconds,
                        wall_seconds=end.seconds,
                    ),
                    has_library=end.accepted,
                    output=output,
                ),
                program,
                self._limits,
                parses=lambda: _parsed(end.lines),
                secrets=self._secrets(folder),
            )
            return judgment if isinstance(judgment, Compiled | Rejected) else None

    def sieve(self, programs: Sequence[Program]) -> list[Finding]:
        """Parse *programs* with one rustfmt: for each its judgment, if it ends in the lexer, or how it parses, or None.

        Raises:
            OSError: They could not be written down, or rustfmt not be started.
        """
        findings: list[Finding] = []
        for _ in range(_MOST_SIEVE_RUNS):
            left = programs[len(findings) :]
            if not left:
                break
            found = self._sieve_once(left)
            if not found:
                break
            findings += found
        return findings + [None] * (len(programs) - len(findings))

    def _parse(self, members: Sequence[Member]) -> None:
        """Find out how *members* parse, if that can be had for less than a process each."""
        if self.sieves:
            for member, finding in zip(
                members, self.sieve([member.program for member in members]), strict=True
            ):
                # Whoever shared a run with others does not end in the lexer. If it seems so, nothing is known.
                member.parsing = finding if isinstance(finding, Parsing) else None

    def _sieve_once(self, programs: Sequence[Program]) -> list[Finding]:
        assert self._parser is not None
        names = [f"{member_name(number)}.rs" for number in range(len(programs))]
        with self._folder("sieve") as folder:
            for name, program in zip(names, programs, strict=True):
                _write(folder, name, program.source)
            command = replace(self._parser, argv=(*self._parser.argv, "--color", "never", *names), stdin=None)
            ended, printed = self._run(command, Path(folder), self._shared_seconds(len(programs)))
        if ended.timed_out or printed is None:
            return []
        return conclude_sieve(printed.decode("utf-8", "replace"), programs, ended_well=ended.status in (0, 1))

    def compile_batch(
        self, members: Sequence[Member], *, canary: bool = False, checked: bool = False
    ) -> Round | None:
        """Compile *members* together; None where the run came to no plain end, and they are to be parted.

        With *canary* the run is bound to fail, and tells whether rustc looked at every body before it did. Of *checked*
        members it is known that no body has an error.

        Raises:
            OSError: They could not be written down, or no rustc be started.
        """
        cpu_seconds = self._shared_seconds(len(members))
        forks = self._batches.works
        with self._batches.folder() if forks else self._folder("batch") as folder:
            _write(folder, SOURCE_NAME, batch_root(len(members), canary=canary).encode("ascii"))
            for number, member in enumerate(members):
                _write(folder, f"{member_name(number)}.rs", member.program.source)
            if forks:
                end = self._batches.run(cpu_seconds=cpu_seconds, parse_only=False)
            else:
                end = self._start(Path(folder), cpu_seconds=cpu_seconds)
            if end is None or (end.accepted and not is_regular_file(Path(folder, PRODUCT_NAME))):
                return None
            cap_bytes = self._limits.kept_output_kib * 1024
            secrets = self._secrets(folder)
            if end.accepted:
                return conclude_success(end.lines, members, cap_bytes=cap_bytes, secrets=secrets)
            outcome = conclude_failure(
                end.lines,
                members,
                cap_bytes=cap_bytes,
                secrets=secrets,
                canary=canary,
                checked=checked,
                parse=self._parse,
            )
            if not self._believes_errors:
                outcome.apart |= outcome.decided.keys()
                outcome.decided.clear()
            return outcome

    def _secrets(self, folder: str) -> tuple[tuple[str, str], ...]:
        return (folder, "."), (self._sysroot, "/toolchain")

    @contextmanager
    def _folder(self, use: str) -> Iterator[str]:
        """A folder of this worker's, the same for each *use*. The programs in it stay until others are written over them."""
        if use not in self._folders:
            self._folders[use] = self._stack.enter_context(self._scratch.folder())
        folder = str(self._folders[use])
        try:
            yield folder
        finally:
            empty_folder(folder, keep=(".rs",))

    def _shared_seconds(self, count: int) -> int:
        """The CPU time of a run of *count* programs. It is quick, and one that is not should hold up the others no longer."""
        return min(self._limits.cpu_seconds, 2 + count // 32)

    def _run(self, command: Command, folder: Path, cpu_seconds: int) -> tuple[Ended, bytes | None]:
        """Run a process; give its end and what it printed, None where that was too much."""
        printed = bytearray()

        def keep(chunk: bytes) -> None:
            if len(printed) <= _MOST_OUTPUT_BYTES:
                printed.extend(chunk)

        ended = self._launcher(command, folder, replace(self._limits, cpu_seconds=cpu_seconds), keep)
        return ended, bytes(printed) if len(printed) <= _MOST_OUTPUT_BYTES else None

    def _start(self, folder: Path, *, cpu_seconds: int) -> _End | None:
        """Run a rustc process: what a batch is compiled by where there is no fork server."""
        (folder / BATCH_NAME).write_text(_BATCH_ROOT, encoding="ascii")
        ended, printed = self._run(self._batch, folder, cpu_seconds)
        if ended.timed_out or printed is None or ended.status not in (0, 1):
            return None
        return _End(
            accepted=ended.status == 0,
            parsed=False,
            lines=printed.split(b"\n"),
            seconds=ended.cpu_seconds,
        )


class _Forking:
    """A fork server that is started when it is needed, and again when it was lost."""

    def __init__(self, command: Command, launcher: Launcher, limits: Limits, library: bytes | None) -> None:
        self._command = command
        self._launcher = launcher
        self._limits = limits
        self._library = library
        self._starts_left = 0 if library is None else _START_ATTEMPTS
        self._server: ForkServer | None = None
        self._scratch = Scratch(in_memory=True)
        self._stack = ExitStack()
        self._home: Path | None = None

    @property
    def works(self) -> bool:
        """Whether there is a server, or may be one."""
        return self._server is not None or self._starts_left > 0

    def close(self) -> None:
        """End the server and remove its folder."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._starts_left = 0
        self._stack.close()
        self._scratch.close()

    @contextmanager
    def folder(self) -> Iterator[str]:
        """The folder of a child. It is the same for all, one after the other; what a child leaves there is removed."""
        if self._home is None:
            self._home = self._stack.enter_context(self._scratch.folder())
            (self._home / BATCH_NAME).write_text(_BATCH_ROOT, encoding="ascii")
            (self._home / _CHILD_FOLDER).mkdir(mode=0o700)
        folder = f"{self._home}/{_CHILD_FOLDER}"
        try:
            yield folder
        finally:
            empty_folder(folder, keep=(".rs", OUTPUT_NAME))

    def run(self, *, cpu_seconds: int, parse_only: bool) -> _End | None:
        """Let a child compile what lies in the folder; None where it came to no plain end.

        Raises:
            OSError: No server can be had.
        """
        if self._server is None:
            assert self._library is not None and self._home is not None
            self._starts_left -= 1
            self._server = ForkServer(self._launcher, self._command, self._limits, self._home, self._library)
        try:
            child = self._server.run(
                _CHILD_FOLDER,
                cpu_seconds=cpu_seconds,
                wall_seconds=self._limits.wall_seconds,
                parse_only=parse_only,
            )
        except ServerLostError:
            self._server = None
            raise
        # One that has answered works here: whoever ends it later does not use up its starts.
        self._starts_left = _START_ATTEMPTS
        if child.status not in (0, 1, PARSED):
            return None
        output = _read(f"{self._home}/{_CHILD_FOLDER}/{OUTPUT_NAME}")
        if output is None:
            return None
        lines = output.split(b"\n")
        # A forked thread's status 0 says nothing by itself. 1 is what a child ends with once rustc has given up.
        if child.status == 0 and not any(map(_is_last, lines)):
            return None
        return _End(
            accepted=child.status == 0,
            parsed=child.status == PARSED,
            lines=lines,
            seconds=child.cpu_seconds,
        )


# Plain calls, since a child that ends in the parser takes hardly longer than a few of these would otherwise.


def _write(folder: str, name: str, content: bytes) -> None:
    # Written over what lies there: making a file costs ext4 up to a millisecond where many were removed lately, and
    # emptying one first makes it write to the disk at once.
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(f"{folder}/{name}", flags, 0o600)
    try:
        written = os.write(descriptor, content)
        if written != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.ftruncate(descriptor, written)
    finally:
        os.close(descriptor)


def _read(path: str) -> bytes | None:
    """The content of a regular file that is not too large, else None."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_OUTPUT_BYTES:
            return None
        return file.read()


def _is_last(line: bytes) -> bool:
    """Whether a line stands at the end of a run without errors."""
    return _CLOSING_WARNING in line or line.startswith(
        f'{{"$message_type":"artifact","artifact":"{LIBRARY_NAME}"'.encode("ascii")
    )


def _parsed(lines: Sequence[bytes]) -> bool:
    """Whether rustc had no error to report until it had parsed the program."""
    if PARSED_LINE not in lines:
        return False
    before = lines[: lines.index(PARSED_LINE)]
    return not any(b'"level":"error' in line for line in before)
