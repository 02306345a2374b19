"""Which runs the paths mean that a user gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ferrobench.errors import InputError
from ferrobench.results import find_runs

ORIGINAL = Path(__file__).parents[2] / "fixtures" / "original-results" / "step_9000.json"


def a_folder(path: Path, *files: str) -> Path:
    """A folder with these files; a config is that of a run."""
    path.mkdir(parents=True)
    for name in files:
        (path / name).write_text(json.dumps({"settings": {}}))
    return path


def test_finished_runs_in_a_folder_are_found(tmp_path: Path) -> None:
    """Run folders and results files, in the order of their names; what is neither is passed over."""
    a_folder(tmp_path / "b", "config.json", "results.json", "samples.jsonl")
    a_folder(tmp_path / "c", "config.json", "results.json")
    a_folder(tmp_path / "pictures", "a.png")
    a_folder(tmp_path / ".hidden", "config.json", "results.json")
    (tmp_path / "a.json").write_bytes(ORIGINAL.read_bytes())
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "watch.log").write_text("arbitrary")
    found = find_runs([tmp_path])

    assert [path.name for path in found.paths] == ["a.json", "b", "c"]
    assert (found.searched, found.notes) == (True, ())


def test_runs_of_a_watch_are_found_from_above(tmp_path: Path) -> None:
    """One folder deeper, and no further; nothing is looked for within a run."""
    a_folder(tmp_path / "runs" / "a", "config.json", "results.json")
    a_folder(tmp_path / "runs" / "a" / "inner", "config.json", "results.json")
    a_folder(tmp_path / "runs" / "watch" / "b", "config.json", "results.json")
    a_folder(tmp_path / "runs" / "watch" / "c", "config.json", "refused.json")
    a_folder(tmp_path / "runs" / "watch" / "deeper" / "d", "config.json", "results.json")
    found = find_runs([tmp_path / "runs"])

    assert [path.name for path in found.paths] == ["a", "b"]
    assert found.notes == (f"{tmp_path / 'runs' / 'watch'}: 1 checkpoint (c) could not be benchmarked",)


def test_what_is_named_is_taken_as_it_is(tmp_path: Path) -> None:
    """A file may be anything; whoever reads it will see. None is taken twice."""
    run = a_folder(tmp_path / "run", "config.json", "results.json")
    (tmp_path / "link").symlink_to(run)
    found = find_runs([ORIGINAL, run, run, tmp_path / "link"])

    assert (found.paths, found.searched) == ((ORIGINAL, run), False)


def test_unfinished_runs_are_told(tmp_path: Path) -> None:
    """In a folder by their number; a model's folder is none though it has a config too."""
    a_folder(tmp_path / "begun", "config.json")
    a_folder(tmp_path / "going", "config.json", "samples.jsonl")
    model = a_folder(tmp_path / "model")
    (model / "config.json").write_text('{"architectures": []}')

    assert find_runs([tmp_path]).notes == (f"{tmp_path}: 2 runs (begun, going) not finished, left out",)
    assert find_runs([tmp_path / "going"]).notes == (
        f"{tmp_path / 'going'} is not finished and left out; go on with run --resume",
    )


def test_checkpoints_that_a_watch_refused_are_told(tmp_path: Path) -> None:
    """Of many some are named."""
    for number in range(5):
        a_folder(tmp_path / f"step_{number}", "config.json", "refused.json")

    assert find_runs([tmp_path]).notes == (
        f"{tmp_path}: 5 checkpoints (step_0, step_1, step_2 and 2 more) could not be benchmarked",
    )


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """It names the path."""
    with pytest.raises(InputError, match="nowhere: no such run, results file, or folder of runs"):
        find_runs([tmp_path / "nowhere"])
