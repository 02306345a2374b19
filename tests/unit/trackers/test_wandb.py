"""wandb's offline runs, read back from the file that it would upload.

In processes of their own: wandb starts a service beside the process that uses it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import UsageError
from ferrobench.trackers import parse_spec, require_tracker
from tests.support.tracked import ODD, tracked_run
from tests.support.wandb_file import read_history, read_records

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(find_spec("wandb") is None, reason="wandb is not installed")


def track(folder: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command where nobody is logged in, and where no server can be reached."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:1", "HOME": str(folder), "NETRC": str(folder / "netrc")}
    return subprocess.run(
        [sys.executable, "-m", "ferrobench.cli.main", "track", *map(str, arguments)],
        cwd=folder,
        env=kept | nowhere | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> list[Path]:
    """What was kept of each sitting, in order."""
    return sorted(folder.glob("wandb/offline-run-*/run-*.wandb"))


@pytest.mark.long
def test_a_series_is_one_run_over_the_training_steps(tmp_path: Path) -> None:
    """Steps may come in any order and over several sittings; each is logged once, and rows are numbered through."""
    newest, oldest = tracked_run(tmp_path / "a", 3000, 30.0), tracked_run(tmp_path / "b", 1000, 10.0)
    arguments = ("--to", "wandb:team/rust", "--name", ODD)

    first = track(tmp_path, newest, *arguments, WANDB_MODE="offline")
    second = track(tmp_path, newest, oldest, *arguments, WANDB_MODE="offline")
    nothing = track(tmp_path, tmp_path, *arguments, WANDB_MODE="offline")

    assert (first.returncode, second.returncode, nothing.returncode) == (0, 0, 0)
    assert "step 1000 logged, step 3000 left as it was\n  look: wandb sync wandb/*run-*-" in second.stdout
    assert "nothing new, 2 steps (1000 to 3000) left as they were" in nothing.stdout
    sittings = files(tmp_path)
    rows: list[dict[str, Any]] = [row for path in sittings for row in read_history(path)]
    assert [(row["checkpoint_step"], row["_step"], row["compile_success_rate"]) for row in rows] == [
        (3000, 0, 30.0),
        (1000, 1, 10.0),
    ]
    assert rows[0]["intervals/compile_success_rate/low"] == 12.5
    assert rows[0]["samples/_type"] == "table-file"
    records = list(read_records(sittings[0]))
    (run,) = {(one.run.entity, one.run.project, one.run.run_id) for one in records if one.HasField("run")}
    assert run[:2] == ("team", "rust")
    assert len({path.name for path in sittings}) == 1
    metrics = [one.metric for one in records if one.HasField("metric")]
    assert [one.step_metric for one in metrics if one.glob_name == "*"] == ["checkpoint_step"]


@pytest.mark.long
def test_where_wandb_is_turned_off_nothing_is_kept_or_fails(tmp_path: Path) -> None:
    """As in a script's smoke test; the line says so."""
    found = track(tmp_path, tracked_run(tmp_path / "a"), "--to", "wandb:rust", WANDB_MODE="disabled")

    assert found.returncode == 0
    assert "nothing was kept, since WANDB_MODE is disabled" in found.stdout
    assert not (tmp_path / "wandb").exists()


@pytest.mark.long
def test_nobody_is_asked_to_log_in(tmp_path: Path) -> None:
    """One line says what is missing, and nothing is made."""
    found = track(tmp_path, tracked_run(tmp_path / "a"), "--to", "wandb:rust")

    assert found.returncode == 3
    assert found.stderr.splitlines()[-1] == (
        "ferrobench: wandb:rust: nobody is logged in; run wandb login, set WANDB_API_KEY, or set WANDB_MODE=offline"
    )
    assert not files(tmp_path)


@pytest.mark.parametrize(
    ("project", "words"),
    [
        ("what?", "Invalid project name"),
        ("team/", "expected wandb:PROJECT or wandb:ENTITY/PROJECT"),
        ("team/rust/seed", "expected wandb:PROJECT or wandb:ENTITY/PROJECT"),
    ],
)
def test_a_project_that_wandb_does_not_take_is_wrong_usage(project: str, words: str) -> None:
    """Before anything is done."""
    with pytest.raises(UsageError, match=words):
        require_tracker(parse_spec(f"wandb:{project}"))
