"""Which of many runs make one series: those of one training under the same conditions, one of each step. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from ferrobench.results import first_difference
from ferrobench.tracking.comparability import find_notes, is_original, prompt_notes
from ferrobench.tracking.comparison import NoteKind
from ferrobench.tracking.order import step_of, time_of
from ferrobench.tracking.outcomes import gather
from ferrobench.tracking.subject import suite_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ferrobench.results import SavedRun
    from ferrobench.tracking.comparison import Note

_NAMES_SHOWN = 3
_OF_THE_CHECKPOINT = ("checkpoint", "checkpoint_fingerprint", "judge", "device")
"""Settings that may differ between runs of the same settings."""
_APART = frozenset({NoteKind.SAMPLING, NoteKind.PROMPT_STYLE, NoteKind.PRELUDE, NoteKind.EDITION})
"""Two such runs can be compared, but along a series such a change would look like one of the model."""
_OF_THE_RATES = frozenset({NoteKind.TOOLCHAIN, NoteKind.CRATES, NoteKind.LIMITS, NoteKind.ORIGINAL})
"""What may happen in the middle of a training, and is said there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Runs that can stand in one series."""

    runs: tuple[SavedRun, ...]
    """In the order given."""
    apart: str | None
    """Why they are in no series with the first group; None of that one."""


def group_runs(runs: Sequence[SavedRun], *, one_training: bool) -> list[Group]:
    """Part runs into those that can stand in one series each, the largest first, of several the one with the last run.

    Args:
        runs: In order.
        one_training: Whether all are said to be of one training. Else checkpoints that lie in other folders are taken to be of
            another one, unless no two lie in the same.
    """
    groups: list[list[SavedRun]] = []
    for run in runs:
        home = next((group for group in groups if not _obstacles(group[0], run)), None)
        if home is None:
            groups.append([run])
        else:
            home.append(run)
    if not one_training:
        groups = [part for group in groups for part in part_trainings(group)]
    place = {id(run): number for number, run in enumerate(runs)}
    groups.sort(key=lambda group: (len(group), place[id(group[-1])]), reverse=True)
    return [
        Group(runs=tuple(group), apart=_why_apart(groups[0][0], group[0]) if number else None)
        for number, group in enumerate(groups)
    ]


def left_out_note(group: Group) -> str:
    """Say that a group is not shown, and why."""
    names = _names([run.label for run in group.runs])
    return f"{_count(len(group.runs), 'run')} left out: {group.apart} ({names})"


def one_of_each_step(
    runs: Sequence[SavedRun], *, stepless: int | None = None
) -> tuple[list[SavedRun], list[str]]:
    """Of several runs of one step keep one: with the settings that most runs have, and of these the newest.

    Args:
        runs: Of one training.
        stepless: The step at which those stand that have none; None keeps them all.

    Returns:
        What is kept, in the order given, and a note for each step of which something is left out.
    """
    common = Counter(_settings_key(run) for run in runs)
    by_step: dict[int, list[SavedRun]] = {}
    for run in runs:
        step = step_of(run)
        step = stepless if step is None else step
        if step is not None:
            by_step.setdefault(step, []).append(run)
    notes = []
    dropped: set[int] = set()
    for step, same in by_step.items():
        best = max(same, key=lambda run: (common[_settings_key(run)], *_age(run)))
        others = [run for run in same if run is not best]
        dropped.update(map(id, others))
        if others:
            notes.append(_repeated(step, best, others))
    return [run for run in runs if id(run) not in dropped], notes


def differences_between(old: SavedRun, new: SavedRun) -> list[str]:
    """What else than the model could be the reason for a change of a rate, a line each."""
    return [note.message for note in _notes(old, new) if note.kind in _OF_THE_RATES or note.refused]


def folder_note(runs: Sequence[SavedRun]) -> str | None:
    """Ask whether checkpoints that lie in different folders are of one training; None where they lie in one."""
    folders = list(dict.fromkeys(str(folder_of(run)) for run in _first_of_each_folder(runs)))
    if len(folders) < 2:
        return None
    return f"the checkpoints lie in different folders; are they of one training? ({_names(folders)})"


def part_trainings(runs: Sequence[SavedRun]) -> list[list[SavedRun]]:
    """Part runs by the folder of their checkpoints, unless each lies in one of its own, at a step of its own."""
    parts: list[list[SavedRun]] = []
    for run in runs:
        home = next((part for part in parts if _in_one_folder(part[0], run)), None)
        if home is None:
            parts.append([run])
        else:
            home.append(run)
    steps = [step for run in runs if (step := step_of(run)) is not None]
    is_one = all(len(part) == 1 for part in parts) and len(steps) == len(set(steps))
    return [list(runs)] if is_one else parts


def _first_of_each_folder(runs: Iterable[SavedRun]) -> list[SavedRun]:
    found: list[SavedRun] = []
    for run in runs:
        if not any(_in_one_folder(other, run) for other in found):
            found.append(run)
    return found


def _in_one_folder(one: SavedRun, other: SavedRun) -> bool:
    """The original tool names it as the user gave it, so that one may be the end of the other."""
    shorter, longer = sorted((folder_of(one).parts, folder_of(other).parts), key=len)
    return longer[len(longer) - len(shorter) :] == shorter


def folder_of(run: SavedRun) -> PurePath:
    """The folder that a run's checkpoint lies in, as the run names it."""
    named = run.config.get("settings", {}).get("checkpoint")
    if not isinstance(named, str):
        named = "" if run.record is None else run.record.checkpoint
    return PurePath(named).parent


def _obstacles(old: SavedRun, new: SavedRun) -> list[Note]:
    return [note for note in _notes(old, new) if note.refused or note.kind in _APART]


def _why_apart(first: SavedRun, run: SavedRun) -> str:
    obstacle = next(iter(_obstacles(first, run)), None)
    if obstacle is None:
        return f"checkpoints in another folder, {folder_of(run)}; runs that are named one by one are taken as one training"
    suites = suite_words(first), suite_words(run)
    if obstacle.kind is NoteKind.SUITE and suites[0] != suites[1]:
        return f"{suites[1] or 'no suite'} instead of {suites[0] or 'no suite'}"
    if obstacle.kind is NoteKind.PROMPTS:
        numbers = len(gather(first, by_text=False)), len(gather(run, by_text=False))
        return "other prompts" + (
            f", {numbers[1]} instead of {numbers[0]}" if numbers[0] != numbers[1] else ""
        )
    return obstacle.message


def _notes(old: SavedRun, new: SavedRun) -> list[Note]:
    originals = is_original(old) or is_original(new)
    _, of_prompts = prompt_notes(
        gather(old, by_text=originals), gather(new, by_text=originals), originals=originals
    )
    return [*find_notes(old, new), *of_prompts]


def _repeated(step: int, best: SavedRun, others: Sequence[SavedRun]) -> str:
    differing = next((run for run in others if _settings_key(run) != _settings_key(best)), None)
    reason = "the newest"
    if differing is not None:
        difference = first_difference(_settings_of(differing), _settings_of(best))
        reason = "whose settings most runs have" + (f": {difference}" if difference else "")
    return f"step {step}: {len(others) + 1} runs; {best.label} is shown, {reason}"


def _settings_of(run: SavedRun) -> dict[str, object]:
    settings = run.config.get("settings", {})
    return {key: value for key, value in settings.items() if key not in _OF_THE_CHECKPOINT}


def _settings_key(run: SavedRun) -> str:
    return repr(sorted(_settings_of(run).items(), key=lambda item: item[0]))


def _age(run: SavedRun) -> tuple[float, str]:
    """The newest is the largest; of several the last by name."""
    return 0.0 if run.record is None else time_of(run.record).timestamp(), run.label


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
