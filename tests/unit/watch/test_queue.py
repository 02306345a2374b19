"""Which checkpoint is next, from what lies in the two folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ferrobench.models import FileStamp, TrainingStep
from ferrobench.watch.queue import is_left_out, is_rewritten, list_due
from ferrobench.watch.rest import Looks
from ferrobench.watch.run_folders import Damaged, Finished, Refused, Unfinished

if TYPE_CHECKING:
    from ferrobench.watch.queue import Due
    from ferrobench.watch.rest import Stamps
    from ferrobench.watch.run_folders import RunState

FOLDER = Path("/checkpoints")
FLAGS = ("--lint",)


def a_step(step: int | None) -> TrainingStep:
    """A checkpoint in a folder of its own."""
    return TrainingStep(step=step, path=FOLDER / ("final" if step is None else f"step_{step}"))


def stamps(step: int | None, time: int = 1) -> Stamps:
    """Of its one file."""
    return {str(a_step(step).path / "model.safetensors"): FileStamp(10, time)}


def finished(step: int, fault: str | None = None) -> Finished:
    """A run that has results."""
    return Finished(
        step=step,
        folder=Path("arbitrary"),
        rate=50.0,
        collapsed=None,
        collapse="",
        fault=fault,
        stamps=stamps(step),
    )


def due(
    steps: list[int | None], states: dict[int | None, RunState], failures: dict[int | None, int] | None = None
) -> tuple[Due, ...]:
    """What is to be done of some complete checkpoints."""
    return list_due(
        [a_step(step) for step in steps],
        states,
        {step: stamps(step) for step in steps},
        flags=FLAGS,
        failures=failures or {},
    )


def test_the_newest_is_first_and_what_has_failed_is_last() -> None:
    """A checkpoint without a number is the newest; all others come in the end."""
    assert [one.step.step for one in due([1, None, 3, 2], {}, {3: 1})] == [None, 2, 1, 3]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (None, (False, False)),
        (finished(5), None),
        (finished(5, fault="arbitrary"), (True, False)),
        (Unfinished(folder=Path("arbitrary"), stamps=stamps(5)), (True, False)),
        (Unfinished(folder=Path("arbitrary"), stamps=stamps(5, time=2)), (False, True)),
        (Unfinished(folder=Path("arbitrary"), stamps={}), (True, False)),
        (Refused(reason="arbitrary", stamps=stamps(5), flags=FLAGS), None),
        (Refused(reason="arbitrary", stamps=stamps(5, time=2), flags=FLAGS), (False, True)),
        (Refused(reason="arbitrary", stamps=stamps(5), flags=()), (False, True)),
        (Damaged(reason="arbitrary"), None),
    ],
)
def test_what_is_done_depends_on_how_far_the_run_is(
    state: RunState | None, expected: tuple[bool, bool] | None
) -> None:
    """Whether it is resumed, and whether what is there is thrown away; None is nothing to do."""
    found = due([5], {} if state is None else {5: state})

    assert [(one.resume, one.anew) for one in found] == ([] if expected is None else [expected])


def test_every_leaves_out_steps_between_its_multiples() -> None:
    """A checkpoint without a number is always taken."""
    assert [step for step in (500, 1000, 1500, 2000, None) if is_left_out(a_step(step), 1000)] == [500, 1500]
    assert not is_left_out(a_step(7), None)


def test_only_the_checkpoints_own_files_tell_that_it_was_written_again() -> None:
    """What was deleted, came later or belongs to the tokenizer does not; step_1 is not step_10."""
    own = stamps(1)
    other = {
        "/checkpoints/tokenizer.json": FileStamp(1, 1),
        "/checkpoints/step_10/meta.json": FileStamp(1, 1),
    }
    moved = dict.fromkeys(other, FileStamp(2, 2))

    assert is_rewritten(a_step(1), {**own, **other}, {**stamps(1, time=2), **other})
    assert not is_rewritten(a_step(1), {**own, **other}, {**own, **moved})
    assert not is_rewritten(a_step(1), own, {})
    assert not is_rewritten(a_step(1), own, {**own, "/checkpoints/step_1/optimizer.pt": FileStamp(1, 1)})


def test_a_checkpoint_is_at_rest_after_two_looks_with_the_time_between() -> None:
    """Any change, and a new file, begins the time anew; the first look is never enough."""
    looks = Looks(5.0)
    first, second = {1: stamps(1)}, {1: stamps(1, time=2)}

    seen = [
        looks.look(found, now)
        for found, now in (
            (first, 0.0),
            (first, 4.9),
            (first, 5.0),
            (second, 6.0),
            (second, 10.9),
            (second, 11.0),
            ({}, 12.0),
            (second, 20.0),
        )
    ]

    assert [bool(resting) for resting in seen] == [False, False, True, False, False, True, False, False]
    assert Looks(0.0).look(first, 0.0) == frozenset()
