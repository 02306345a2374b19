"""The page about training mentions what exists, and shows what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch", reason="needs the torch extra")

from training import collapse_experiment, pipeline, train
from training.collapse_experiment import ARMS, HEADER
from training.objective import Objective
from training.schedule import Shape
from training.settings import TrainingSettings

if TYPE_CHECKING:
    from types import ModuleType

PAGE = (Path(__file__).parents[3] / "docs" / "training.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", [train, pipeline, collapse_experiment])
def test_every_option_is_on_the_page(module: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Of all three commands."""
    with pytest.raises(SystemExit):
        module.main(["--help"])

    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert len(options) > 3
    assert (
        sorted(option for option in options if f"`{option}" not in PAGE and f" {option} " not in PAGE) == []
    )


@pytest.mark.parametrize("shape", list(Shape))
def test_every_schedule_is_on_the_page(shape: Shape) -> None:
    """With what it does."""
    assert f"`--schedule {shape.value}`" in PAGE


def test_the_recipe_on_the_page_is_the_default() -> None:
    """The rates, the warm-up, and that neither remedy of the loss is in it."""
    settings = TrainingSettings(out=Path())

    assert f"`--learning-rate {settings.optimizer.learning_rate}`" in PAGE
    assert f"`--warmup-steps {settings.schedule.warmup_steps}`" in PAGE
    assert settings.objective == Objective()


def test_the_table_has_all_arms_of_the_experiment() -> None:
    """In their order, under the heading that the command prints."""
    assert HEADER in PAGE
    titles = [line.split(" | ")[0][2:] for line in PAGE.splitlines() if re.match(r"\| .* \| [0-9]+ \|", line)]
    assert titles == [arm.title for arm in ARMS]
