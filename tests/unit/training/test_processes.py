"""Processes side by side: real ones, of a line of Python each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from training import processes
from training.command_line import exit_code_of
from training.processes import ChildFailedError, Children, only_one_in

SLEEPS = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
ENDS_CLEANLY = """
import time
print("up", flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    print("put away", flush=True)
"""


def python(source: str) -> list[str]:
    """The command that runs a line of Python."""
    return [sys.executable, "-c", source]


def wait_for(text: str, log: Path) -> None:
    """Until a process has said it."""
    deadline = time.monotonic() + 60
    while not (log.exists() and text in log.read_text()):
        assert time.monotonic() < deadline, f"{text!r} never came"
        time.sleep(0.02)


def test_waiting_ends_when_all_have_ended(tmp_path: Path) -> None:
    """And each has said its own in its own log, after what stood there."""
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    first.write_text("before\n")

    with Children() as children:
        children.start("first", python("print(1)"), first)
        children.start("second", python("import sys; print(2, file=sys.stderr)"), second)
        children.wait()

    assert (first.read_text(), second.read_text()) == ("before\n1\n", "2\n")


def test_a_failure_ends_the_others_and_tells_its_last_words(tmp_path: Path) -> None:
    """With its own exit code, while the other would still sleep for a minute."""
    slow, failing = tmp_path / "slow.log", tmp_path / "failing.log"

    with (
        pytest.raises(ChildFailedError, match="the sum ended with exit code 3: no numbers") as caught,
        Children() as children,
    ):
        children.start("the sleeper", python(ENDS_CLEANLY), slow)
        wait_for("up", slow)
        children.start("the sum", python("import sys; print('no numbers'); sys.exit(3)"), failing)
        children.wait()

    assert caught.value.exit_code == 3
    assert slow.read_text() == "up\nput away\n"


def test_a_signal_that_ends_a_child_is_told_as_a_shell_does(tmp_path: Path) -> None:
    """128 and the signal's number."""
    with pytest.raises(ChildFailedError) as caught, Children() as children:
        children.start("it", python("import os; os.kill(os.getpid(), 9)"), tmp_path / "log")
        children.wait()

    assert caught.value.exit_code == 128 + 9


def test_one_that_does_not_hear_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time that it has to put its things away."""
    monkeypatch.setattr(processes, "GRACE_SECONDS", 0.2)
    log = tmp_path / "log"

    with Children() as children:
        children.start("deaf", python(f"import os; print(os.getpid(), flush=True); {DEAF}"), log)
        wait_for("up", log)

    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text().split()[0]), 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_parent_ends_the_children_too(tmp_path: Path, number: signal.Signals) -> None:
    """Each is interrupted as by Ctrl-C, and the parent's exit code is that of Ctrl-C."""
    log = tmp_path / "log"
    parent = f"""
import signal, sys
from pathlib import Path
from training.command_line import exit_code_of
from training.processes import Children, end_like_ctrl_c

def command():
    end_like_ctrl_c(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with Children() as children:
        children.start("child", [sys.executable, "-c", {ENDS_CLEANLY!r}], Path({str(log)!r}))
        children.wait()
    return 0

sys.exit(exit_code_of(command))
"""
    # As in the background of a shell, where Ctrl-C is ignored from the start.
    running = subprocess.Popen(
        python(parent),
        cwd=Path(__file__).parents[3],
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509 - no threads here
    )
    try:
        wait_for("up", log)
        running.send_signal(number)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()

    assert (running.returncode, said) == (130, b"training: stopped\n")
    assert log.read_text() == "up\nput away\n"


def test_the_children_of_a_killed_parent_end_and_the_next_one_waits_for_them(tmp_path: Path) -> None:
    """However long they take over it: two programs never work in one folder."""
    log = tmp_path / "log"
    slow_to_end = ENDS_CLEANLY.replace('print("put away"', 'time.sleep(0.5); print("put away"')
    parent = f"""
import sys
from pathlib import Path
from training.processes import Children, only_one_in

with only_one_in(Path({str(tmp_path)!r})) as lock, Children(lock) as children:
    children.start("child", [sys.executable, "-c", {slow_to_end!r}], Path({str(log)!r}))
    children.wait()
"""
    running = subprocess.Popen(python(parent), cwd=Path(__file__).parents[3])
    try:
        wait_for("up", log)
    finally:
        running.kill()
        running.wait()

    with only_one_in(tmp_path):
        assert log.read_text() == "up\nput away\n"


def test_a_second_program_is_told_what_it_waits_for(tmp_path: Path) -> None:
    """It goes on as soon as the first one has ended."""
    waiting = tmp_path / "waiting.log"
    second = f"""
from pathlib import Path
from training.processes import only_one_in

with only_one_in(Path({str(tmp_path)!r})):
    print("my turn", flush=True)
"""
    with Children() as children:
        with only_one_in(tmp_path):
            children.start(
                "the second", ["env", f"PYTHONPATH={Path(__file__).parents[3]}", *python(second)], waiting
            )
            wait_for("waiting for the programs that are at work", waiting)
            assert "my turn" not in waiting.read_text()
        children.wait()

    assert waiting.read_text().splitlines()[-1] == "my turn"


def test_a_folder_that_cannot_be_made_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the environment's fault, and names the path."""

    def command() -> int:
        Path("/dev/null/x").mkdir(parents=True)
        return 0

    assert exit_code_of(command) == 3
    assert capsys.readouterr().err == "training: /dev/null/x: Not a directory\n"
