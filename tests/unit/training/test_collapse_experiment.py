"""The arms of the experiment, and the commands that it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the torch extra")

from training.collapse_experiment import ARMS, Experiment, main
from training.settings import TrainingSettings, parse_settings

EXPERIMENT = Experiment(out=Path("out"), steps=300, n_samples=160, threads=1)


def settings_of(name: str) -> TrainingSettings:
    """What the trainer is asked for by an arm."""
    (arm,) = (arm for arm in ARMS if arm.name == name)
    return parse_settings(EXPERIMENT.train_command(arm, 0, Path("out/step_300"))[3:])


def test_all_arms_differ() -> None:
    """No two train the same, or are called the same."""
    assert len({arm.title for arm in ARMS}) == len({arm.name for arm in ARMS}) == len(ARMS)
    assert len({repr(settings_of(arm.name)) for arm in ARMS}) == len(ARMS)


def test_all_four_remedies_together_are_the_default_recipe_and_two_more() -> None:
    """Both learning rate and schedule are those of the recipe that does not collapse."""
    default, cured = settings_of("default"), settings_of("hasty-all")

    assert (cured.optimizer, cured.schedule) == (default.optimizer, default.schedule)
    assert (cured.objective.label_smoothing, cured.objective.entropy_weight) == (0.1, 0.1)


def test_every_arm_is_trained_alike_but_for_its_name() -> None:
    """Same data, same steps, one checkpoint at the end."""
    for arm in ARMS:
        settings = settings_of(arm.name)
        assert (settings.steps, settings.seed, settings.threads) == (300, 0, 1)
        assert settings.checkpoint_steps == (300,)
        assert (settings.flood_share > 0) == arm.name.startswith("flooded")


def test_a_benchmark_that_was_begun_is_resumed(tmp_path: Path) -> None:
    """By its folder."""
    run_dir = tmp_path / "run"
    fresh = EXPERIMENT.benchmark_command(Path("step_300"), run_dir)
    run_dir.mkdir()
    again = EXPERIMENT.benchmark_command(Path("step_300"), run_dir)

    assert fresh[-1] == f"--run-dir={run_dir}"
    assert again == [*fresh[:-1], f"--resume={run_dir}"]


@pytest.mark.parametrize("options", ["", "--out=x --seeds=0", "--out=x --steps=few"])
def test_nonsense_is_one_line_and_exit_code_2(options: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is started."""
    assert main(options.split()) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
