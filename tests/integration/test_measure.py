"""`ferrobench measure`: the figures of a run anew, from its folder alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ferrobench.cli.main import main
from ferrobench.prompts import load_suite
from tests.support.formats import write_rows

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
# All that a clock decides.
FREE = {"timestamp"}


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run: to each prompt of the packaged suite the reference, and an answer that does not compile."""
    folder = tmp_path_factory.mktemp("measured")
    rows = [
        {"task_id": prompt.id, "completion": completion}
        for prompt in load_suite("seed").prompts
        for completion in (prompt.reference, prompt.reference + "\nfn wrong() -> u8 { missing }")
    ]
    answers = write_rows(folder / "answers.jsonl", rows)
    assert (
        main(
            [
                "run",
                "--model",
                f"file:{answers}",
                "--run-dir",
                str(folder / "run"),
                "--output",
                str(folder / "all.json"),
            ]
        )
        == 0
    )
    return folder / "run"


@pytest.fixture
def copy(run_dir: Path, tmp_path: Path) -> Path:
    """A copy of the run that a test may change."""
    return Path(shutil.copytree(run_dir, tmp_path / "run"))


def results(path: Path) -> dict[str, Any]:
    """A results file."""
    document: dict[str, Any] = json.loads(path.read_text())
    return {key: value for key, value in document.items() if key not in FREE}


def test_a_run_that_is_measured_again_has_the_same_results(copy: Path) -> None:
    """References and all: neither suite nor model is asked."""
    before = results(copy / "results.json") | {"run_dir": str(copy)}

    assert main(["measure", str(copy)]) == 0

    assert results(copy / "results.json") == before
    assert before["metrics"]["failures"]["judged"] == 32
    assert before["metrics_failed"] == {}


def test_only_what_is_asked_for_is_measured(copy: Path, tmp_path: Path) -> None:
    """And also written where it is asked for."""
    assert main(["measure", str(copy), "--metrics", "failures", "--output", str(tmp_path / "also.json")]) == 0

    assert list(results(copy / "results.json")["metrics"]) == ["failures"]
    assert results(tmp_path / "also.json") == results(copy / "results.json")


def test_a_run_in_progress_can_be_looked_at(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stays unfinished: a results file in its folder would say that it is done."""
    (copy / "results.json").unlink()
    journal = copy / "samples.jsonl"
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:7]))

    assert main(["measure", str(copy), "--output", str(tmp_path / "so_far.json")]) == 0

    assert "WARNING: unfinished: 7 of 32 samples are there" in capsys.readouterr().out
    assert results(tmp_path / "so_far.json")["total_samples"] == 7
    assert not (copy / "results.json").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--metrics", "beauty"],
            "--metrics beauty: unknown metric 'beauty'; expected some of default, all, none",
        ),
        (["--training-text", "nowhere.txt"], "--training-text nowhere.txt: cannot be read: No such file"),
        (["--output", "no/such/folder.json"], "the folder"),
    ],
)
def test_bad_wishes_are_one_line(
    copy: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is replaced."""
    before = (copy / "results.json").read_bytes()

    assert main(["measure", str(copy), *arguments]) == 2

    complaint = capsys.readouterr().err
    assert words in complaint
    assert complaint.count("\n") == 1
    assert (copy / "results.json").read_bytes() == before


def test_an_empty_training_text_is_refused(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to compare with."""
    empty = tmp_path / "empty.txt"
    empty.write_text(" \n")

    assert main(["measure", str(copy), "--training-text", str(empty)]) == 2

    assert "expected text, found an empty file" in capsys.readouterr().err


def test_the_machine_form_is_the_results_file(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On stdout; people read stderr then."""
    assert main(["measure", str(copy), "--json"]) == 0

    printed = capsys.readouterr()
    assert json.loads(printed.out) == json.loads((copy / "results.json").read_text())
    assert "Benchmark Results" in printed.err


def test_a_file_of_the_original_tool_is_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its few texts are enough to name what happened to its model."""
    original = Path(__file__).parents[1] / "fixtures" / "original-results" / "step_9000.json"

    assert main(["measure", str(original), "--output", str(tmp_path / "looked_at.json")]) == 0

    first, *_ = capsys.readouterr().out.splitlines()
    assert first == "WARNING: collapsed: 100 % of the samples repeat one token, mostly `{`"
    found = results(tmp_path / "looked_at.json")
    assert found["compile_success_rate"] == 0.0
    assert [one["name"] for one in found["metrics"]["collapse"]["ailments"]] == ["token_flood"]
