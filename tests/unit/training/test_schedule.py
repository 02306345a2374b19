"""How the learning rate goes over a run."""

from __future__ import annotations

from itertools import pairwise

import pytest

from training.schedule import Schedule, Shape, learning_rate_share

STEPS = 1000
FALLING = [shape for shape in Shape if shape is not Shape.CONSTANT]


def shares(schedule: Schedule, steps: int = STEPS) -> list[float]:
    """The shares of a whole run."""
    return [learning_rate_share(step, steps, schedule) for step in range(steps)]


def test_the_default_rises_stays_and_falls_to_its_final_share() -> None:
    """The recipe of the bundled checkpoints: 50 steps up, full until 30 %, then down in a straight line."""
    found = shares(Schedule())

    assert found[0] == pytest.approx(1 / 50)
    assert found[49] == found[299] == 1.0
    assert found[-1] == pytest.approx(0.02)
    assert all(before >= after for before, after in pairwise(found[299:]))


@pytest.mark.parametrize("shape", list(Shape))
def test_every_shape_rises_in_even_steps_to_the_full_rate(shape: Shape) -> None:
    """The first step is one part of so many as the warm-up has, and the last of them is the whole."""
    found = shares(Schedule(shape=shape, warmup_steps=20))

    assert found[:20] == pytest.approx([(step + 1) / 20 for step in range(20)])
    assert max(found) == found[19] == 1.0


@pytest.mark.parametrize("shape", FALLING)
def test_a_shape_that_falls_ends_at_the_final_share(shape: Shape) -> None:
    """With the last step, and never below."""
    found = shares(Schedule(shape=shape, final_share=0.1))

    assert found[-1] == pytest.approx(0.1)
    assert min(found[50:]) == found[-1]
    assert all(before >= after for before, after in pairwise(found[49:]))


def test_the_constant_rate_stays_to_the_end() -> None:
    """Whatever the final share says."""
    assert set(shares(Schedule(shape=Shape.CONSTANT, warmup_steps=10))[9:]) == {1.0}


def test_a_line_and_half_a_cosine_meet_in_the_middle_and_nowhere_else() -> None:
    """Before it the cosine is above the line, after it below."""
    linear = shares(Schedule(shape=Shape.LINEAR, warmup_steps=0, final_share=0.0), 101)
    cosine = shares(Schedule(shape=Shape.COSINE, warmup_steps=0, final_share=0.0), 101)

    assert linear[50] == pytest.approx(0.5)
    assert cosine[50] == pytest.approx(0.5)
    assert cosine[25] == pytest.approx(0.8535533905932737)  # (1 + cos(pi / 4)) / 2
    assert all(above > below for above, below in zip(cosine[1:50], linear[1:50], strict=True))
    assert all(above < below for above, below in zip(cosine[51:100], linear[51:100], strict=True))


@pytest.mark.parametrize("shape", list(Shape))
def test_without_a_warm_up_the_first_step_has_the_full_rate(shape: Shape) -> None:
    """Zero steps of it is a warm-up that can be asked for."""
    assert shares(Schedule(shape=shape, warmup_steps=0))[0] == 1.0


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("steps", [1, 2, 3, 7, 60])
def test_short_runs_have_a_rate_above_zero_in_every_step(shape: Shape, steps: int) -> None:
    """A warm-up takes at most a quarter of them."""
    found = shares(Schedule(shape=shape), steps)

    assert all(0.0 < share <= 1.0 for share in found)
    assert steps < 4 or found[steps // 4 - 1] == 1.0


def test_the_format_is_told_when_the_rate_starts_to_fall() -> None:
    """As a share of the run."""
    found = {shape: Schedule(shape=shape).decay_start_share for shape in Shape}

    assert found == {
        Shape.WARMUP_CONSTANT_LINEAR: 0.3,
        Shape.CONSTANT: 1.0,
        Shape.LINEAR: 0.0,
        Shape.COSINE: 0.0,
    }
