"""Runs on disk as series: which of them stand in one, and what is said of the others."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ferrobench.errors import InputError, UsageError
from ferrobench.results import load_run
from ferrobench.tracking import History, SeriesReader, finished, reader
from ferrobench.tracking.comparability import find_notes
from tests.support.trainings import SETTINGS, Checkpoint, rise_and_collapse, write_run, write_training

ORIGINAL = Path(__file__).parents[2] / "fixtures" / "original-results" / "step_9000.json"
TINY = [replace(checkpoint, samples=2) for checkpoint in rise_and_collapse()]


def steps(history: History) -> list[list[int | None]]:
    """Of each series."""
    return [[point.step for point in series.points] for series in history.series]


def test_runs_stand_in_the_order_of_their_steps(tmp_path: Path) -> None:
    """Whatever their folders are called, with the rates of their records."""
    write_training(tmp_path, [TINY[2], TINY[0], TINY[1]])
    (series,) = SeriesReader().read([tmp_path]).series

    assert [point.step for point in series.points] == [1000, 2000, 3000]
    assert (series.name, series.conditions) == (
        "tiny",
        "suite seed 1.0.0, temperature 0.8, rustc 1.95.0, 32 samples each",
    )
    assert [point.loss for point in series.points] == [3.9, 2.8, 2.1]
    assert set(series.points[0].rates) == {
        "compile_success_rate",
        "compile_success_rate_extracted",
        "pass_rate",
        "pass_rate_strict",
        "pass@1",
    }


def test_a_whole_training_is_told(tmp_path: Path) -> None:
    """A rise, a fall that is sure, and a collapse at the end, found by the real comparison."""
    write_training(tmp_path, rise_and_collapse())
    (series,) = SeriesReader().read([tmp_path]).series
    verdicts = {point.step: point.change.verdict for point in series.points if point.change}

    assert series.best is not None
    assert series.points[series.best.place].step in (10000, 11000)
    assert (verdicts[8000], verdicts[7000], verdicts[13000]) == ("worse", "unclear", "worse")
    assert [series.points[span.onset].step for span in series.collapses] == [13000]
    assert series.sentence.endswith("then falls to 2.1% (step 14000); collapsed from step 13000 on")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sampling": {"temperature": 0.2, "top_k": 50}}, "temperature 0.8 and 0.2"),
        ({"prompt_style": "chat"}, "the prompts were put to the models in other ways"),
        ({"prelude": False}, "--bare"),
        (
            {"suites": [{"name": "core", "version": "2.0.0", "content_hash": "sha256:b"}]},
            "suite core 2.0.0 instead of suite seed 1.0.0",
        ),
        (
            {"suites": [{"name": "seed", "version": "1.0.0", "content_hash": "sha256:b"}]},
            "its prompts or tests have changed",
        ),
    ],
)
def test_what_cannot_stand_in_the_series_is_left_out_with_the_reason(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    """The larger group is shown; the other one when all are asked for."""
    write_training(tmp_path, [*TINY[:3], replace(TINY[3], settings=changes)])
    (note,) = SeriesReader().read([tmp_path]).notes
    every = SeriesReader().read([tmp_path], every_series=True)

    assert note.startswith("1 run left out: ")
    assert reason in note
    assert "run-03-step_4000" in note
    assert (steps(every), every.notes) == ([[1000, 2000, 3000], [4000]], [])


def test_other_toolchains_are_told_where_they_came(tmp_path: Path) -> None:
    """Rates may have changed for that; the run stays in the series."""
    write_training(tmp_path, [TINY[0], replace(TINY[1], settings={"toolchain": "1.96.0 (arbitrary)"})])
    (series,) = SeriesReader().read([tmp_path]).series

    assert series.points[0].differs == []
    assert "other versions of rustc" in series.points[1].differs[0]
    assert any(
        note.startswith("at step 2000: other versions of rustc, which may refuse") for note in series.notes
    )
    assert "rustc" not in series.conditions


def test_two_trainings_in_one_folder_are_two_series(tmp_path: Path) -> None:
    """By the folders of their checkpoints, unless the user names the runs one by one."""
    write_training(tmp_path / "runs", TINY[:3])
    write_training(tmp_path / "more", TINY[3:5], training="checkpoints/other")
    for run in (tmp_path / "more").iterdir():
        run.rename(tmp_path / "runs" / run.name)
    every = SeriesReader().read([tmp_path / "runs"], every_series=True)
    largest = SeriesReader().read([tmp_path / "runs"])
    named = SeriesReader().read(sorted((tmp_path / "runs").iterdir()))

    assert steps(every) == [[1000, 2000, 3000], [4000, 5000]]
    assert [series.name for series in every.series] == ["tiny", "other"]
    assert steps(largest) == [[1000, 2000, 3000]]
    assert "checkpoints in another folder, checkpoints/other" in largest.notes[0]
    assert steps(named) == [[1000, 2000, 3000, 4000, 5000]]
    assert "are they of one training?" in named.series[0].notes[0]


def test_checkpoints_that_each_lie_in_their_own_folder_are_one_series(tmp_path: Path) -> None:
    """With a note that asks."""
    for number, checkpoint in enumerate(TINY[:2]):
        write_run(tmp_path / str(number), checkpoint, name=f"out/{number}/model")
    (series,) = SeriesReader().read([tmp_path]).series

    assert [point.step for point in series.points] == [1000, 2000]
    assert series.notes == [
        "the checkpoints lie in different folders; are they of one training? (out/0, out/1)"
    ]


def test_two_trainings_that_share_a_step_are_never_one(tmp_path: Path) -> None:
    """Each with one checkpoint in its folder; named one by one they are asked about."""
    for name in "AB":
        write_run(tmp_path / name, TINY[0], name=f"/exp/{name}/checkpoints/step_1000")
    every = SeriesReader().read([tmp_path], every_series=True)
    one = SeriesReader().read([tmp_path])
    named = SeriesReader().read([tmp_path / "A", tmp_path / "B"])

    assert steps(every) == [[1000], [1000]]
    assert "checkpoints in another folder, /exp/A/checkpoints" in one.notes[0]
    assert any("are they of one training?" in note for note in named.series[0].notes)


def test_of_two_runs_of_one_step_the_newest_counts(tmp_path: Path) -> None:
    """And that is said."""
    write_training(tmp_path, [TINY[0], TINY[1], replace(TINY[1], rate=0.9)])
    for number, run in enumerate(sorted(tmp_path.iterdir())):
        document = json.loads((run / "results.json").read_text())
        document["timestamp"] = f"2026-01-0{number + 1}T00:00:00+00:00"
        (run / "results.json").write_text(json.dumps(document))
    (series,) = SeriesReader().read([tmp_path]).series

    assert [point.label for point in series.points] == ["run-00-step_1000", "run-02-step_2000"]
    assert series.notes == ["step 2000: 2 runs; run-02-step_2000 is shown, the newest"]


def test_of_two_runs_of_one_step_common_settings_come_before_the_newest(tmp_path: Path) -> None:
    """The one that was sampled as all others were."""
    write_training(tmp_path, [TINY[0], TINY[1], replace(TINY[1], settings={"seed": 7})])
    (series,) = SeriesReader().read([tmp_path]).series

    assert [point.label for point in series.points] == ["run-00-step_1000", "run-01-step_2000"]
    assert series.notes == [
        "step 2000: 2 runs; run-01-step_2000 is shown, whose settings most runs have: seed was 7, now 0"
    ]


def test_the_original_tool_s_files_stand_in_a_series(tmp_path: Path) -> None:
    """With an interval of their own, and among runs of ours."""
    write_training(tmp_path, TINY[:2], training="elsewhere/checkpoints/stable-v2")
    history = SeriesReader().read([tmp_path, ORIGINAL])
    (series,) = history.series
    rate = series.points[2].rates["compile_success_rate"]

    assert [point.step for point in series.points] == [1000, 2000, 9000]
    assert rate.value == 0.0
    assert rate.interval_over_samples is not None
    assert series.points[2].change is not None
    assert series.points[2].change.verdict != "not compared"
    assert any("original tool" in note for note in series.notes)


def test_unjudged_samples_are_told(tmp_path: Path) -> None:
    """They are in no rate."""
    (run,) = write_training(tmp_path, TINY[:1])
    document = json.loads((run / "results.json").read_text())
    document["judged_samples"] = 30
    (run / "results.json").write_text(json.dumps(document))

    assert SeriesReader().read([run]).series[0].notes == [
        "2 of 32 samples at step 1000 are unjudged and in no rate"
    ]


def test_a_series_may_be_too_long_for_its_tests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the smallest p-value times the comparisons is no longer small, nothing could be found, and that is said."""
    monkeypatch.setattr(reader, "PERMUTATIONS", 19)  # one comparison of 20 is 5 %
    write_training(tmp_path, TINY[:2])

    assert SeriesReader().read([tmp_path]).series[0].notes == [
        "of 2 checkpoints no change can be told from chance, so many are compared: name fewer of them"
    ]


def test_only_what_is_new_is_read_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch reads the series after every checkpoint; a run that was written anew is read again."""
    asked = []
    real_load, real_compare = finished.load_run, reader.compare_runs
    monkeypatch.setattr(
        finished, "load_run", lambda path, **more: asked.append(path.name) or real_load(path, **more)
    )
    monkeypatch.setattr(reader, "compare_runs", lambda *runs: asked.append("pair") or real_compare(*runs))
    runs = write_training(tmp_path, [*TINY[:3], replace(TINY[3], rate=0.0)])
    runs[3].rename(tmp_path.parent / "later")
    one = SeriesReader()
    one.read([tmp_path])
    (tmp_path.parent / "later").rename(runs[3])
    asked.clear()
    one.read([tmp_path])
    # The new one is not the best: it is compared with the one before, which is the best.
    assert asked == ["run-03-step_4000", "pair"]

    asked.clear()
    os.utime(runs[0] / "results.json", (1, 1))
    one.read([tmp_path])
    assert asked[0] == "run-00-step_1000"


def test_what_was_remembered_says_the_same(tmp_path: Path) -> None:
    """Texts and diagnostics are forgotten, and no figure depends on them."""
    write_training(tmp_path, TINY[:4])
    one = SeriesReader()

    assert one.read([tmp_path]) == one.read([tmp_path]) == SeriesReader().read([tmp_path])


def test_a_damaged_run_in_a_folder_is_named_and_left_out(tmp_path: Path) -> None:
    """One that the user named is an error."""
    runs = write_training(tmp_path, TINY[:2])
    (runs[0] / "results.json").write_text('{"checkpoint": 3}')
    history = SeriesReader().read([tmp_path])

    assert steps(history) == [[2000]]
    assert history.notes[0].startswith("left out: ")
    assert "results.json" in history.notes[0]
    with pytest.raises(InputError, match=r"results\.json"):
        SeriesReader().read(runs)


def test_a_results_file_and_its_folder_are_one_run(tmp_path: Path) -> None:
    """As they lie side by side where --output and --run-dir name one place."""
    (run,) = write_training(tmp_path, TINY[:1])
    (tmp_path / "out.json").write_bytes((run / "results.json").read_bytes())

    assert steps(SeriesReader().read([tmp_path])) == [[1000]]


def test_a_rate_that_the_runs_lack_is_an_error_that_names_those_they_have(tmp_path: Path) -> None:
    """And so is a k that not all of them have."""
    runs = write_training(tmp_path, [TINY[0], replace(TINY[1], samples=6)])
    with pytest.raises(UsageError, match=r"--rate speed: .* expected one of compile_success_rate, "):
        SeriesReader().read(runs, rate="speed")
    with pytest.raises(UsageError, match="a k that they share"):
        SeriesReader().read(runs, rate="pass@5")
    assert SeriesReader().read(runs, rate="pass_rate").series[0].title == "pass rate"
    assert SeriesReader().read(runs, rate="pass@1").series[0].comparisons == 0


def test_nothing_finished_is_an_error(tmp_path: Path) -> None:
    """With what was found instead."""
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "config.json").write_text(json.dumps({"settings": SETTINGS}))
    with pytest.raises(InputError, match=r"no finished run \(.*1 run \(begun\) not finished, left out\)"):
        SeriesReader().read([tmp_path])


def test_runs_without_steps_stand_side_by_side(tmp_path: Path) -> None:
    """In the order of their names."""
    write_training(tmp_path, [Checkpoint(step=None, rate=rate, samples=2) for rate in (0.5, 0.2)])
    (series,) = SeriesReader().read([tmp_path]).series

    assert not series.has_steps
    assert [point.name for point in series.points] == ["run-00-variant-0", "run-01-variant-1"]


def test_two_files_of_the_original_tool_are_said_to_be_files() -> None:
    """One is a file, two are files."""
    original = load_run(ORIGINAL, need_samples=False)
    (note, *_) = find_notes(original, original)

    assert note.message.startswith("the old and the new run are files of the original tool")
