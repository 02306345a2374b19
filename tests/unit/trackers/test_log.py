"""Points, series and where they are said to go: all that needs no library."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import MissingExtraError, NotReadyError, UsageError
from ferrobench.trackers import TrackedPoint, TrackerKind, gather_series, parse_spec, require_tracker
from ferrobench.trackers.log import Logged, as_run
from ferrobench.trackers.markdown import render_samples
from ferrobench.trackers.point import series_name
from ferrobench.trackers.tracker import library_errors
from tests.support.tracked import tracked

if TYPE_CHECKING:
    from pathlib import Path

    from ferrobench.results import RunRecord

SPEC = parse_spec("trackio:arbitrary")


def a_point(record: RunRecord) -> TrackedPoint:
    """The point of a record."""
    return TrackedPoint.of(record, step=1000, folder="arbitrary")


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("tensorboard:logs/rust", TrackerKind.TENSORBOARD, "logs/rust"),
        ("TensorBoard", TrackerKind.TENSORBOARD, "tensorboard"),
        ("wandb:team/rust", TrackerKind.WANDB, "team/rust"),
        ("mlflow:", TrackerKind.MLFLOW, "ferrobench"),
        ("trackio:a:b", TrackerKind.TRACKIO, "a:b"),
    ],
)
def test_a_spec_names_library_and_target(text: str, kind: TrackerKind, target: str) -> None:
    """Without a target there is a default."""
    spec = parse_spec(text)

    assert (spec.kind, spec.target) == (kind, target)


def test_a_spec_without_a_target_takes_what_the_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the library's own variable."""
    monkeypatch.setenv("WANDB_PROJECT", "theirs")

    assert parse_spec("wandb").target == "theirs"
    assert parse_spec("wandb:mine").target == "mine"


def test_a_folder_of_the_home_folder_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell leaves a tilde behind a colon as it is."""
    monkeypatch.setenv("HOME", "/somewhere")

    assert parse_spec("tensorboard:~/logs").target == "/somewhere/logs"
    assert parse_spec("tensorboard:./a/../b").target == "./a/../b"


@pytest.mark.parametrize("text", ["", "comet:rust", "/some/folder", "wandb:a\nb", "x" * 500])
def test_any_other_spec_is_wrong_usage(text: str) -> None:
    """In one short line that names the flag."""
    with pytest.raises(UsageError, match="--track") as caught:
        parse_spec(text, "--track")

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("kind", list(TrackerKind))
def test_a_folder_of_a_librarys_name_is_not_the_library(
    kind: TrackerKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as the one that wandb keeps its runs in, where Python looks into the working directory."""
    (tmp_path / kind.value).mkdir()
    monkeypatch.delitem(sys.modules, kind.value, raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    with pytest.raises(MissingExtraError, match=rf"^{kind.value} is not installed"):
        require_tracker(parse_spec(kind.value))


@pytest.mark.parametrize("kind", list(TrackerKind))
def test_a_library_that_is_not_there_is_named_with_what_installs_it(
    kind: TrackerKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is done."""
    monkeypatch.setitem(sys.modules, kind.value, None)

    with pytest.raises(MissingExtraError, match=rf"pip install 'ferrobench\[{kind.value}\]'"):
        require_tracker(parse_spec(kind.value))


def test_what_a_library_says_goes_on_without_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of the environment and passwords of addresses, on one line."""
    monkeypatch.setenv("WANDB_API_KEY", "topsecret-key")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "topsecret-word")

    with pytest.raises(NotReadyError) as caught, library_errors(SPEC):
        raise RuntimeError("topsecret-key\nat https://me:topsecret@host/x?y=topsecret-word")

    message = str(caught.value)
    assert "topsecret" not in message
    assert "\n" not in message
    assert message.startswith("trackio:arbitrary: RuntimeError: [redacted] at https://[redacted]@host/x")


def test_the_step_is_what_the_run_says() -> None:
    """Else what its name says; else there is none, and the point stands at 0."""
    unsaid = tracked(config={}, checkpoint="Qwen/Coder-7")
    named = replace(as_run(tracked(config={}, checkpoint="d12/latest")), label="results_5k")

    (of_metadata,), _ = gather_series([as_run(tracked(None, config={"model": {"step": 7}}))])
    (of_label,), _ = gather_series([named])
    (of_nothing,), _ = gather_series([as_run(unsaid)])

    assert [one.points[0].step for one in (of_metadata, of_label, of_nothing)] == [7, 5000, 0]


@pytest.mark.parametrize(
    ("checkpoint", "name"),
    [
        ("checkpoints/stable-v2/step_9000", "stable-v2-seed"),
        ("checkpoints/stable-v2/final", "stable-v2-seed"),
        ("d12/model_000500", "d12-seed"),
        ("d12/latest", "d12-seed"),
        ("/exp/A/checkpoints/step_500", "A-checkpoints-seed"),
        ("/exp/A/out/ckpt/step_500", "A-out-ckpt-seed"),
        ("checkpoints/step_500", "checkpoints-seed"),
        ("out/A/model", "A-model-seed"),
        ("step_5", "step_5-seed"),
        ("../step_7", "step_7-seed"),
        ("../..", "model-seed"),
        ("", "model-seed"),
    ],
)
def test_a_series_is_named_after_its_checkpoints_and_suites(checkpoint: str, name: str) -> None:
    """So that the checkpoints of one training run meet without being told to."""
    assert series_name(tracked(checkpoint=checkpoint), 1) == name


def test_a_run_without_a_step_is_a_run_of_its_own() -> None:
    """Else the second benchmark of a model would find its step taken. Logged again, it is the same run."""
    models = [
        tracked(checkpoint="Qwen/Coder", config={}, timestamp=f"2026-11-{day}T12:00:00+02:00")
        for day in (28, 29)
    ]

    series, notes = gather_series(map(as_run, models))

    assert [one.name for one in series] == ["Coder-20261128T100000Z", "Coder-20261129T100000Z"]
    assert notes == ("Qwen/Coder: has no training step; it stands at step 0",) * 2
    assert series_name(models[0], None) == series[0].name


def test_checkpoints_that_were_measured_differently_are_said_to_be_so() -> None:
    """What differs is named, and what one of them does not tell is no difference."""
    warm, cold = tracked(1000), tracked(2000, total_samples=80)
    cold.config["settings"]["sampling"] = {"temperature": 0.2, "top_k": 50}

    _, notes = gather_series([as_run(warm), as_run(cold)])

    assert notes == ("run stable-v2-seed: its steps differ in samples, temperature; --name keeps runs apart",)


def test_records_come_in_the_order_of_their_steps() -> None:
    """Numbers and not words, whatever the order in which they are given; other suites are another series."""
    other = tracked(500, config={"settings": {"suites": [{"name": "core", "version": "1"}]}})

    series, notes = gather_series(map(as_run, [tracked(10000), other, tracked(9000)]))

    assert [(one.name, [point.step for point in one.points]) for one in series] == [
        ("stable-v2-seed", [9000, 10000]),
        ("stable-v2-core", [500]),
    ]
    assert not notes


def test_of_two_records_of_one_step_the_newest_counts() -> None:
    """And it is said, with both."""
    old = tracked(9000, 1.0, timestamp="2026-11-29T12:00:00+02:00")
    new = tracked(9000, 2.0, timestamp="2026-11-29T11:00:00+00:00")

    for records in ([old, new], [new, old]):
        (series,), (note,) = gather_series(map(as_run, records), "mine")

        assert [point.metrics["compile_success_rate"] for point in series.points] == [2.0]
        assert note == "run mine: step 9000: 2 runs; step_9000 is shown, the newest"


def test_two_trainings_of_one_name_are_two_runs() -> None:
    """Neither takes a step of the other; under one name that was given, it is asked."""
    runs = [as_run(tracked(500, checkpoint=f"/exp/{one}/tiny/step_500")) for one in "AB"]
    series, notes = gather_series(runs)
    _, asked = gather_series(runs, "mine")

    assert [one.points[0].folder for one in series] == ["/exp/A/tiny", "/exp/B/tiny"]
    assert len({one.name for one in series}) == 2
    assert all("one of 2 trainings called tiny-seed" in note for note in notes)
    assert any("are they of one training?" in note for note in asked)


def test_common_settings_come_before_the_newest() -> None:
    """As in the history of a training: the one that was measured as the others were."""
    odd = tracked(2000, 99.0, timestamp="2027-01-01T00:00:00+00:00")
    odd.config["settings"]["seed"] = 7
    (series,), _ = gather_series(map(as_run, [tracked(1000), tracked(2000, 2.0), odd]))

    assert [point.metrics["compile_success_rate"] for point in series.points] == [25.0, 2.0]


def test_times_of_the_original_tool_are_read_and_nonsense_is_harmless() -> None:
    """Nanoseconds and zones; what is no time is the beginning of time."""
    at = tracked(timestamp="2026-02-09T23:20:06.644193951-05:00")

    assert a_point(at).time == datetime(2026, 2, 10, 4, 20, 6, 644193, tzinfo=UTC)
    assert a_point(tracked(timestamp="yesterday")).time.timestamp() == 0


def test_a_sample_cannot_leave_its_block() -> None:
    """The fence is longer than any run of backticks in the text."""
    lines = render_samples(a_point(tracked())).splitlines()

    assert lines[2] == "`````rust"
    assert lines[-1] == "`````"
    assert lines[3] == "fn a() { ```` }"


@pytest.mark.parametrize(
    ("steps", "kept", "words"),
    [
        ((2000,), (500, 1000), "step 2000 logged, 2 steps (500 to 1000) left as they were"),
        ((500, 1000), (), "2 steps (500 to 1000) logged"),
        ((), (500,), "nothing new, step 500 left as it was"),
    ],
)
def test_the_lines_tell_what_was_logged_and_what_was_left(
    steps: tuple[int, ...], kept: tuple[int, ...], words: str
) -> None:
    """And how to look at it, on a line that can be copied."""
    logged = Logged(spec=SPEC, name="mine", steps=steps, kept=kept, look="look here")

    assert logged.lines == (f"trackio:arbitrary: run mine: {words}", "  look: look here")
