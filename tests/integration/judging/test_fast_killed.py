"""Whoever kills the judge's processes, and whatever is amiss with its library: the judgments are the same."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.corpus import mixed_corpus
from ferrobench.errors import ToolchainError
from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast import FastCompiler, compiler, preload
from ferrobench.judging.fast.server import ForkServer
from ferrobench.judging.process import Limits
from ferrobench.judging.sandbox import Sandbox, choose_sandbox
from ferrobench.judging.toolchain import probe_toolchain
from ferrobench.judging.verdict import Compiled, Unjudged
from tests.support.agreement import (
    WAIT_SECONDS,
    descendants,
    differences,
    judge_exactly,
    judge_fast,
    submit_together,
    until,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ferrobench.judging.assemble import Program
    from ferrobench.judging.fast.server import ChildEnd
    from ferrobench.judging.process import Command, Ended, Launcher
    from ferrobench.judging.verdict import Judgment

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc


CAUSES = tuple(
    f"{tool} was killed from outside (by hand, or the machine is out of memory)"
    for tool in ("rustc", "rustfmt")
)


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return choose_sandbox(TOOLCHAIN)


@pytest.fixture(scope="module")
def programs() -> list[Program]:
    return [assemble(sample.text) for sample in mixed_corpus(51, 120)]


@pytest.fixture(scope="module")
def expected(programs: list[Program], sandbox: Sandbox) -> list[Judgment]:
    return judge_exactly(programs, TOOLCHAIN, sandbox.runner)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing may be left: no folder, no process."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []
    assert until(lambda: not descendants())


def fast_compiler(launcher: Launcher, jobs: int = 1) -> FastCompiler:
    return FastCompiler(TOOLCHAIN, edition="2021", limits=Limits(), launcher=launcher, jobs=jobs)


def kill(pids: set[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Killer:
    """Kills one of this process's descendants after the other while it is entered."""

    def __init__(self, seed: int, interval_seconds: float) -> None:
        self.killed = 0
        self._random = random.Random(seed)
        self._interval_seconds = interval_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._kill_now_and_then)

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _kill_now_and_then(self) -> None:
        while not self._stop.wait(self._interval_seconds):
            pids = sorted(descendants())
            if pids:
                kill({self._random.choice(pids)})
                self.killed += 1


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_killing_processes_at_random_changes_nothing(
    seed: int, programs: list[Program], expected: list[Judgment], sandbox: Sandbox
) -> None:
    """What has its own rustc killed twice in a row is unjudged, with that cause, and is judged when it comes again."""
    compiler = fast_compiler(sandbox.runner, jobs=2)
    try:
        with Killer(seed, 0.1) as killer:
            disturbed = submit_together(compiler, programs)
        calm = submit_together(compiler, programs)
    finally:
        compiler.close()

    assert killer.killed >= 5
    unjudged = {judgment.cause for judgment in disturbed if isinstance(judgment, Unjudged)}
    assert unjudged <= set(CAUSES), unjudged
    right = [
        found if isinstance(found, Unjudged) else wanted
        for found, wanted in zip(disturbed, expected, strict=True)
    ]
    assert differences(programs, disturbed, right) == []
    assert differences(programs, calm, expected) == []


def test_a_server_killed_while_idle_is_replaced(
    programs: list[Program], expected: list[Judgment], sandbox: Sandbox
) -> None:
    """As often as it happens."""
    compiler = fast_compiler(sandbox.runner)
    fast: list[Judgment] = []
    try:
        for start in range(0, 40, 10):
            fast += submit_together(compiler, programs[start : start + 10])
            kill(descendants())
    finally:
        compiler.close()

    assert differences(programs[:40], fast, expected[:40]) == []


def test_a_server_killed_between_request_and_answer_is_replaced(
    programs: list[Program],
    expected: list[Judgment],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every other request loses its server just as it has been sent."""
    requests = 0
    answer = ForkServer._answer

    def lossy(server: ForkServer, deadline: float) -> tuple[int, int]:
        nonlocal requests
        requests += 1
        if requests % 2 == 0:
            kill({server._process.pid} | descendants(server._process.pid))
        return answer(server, deadline)

    monkeypatch.setattr(ForkServer, "_answer", lossy)

    fast = judge_fast(programs[:40], TOOLCHAIN, sandbox.runner, jobs=1)

    assert requests > 5
    assert differences(programs[:40], fast, expected[:40]) == []


def test_a_killed_child_is_not_believed(
    programs: list[Program],
    expected: list[Judgment],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A child that ends in whatever way it likes, its output half written, settles nothing."""
    run = ForkServer.run
    statuses = random.Random(3)

    def other(server: ForkServer, *args: str, **options: int) -> ChildEnd:
        end = run(server, *args, **options)  # type: ignore[arg-type]
        return replace(end, status=statuses.choice((-9, -11, 2, 3, 4, 101, end.status)))

    monkeypatch.setattr(ForkServer, "run", other)

    fast = judge_fast(programs[:40], TOOLCHAIN, sandbox.runner)

    assert differences(programs[:40], fast, expected[:40]) == []


# The library cannot be had, or is of no use.


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the test's own."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def agrees(programs: list[Program], expected: list[Judgment], launcher: Launcher) -> bool:
    fast = judge_fast(programs[:40], TOOLCHAIN, launcher)
    return differences(programs[:40], fast, expected[:40]) == []


def test_a_library_that_is_garbage_does_no_harm(
    cache: Path, programs: list[Program], expected: list[Judgment], sandbox: Sandbox
) -> None:
    assert preload.preload_library(TOOLCHAIN) is not None
    (library,) = (cache / "ferrobench").glob("*.so")
    for content in (b"garbage", library.read_bytes()[:2000]):
        library.write_bytes(content)
        assert agrees(programs, expected, sandbox.runner)


def test_a_cache_that_cannot_be_written_is_done_without(
    cache: Path, programs: list[Program], expected: list[Judgment], sandbox: Sandbox
) -> None:
    """A file stands where the folder should be; the library is built for this process alone."""
    (cache / "ferrobench").write_text("in the way")

    assert preload.preload_library(TOOLCHAIN) is not None
    assert agrees(programs, expected, sandbox.runner)


@pytest.mark.usefixtures("cache")
def test_without_a_linker_there_is_no_fork_server_and_nothing_else_is_amiss(
    tmp_path: Path,
    programs: list[Program],
    expected: list[Judgment],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))

    assert preload.preload_library(TOOLCHAIN) is None
    assert agrees(programs, expected, sandbox.runner)


class Changed:
    """A launcher whose servers are other than they should be."""

    def __init__(self, launcher: Launcher, argv: tuple[str, ...] | None) -> None:
        self.starts = 0
        self._launcher = launcher
        self._argv = argv

    def __call__(
        self, command: Command, folder: Path, limits: Limits, keep: Callable[[bytes], None]
    ) -> Ended:
        return self._launcher(command, folder, limits, keep)

    def start(self, command: Command, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        self.starts += 1
        if self._argv is None:
            raise OSError(11, "Resource temporarily unavailable")
        return self._launcher.start(replace(command, argv=self._argv), folder, limits)


@pytest.mark.parametrize(
    "argv",
    [
        None,
        ("/bin/true",),
        ("/bin/cat",),
        ("/bin/sh", "-c", "echo welcome; cat"),
        ("/bin/sh", "-c", "echo 0 0; exit"),
        ("/bin/sh", "-c", "echo 0 0; while read line; do echo 0 0; done"),
        ("/bin/sh", "-c", "echo 0 0; while read line; do echo 256 0; done"),
    ],
    ids=["not-started", "ends", "echoes", "talks-nonsense", "greets-and-ends", "pretends-success", "pretends-failure"],
)  # fmt: skip
def test_a_server_that_is_none_is_found_out(
    argv: tuple[str, ...] | None,
    programs: list[Program],
    expected: list[Judgment],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is given up after a few starts."""
    monkeypatch.setattr("ferrobench.judging.fast.server._START_SECONDS", 0.5)
    launcher = Changed(sandbox.runner, argv)

    fast = judge_fast(programs[:20], TOOLCHAIN, launcher)

    assert launcher.starts > 0
    assert differences(programs[:20], fast, expected[:20]) == []


def test_a_rustc_that_never_greets_is_given_up(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """After as many starts as are allowed, and each costs no more than its deadline."""
    monkeypatch.setattr("ferrobench.judging.fast.server._START_SECONDS", 0.2)
    launcher = Changed(sandbox.runner, ("/bin/sleep", "1000"))
    compiler = fast_compiler(launcher)
    try:
        futures = [compiler.submit(assemble(f"pub fn f{n}() {{ println!({n}) }}")) for n in range(3)]
        futures += [compiler.submit(assemble(f"pub const F{n}: &str = file!();")) for n in range(8)]
        judgments = [future.result(WAIT_SECONDS) for future in futures]
    finally:
        compiler.close()

    assert 0 < launcher.starts <= 6
    assert all(isinstance(judgment, Compiled) for judgment in judgments[3:])


def test_without_the_library_nothing_is_said_about_it(
    programs: list[Program],
    expected: list[Judgment],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Silently: neither warning nor message."""
    monkeypatch.setattr(compiler, "preload_library", lambda _toolchain: None)

    assert agrees(programs, expected, sandbox.runner)
    assert capfd.readouterr() == ("", "")
