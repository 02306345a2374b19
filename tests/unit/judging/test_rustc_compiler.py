"""The compiler around rustc, with stubs in rustc's place: whatever rustc does, there is a judgment and nothing is left."""

from __future__ import annotations

import stat
import tempfile
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging.assemble import assemble
from ferrobench.judging.compile import RustcCompiler, parse_command, rustc_command
from ferrobench.judging.process import Command, Ended, Limits
from ferrobench.judging.toolchain import Toolchain
from ferrobench.judging.verdict import (
    Compiled,
    CompilerCrashed,
    Judgment,
    Limit,
    LimitHit,
    Rejected,
    Stage,
    TooLarge,
    Unjudged,
)
from tests.support.agreement import descendants

if TYPE_CHECKING:
    from pathlib import Path

ARBITRARY_PROGRAM = assemble("fn f() {}")
WRONG_TYPE = '{"$message_type":"diagnostic","message":"mismatched types","code":{"code":"E0308"},"level":"error","spans":[]}'
NO_CODE = '{"$message_type":"diagnostic","message":"expected one of","code":null,"level":"error","spans":[]}'


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A temporary folder of the test's own, which must be empty afterwards."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    running = descendants()
    yield folder
    assert list(folder.iterdir()) == []
    assert descendants() <= running


def toolchain(tmp_path: Path, script: str, rustfmt: str | None = "exit 0") -> Toolchain:
    """A toolchain whose rustc is a shell script."""
    folder = tmp_path / "toolchain" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("rustc", script), ("rustfmt", rustfmt)):
        if text is not None:
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(stat.S_IRWXU)
    return Toolchain(
        rustc=folder / "rustc",
        version="0.0.0",
        host="arbitrary",
        rustfmt=None if rustfmt is None else folder / "rustfmt",
    )


def judge(
    tmp_path: Path, script: str, limits: Limits | None = None, rustfmt: str | None = "exit 0"
) -> Judgment:
    return RustcCompiler(toolchain(tmp_path, script, rustfmt), limits=limits).compile(ARBITRARY_PROGRAM)


def test_lowering_gives_everything_that_an_attribute_could_set(tmp_path: Path) -> None:
    command = rustc_command(toolchain(tmp_path, ""), "2021")

    assert command.argv[1:] == (
        *("--crate-type", "lib", "--edition", "2021", "--crate-name", "sample"),
        *("--error-format=json", "-o", "out.rlib", "sample.rs"),
    )
    assert dict(command.environment).keys() == {"PATH", "LC_ALL", "TMPDIR", "RUSTC_ICE"}
    assert command.stdin is None


def test_the_question_whether_it_parses_is_rustfmts_on_standard_input(tmp_path: Path) -> None:
    command = parse_command(toolchain(tmp_path, ""), "2024")

    assert command is not None
    assert command.stdin == "sample.rs"
    assert command.argv[1:3] == ("--edition", "2024")
    assert parse_command(toolchain(tmp_path, "", rustfmt=None), "2024") is None


def test_success_with_a_library_is_compiled(tmp_path: Path) -> None:
    assert judge(tmp_path, "echo x > out.rlib") == Compiled(warnings=())


def test_success_without_a_library_proves_nothing(tmp_path: Path) -> None:
    assert isinstance(judge(tmp_path, "exit 0"), Unjudged)


@pytest.mark.parametrize(
    "script", ["ln -s /etc/passwd out.rlib", "ln -s sample.rs out.rlib", "mkdir out.rlib", "mkfifo out.rlib"]
)
def test_what_is_no_regular_file_is_no_library(tmp_path: Path, script: str) -> None:
    assert isinstance(judge(tmp_path, script), Unjudged)


def test_refusal_tells_errors_and_stage(tmp_path: Path) -> None:
    judgment = judge(tmp_path, f"echo '{WRONG_TYPE}' >&2; exit 1")

    assert isinstance(judgment, Rejected)
    assert (judgment.stage, judgment.errors[0].code) == (Stage.TYPECHECK, "E0308")


@pytest.mark.parametrize(("rustfmt", "stage"), [("exit 0", Stage.RESOLVE), ("exit 1", Stage.PARSE)])
def test_rustfmt_settles_whether_it_parses(tmp_path: Path, rustfmt: str, stage: Stage) -> None:
    judgment = judge(tmp_path, f"echo '{NO_CODE}' >&2; exit 1", rustfmt=f"grep -q 'fn f' && {rustfmt}")

    assert isinstance(judgment, Rejected)
    assert judgment.stage is stage


def test_without_rustfmt_rustc_settles_it(tmp_path: Path) -> None:
    refuses = f"echo '{NO_CODE}' >&2; exit 1"
    parses = f"grep -q 'cfg(any())' sample.rs && exit 0; {refuses}"

    for script, stage in ((parses, Stage.RESOLVE), (refuses, Stage.PARSE)):
        judgment = judge(tmp_path, script, rustfmt=None)
        assert isinstance(judgment, Rejected)
        assert judgment.stage is stage


def test_an_internal_error_is_a_crash(tmp_path: Path) -> None:
    judgment = judge(tmp_path, "echo thread panicked >&2; exit 101")

    assert judgment == CompilerCrashed(stage=Stage.LEX, detail="internal compiler error: thread panicked")


def test_death_by_a_signal_is_a_crash(tmp_path: Path) -> None:
    assert judge(tmp_path, "kill -SEGV $$") == CompilerCrashed(stage=Stage.LEX, detail="killed by SIGSEGV")


def test_a_flood_is_survived_within_bounded_memory(tmp_path: Path) -> None:
    script = f"yes '{WRONG_TYPE}' | head -c 100000000 >&2; exit 1"
    judgment = judge(tmp_path, script)

    assert isinstance(judgment, Rejected)
    assert len(judgment.errors) == 50


def test_a_flood_without_line_breaks_is_survived(tmp_path: Path) -> None:
    assert isinstance(judge(tmp_path, "head -c 100000000 /dev/zero >&2; exit 1"), Unjudged)


def test_refusing_without_a_word_is_our_failure(tmp_path: Path) -> None:
    """What starts rustc, such as a sandbox, ends with status 1 too when it fails itself."""
    judgment = judge(tmp_path, "echo 'bwrap: Creating new namespace failed' >&2; exit 1")

    assert judgment == Unjudged(cause="rustc did not say what is wrong: bwrap: Creating new namespace failed")


def test_hanging_is_a_limit_only_when_it_hangs_alone_too(tmp_path: Path) -> None:
    started = time.monotonic()
    judgment = judge(tmp_path, f"echo x >> {tmp_path}/runs; sleep 60", Limits(wall_seconds=0.3))

    assert judgment == LimitHit(limit=Limit.TIME, stage=Stage.LEX)
    assert (tmp_path / "runs").read_text() == "x\nx\n"
    assert time.monotonic() - started < 10


def test_what_ran_out_of_wall_time_once_is_judged_by_its_second_run(tmp_path: Path) -> None:
    script = f"test -e {tmp_path}/again && echo x > out.rlib && exit 0; touch {tmp_path}/again; sleep 60"

    assert judge(tmp_path, script, Limits(wall_seconds=0.3)) == Compiled(warnings=())


def test_computing_without_end_is_a_limit_at_once(tmp_path: Path) -> None:
    judgment = judge(tmp_path, f"echo x >> {tmp_path}/runs; while :; do :; done", Limits(cpu_seconds=1))

    assert judgment == LimitHit(limit=Limit.TIME, stage=Stage.LEX)
    assert (tmp_path / "runs").read_text() == "x\n"


def test_writing_without_end_is_a_limit(tmp_path: Path) -> None:
    judgment = judge(tmp_path, "exec head -c 9000000 /dev/zero > out.rlib", Limits(file_size_mib=1))

    assert judgment == LimitHit(limit=Limit.OUTPUT, stage=Stage.LEX)


def test_a_source_above_the_limit_is_not_compiled(tmp_path: Path) -> None:
    compiler = RustcCompiler(toolchain(tmp_path, f"touch {tmp_path}/ran"), limits=Limits(source_kib=1))

    assert compiler.compile(assemble("x" * 1025)) == TooLarge(size_bytes=1025)
    assert isinstance(compiler.compile(assemble("x" * 1024)), Unjudged)
    assert (tmp_path / "ran").exists()


def test_a_rustc_that_has_vanished_is_our_failure(tmp_path: Path) -> None:
    chain = toolchain(tmp_path, "")
    chain.rustc.unlink()

    assert isinstance(RustcCompiler(chain).compile(ARBITRARY_PROGRAM), Unjudged)


def test_a_failure_of_ours_is_tried_once_more(tmp_path: Path) -> None:
    script = f"test -e {tmp_path}/again && echo x > out.rlib && exit 0; touch {tmp_path}/again; kill -KILL $$"

    assert judge(tmp_path, script) == Compiled(warnings=())


def test_no_room_for_the_private_folder_is_our_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(prefix: str, **_: object) -> str:
        raise OSError(28, "No space left on device", prefix)

    monkeypatch.setattr(tempfile, "mkdtemp", full)

    assert judge(tmp_path, "") == Unjudged(cause="rustc could not be run: No space left on device")


def test_whatever_lies_in_the_folder_is_removed(tmp_path: Path) -> None:
    deep = "i=0; while test $i -lt 1500; do mkdir d && cd d || exit 1; i=$((i+1)); done"
    script = f"mkdir locked && touch locked/x && chmod 000 locked; touch ./-rf; ({deep}); exit 101"

    assert isinstance(judge(tmp_path, script), CompilerCrashed)


def test_host_paths_stay_out_of_judgments(tmp_path: Path) -> None:
    judgment = judge(tmp_path, 'echo "panicked at $0 in $(pwd)" >&2; exit 101')

    assert judgment == CompilerCrashed(
        stage=Stage.LEX, detail="internal compiler error: panicked at /toolchain/bin/rustc in ."
    )


class Recorder:
    """A runner that notes how many of it are running, and lets the first ones run out of wall time."""

    def __init__(self, timeouts: int) -> None:
        self.lock = threading.Lock()
        self.timeouts = timeouts
        self.running = 0
        self.alone: list[int] = []

    def __call__(self, command: Command, folder: Path, limits: Limits, keep: object) -> Ended:
        with self.lock:
            self.running += 1
            timed_out = self.timeouts > 0
            self.timeouts -= 1
        time.sleep(0.05)
        with self.lock:
            if not timed_out:
                self.alone.append(self.running)
            self.running -= 1
        (folder / "out.rlib").write_bytes(b"x")
        return Ended(status=-9 if timed_out else 0, timed_out=timed_out, cpu_seconds=0.0, wall_seconds=0.0)


def test_the_second_attempt_runs_alone(tmp_path: Path) -> None:
    runner = Recorder(timeouts=4)
    compiler = RustcCompiler(toolchain(tmp_path, ""), runner=runner)
    threads = [threading.Thread(target=compiler.compile, args=(ARBITRARY_PROGRAM,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert runner.alone == [1, 1, 1, 1]
