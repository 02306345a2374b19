"""The watch itself, and what its command refuses before anything is watched."""

from __future__ import annotations

import json
import os
import shutil
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.cli.main import main
from ferrobench.errors import InputError
from ferrobench.models import FileStamp
from ferrobench.watch import ALARMS_FILE, Examiner, RunFolders, Signals, Stopped, Watch, WatchSettings
from ferrobench.watch.report import duration, name_steps
from tests.support.series import write_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def watch(
    folder: Path,
    runs: Path,
    refresh: Callable[[Path], None] | None = None,
    *,
    hear: Callable[[str], None] = len,
    **settings: Any,
) -> tuple[int | None, list[str]]:
    """Watch, once unless *settings* say else; give the exit code, None of a watch that was stopped, and the lines."""
    lines: list[str] = []

    def say(line: str, *, loud: bool = False) -> None:
        del loud
        lines.append(line)
        hear(line)

    code = None
    with Signals() as signals, suppress(Stopped):
        code = Watch(
            WatchSettings(**{"folder": folder, "once": True, "settle": 0.0, "interval": 0.01} | settings),
            RunFolders(runs, max_unjudged=5.0),
            signals=signals,
            examiner=Examiner(signals, say),
            say=say,
            heirloom=2,
            check=lambda: None,
            refresh=refresh,
            first_pause=0.01,
        ).run()
    return code, lines


def test_the_history_is_shown_anew_by_each_watch_that_finds_runs(tmp_path: Path) -> None:
    """The one before may have been killed between a run and its page. Without runs there is nothing to show."""
    shown: list[Path] = []
    watch(tmp_path, tmp_path, shown.append)
    write_run(tmp_path / "runs", 1, 0.5)

    watch(tmp_path, tmp_path / "runs", shown.append)

    assert shown == [tmp_path / "runs"]


def test_a_page_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """It is said once."""
    write_run(tmp_path, 1, 0.5)

    def refresh(runs: Path) -> None:
        raise InputError(f"{runs.name}: arbitrary")

    code, lines = watch(tmp_path, tmp_path, refresh)

    assert code == 0
    assert f"the history page is not up to date: {tmp_path.name}: arbitrary" in lines


def test_a_run_that_was_deleted_and_came_back_is_new(tmp_path: Path) -> None:
    """In the same sitting: it is looked at for alarms, and what is to be said of it is said once more."""
    write_run(tmp_path / "runs", 1, 0.9)
    weights = tmp_path / "checkpoints" / "step_2" / "model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.touch()
    calls: list[Path] = []

    def write() -> Path:
        folder = write_run(tmp_path / "runs", 2, 0.1)
        stamps = {str(weights): FileStamp(5, 5)}
        (folder / "watched.json").write_text(json.dumps({"files": stamps, "flags": []}))
        return folder

    folder = write()

    def refresh(runs: Path) -> None:
        calls.append(runs)
        if len(calls) == 1:
            shutil.rmtree(folder)
        elif len(calls) == 2:
            write()
        else:
            os.kill(os.getpid(), signal.SIGINT)

    _, lines = watch(tmp_path / "checkpoints", tmp_path / "runs", refresh, once=False)

    assert len([line for line in lines if line.startswith("step 2 was written again")]) == 2
    assert len([line for line in lines if line.startswith("ALARM step 2 is worse than step 1")]) == 2
    assert (folder / ALARMS_FILE).exists()


def test_a_checkpoint_that_cannot_be_looked_at_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """It is said once, and is no failure of the environment."""
    for step in (1, 2):
        (tmp_path / f"step_{step}").mkdir()
    loop = tmp_path / "step_1" / "model.safetensors"
    loop.symlink_to(loop)

    code, lines = watch(tmp_path, tmp_path, settle=0.1)

    assert code == 0
    assert lines[0] == f"step 1 cannot be read: {loop}: Too many levels of symbolic links"
    assert lines[1].startswith("step 2 is not complete and left alone: ")
    assert lines[2:] == [f"ended; the runs are in {tmp_path}"]


def test_a_look_that_fails_is_not_held_against_the_last_checkpoint(tmp_path: Path) -> None:
    """Which has no number, and stays the first to be benchmarked."""
    checkpoints = tmp_path / "checkpoints"
    for name in ("step_1", "final"):
        (checkpoints / name).mkdir(parents=True)
        (checkpoints / name / "meta.json").write_text("{}")
        (checkpoints / name / "model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")

    def hear(line: str) -> None:
        if line.startswith("not done"):
            (tmp_path / "runs").mkdir()
        elif line.endswith(": begun"):
            os.kill(os.getpid(), signal.SIGINT)

    _, lines = watch(checkpoints, tmp_path / "runs", hear=hear, once=False)

    assert lines[0].startswith("not done, and not the checkpoint's fault: ")
    assert lines[-1] == "final: begun"


@pytest.mark.parametrize("asked", [{"once": True}, {"once": False, "until_step": 2}])
@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (("finished",), 0),
        (("refused",), 2),
        (("finished", "refused"), 0),
        (("damaged",), 3),
        (("finished", "damaged"), 3),
    ],
)
def test_the_exit_code_tells_what_came_of_the_runs(
    runs: tuple[str, ...], expected: int, asked: dict[str, Any], tmp_path: Path
) -> None:
    """By the same rule however the watch ends; a damaged run is no reason to wait."""
    folders = RunFolders(tmp_path, max_unjudged=5.0)
    for step, state in enumerate(runs, start=2):
        if state == "refused":
            folders.prepare(step, {}, (), anew=False)
            folders.refuse(step, "arbitrary", {}, ())
        else:
            folder = write_run(tmp_path, step, 0.5)
            if state == "damaged":
                (folder / "results.json").write_text("{")

    code, lines = watch(tmp_path, tmp_path, **asked)

    assert code == expected
    damaged = [line for line in lines if "its results cannot be read: " in line]
    assert len(damaged) == ("damaged" in runs)
    assert all(line.endswith(f"; delete {folder} to have it done anew") for line in damaged)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing", "--once"], "missing: no such folder; expected the one that holds the checkpoints"),
        (["file"], "file: is no folder; expected the one that the trainer writes its checkpoints into"),
        (["step_1"], "step_1: is one checkpoint; expected the folder that holds all of its run"),
        (["--n-samples", "5"], "watch --n-samples: expected the folder of the checkpoints first"),
        ([".", "--every", "0"], "--every 0: expected 1 or more"),
        ([".", "--until-step", "-1"], "--until-step -1: expected 0 or more"),
        ([".", "--nice", "20"], "--nice 20: expected 0 to 19"),
        ([".", "--interval", "0"], "--interval 0: expected seconds above 0, at most a day"),
        ([".", "--settle", "-1"], "--settle -1: expected seconds from 0 to a day"),
        ([".", "--webhook", "nonsense"], "--webhook: expected a URL"),
        ([".", "--checkpoint", "x"], "--checkpoint: cannot be given to watch, which sees to it for each run"),
        ([".", "--json"], "--json: cannot be given to watch"),
        ([".", "--nonsense"], "--nonsense: neither a flag of ferrobench watch nor one of ferrobench run"),
        ([".", "--n-samples", "x"], "--n-samples"),
        ([".", "--temperature", "-1"], "temperature"),
        ([".", "--base-url", "http://x"], "--base-url: a checkpoint on disk has no use for it"),
        ([".", "--tokenizer", "missing"], "--tokenizer missing: no such file"),
        ([".", "--suite", "missing"], "missing"),
    ],
)
def test_bad_input_is_refused_in_one_line(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With exit code 2, and before a folder is made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "step_1").mkdir()
    (tmp_path / "step_1" / "meta.json").touch()

    assert main(["watch", *arguments]) == 2

    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert words in errors
    assert not (tmp_path / "runs").exists()


def test_times_and_steps_are_told_in_the_unit_that_suits_them() -> None:
    """Many steps are not all named."""
    assert [duration(seconds) for seconds in (5.4, 119.0, 600.0, 7199.0, 9000.0)] == [
        "5 s",
        "119 s",
        "10 min",
        "120 min",
        "2.5 h",
    ]
    assert name_steps([5]) == "step 5"
    assert name_steps([5, None]) == "steps 5, final"
    assert len(name_steps(list(range(1000)))) < 100
