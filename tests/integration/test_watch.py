"""`ferrobench watch`: the real command, real checkpoints, real kills."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest

from ferrobench.results import load_run
from tests.support.agreement import descendants
from tests.support.watching import (
    DEMO,
    FEW,
    MANY,
    Watching,
    adopting,
    copy_demo,
    facts,
    kill_all,
    left_behind,
    litter,
    watch_once,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
MOMENTS = 14


@pytest.mark.slow
def test_what_is_complete_is_benchmarked_and_what_is_not_is_left_alone(tmp_path: Path) -> None:
    """Each thing is said once, the second watch finds nothing to do, and other settings are refused in one line."""
    checkpoints = copy_demo(tmp_path / "checkpoints", 125, 500)
    weights = checkpoints / "step_500" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    runs = tmp_path / "runs"

    code, lines = watch_once(checkpoints, runs, *FEW)

    assert code == 0
    assert [line.partition(":")[0] for line in lines[1:-1]] == [
        "step 500 is not complete and left alone",
        "step 125",
        "step 125",
    ]
    assert re.fullmatch(
        r"step 125: compiles [0-9.]+ % \([0-9.]+ to [0-9.]+\), passes [0-9.]+ %; [0-9]+ s", lines[-2]
    )
    assert list(facts(runs)) == ["step_000125"]
    assert "step 125" in (runs / "history.html").read_text()
    assert len(load_run(runs / "step_000125", need_samples=True).samples) == 4
    code, lines = watch_once(checkpoints, runs, *FEW)
    assert (code, [line for line in lines if "125" in line]) == (0, [])
    code, lines = watch_once(checkpoints, runs, *FEW, "--temperature", "0.5")
    assert (code, len(lines)) == (2, 1)
    assert "step_000125 has other settings: sampling.temperature was 0.8, now 0.5" in lines[0]


@pytest.mark.long
def test_a_run_that_cannot_be_resumed_is_done_anew_once_it_is_deleted(tmp_path: Path) -> None:
    """As the line says, and in the same sitting."""
    checkpoints = copy_demo(tmp_path / "checkpoints", 500)
    runs = tmp_path / "runs"
    (runs / "step_000500").mkdir(parents=True)
    (runs / "step_000500" / "config.json").write_text("{}")

    watching = Watching(checkpoints, runs, *FEW)
    assert watching.says("step 500 cannot be resumed: ")
    shutil.rmtree(runs / "step_000500")
    begun = watching.says("step 500: begun")
    watching.end(signal.SIGTERM)

    assert begun, watching.lines
    assert f"delete {runs / 'step_000500'} to have it done anew" in "".join(watching.lines)


@pytest.mark.long
def test_a_tracker_that_fails_is_told_by_the_watch(tmp_path: Path) -> None:
    """The line of the run, with its step; the run counts all the same."""
    pytest.importorskip("tensorboard")
    checkpoints = copy_demo(tmp_path / "checkpoints", 500)
    logs = tmp_path / "logs"
    logs.symlink_to("nowhere/at/all")  # which nobody has made, so this is found when it is written to

    code, lines = watch_once(checkpoints, tmp_path / "runs", *FEW, "--track", f"tensorboard:{logs}")

    (line,) = [line for line in lines if "not logged" in line]
    assert line.startswith("step 500: not logged: tensorboard:")
    assert line.endswith("try again with ferrobench track")
    assert code == 0


@pytest.mark.long
def test_a_checkpoint_that_is_being_written_is_not_opened(tmp_path: Path) -> None:
    """In pieces with long rests, or at full length from the beginning: each begins when its last byte is there."""
    checkpoints = copy_demo(tmp_path / "checkpoints")
    runs = tmp_path / "runs"
    watching = Watching(checkpoints, runs, *FEW, "--until-step", "1250")
    ends = {}

    for step, whole_length in ((500, False), (1250, True)):
        source, folder = DEMO / f"step_{step}", checkpoints / f"step_{step}"
        folder.mkdir()
        if whole_length:
            shutil.copy(source / "meta.json", folder)
        content = (source / "model.safetensors").read_bytes()
        with (folder / "model.safetensors").open("wb") as file:
            if whole_length:
                file.truncate(len(content))
            for start in range(0, len(content), 400_000):
                file.write(content[start : start + 400_000])
                file.flush()
                # With the whole length, only change tells; and without it, rests longer than --settle are no end.
                time.sleep(0.1 if whole_length else 0.5)
        if not whole_length:
            assert watching.says("step 500 is not complete and left alone")
            shutil.copy(source / "meta.json", folder)
        ends[step] = time.time_ns()
    code = watching.end()

    assert code == 0, watching.lines
    assert len([line for line in watching.lines if line.endswith(": begun")]) == 2
    assert any("step 500 is not complete and left alone" in line for line in watching.lines)
    for step, end in ends.items():
        assert (runs / f"step_{step:06}" / "watched.json").stat().st_mtime_ns > end
    shutil.copytree(checkpoints, tmp_path / "whole")
    assert watch_once(tmp_path / "whole", tmp_path / "again", *FEW)[0] == 0
    assert facts(runs) == facts(tmp_path / "again")


@pytest.mark.long
def test_a_checkpoint_that_cannot_be_loaded_is_reported_once(tmp_path: Path) -> None:
    """It does not stop the others, is not tried again as it is, and is when its files change."""
    checkpoints = copy_demo(tmp_path / "checkpoints", 125, 500)
    meta = checkpoints / "step_500" / "meta.json"
    good = meta.read_text()
    document = json.loads(good)
    document["config"]["dim"] *= 2
    meta.write_text(json.dumps(document))
    runs = tmp_path / "runs"

    code, lines = watch_once(checkpoints, runs, *FEW)
    again = watch_once(checkpoints, runs, *FEW)
    meta.write_text(good)
    mended, mended_lines = watch_once(checkpoints, runs, *FEW)

    assert code == 0
    (refusal,) = [line for line in lines if "cannot be benchmarked" in line]
    assert refusal.startswith("step 500 cannot be benchmarked: ")
    assert "Traceback" not in refusal
    assert lines[-1].endswith("(1 finished, 1 refused)")
    assert (again[0], [line for line in again[1] if "step 500" in line]) == (0, [])
    assert (mended, mended_lines[-1].endswith("(2 finished)")) == (0, True)
    assert litter(runs) == []


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_any_moment_nothing_is_corrupt_and_nothing_forgotten(tmp_path: Path) -> None:
    """Whoever is killed, how and when: no process is left, and one more watch ends with what an undisturbed one gives."""
    checkpoints = copy_demo(tmp_path / "checkpoints", 125, 500)
    assert watch_once(checkpoints, tmp_path / "undisturbed", *MANY)[0] == 0
    runs = tmp_path / "runs"
    moments = random.Random()  # another set of moments each time: there are too many to try all
    kinds = ("watch", "run", "all", "term", "interrupt", "watch")
    before = descendants()

    with adopting():
        for number in range(MOMENTS):
            watching = Watching(checkpoints, runs, *MANY)
            if number % 3 == 0:
                time.sleep(moments.uniform(0.0, 3.0))
            else:
                # A run is at work, most of the time.
                watching.says("step ")
                time.sleep(moments.uniform(0.0, 9.0))
            _kill(watching, kinds[number % len(kinds)])
            # Before its first line it is the interpreter that says what interrupted it.
            assert not (
                watching.lines and "watching" in watching.lines[0] and "Traceback" in "".join(watching.lines)
            )
            if number % 2 and kinds[number % len(kinds)] == "watch":
                continue  # the next one comes while the run of this one still ends
            assert left_behind(before) == set()
        code, lines = watch_once(checkpoints, runs, *MANY)
        left = left_behind(before)

    assert (code, left) == (0, set()), lines
    assert facts(runs) == facts(tmp_path / "undisturbed")
    assert litter(runs) == []
    assert watch_once(checkpoints, runs, *MANY)[1][1:] == [f"ended; the runs are in {runs} (2 finished)"]


def _kill(watching: Watching, kind: str) -> None:
    own = descendants(watching.process.pid)
    match kind:
        case "watch":
            watching.end(signal.SIGKILL)
        case "run":
            kill_all({min(own)} if own else set())
            time.sleep(1.0)
            watching.end(signal.SIGTERM)
        case "all":
            kill_all(own | {watching.process.pid})
            watching.end()
        case "term":
            assert watching.end(signal.SIGTERM) in (130, -signal.SIGTERM)
        case "interrupt":
            assert watching.end(signal.SIGINT) in (130, -signal.SIGINT)
