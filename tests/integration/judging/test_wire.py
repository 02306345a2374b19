"""What tests and samples say to each other, with the real rustc: values that come back as they went, and strict reading.

A sample's program is spoken to from here in the wire's own words, written down a second time on purpose.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrobench.judging.assemble import assemble
from ferrobench.judging.process import Limits, Unconfined
from ferrobench.judging.testing.build import PROGRAM_NAME, Builder
from ferrobench.judging.testing.support import LAUNCHER_NAME, build_support
from ferrobench.judging.testing.tester import plan_remote
from ferrobench.judging.toolchain import probe_toolchain
from tests.support.hidden import hidden_prompt, in_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]

REPORT = struct.Struct("<qqq")
# name: its type in Rust, and values of it. Each is the argument and the result of a function that gives back what it gets.
TYPES: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "bytes": ("Vec<u8>", st.lists(st.integers(0, 255))),
    "small": ("(u8, i8, u16, i16)", st.tuples(*(st.integers(*bounds) for bounds in ((0, 255), (-128, 127), (0, 65535), (-32768, 32767))))),
    "large": ("(u64, i64)", st.tuples(st.integers(0, 2**64 - 1), st.integers(-(2**63), 2**63 - 1))),
    "huge": ("(u128, i128)", st.tuples(st.integers(0, 2**128 - 1), st.integers(-(2**127), 2**127 - 1))),
    "float": ("(f64, f32)", st.tuples(st.floats(), st.floats(width=32))),
    "text": ("(String, char, bool)", st.tuples(st.text(), st.characters(exclude_categories=["Cs"]), st.booleans())),
    "option": ("Option<Vec<Option<i32>>>", st.none() | st.lists(st.none() | st.integers(-(2**31), 2**31 - 1))),
    "rows": ("Vec<Vec<(String, i64)>>", st.lists(st.lists(st.tuples(st.text(), st.integers(-(2**63), 2**63 - 1))))),
    "map": ("std::collections::BTreeMap<i64, String>", st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.text())),
    "array": ("[(bool, ()); 3]", st.lists(st.tuples(st.booleans(), st.just(())), min_size=3, max_size=3)),
}  # fmt: skip
WIDTHS = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "i32": 4, "u64": 8, "i64": 8, "u128": 16, "i128": 16}


def count(number: int) -> bytes:
    return struct.pack("<I", number)


def number(kind: str) -> Callable[[int], bytes]:
    return lambda value: value.to_bytes(WIDTHS[kind], "little", signed=kind.startswith("i"))


def text(value: str) -> bytes:
    return count(len(value.encode())) + value.encode()


def listed(one: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    return lambda values: count(len(values)) + b"".join(map(one, values))


def together(*parts: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    return lambda values: b"".join(part(value) for part, value in zip(parts, values, strict=True))


def perhaps(one: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    return lambda value: b"\0" if value is None else b"\1" + one(value)


def truth(value: bool) -> bytes:
    return bytes([value])


ENCODED: dict[str, Callable[[Any], bytes]] = {
    "bytes": listed(number("u8")),
    "small": together(*map(number, ("u8", "i8", "u16", "i16"))),
    "large": together(*map(number, ("u64", "i64"))),
    "huge": together(*map(number, ("u128", "i128"))),
    "float": lambda pair: struct.pack("<df", *pair),
    "text": together(text, lambda one: count(ord(one)), truth),
    "option": perhaps(listed(perhaps(number("i32")))),
    "rows": listed(listed(together(text, number("i64")))),
    "map": lambda entries: listed(together(number("i64"), text))(sorted(entries.items())),
    "array": listed(together(truth, lambda _: b"\0")),
}
OTHERS = """
pub fn panics(words: String) -> u8 { panic!("{words}") }
pub fn leaves(status: i32) -> u8 { std::process::exit(status) }
pub fn aborts() -> u8 { std::process::abort() }
pub fn throws(a: u8) -> u8 { if a > 3 { std::panic::panic_any(a) } a }
"""
ECHO = OTHERS + "".join(f"pub fn {name}(a: {kind}) -> {kind} {{ a }}\n" for name, (kind, _) in TYPES.items())


class Program:
    """A sample's program that answers."""

    def __init__(self, requests: int, replies: int, report: int, numbers: dict[str, int]) -> None:
        self._requests, self._replies, self._report = requests, replies, report
        self._numbers = numbers

    def call(self, name: str, arguments: bytes) -> bytes | None:
        """What it answers to a call; None where it is gone."""
        return self.ask(struct.pack("<H", self._numbers[name]) + arguments)

    def ask(self, message: bytes) -> bytes | None:
        self.write(count(len(message)) + message)
        return self.read()

    def write(self, content: bytes) -> None:
        while content:
            content = content[os.write(self._requests, content) :]

    def read(self) -> bytes | None:
        head = self._take(4)
        return None if head is None else self._take(struct.unpack("<I", head)[0])

    def _take(self, size: int) -> bytes | None:
        taken = b""
        while len(taken) < size:
            piece = os.read(self._replies, size - len(taken))
            if not piece:
                return None
            taken += piece
        return taken

    def end(self) -> int:
        """How it ended, as the launcher says."""
        status, cpu_microseconds, peak_kib = REPORT.unpack(os.read(self._report, REPORT.size))
        assert 0 <= cpu_microseconds < 60_000_000
        assert peak_kib > 0
        return os.waitstatus_to_exitcode(status)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A folder with the program and the launcher, and the numbers of the program's functions."""
    toolchain = probe_toolchain()
    support = build_support(toolchain)
    builder = Builder(toolchain, Unconfined(), support, edition="2021", limits=Limits())
    names = [*TYPES, "panics", "leaves", "aborts", "throws"]
    prompt = hidden_prompt(
        ECHO, in_module("fn t() { assert!(" + ", ".join(f"{name}()" for name in names) + "); }")
    )
    plan = plan_remote(prompt)
    folder = tmp_path_factory.mktemp("echo")
    result = builder.build_alone(folder, assemble(ECHO).source, plan)
    assert result.succeeded, result
    launcher = folder / LAUNCHER_NAME
    launcher.write_bytes(support.launcher)
    launcher.chmod(0o755)
    return folder, {function.name: at for at, function in enumerate(plan.functions)}


@contextmanager
def started(built: tuple[Path, dict[str, int]], name: str = PROGRAM_NAME) -> Iterator[Program]:
    """The program, through the launcher."""
    folder, numbers = built
    requests, asking = os.pipe()
    answers, replying = os.pipe()
    report, reporting = os.pipe()
    inherited = (reporting, requests, replying)
    words = [str(folder / LAUNCHER_NAME), str(reporting), "-1", str(requests), str(replying), *["0"] * 7]
    process = subprocess.Popen([*words, str(folder / name)], pass_fds=inherited, stderr=subprocess.DEVNULL)
    for descriptor in inherited:
        os.close(descriptor)
    try:
        yield Program(asking, answers, report, numbers)
    finally:
        for descriptor in (asking, answers, report):
            os.close(descriptor)
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def program(built: tuple[Path, dict[str, int]]) -> Iterator[Program]:
    """The program; it lives as long as all tests that do not end it."""
    with started(built) as program:
        yield program


@pytest.mark.parametrize("name", TYPES)
def test_values_come_back_as_they_went(program: Program, name: str) -> None:
    """Bit by bit: those of floats, too."""

    @given(TYPES[name][1])
    @settings(max_examples=150)
    def each(value: object) -> None:
        encoded = ENCODED[name](value)

        assert program.call(name, encoded) == b"\0" + encoded

    each()


@given(st.sampled_from(list(TYPES)), st.binary(max_size=60))
def test_whatever_is_asked_there_is_one_answer(program: Program, name: str, arguments: bytes) -> None:
    """Not understood, or understood: then, but for the order of a map, the same comes back."""
    reply = program.call(name, arguments)

    assert reply is not None
    assert reply == b"\2" or (reply[:1] == b"\0" and (name == "map" or reply[1:] == arguments))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("bytes", count(5) + b"1234"),
        ("bytes", count(2**32 - 1)),
        ("bytes", count(3) + b"1234"),
        ("rows", count(4) + count(2**31) + b"12"),
        ("text", count(1) + b"\xff" + count(97) + b"\1"),
        ("text", count(1) + b"a" + count(0xD800) + b"\1"),
        ("text", count(1) + b"a" + count(0x110000) + b"\1"),
        ("text", count(1) + b"a" + count(97) + b"\2"),
        ("option", b"\2"),
        ("option", b""),
        ("array", count(2) + b"\1\0\1\0"),
        ("array", count(3) + b"\1\0\1\0\1\1"),
        ("large", bytes(15)),
        ("large", bytes(17)),
    ],
)
def test_what_is_no_value_is_not_understood(program: Program, name: str, arguments: bytes) -> None:
    """Lengths that lie, tags that are none, text that is none, too little and too much."""
    assert program.call(name, arguments) == b"\2"


def test_a_function_that_is_not_there_is_not_understood(program: Program) -> None:
    assert program.ask(struct.pack("<H", 9999)) == b"\2"
    assert program.ask(b"") == b"\2"
    assert program.ask(b"\0") == b"\2"


def test_a_panic_is_answered_with_its_words(program: Program) -> None:
    """And the next call is as good as any."""
    assert program.call("panics", text("né pas\npaniquer")) == b"\1" + text("né pas\npaniquer")
    assert program.call("bytes", count(0)) == b"\0" + count(0)


def test_words_of_a_panic_are_cut(program: Program) -> None:
    assert program.call("panics", text("é" * 5000)) == b"\1" + text("é" * 2000)


def test_a_panic_of_something_else_than_words_has_none(program: Program) -> None:
    assert program.call("throws", b"\7") == b"\1" + text("")


def test_a_message_of_megabytes_comes_back(program: Program) -> None:
    content = count(12 << 20) + bytes(12 << 20)
    message = struct.pack("<H", program._numbers["bytes"]) + content
    writer = threading.Thread(target=program.write, args=(count(len(message)) + message,))
    writer.start()

    assert program.read() == b"\0" + content
    writer.join()


def test_a_longer_message_than_any_ends_the_program(built: tuple[Path, dict[str, int]]) -> None:
    """Nothing is allocated for it."""
    with started(built) as program:
        program.write(count(2**32 - 1))

        assert program.read() is None
        assert program.end() == 0


def test_the_program_ends_with_its_requests(built: tuple[Path, dict[str, int]]) -> None:
    with started(built) as program:
        assert program.call("bytes", count(0)) == b"\0" + count(0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, program._requests)
        os.close(nowhere)

        assert program.end() == 0


@pytest.mark.parametrize("status", [0, 1, 134, 137, 255])
def test_the_launcher_says_with_which_status_a_program_left(
    built: tuple[Path, dict[str, int]], status: int
) -> None:
    """Even with one that looks like a signal to a shell."""
    with started(built) as program:
        assert program.call("leaves", struct.pack("<i", status)) is None
        assert program.end() == status


def test_the_launcher_says_which_signal_ended_a_program(built: tuple[Path, dict[str, int]]) -> None:
    with started(built) as program:
        assert program.call("aborts", b"") is None
        assert program.end() == -signal.SIGABRT


@pytest.mark.parametrize("name", ["nothing-of-that-name", "closed"])
def test_the_launcher_says_that_a_program_could_not_be_started(
    built: tuple[Path, dict[str, int]], name: str
) -> None:
    """A program that the system refuses is to blame for that itself: a sample can bring it about."""
    (built[0] / "closed").write_bytes(b"")
    with started(built, name) as program:
        status, _, _ = REPORT.unpack(os.read(program._report, REPORT.size))

        assert os.waitstatus_to_exitcode(status) == 126
        assert program.read() is None
