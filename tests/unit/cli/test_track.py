"""`ferrobench track`: which runs go where, and what is said of it."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from ferrobench.cli.main import main
from tests.support.tracked import tracked_run

if TYPE_CHECKING:
    from pathlib import Path

needs_tensorboard = pytest.mark.skipif(
    find_spec("tensorboard") is None, reason="tensorboard is not installed"
)


def track(*arguments: str | Path) -> int:
    """Run the command in this process."""
    return main(["track", *map(str, arguments)])


@needs_tensorboard
def test_run_folders_results_and_folders_of_runs_are_one_series(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each target says what is where."""
    first, many = tracked_run(tmp_path / "a", 500), tmp_path / "many"
    for step in (10000, 9000):
        tracked_run(many / f"run-{step}", step)
    (many / "no run").mkdir()
    results = tmp_path / "elsewhere.json"
    shutil.copy(tracked_run(tmp_path / "b", 700) / "results.json", results)

    code = track(
        first,
        many,
        results,
        "--to",
        f"tensorboard:{tmp_path / 'one'}",
        "--to",
        f"tensorboard:{tmp_path / 'two'}",
    )

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[1::2] == [f"  look: tensorboard --logdir {tmp_path / name}" for name in ("one", "two")]
    assert [line.partition(": run ")[2] for line in lines[::2]] == [
        "stable-v2-seed: 4 steps (500 to 10000) logged"
    ] * 2
    assert len(list((tmp_path / "two" / "stable-v2-seed").iterdir())) == 4


@needs_tensorboard
def test_what_is_no_finished_run_is_passed_over_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unfinished runs and shards are noted, and the others are logged."""
    tracked_run(tmp_path / "runs" / "a", 500)
    tracked_run(tmp_path / "runs" / "b", 600, finished=False)
    tracked_run(tmp_path / "runs" / "c", 700, config={"settings": {"shard": "1/2"}})

    code = track(tmp_path / "runs", "--to", f"tensorboard:{tmp_path / 'logs'}", "--name", "mine")

    output = capsys.readouterr()
    assert code == 0
    assert "run mine: step 500 logged" in output.out
    assert "1 run (b) not finished" in output.err
    assert "c: is a shard of a run" in output.err


@needs_tensorboard
def test_a_damaged_run_in_a_folder_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its name, and the others are logged; one that was named is an error."""
    tracked_run(tmp_path / "runs" / "a", 500)
    damaged = tracked_run(tmp_path / "runs" / "b", 600)
    (damaged / "results.json").write_text("{")
    logs = f"tensorboard:{tmp_path / 'logs'}"

    assert track(tmp_path / "runs", "--to", logs) == 0

    output = capsys.readouterr()
    assert "step 500 logged" in output.out
    assert "note: left out: " in output.err and "b/results.json" in output.err
    assert track(damaged, "--to", logs) == 2


@needs_tensorboard
def test_a_results_file_and_its_folder_are_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As they lie side by side where --output and --run-dir name one place."""
    run = tracked_run(tmp_path / "runs" / "a", 500, run_dir=str(tmp_path / "runs" / "a"))
    shutil.copy(run / "results.json", tmp_path / "runs" / "out.json")

    assert track(tmp_path / "runs", "--to", f"tensorboard:{tmp_path / 'logs'}") == 0

    assert capsys.readouterr().err == ""


@needs_tensorboard
def test_a_tracker_that_fails_does_not_keep_the_others_from_their_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its line is an error, and the exit code tells."""
    run = tracked_run(tmp_path / "a", 500)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "stable-v2-seed").touch()

    code = track(run, "--to", f"tensorboard:{tmp_path / 'bad'}", "--to", f"tensorboard:{tmp_path / 'good'}")

    output = capsys.readouterr()
    assert code == 3
    assert output.err.count("\n") == 1 and "FileExistsError" in output.err
    assert "good: run stable-v2-seed: step 500 logged" in output.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "tensorboard"], "expected run folders"),
        (["{run}", "--to", "comet:x"], "--to comet:x: unknown tracker"),
        (["{run}"], "--to"),
        (["{run}", "--to", "tensorboard", "--name", " "], "--name: expected a name"),
    ],
)
def test_wrong_usage_is_one_line(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and nothing is logged."""
    run = tracked_run(tmp_path / "a")

    code = track(*(argument.format(run=run) for argument in arguments))

    errors = capsys.readouterr().err
    assert code == 2
    assert words in errors and errors.count("\n") == 1


@needs_tensorboard
@pytest.mark.parametrize("folder", ["empty", "unfinished", "missing.json"])
def test_without_a_finished_run_there_is_nothing_to_log(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is an error that names the path."""
    (tmp_path / "empty").mkdir()
    tracked_run(tmp_path / "unfinished", finished=False)

    code = track(tmp_path / folder, "--to", f"tensorboard:{tmp_path / 'logs'}")

    assert code == 2
    assert folder in capsys.readouterr().err
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--track", "comet:x"], "--track comet:x: unknown tracker"),
        (["--track", "tensorboard:{file}/x"], "is no folder"),
        (["--track", "tensorboard", "--shard", "1/2"], "--track: a shard is only a part of a run"),
    ],
)
def test_a_run_finds_out_before_it_samples_that_it_could_not_be_logged(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is made."""
    if words == "is no folder" and find_spec("tensorboard") is None:
        pytest.skip("tensorboard is not installed")
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "file"
    file.touch()

    assert main(["run", *(argument.format(file=file) for argument in arguments)]) == 2

    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [file]
