"""Queues, futures, memory and the end of the fast compiler; rustc itself is a shell script here."""

from __future__ import annotations

import gc
import stat
import tempfile
import threading
import time
from concurrent.futures import CancelledError, Future, wait
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast.compiler import FastCompiler, _key, _Memory, _size
from ferrobench.judging.process import Limits, Unconfined
from ferrobench.judging.toolchain import Toolchain
from ferrobench.judging.verdict import (
    Compiled,
    Diagnostic,
    Judgment,
    Note,
    Rejected,
    Stage,
    TooLarge,
    Unjudged,
)
from tests.support.agreement import descendants, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAIT_SECONDS = 60.0
EXACT = 'pub const X{}: &str = file!(); pub const Y: Option<&str> = option_env!("X");'
"""A program that nobody shares a process with."""


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    # An error that a future holds, its traceback and the compiler are a circle.
    gc.collect()
    assert until(lambda: not descendants())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("judge-")]
    assert list(folder.iterdir()) == []


def compiler(tmp_path: Path, script: str, *, jobs: int = 1, limits: Limits | None = None) -> FastCompiler:
    """A compiler whose rustc is a shell script that notes each of its runs."""
    folder = tmp_path / "toolchain" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    rustc = folder / "rustc"
    rustc.write_text(f"#!/bin/sh\necho run >> {tmp_path}/runs\n{script}\n")
    rustc.chmod(stat.S_IRWXU)
    return FastCompiler(
        Toolchain(rustc=rustc, version="0.0.0", host="arbitrary", rustfmt=None),
        edition="2021",
        limits=limits or Limits(),
        launcher=Unconfined(),
        jobs=jobs,
        fork_server=False,
    )


def runs(tmp_path: Path) -> int:
    file = tmp_path / "runs"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_nothing_is_started_before_there_is_something_to_do(tmp_path: Path) -> None:
    fast = compiler(tmp_path, "exit 0")
    assert not fast._threads
    fast.close()
    fast.close()


def test_what_is_too_large_needs_no_rustc(tmp_path: Path) -> None:
    fast = compiler(tmp_path, "exit 0", limits=Limits(source_kib=1))
    try:
        assert fast.submit(assemble(" " * 1025)).result(0) == TooLarge(size_bytes=1025)
        assert not fast._threads
    finally:
        fast.close()


def test_after_its_end_nothing_is_taken(tmp_path: Path) -> None:
    fast = compiler(tmp_path, "exit 0")
    fast.close()
    with pytest.raises(RuntimeError, match="closed"):
        fast.submit(assemble("fn f() {}"))


def test_closing_drops_what_has_not_begun_and_waits_for_what_has(tmp_path: Path) -> None:
    """Every future has an end: a judgment, or that it was cancelled."""
    fast = compiler(tmp_path, "sleep 0.5; echo x > out.rlib")
    futures = [fast.submit(assemble(EXACT.format(n))) for n in range(5)]
    assert until(lambda: runs(tmp_path) == 1)

    fast.close()

    assert futures[0].result(0) == Compiled(warnings=())
    for future in futures[1:]:
        assert future.cancelled()
        with pytest.raises(CancelledError):
            future.result(0)
    # None of them is left in a state that those who wait would miss.
    assert len(wait(futures, timeout=1.0).done) == 5
    assert runs(tmp_path) == 1


def test_whoever_cancels_does_not_disturb_the_others(tmp_path: Path) -> None:
    """Neither who waits for the same program, nor the next ones."""
    fast = compiler(tmp_path, "sleep 0.3; echo x > out.rlib")
    try:
        first = fast.submit(assemble(EXACT.format(1)))
        again = fast.submit(assemble(EXACT.format(1)))
        other = fast.submit(assemble(EXACT.format(2)))
        assert first.cancel()
        assert other.cancel()
        assert again.result(WAIT_SECONDS) == Compiled(warnings=())
        assert fast.submit(assemble(EXACT.format(3))).result(WAIT_SECONDS) == Compiled(warnings=())
    finally:
        fast.close()


def test_the_same_program_is_judged_once(tmp_path: Path) -> None:
    """While it is under way and afterwards."""
    fast = compiler(tmp_path, "sleep 0.2; echo x > out.rlib", jobs=2)
    try:
        futures = [fast.submit(assemble(EXACT.format(1))) for _ in range(20)]
        assert {future.result(WAIT_SECONDS) for future in futures} == {Compiled(warnings=())}
        assert fast.submit(assemble(EXACT.format(1))).result(0) == Compiled(warnings=())
    finally:
        fast.close()
    assert runs(tmp_path) == 1


@pytest.mark.parametrize(("cores", "taken"), [([5], [{5}]), ([5, 6], []), ([], [])])
def test_workers_have_a_core_each_only_where_there_are_as_many(
    cores: list[int], taken: list[set[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else several judges on one machine would all crowd on its first cores."""
    found: list[set[int]] = []
    monkeypatch.setattr("ferrobench.judging.fast.compiler.usable_cores", lambda: cores)
    monkeypatch.setattr("os.sched_setaffinity", lambda _pid, wanted: found.append(wanted))
    fast = compiler(tmp_path, "echo x > out.rlib")
    try:
        assert fast.submit(assemble(EXACT.format(1))).result(WAIT_SECONDS) == Compiled(warnings=())
    finally:
        fast.close()
    assert found == taken


def test_what_was_not_judged_is_tried_again_next_time(tmp_path: Path) -> None:
    fast = compiler(tmp_path, "exit 3")
    try:
        first = fast.submit(assemble(EXACT.format(1))).result(WAIT_SECONDS)
        before = runs(tmp_path)
        second = fast.submit(assemble(EXACT.format(1))).result(WAIT_SECONDS)
    finally:
        fast.close()

    assert isinstance(first, Unjudged)
    assert isinstance(second, Unjudged)
    assert runs(tmp_path) == 2 * before


@pytest.mark.parametrize(
    "script",
    [
        "exit 0",
        "exit 1",
        "exit 2",
        "kill -9 $$",
        "kill -11 $$",
        "echo '{' >&2; exit 1",
        "head -c 99999 /dev/zero >&2; exit 1",
    ],
)
def test_a_batch_that_comes_to_no_plain_end_is_parted_until_each_has_its_judgment(
    tmp_path: Path, script: str
) -> None:
    """Even where every rustc fails."""
    fast = compiler(tmp_path, script, jobs=2)
    try:
        futures = [fast.submit(assemble(f"pub fn f{n}() {{}}")) for n in range(12)]
        judgments = [future.result(WAIT_SECONDS) for future in futures]
    finally:
        fast.close()

    assert all(not isinstance(judgment, Compiled | Rejected) for judgment in judgments)


def test_a_broken_worker_tells_those_who_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And judges what comes afterwards."""
    fast = compiler(tmp_path, "echo x > out.rlib")

    def broken(_self: FastCompiler, _job: object) -> None:
        raise MemoryError("no memory")

    try:
        with monkeypatch.context() as patch:
            patch.setattr(FastCompiler, "_compile_exactly", broken)
            with pytest.raises(MemoryError, match="no memory"):
                fast.submit(assemble(EXACT.format(1))).result(WAIT_SECONDS)
        assert fast.submit(assemble(EXACT.format(1))).result(WAIT_SECONDS) == Compiled(warnings=())
    finally:
        fast.close()


def test_many_threads_may_submit(tmp_path: Path) -> None:
    fast = compiler(tmp_path, "echo x > out.rlib", jobs=2)
    futures: list[Future[Judgment]] = []
    lock = threading.Lock()

    def submit(first: int) -> None:
        for number in range(first, first + 5):
            future = fast.submit(assemble(EXACT.format(number)))
            with lock:
                futures.append(future)

    threads = [threading.Thread(target=submit, args=(first,)) for first in range(0, 20, 4)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(futures) == 25
        assert {future.result(WAIT_SECONDS) for future in futures} == {Compiled(warnings=())}
    finally:
        fast.close()
    assert runs(tmp_path) == 21


# What was judged lately.


def rejected(length: int) -> Rejected:
    note = Note(level="note", message="n" * length)
    error = Diagnostic(
        level="error",
        code="E0308",
        message="m" * length,
        line=1,
        column=1,
        end_line=1,
        end_column=1,
        notes=(note,),
        rendered="r" * length,
    )
    return Rejected(stage=Stage.TYPECHECK, errors=(error,), warnings=())


def test_a_judgment_counts_with_its_texts() -> None:
    assert _size(rejected(1000)) - _size(rejected(0)) == 3000
    assert 0 < _size(TooLarge(size_bytes=1)) <= _size(Compiled(warnings=()))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4000)), max_size=60), st.integers(0, 20_000))
def test_memory_is_bounded_and_keeps_the_latest(puts: list[tuple[int, int]], most: int) -> None:
    memory = _Memory(most)
    held: dict[bytes, Rejected] = {}
    for number, length in puts:
        key = bytes([number])
        memory.put(key, rejected(length))
        held[key] = rejected(length)
        kept = [found for name in held if (found := memory._judgments.get(name)) is not None]
        assert sum(size for _, size in kept) == memory._held <= most
    for key, judgment in held.items():
        assert memory.get(key) in (None, judgment)
    if puts and _size(rejected(puts[-1][1])) <= most:
        assert memory.get(bytes([puts[-1][0]])) == rejected(puts[-1][1])


def test_what_was_asked_for_lately_stays_longer() -> None:
    memory = _Memory(3 * _size(rejected(0)))
    for key in (b"a", b"b", b"c"):
        memory.put(key, rejected(0))
    memory.get(b"a")
    memory.put(b"d", rejected(0))

    assert [memory.get(key) is not None for key in (b"a", b"b", b"c", b"d")] == [True, False, True, True]


def test_programs_are_the_same_only_to_the_last_line_number() -> None:
    plain = assemble("fn f() {}")
    assert _key(plain) == _key(assemble("fn f() {}"))
    assert _key(plain) != _key(assemble("fn f() {} "))
    shifted = assemble("fn f() {}", "struct P;")
    assert _key(shifted) != _key(assemble(shifted.source.decode()))


def test_closing_does_not_take_long(tmp_path: Path) -> None:
    """A rustc that hangs is ended by its limits, which close() waits for; what waits behind it is not."""
    fast = compiler(tmp_path, "sleep 60", limits=Limits(wall_seconds=1.0))
    futures = [fast.submit(assemble(EXACT.format(n))) for n in range(30)]
    assert until(lambda: runs(tmp_path) >= 1)
    started = time.monotonic()

    fast.close()

    assert time.monotonic() - started < 10.0
    assert all(future.done() for future in futures)
