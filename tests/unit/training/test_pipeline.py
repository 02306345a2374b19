"""The commands that the pipeline starts, and how it ends when one of them does."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch", reason="needs the torch extra")

from training.pipeline import COLLAPSING, main, parse_stories
from training.settings import parse_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_one_training_is_watched_unless_a_collapse_is_asked_for() -> None:
    """Each in a folder of its own, with the same recipe and steps; only the data differ."""
    (healthy,) = parse_stories(["--out=out"])
    again, collapse = parse_stories(["--out=out", "--collapse"])

    assert healthy == again
    assert (healthy.recipe, collapse.recipe) == ((), COLLAPSING)
    assert (str(healthy.runs), str(collapse.runs)) == ("out/runs/healthy", "out/runs/collapse")
    assert (healthy.seed, healthy.steps, healthy.every) == (collapse.seed, collapse.steps, collapse.every)


def test_the_trainer_understands_the_command_it_is_given() -> None:
    """And the watch waits for the step that it ends with."""
    for story in parse_stories(["--out=out", "--steps=50", "--every=20", "--seed=3", "--collapse"]):
        settings = parse_settings(story.train_command()[3:])
        assert (settings.seed, settings.out) == (3, story.checkpoints)
        assert settings.checkpoint_steps == (20, 40, 50)
        assert "--until-step=50" in story.watch_command()


@pytest.mark.parametrize("options", ["", "--out=x --steps=0", "--out=x --every=no", "--out=x --speed=9"])
def test_nonsense_is_one_line_and_exit_code_2(options: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is started."""
    assert main(options.split()) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.long
def test_a_training_that_cannot_be_ends_the_pipeline_with_its_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """With the trainer's exit code; the watch beside it is ended."""
    strange = tmp_path / "checkpoints" / "healthy" / "step_5"
    strange.mkdir(parents=True)

    code = main([f"--out={tmp_path}"])

    told = capfd.readouterr()
    assert code in {2, 3}
    assert "training: the " in told.err.splitlines()[-1]
    assert shlex.quote(str(tmp_path / "healthy.log")) in told.out
