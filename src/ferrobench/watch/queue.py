"""Which checkpoint is next. Pure: from what lies in the two folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferrobench.watch.run_folders import Damaged, Finished, Refused, Unfinished

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ferrobench.models import TrainingStep
    from ferrobench.watch.rest import Stamps
    from ferrobench.watch.run_folders import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A checkpoint that is to be benchmarked."""

    step: TrainingStep
    resume: bool
    """Whether samples of an earlier sitting are there to go on with."""
    anew: bool
    """Whether what is there is of an earlier state of its files, and to be thrown away."""


def is_left_out(step: TrainingStep, every: int | None) -> bool:
    """Whether ``--every`` leaves a checkpoint out. ``final`` has no number and is always taken."""
    return every is not None and step.step is not None and step.step % every != 0


def list_due(
    steps: Iterable[TrainingStep],
    states: Mapping[int | None, RunState],
    stamps: Mapping[int | None, Stamps],
    *,
    flags: Sequence[str],
    failures: Mapping[int | None, int],
) -> tuple[Due, ...]:
    """List what is to be done, in order: the newest first, but what has failed behind what has not.

    Args:
        steps: The checkpoints that are complete.
        states: How far their runs are.
        stamps: What their files look like.
        flags: Of the runs to come. A checkpoint that was refused with others is tried with these.
        failures: How often the environment has failed a run in this sitting, by step.
    """
    due = [one for step in steps if (one := _due(step, states.get(step.step), stamps[step.step], flags))]
    due.sort(key=lambda one: one.step.order, reverse=True)
    return tuple(sorted(due, key=lambda one: failures.get(one.step.step, 0)))


def _due(step: TrainingStep, state: RunState | None, stamps: Stamps, flags: Sequence[str]) -> Due | None:
    match state:
        case None:
            return Due(step=step, resume=False, anew=False)
        case Finished(fault=fault):
            # With too many samples unjudged: those are tried again.
            return None if fault is None else Due(step=step, resume=True, anew=False)
        case Unfinished(stamps=before):
            changed = is_rewritten(step, before, stamps)
            return Due(step=step, resume=not changed, anew=changed)
        case Refused(stamps=before, flags=refused_flags):
            if before == stamps and refused_flags == tuple(flags):
                return None
            return Due(step=step, resume=False, anew=True)
        case Damaged():
            return None


def is_rewritten(step: TrainingStep, before: Stamps, now: Stamps) -> bool:
    """Whether the files of a checkpoint that a run was made of are others now. What came or went beside them does not count.

    Trainers delete the state of the optimizer when they need the room, and write the same tokenizer again.
    """
    own = [step.path] if step.nanochat is None else [step.nanochat.weights, step.nanochat.meta]
    places = tuple(str(path.absolute()) for path in own)
    return any(
        now.get(path, stamp) != stamp
        for path, stamp in before.items()
        if path in places or path.startswith(f"{places[0]}/")
    )
