"""`ferrobench run --track`: a finished run goes to its tracker, whose failure costs nothing."""

from __future__ import annotations

import json
import shutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from ferrobench.cli.main import main
from ferrobench.prompts import load_suite
from tests.support.formats import write_rows

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
    pytest.mark.skipif(find_spec("tensorboard") is None, reason="tensorboard is not installed"),
]


def run(*arguments: str) -> int:
    """Judge the right answers to two prompts."""
    prompts = load_suite("seed").prompts[:2]
    rows = [{"task_id": prompt.id, "completion": prompt.reference} for prompt in prompts]
    answers = write_rows(Path("answers.jsonl"), rows)
    return main(["run", "--limit", "2", "--model", f"file:{answers}", "--metrics", "none", *arguments])


def test_a_finished_run_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At its step, which ready answers do not have; with --json stdout carries nothing else."""
    monkeypatch.chdir(tmp_path)

    assert run("--track", "tensorboard:logs", "--json") == 0

    output = capsys.readouterr()
    assert json.loads(output.out)["compile_success_rate"] == 100.0
    (folder,) = Path("logs").iterdir()
    assert folder.name.startswith("answers.jsonl-seed-")
    assert (
        f"tensorboard:logs: run {folder.name}: step 0 logged\n  look: tensorboard --logdir logs" in output.err
    )
    reader = import_module("tensorboard.backend.event_processing.event_accumulator")
    found = reader.EventAccumulator(str(folder))
    found.Reload()
    assert [(event.step, event.value) for event in found.Scalars("pass_rate")] == [(0, 100.0)]


def test_a_tracker_that_fails_loses_nothing_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is one line, and the exit code is that of the run."""
    monkeypatch.chdir(tmp_path)
    Path("logs").symlink_to("nowhere/at/all")  # which nobody has made, so this is found when it is written to

    assert run("--track", "tensorboard:logs") == 0

    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("not logged")]
    assert "FileExistsError" in line and line.endswith("try again with ferrobench track")
    assert Path("benchmark_results.json").is_file()
