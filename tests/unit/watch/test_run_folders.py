"""The memory of a watch: what lies in the folder of runs."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ferrobench.cli.main import main
from ferrobench.errors import NotReadyError, UsageError
from ferrobench.models import FileStamp
from ferrobench.watch import RunFolders, Signals, check_series, count_runs, lock_runs
from ferrobench.watch.lock import RUN_LOCK_FILE
from ferrobench.watch.run_folders import Damaged, Finished, Refused, Unfinished
from tests.support.series import SETTINGS, write_run

if TYPE_CHECKING:
    from pathlib import Path

STAMPS = {"/checkpoints/step_5/meta.json": FileStamp(1, 2)}


def test_every_state_is_told_by_the_files(tmp_path: Path) -> None:
    """And what is no run folder of a checkpoint is none of its business."""
    folders = RunFolders(tmp_path, max_unjudged=5.0)
    write_run(tmp_path, 1, 0.5)
    folders.prepare(2, STAMPS, (), anew=False)
    (tmp_path / "step_000002" / "config.json").write_text("{}")
    folders.prepare(3, STAMPS, ("--lint",), anew=False)
    folders.refuse(3, "no such tensor", STAMPS, ("--lint",))
    folders.prepare(4, STAMPS, (), anew=False)
    (write_run(tmp_path, 5, 0.5) / "results.json").write_text("{")
    (tmp_path / "step_7").mkdir()

    states = folders.read()

    assert {step: type(state) for step, state in states.items()} == {
        1: Finished,
        2: Unfinished,
        3: Refused,
        5: Damaged,
    }
    assert isinstance(states[1], Finished)
    assert states[1].rate == 50.0
    assert states[3] == Refused(reason="no such tensor", stamps=STAMPS, flags=("--lint",))
    assert isinstance(states[2], Unfinished)
    assert states[2].stamps == STAMPS
    assert count_runs(states) == " (1 finished, 1 begun, 1 refused, 1 damaged)"


def test_a_folder_is_made_ready_again_after_a_kill(tmp_path: Path) -> None:
    """What was half-written goes; samples stay, unless they are of another state of the checkpoint."""
    folders = RunFolders(tmp_path, max_unjudged=5.0)
    folder = folders.prepare(5, STAMPS, (), anew=False)
    for name in (".config.json.123.part", "config.json", "samples.jsonl"):
        (folder / name).write_text("{}")

    folders.prepare(5, STAMPS, (), anew=False)
    kept = sorted(path.name for path in folder.iterdir())
    folders.prepare(5, STAMPS, (), anew=True)

    assert kept == ["config.json", "samples.jsonl", "watched.json"]
    assert [path.name for path in folder.iterdir()] == ["watched.json"]


def test_other_settings_than_those_of_the_runs_are_refused(tmp_path: Path) -> None:
    """Naming the run and what differs, of the newest finished one and of those that are not finished."""
    write_run(tmp_path, 1, 0.5)
    states = RunFolders(tmp_path, max_unjudged=5.0).read()

    check_series(states, SETTINGS)
    check_series({}, {"seed": 1})
    with pytest.raises(
        UsageError, match=r"step_000001 has other settings: seed was 0, now 1; give another --runs"
    ):
        check_series(states, {**SETTINGS, "seed": 1})


def test_a_second_watch_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, and may begin as soon as the first has ended."""
    (tmp_path / "checkpoints").mkdir()
    arguments = [
        "watch",
        str(tmp_path / "checkpoints"),
        "--runs",
        str(tmp_path / "runs"),
        "--once",
        "--nice",
        "0",
    ]

    with Signals() as signals, lock_runs(tmp_path / "runs", signals, print):
        assert main(arguments) == 3
    refusal = capsys.readouterr().err

    assert refusal == f"ferrobench: --runs {tmp_path / 'runs'}: another watch is at work there\n"
    assert main(arguments) == 0


def test_a_run_of_a_killed_watch_is_waited_for(tmp_path: Path) -> None:
    """It has inherited a lock of its own, and the next watch says what it waits for."""
    said: list[str] = []
    with Signals() as signals, lock_runs(tmp_path, signals, said.append) as heirloom:
        run = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(heirloom,))
    with Signals() as signals:
        threading.Thread(target=lambda: (time.sleep(0.5), run.communicate(b"\n"))).start()
        with lock_runs(tmp_path, signals, said.append):
            ended = run.wait(10)

    assert ended == 0
    assert said == ["waiting for the run of an earlier watch to end"]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """With the flag and the reason."""
    (tmp_path / "file").touch()

    with (
        Signals() as signals,
        pytest.raises(NotReadyError, match=r"--runs .*file/runs: cannot be written: Not a directory"),
        lock_runs(tmp_path / "file" / "runs", signals, print),
    ):
        pass
    assert not (tmp_path / RUN_LOCK_FILE).exists()
