"""The trainer's options, and the file that keeps what a run was made from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the torch extra")

import ferrobench  # after the skip above
from ferrobench.errors import InputError, UsageError
from training.objective import Objective
from training.schedule import Schedule, Shape
from training.settings import TrainingSettings, keep_settings, parse_settings
from training.train import main

DEMO = Path(ferrobench.__file__).parent / "demo"


def test_no_options_give_the_run_that_made_the_bundled_checkpoints() -> None:
    """As far as their metadata tells it."""
    settings = parse_settings(["--out", "somewhere"])
    recipe = settings.recipe()

    assert settings == TrainingSettings(out=Path("somewhere"))
    for step in settings.checkpoint_steps:
        config = json.loads((DEMO / f"step_{step}" / "meta.json").read_text(encoding="utf-8"))["config"]
        assert {key: config[key] for key in recipe} == recipe


def test_every_remedy_arrives_in_the_settings_and_in_the_metadata() -> None:
    """Under the format's keys."""
    settings = parse_settings(
        [
            "--out=x",
            "--learning-rate=0.01",
            "--schedule=cosine",
            "--warmup-steps=7",
            "--entropy-weight=0.05",
            "--label-smoothing=0.1",
            "--checkpoints-every=100",
        ]
    )

    assert settings.schedule == Schedule(shape=Shape.COSINE, warmup_steps=7)
    assert settings.objective == Objective(entropy_weight=0.05, label_smoothing=0.1)
    assert settings.checkpoints_every == 100
    told = settings.recipe()
    assert (told["lr"], told["mhc_lr"]) == (0.01, 0.002)
    assert (told["warmup_steps"], told["decay_start_frac"]) == (7, 0.0)
    assert (told["entropy_weight"], told["label_smooth_eps"]) == (0.05, 0.1)


@pytest.mark.parametrize(
    ("options", "named", "expected"),
    [
        ("--learning-rate 0", "--learning-rate", "a number above 0"),
        ("--learning-rate nan", "--learning-rate", "a number above 0"),
        ("--learning-rate inf", "--learning-rate", "a number above 0"),
        ("--learning-rate fast", "--learning-rate", "a number above 0"),
        ("--schedule stepwise", "--schedule", "cosine"),
        ("--warmup-steps -1", "--warmup-steps", "from 0 on"),
        ("--entropy-weight -0.1", "--entropy-weight", "from 0 on"),
        ("--label-smoothing 1", "--label-smoothing", "below 1"),
        ("--checkpoints-every 0", "--checkpoints-every", "from 1 on"),
        ("--steps 0", "--steps", "from 1 on"),
        ("--steps 1.5", "--steps", "from 1 on"),
        ("--row-length 513", "--row-length", "512"),
        ("--held-out 300 --documents 300", "--held-out", "leaves none"),
        ("--learn 0.1", "--learn", "unrecognized"),
        ("", "--out", "required"),
    ],
)
def test_nonsense_is_one_line_and_exit_code_2(
    options: str, named: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the option and what it may be, and nothing is written."""
    out = [f"--out={tmp_path / 'out'}"] if options else []

    assert main([*out, *options.split()]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert named in lines[0]
    assert expected in lines[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("steps", "every", "expected"),
    [
        (2500, None, (125, 500, 1250, 2500)),
        (4, None, (1, 2, 4)),
        (600, 100, (100, 200, 300, 400, 500, 600)),
        (250, 100, (100, 200, 250)),
        (50, 100, (50,)),
    ],
)
def test_checkpoints_come_at_their_steps_and_at_the_end(
    steps: int, every: int | None, expected: tuple[int, ...]
) -> None:
    """By shares of the run, or every so many steps."""
    settings = TrainingSettings(out=Path(), steps=steps, checkpoints_every=every)

    assert settings.checkpoint_steps == expected


def test_the_same_settings_may_come_back_to_their_folder(tmp_path: Path) -> None:
    """A run that was stopped is started with the same command."""
    keep_settings(TrainingSettings(out=tmp_path))
    before = (tmp_path / "settings.json").read_bytes()

    keep_settings(TrainingSettings(out=tmp_path))

    assert (tmp_path / "settings.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_other_settings_are_refused_and_named(tmp_path: Path) -> None:
    """A folder never holds checkpoints of two runs."""
    settings = TrainingSettings(out=tmp_path)
    keep_settings(settings)

    with pytest.raises(UsageError, match=r"objective\.entropy_weight: 0\.0 there, 0\.1 here"):
        keep_settings(replace(settings, objective=Objective(entropy_weight=0.1)))


def test_checkpoints_of_an_unknown_run_are_left_alone(tmp_path: Path) -> None:
    """Those from elsewhere, or from before the settings were kept."""
    (tmp_path / "step_5").mkdir()

    with pytest.raises(InputError, match="step_5"):
        keep_settings(TrainingSettings(out=tmp_path))


def test_a_torn_file_of_settings_is_named(tmp_path: Path) -> None:
    """And not taken for a run with other settings."""
    (tmp_path / "settings.json").write_text('{"seed": ')

    with pytest.raises(InputError, match=r"settings\.json: is not JSON"):
        keep_settings(TrainingSettings(out=tmp_path))
