"""In which order runs stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferrobench.results import SavedRun, load_run
from ferrobench.tracking.order import natural_key, order_key, step_in, step_of

ORIGINAL = Path(__file__).parents[2] / "fixtures" / "original-results" / "step_9000.json"


def named(label: str, **model: object) -> SavedRun:
    """A run that is called so."""
    return SavedRun(label=label, record=None, config={"model": model} if model else {}, samples=())


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("step_9000", 9000),
        ("20261129T032315Z-demo-step_2500", 2500),
        ("model_000500.pt", 500),
        ("checkpoint-1500", 1500),
        ("global_step20", 20),
        ("results_5k", 5000),
        ("step_10-of-step_20", 20),
        ("7000.json", 7000),
        ("7000", 7000),
        ("2026-11-29-run", None),
        ("20261129T032315Z-llama-8b", None),
        ("qwen-3b", None),
        ("footstep7", None),
        ("step_5b", None),
        ("", None),
    ],
)
def test_names_tell_steps(name: str, step: int | None) -> None:
    """As trainers write them; other numbers in a name are none."""
    assert step_in(name) == step


def test_metadata_come_before_names() -> None:
    """A name may be as somebody liked; what is no step there is not believed."""
    assert step_of(named("step_100", step=7)) == 7
    assert step_of(named("step_100", step=None)) == 100
    assert step_of(named("step_100", step=True)) == 100
    assert step_of(named("step_100", step=-1)) == 100


def test_the_original_tool_s_file_has_its_step_in_its_checkpoint() -> None:
    """It has no metadata."""
    assert step_of(load_run(ORIGINAL, need_samples=False)) == 9000


def test_steps_are_ordered_as_numbers_and_names_as_people_do() -> None:
    """What has no step comes after what has one."""
    labels = ["v10", "step_1000", "V9", "step_200", "a"]

    assert [run.label for run in sorted(map(named, labels), key=order_key)] == [
        "step_200",
        "step_1000",
        "a",
        "V9",
        "v10",
    ]
    assert natural_key("v9") < natural_key("v10")
