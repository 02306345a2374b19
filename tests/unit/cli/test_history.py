"""``ferrobench history`` from its flags to its files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ferrobench.cli.main import main
from ferrobench.tracking import History
from tests.support.trainings import rise_and_collapse, write_training

ORIGINAL = Path(__file__).parents[2] / "fixtures" / "original-results" / "step_9000.json"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three checkpoints, and one that was sampled in another way."""
    folder = tmp_path_factory.mktemp("runs")
    checkpoints = [replace(checkpoint, samples=3) for checkpoint in rise_and_collapse()[:4]]
    other = {"sampling": {"temperature": 0.2, "top_k": 50}}
    write_training(folder, [*checkpoints[:3], replace(checkpoints[3], settings=other)])
    return folder


def test_the_table_goes_to_stdout_and_notes_to_stderr(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence first."""
    assert main(["history", str(runs)]) == 0
    out, err = capsys.readouterr()

    assert out.startswith("compile rate ")
    assert "3000" in out
    assert "4000" not in out
    assert err.startswith("note: 1 run left out: sampled in other ways: temperature 0.8 and 0.2")


def test_all_leaves_nothing_out(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every group is a series of its own."""
    assert main(["history", str(runs), "--all"]) == 0
    out, err = capsys.readouterr()

    assert out.count("tiny: suite seed 1.0.0, temperature") == 2
    assert err == ""


def test_json_is_the_whole_document(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It survives being read and written again, fits its own schema, and stands alone on stdout."""
    jsonschema = pytest.importorskip("jsonschema")
    assert main(["history", str(runs), "--json", "--rate", "pass_rate"]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)

    assert json.loads(History.model_validate(document).model_dump_json()) == document
    jsonschema.validate(document, History.model_json_schema(mode="serialization"))
    assert document["schema_version"] == 1
    assert [point["step"] for point in document["series"][0]["points"]] == [1000, 2000, 3000]
    assert document["series"][0]["rate"] == "pass_rate"
    assert "pass rate " in err


def test_files_are_written_where_they_are_asked_for(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page and the picture, and their names are told."""
    files = [tmp_path / "a.html", tmp_path / "a.svg"]
    assert main(["history", str(runs), "--html", str(files[0]), "--plot", str(files[1])]) == 0

    assert files[0].read_text().startswith("<!doctype html>")
    assert "<svg" in files[1].read_text()
    assert f"written: {files[1]} and {files[0]}" in capsys.readouterr().err.replace("\n", "")


@pytest.mark.parametrize("flag", ["--plot", "--html"])
def test_files_that_cannot_be_written_are_found_first(
    flag: str, runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is read, printed or written."""
    good = {"--plot": ["--html", str(tmp_path / "a.html")], "--html": ["--plot", str(tmp_path / "a.svg")]}[
        flag
    ]
    assert main(["history", str(runs), *good, flag, str(tmp_path / "nowhere" / "a.svg")]) == 3
    out, err = capsys.readouterr()

    assert out == ""
    assert "nowhere/a.svg: cannot be written: No such file or directory" in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_the_original_tool_is_a_history(capsys: pytest.CaptureFixture[str]) -> None:
    """Of one checkpoint."""
    assert main(["history", str(ORIGINAL)]) == 0

    assert capsys.readouterr().out.startswith("compile rate 0.0% (step 9000), the only checkpoint; ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "expected run folders, results files"),
        (["nowhere"], "nowhere: no such run"),
        ([str(ORIGINAL), "--rate", "bogus"], "--rate bogus: these runs do not have it; expected one of"),
        ([str(ORIGINAL), "--plot", "a.gif"], "--plot a.gif: expected a file name that ends in"),
        ([str(Path(__file__))], "test_history.py"),
    ],
)
def test_bad_requests_are_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each names what is wrong, with exit code 2."""
    assert main(["history", *arguments]) == 2
    err = capsys.readouterr().err

    assert complaint in err
    assert err.count("\n") == 1
