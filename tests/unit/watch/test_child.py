"""Child processes of a watch, and the signals that it waits for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ferrobench.watch import Signals, Stopped
from ferrobench.watch.benchmark import Blame, assign_blame
from ferrobench.watch.child import run_child
from tests.support.agreement import until

if TYPE_CHECKING:
    from pathlib import Path


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - a path would be no clearer
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_status_and_the_output_of_a_command_are_its_own(tmp_path: Path) -> None:
    """A signal that ended it is a negative status."""
    with Signals() as signals, (tmp_path / "log").open("wb") as log:
        assert run_child("echo said; echo wrong >&2; exit 7", signals, output=log) == 7
        assert run_child("kill -9 $$", signals, output=log) == -9

    assert (tmp_path / "log").read_text() == "said\nwrong\n"


def test_what_a_command_leaves_running_ends_with_it(tmp_path: Path) -> None:
    """And one that takes too long is killed with all that it has started."""
    pid = tmp_path / "pid"
    with Signals() as signals, (tmp_path / "log").open("wb") as log:
        assert run_child(f"sleep 600 & echo $! > {pid}", signals, output=log) == 0
        assert until(lambda: not is_alive(int(pid.read_text())))
        assert run_child(f"sleep 600 & echo $! > {pid}; wait", signals, output=log, seconds=0.3) is None
        assert until(lambda: not is_alive(int(pid.read_text())))


def test_no_python_code_runs_in_a_fork_of_this_process(tmp_path: Path) -> None:
    """It has the threads of numerical libraries, and a fork of it could hang."""
    forks: list[int] = []
    os.register_at_fork(before=lambda: forks.append(1))

    with Signals() as signals, (tmp_path / "log").open("wb") as log:
        assert run_child("exit 7", signals, output=log) == 7
        assert run_child([str(tmp_path / "missing")], signals, output=log) == 3

    assert forks == []
    assert (tmp_path / "log").read_text() == (
        f"ferrobench: {tmp_path / 'missing'}: cannot be started: No such file or directory\n"
    )


def test_a_command_can_be_interrupted_where_we_cannot(tmp_path: Path) -> None:
    """A shell starts what is in the background so. And a pipe that nobody reads ends a command as usual."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Signals() as signals, (tmp_path / "log").open("wb") as log:
            assert run_child("kill -INT $$", signals, output=log) == -signal.SIGINT
            assert run_child("kill -PIPE $$", signals, output=log) == -signal.SIGPIPE
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_stop_ends_the_command_first(tmp_path: Path) -> None:
    """It gets Ctrl-C and the time to end well."""
    with Signals() as signals, (tmp_path / "log").open("wb") as log:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(Stopped):
            run_child("trap 'echo ended well; exit' INT; sleep 600 & wait", signals, output=log)
        with pytest.raises(Stopped):
            signals.check()

    assert (tmp_path / "log").read_text() == "ended well\n"


def test_the_command_is_asked_to_end_when_the_watch_is_killed(tmp_path: Path) -> None:
    """Without any of our code running then."""
    code = (
        "from ferrobench.watch import Signals\n"
        "from ferrobench.watch.child import run_child\n"
        "with Signals() as signals:\n"
        f"    run_child('echo $$ > {tmp_path}/pid; exec sleep 600', signals, output=None)\n"
    )
    watch = subprocess.Popen([sys.executable, "-c", code])
    assert until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "", 30.0)
    pid = int((tmp_path / "pid").read_text())
    assert is_alive(pid)

    watch.kill()
    watch.wait()

    assert until(lambda: not is_alive(pid))


def test_waiting_ends_with_a_signal() -> None:
    """At once, and handlers are the old ones afterwards."""
    before = signal.getsignal(signal.SIGINT)
    started = time.monotonic()
    with Signals() as signals:
        os.kill(os.getpid(), signal.SIGINT)
        signals.wait(600.0)
        assert signals.stops == 1

    assert time.monotonic() - started < 300.0
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("status", "resumed", "blame"),
    [
        (0, False, Blame.NOBODY),
        (2, False, Blame.CHECKPOINT),
        (1, False, Blame.CHECKPOINT),
        (2, True, Blame.RUN),
        (3, False, Blame.ENVIRONMENT),
        (130, True, Blame.ENVIRONMENT),
        (-9, False, Blame.ENVIRONMENT),
    ],
)
def test_the_exit_status_tells_whose_fault_it_was(status: int, resumed: bool, blame: Blame) -> None:
    """Only what a fresh run refuses is held against the checkpoint."""
    assert assign_blame(status, resumed=resumed) is blame
