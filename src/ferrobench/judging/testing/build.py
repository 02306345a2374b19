"""Builds programs to run: several samples in one, each with its driver, or the tests of several prompts.

A link costs more than the machine code of many samples, so they share it. No program ever holds two answers to the same
prompt: whatever a sample might do to the memory of its process, there is no right answer of a neighbour's to be found.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.judging.assemble import Program
from ferrobench.judging.classify import RustcEnd, classify
from ferrobench.judging.compile import is_regular_file
from ferrobench.judging.diagnostics import SOURCE_NAME, OutputReader
from ferrobench.judging.process import Command, Limits
from ferrobench.judging.testing.guarded import SAMPLE_CRATE
from ferrobench.judging.testing.support import WIRE_NAME
from ferrobench.judging.testing.tester import WIRE, driver
from ferrobench.judging.verdict import Compiled, Judgment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ferrobench.judging.process import Runner
    from ferrobench.judging.testing.support import Support
    from ferrobench.judging.testing.tester import RemotePlan
    from ferrobench.judging.toolchain import Toolchain

PROGRAM_NAME = "program"
_ROOT = "root.rs"
_MEMBER = re.compile(r"m(\d+)\.rs")
_OWN_MAIN = re.compile(rb"\bfn\s+main\b")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ENVIRONMENT = (("PATH", "/usr/bin:/bin"), ("LC_ALL", "C.UTF-8"), ("TMPDIR", "."), ("RUSTC_ICE", "0"))
_PROGRAM = ("--crate-type", "bin", "--crate-name", "program", "--cap-lints", "allow")
# What a program of many may use of rustc's time, beside what one may use.
_CPU_SECONDS_EACH = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What came of one build."""

    judgment: Judgment
    """:class:`Compiled` where the program lies in the folder."""
    culprits: frozenset[int]
    """The members that rustc complains about."""

    @property
    def succeeded(self) -> bool:
        """Whether there is a program."""
        return isinstance(self.judgment, Compiled)


class Builder:
    """Builds with one rustc each, in the sandbox for compiling. Safe to use from many threads."""

    def __init__(
        self,
        toolchain: Toolchain,
        runner: Runner,
        support: Support,
        *,
        edition: str,
        limits: Limits,
        externs: tuple[str, ...] = (),
    ) -> None:
        self._toolchain = toolchain
        self._runner = runner
        self._support = support
        self._edition = edition
        self._limits = limits
        self._externs = externs
        # A name that no sample can know.
        self._driver = f"ferrobench_driver_{secrets.token_hex(8)}"

    def build_shared(self, folder: Path, members: Sequence[tuple[bytes, RemotePlan]]) -> Built:
        """Build one program of several samples; each is asked for by its number as the program's argument."""
        arms = "".join(
            f'Some("{number}") => m{number}::{self._driver}::call, ' for number in range(len(members))
        )
        root = "".join(f"mod m{number};\n" for number in range(len(members))) + (
            f"fn main() {{ let which = ::std::env::args().nth(1); "
            f"::{WIRE}::serve(match which.as_deref() {{ {arms}_ => ::std::process::exit(1) }}) }}\n"
        )
        for number, (source, plan) in enumerate(members):
            (folder / f"m{number}.rs").write_bytes(source + self._addition(plan))
        (folder / _ROOT).write_text(root, encoding="utf-8")
        return self._build(folder, len(members))

    def build_alone(self, folder: Path, source: bytes, plan: RemotePlan) -> Built:
        """Build one program of one sample, which is the root of its crate."""
        built = self._build_root(folder, source, plan, own_main=_OWN_MAIN.search(source) is not None)
        if not built.succeeded and b"main" in source:
            # It may have one that a pattern does not see.
            return self._build_root(folder, source, plan, own_main=True)
        return built

    def _build_root(self, folder: Path, source: bytes, plan: RemotePlan, *, own_main: bool) -> Built:
        addition, head = self._addition(plan), b""
        if own_main:
            # The program begins with C's main then.
            head, source = b"#![no_main] ", source.removeprefix(_BYTE_ORDER_MARK)
            if source.startswith(b"#!") and not source.startswith(b"#!["):
                source = b"//" + source
            exported = "unsafe(no_mangle)" if self._edition >= "2024" else "no_mangle"
            addition += (
                f'#[allow(warnings)] mod {self._driver}_main {{ #[{exported}] pub extern "C" fn main(_: i32, _: usize) '
                f"-> i32 {{ ::{WIRE}::serve(super::{self._driver}::call) }} }}\n"
            ).encode()
        else:
            addition += f"fn main() {{ ::{WIRE}::serve({self._driver}::call) }}\n".encode()
        (folder / _ROOT).write_bytes(head + source + addition)
        return self._build(folder, 1)

    def build_tests(self, folder: Path, plans: Sequence[RemotePlan]) -> Built:
        """Build the program that has the tests of several prompts."""
        for number, plan in enumerate(plans):
            (folder / f"m{number}.rs").write_text(plan.module, encoding="utf-8")
        numbers = range(len(plans))
        table = "".join(f"m{number}::FERROBENCH_CASES, " for number in numbers)
        root = "".join(f"#[allow(warnings)] mod m{number};\n" for number in numbers) + (
            f"fn main() {{ ::{WIRE}::test(&[{table}]) }}\n"
        )
        (folder / _ROOT).write_text(root, encoding="utf-8")
        return self._build(folder, len(plans))

    def build_guarded(self, folder: Path, sample: bytes, root: str) -> Built:
        """Build a sample as a crate, and its tests as a program that uses it."""
        (folder / SOURCE_NAME).write_bytes(sample)
        library = f"lib{SAMPLE_CRATE}.rlib"
        words = (
            "--crate-type",
            "lib",
            "--crate-name",
            SAMPLE_CRATE,
            "-F",
            "unsafe_code",
            *self._forbidden(),
            "-A",
            "warnings",
        )
        built = self._build(folder, 1, self._command(*words, "-o", library, SOURCE_NAME), library)
        if not built.succeeded:
            return built
        (folder / _ROOT).write_text(root, encoding="utf-8")
        extern = f"{SAMPLE_CRATE}={library}"
        return self._build(folder, 1, self._command(*_PROGRAM, "--extern", extern, "-o", PROGRAM_NAME, _ROOT))

    def _forbidden(self) -> tuple[str, ...]:
        """``extern`` blocks reach the linker, even those that are safe for want of content. A lint since Rust 1.82."""
        return ("-F", "missing_unsafe_on_extern") if self._edition < "2024" else ()

    def _addition(self, plan: RemotePlan) -> bytes:
        return f"\n{plan.probes}{driver(plan, self._driver)}".encode()

    def _build(
        self, folder: Path, members: int, command: Command | None = None, result: str = PROGRAM_NAME
    ) -> Built:
        (folder / WIRE_NAME).write_bytes(self._support.wire)
        limits = Limits(
            cpu_seconds=self._limits.cpu_seconds + (members - 1) * _CPU_SECONDS_EACH,
            wall_seconds=self._limits.wall_seconds + (members - 1) * 3 * _CPU_SECONDS_EACH,
            address_space_mib=max(self._limits.address_space_mib, 4096),
            file_size_mib=max(self._limits.file_size_mib, 256),
            open_files=max(self._limits.open_files, 1024),
            kept_output_kib=self._limits.kept_output_kib,
        )
        output = OutputReader(cap_bytes=limits.kept_output_kib * 1024)
        ended = self._runner(
            command or self._command(*_PROGRAM, "-o", PROGRAM_NAME, _ROOT), folder, limits, output.feed
        )
        output.close()
        if result == PROGRAM_NAME and is_regular_file(folder / result):
            _remove_sources(folder)
        end = RustcEnd(ended=ended, has_library=is_regular_file(folder / result), output=output)
        judgment = classify(end, Program(source=b""), limits, parses=lambda: True)
        culprits = {int(number) for record in output.errors for number in _members(record)}
        return Built(judgment=judgment, culprits=frozenset(culprits))

    def _command(self, *words: str) -> Command:
        linker = self._support.linker
        return Command(
            argv=(
                str(self._toolchain.rustc), "--edition", self._edition, "--error-format=json",
                "-C", "debuginfo=0", "-C", "overflow-checks=on", "-C", "panic=unwind",
                *(() if linker is None else ("-C", f"linker={linker}")),
                *self._externs,
                "--extern", f"{WIRE}={WIRE_NAME}",
                *words,
            ),
            environment=_ENVIRONMENT,
        )  # fmt: skip


def _remove_sources(folder: Path) -> None:
    """A program sees the folder it lies in, and is to find neither its tests nor its neighbours there."""
    for path in (*folder.glob("*.rs"), *folder.glob("*.rlib")):
        path.unlink(missing_ok=True)


def _members(record: dict[str, object]) -> set[str]:
    """The members in whose files an error lies."""
    spans = record.get("spans")
    names = [str(span.get("file_name")) for span in spans] if isinstance(spans, list) else []
    return {match[1] for name in names if (match := _MEMBER.fullmatch(name)) is not None}
