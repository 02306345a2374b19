"""The pipeline with all of its parts: the real trainer, the real watch, rustc, and kills."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the torch extra")
pytest.importorskip("safetensors", reason="needs the torch extra")
pytest.importorskip("tokenizers", reason="needs the torch extra")

import ferrobench  # after the skips above
from training.collapse_experiment import ARMS, Arm, Experiment
from training.processes import only_one_in

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(ferrobench.__file__).parents[1])}
MOMENT = ("--steps=6", "--every=2", "--n-samples=4")


def command(out: Path) -> list[str]:
    """The pipeline, for a moment."""
    return [sys.executable, "-m", "training.pipeline", f"--out={out}", *MOMENT]


def run_to_its_end(out: Path) -> str:
    """What it says; it ends well."""
    done = subprocess.run(
        command(out), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=1200, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which it ran undisturbed, and what it said."""
    out = tmp_path_factory.mktemp("whole")
    return out, run_to_its_end(out)


def finished_runs(out: Path) -> dict[str, int]:
    """The runs that have results, and when these were written."""
    return {
        path.parent.name: path.stat().st_mtime_ns
        for path in (out / "runs" / "healthy").glob("*/results.json")
    }


def test_one_command_trains_benchmarks_and_ends_with_the_page(whole: tuple[Path, str]) -> None:
    """A second time it finds all done, and only draws the curve again."""
    out, said = whole
    before = finished_runs(out)
    page = out / "healthy.html"

    assert sorted(before) == ["step_000002", "step_000004", "step_000006"]
    assert said.splitlines()[-1] == f"page: {page}"
    assert "<figure" in page.read_text(encoding="utf-8")
    run_to_its_end(out)
    assert finished_runs(out) == before


def test_a_killed_pipeline_goes_on_where_it_was(tmp_path: Path, whole: tuple[Path, str]) -> None:
    """Its children end, no checkpoint is half there, and in the end all is as if it had not been killed."""
    undisturbed, _ = whole
    killed = tmp_path / "killed"
    checkpoints = killed / "checkpoints" / "healthy"
    with subprocess.Popen(
        command(killed),
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            deadline = time.monotonic() + 600
            while not (checkpoints / "step_2").exists():
                assert running.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
        finally:
            running.kill()
    with only_one_in(killed):
        left = sorted(path.name for path in checkpoints.glob("step_*"))
        for name in left:
            assert json.loads((checkpoints / name / "meta.json").read_text())["step"] == int(name[5:])

    said = run_to_its_end(killed)

    assert said.splitlines()[-1] == f"page: {killed / 'healthy.html'}"
    assert sorted(finished_runs(killed)) == ["step_000002", "step_000004", "step_000006"]
    for step in (2, 4, 6):
        for name in ("model.safetensors", "meta.json"):
            place = Path("checkpoints") / "healthy" / f"step_{step}" / name
            assert (killed / place).read_bytes() == (undisturbed / place).read_bytes()


def test_an_arm_that_is_done_is_not_done_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It gives the same row; a training that fails has one too, with what it said."""
    experiment = Experiment(out=tmp_path, steps=2, n_samples=4, threads=1)
    diverging = Arm("diverging", "a rate of 1e30", ("--learning-rate=1e30", "--warmup-steps=0"))

    with only_one_in(tmp_path) as lock:
        first = experiment.perform(ARMS[0], 0, lock)
        capfd.readouterr()
        again = experiment.perform(ARMS[0], 0, lock)
        assert capfd.readouterr().out == ""
        failed = experiment.perform(diverging, 0, lock)

    assert first == again
    assert first.startswith("| the default recipe | 0 | ")
    assert first.count("|") == failed.count("|") == 10
    assert "the loss is" in failed
