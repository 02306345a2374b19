"""Running one command within limits: every way in which a process misbehaves, without any rustc."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging.process import Command, Ended, Limits, limited_argv, run_limited
from tests.support.agreement import descendants

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = (("PATH", "/usr/bin:/bin"),)


def run(script: str, folder: Path, *, stdin: str | None = None, **limits: float) -> tuple[Ended, bytes]:
    kept = bytearray()
    command = Command(argv=("/bin/sh", "-c", script), environment=ENVIRONMENT, stdin=stdin)
    ended = run_limited(command, folder, Limits(**limits), kept.extend)  # type: ignore[arg-type]
    return ended, bytes(kept)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (names only)


@pytest.fixture(autouse=True)
def nothing_is_left() -> object:
    """No child, zombie or descriptor may outlive a run."""
    before = descriptors()
    running = descendants()
    yield
    assert descriptors() == before
    assert descendants() <= running


def test_lowering_sets_every_limit_and_then_becomes_the_command() -> None:
    argv = limited_argv(("/x/rustc", "a b.rs"), Limits())

    assert argv[:2] == ("/bin/sh", "-c")
    assert argv[3:] == ("/x/rustc", "a b.rs")
    assert argv[2] == (
        "ulimit -S -t 10 2>&-; ulimit -H -t 11 2>&-; ulimit -v 2097152 2>&-; ulimit -f 131072 2>&-; "
        'ulimit -n 256 2>&-; ulimit -c 0 2>&-; unset PWD OLDPWD SHLVL; exec "$0" "$@"'
    )


def test_limits_are_in_force(tmp_path: Path) -> None:
    _, kept = run("ulimit -t; ulimit -v; ulimit -f; ulimit -n; ulimit -c; ", tmp_path)
    assert kept == b""  # standard output is dropped

    _, kept = run("(ulimit -t; ulimit -H -t; ulimit -v; ulimit -f; ulimit -n; ulimit -c) >&2", tmp_path)
    assert kept.split() == [b"10", b"11", b"2097152", b"131072", b"256", b"0"]


def test_status_and_standard_error_come_back(tmp_path: Path) -> None:
    ended, kept = run("echo said >&2; exit 3", tmp_path)

    assert (ended.status, ended.timed_out, kept) == (3, False, b"said\n")


def test_the_environment_is_what_was_given_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "secret")
    _, kept = run("/usr/bin/env >&2", tmp_path)

    assert b"secret" not in kept


def test_standard_input_is_a_file_or_empty(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("text")

    assert run("cat >&2", tmp_path, stdin="in")[1] == b"text"
    assert run("cat >&2", tmp_path)[1] == b""


def test_endless_computing_ends_by_the_cpu_limit(tmp_path: Path) -> None:
    ended, _ = run("while :; do :; done", tmp_path, cpu_seconds=1)

    assert ended.status == -signal.SIGXCPU
    assert not ended.timed_out
    assert ended.cpu_seconds >= 0.9


def test_ignoring_the_cpu_limits_signal_gains_one_second(tmp_path: Path) -> None:
    ended, _ = run("trap '' XCPU; while :; do :; done", tmp_path, cpu_seconds=1)

    assert ended.status == -signal.SIGKILL
    assert ended.cpu_seconds >= 1.9


def test_endless_sleeping_ends_by_the_wall_limit(tmp_path: Path) -> None:
    ended, _ = run("trap '' TERM INT; sleep 60; sleep 60", tmp_path, wall_seconds=0.3)

    assert ended.timed_out
    assert ended.wall_seconds < 5


def test_children_are_killed_with_their_parent(tmp_path: Path) -> None:
    run("(sleep 1; echo alive > survived) & sleep 60", tmp_path, wall_seconds=0.3)
    time.sleep(1.2)

    assert not (tmp_path / "survived").exists()


def test_a_child_left_behind_neither_survives_nor_holds_us_up(tmp_path: Path) -> None:
    ended, kept = run("(sleep 2; echo alive > survived) & echo done >&2; exit 0", tmp_path)
    assert (ended.status, kept) == (0, b"done\n")
    assert ended.wall_seconds < 1.9
    time.sleep(2.2)

    assert not (tmp_path / "survived").exists()


def test_a_daemon_that_holds_the_pipe_is_not_waited_for(tmp_path: Path) -> None:
    ended, _ = run("setsid sleep 3 & sleep 0.1; exit 0", tmp_path)

    assert ended.status == 0
    assert ended.wall_seconds < 2


def test_a_flood_is_read_to_its_end(tmp_path: Path) -> None:
    size = 0

    def count(chunk: bytes) -> None:
        nonlocal size
        size += len(chunk)

    script = "head -c 100000000 /dev/zero >&2; head -c 100000000 /dev/zero; exit 1"
    command = Command(argv=("/bin/sh", "-c", script), environment=ENVIRONMENT)
    ended = run_limited(command, tmp_path, Limits(), count)

    assert (ended.status, size) == (1, 100_000_000)


def test_an_endless_flood_ends_by_a_limit(tmp_path: Path) -> None:
    ended, _ = run("yes >&2", tmp_path, wall_seconds=0.3)

    assert ended.timed_out


def test_closing_both_pipes_does_not_end_the_watch(tmp_path: Path) -> None:
    ended, _ = run("exec >&- 2>&-; sleep 0.2; exit 7", tmp_path)

    assert ended.status == 7


def test_death_by_a_signal_is_told(tmp_path: Path) -> None:
    assert run("kill -SEGV $$", tmp_path)[0].status == -signal.SIGSEGV


def test_files_above_the_limit_end_the_process(tmp_path: Path) -> None:
    ended, _ = run("exec head -c 2000000 /dev/zero > big", tmp_path, file_size_mib=1)

    assert ended.status == -signal.SIGXFSZ
    assert (tmp_path / "big").stat().st_size == 1 << 20


def test_memory_above_the_limit_is_refused(tmp_path: Path) -> None:
    script = f"exec {sys.executable} -c 'bytes(1 << 30)'"
    ended, kept = run(script, tmp_path, address_space_mib=512)

    assert ended.status == 1
    assert b"MemoryError" in kept


def test_what_cannot_be_started_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        run("exit 0", tmp_path / "nowhere")


def test_polling_serves_where_no_descriptor_can_be_waited_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)

    assert run("sleep 0.1; exit 4", tmp_path)[0].status == 4
    assert run("sleep 60", tmp_path, wall_seconds=0.2)[0].timed_out


def test_many_at_a_time_do_not_mix(tmp_path: Path) -> None:
    results: dict[int, tuple[Ended, bytes]] = {}

    def one(number: int) -> None:
        results[number] = run(f"echo {number} >&2; exit {number}", tmp_path)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {number: (number, b"%d\n" % number) for number in range(20)} == {
        number: (ended.status, kept) for number, (ended, kept) in results.items()
    }
