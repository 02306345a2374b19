"""Which of many runs make one series: those that can be compared with each other, one of each step. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from ferrobench.results import first_difference
from ferrobench.tracking.comparability import find_notes, is_original, prompt_notes
from ferrobench.tracking.comparison import NoteKind
from ferrobench.tracking.order import step_of
from ferrobench.tracking.outcomes import gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferrobench.results import SavedRun
    from ferrobench.tracking.comparison import Note

_NAMES_SHOWN = 3
_OF_THE_CHECKPOINT = ("checkpoint", "checkpoint_fingerprint", "judge", "device")
"""Settings that may differ between runs of the same settings."""
_NOT_OF_THE_RATES = frozenset(
    {
        NoteKind.DEVICE,
        NoteKind.NO_SAMPLES,
        NoteKind.SAMPLES,
        NoteKind.SEED,
        NoteKind.UNJUDGED,
        NoteKind.DETERMINISTIC,
    }
)


def largest_group(runs: Sequence[SavedRun]) -> tuple[list[SavedRun], list[str]]:
    """Keep the largest group of runs that can be compared with each other, of several the one with the last run.

    Returns:
        The group in the order given, and a note for each of the others.
    """
    groups: list[list[SavedRun]] = []
    for run in runs:
        home = next((group for group in groups if not _refusals(group[0], run)), None)
        if home is None:
            groups.append([run])
        else:
            home.append(run)
    if not groups:
        return [], []
    place = {id(run): number for number, run in enumerate(runs)}
    chosen = max(groups, key=lambda group: (len(group), place[id(group[-1])]))
    notes = []
    for group in groups:
        if group is not chosen:
            reason = _refusals(chosen[0], group[0])[0].message
            notes.append(f"{_count(len(group), 'run')} left out, not comparable with the rest: {reason} ({_names(group)})")
    return chosen, notes


def one_of_each_step(runs: Sequence[SavedRun]) -> tuple[list[SavedRun], list[str]]:
    """Of several runs of one step keep one: with the settings that most runs have, and of these the newest.

    Returns:
        What is kept, in the order given, and a note for each step of which something is left out.
    """
    common = Counter(_settings_key(run) for run in runs)
    by_step: dict[int, list[SavedRun]] = {}
    kept = []
    for run in runs:
        step = step_of(run)
        if step is None:
            kept.append(run)
        else:
            by_step.setdefault(step, []).append(run)
    notes = []
    for step, same in by_step.items():
        best = max(same, key=lambda run: (common[_settings_key(run)], _when(run), run.label))
        kept.append(best)
        if len(same) > 1:
            notes.append(_repeated(step, best, [run for run in same if run is not best]))
    chosen = {id(run) for run in kept}
    return [run for run in runs if id(run) in chosen], notes


def differences_between(old: SavedRun, new: SavedRun) -> list[str]:
    """What else than the model could be the reason for a change of a rate, a line each."""
    return [note.message for note in _notes(old, new) if note.kind not in _NOT_OF_THE_RATES]


def folder_note(runs: Sequence[SavedRun]) -> str | None:
    """Ask whether checkpoints that lie in different folders are of one training; None where they lie in one."""
    checkpoints = [run.record.checkpoint for run in runs if run.record is not None]
    folders = dict.fromkeys(str(PurePath(checkpoint).parent) for checkpoint in checkpoints)
    if len(folders) < 2:
        return None
    shown = ", ".join(list(folders)[:_NAMES_SHOWN])
    more = f" and {len(folders) - _NAMES_SHOWN} more" if len(folders) > _NAMES_SHOWN else ""
    return f"the checkpoints lie in different folders; is this one training? ({shown}{more})"


def _notes(old: SavedRun, new: SavedRun) -> list[Note]:
    originals = is_original(old) or is_original(new)
    _, of_prompts = prompt_notes(
        gather(old, by_text=originals), gather(new, by_text=originals), originals=originals
    )
    return [*find_notes(old, new), *of_prompts]


def _refusals(old: SavedRun, new: SavedRun) -> list[Note]:
    return [note for note in _notes(old, new) if note.refused]


def _repeated(step: int, best: SavedRun, others: Sequence[SavedRun]) -> str:
    differing = next((run for run in others if _settings_key(run) != _settings_key(best)), None)
    reason = "the newest"
    if differing is not None:
        difference = first_difference(_settings_of(differing), _settings_of(best))
        reason = "the one whose settings most runs have" + (f": {difference}" if difference else "")
    return f"step {step}: {len(others) + 1} runs; {best.label} counts, {reason}"


def _settings_of(run: SavedRun) -> dict[str, object]:
    settings = run.config.get("settings", {})
    return {key: value for key, value in settings.items() if key not in _OF_THE_CHECKPOINT}


def _settings_key(run: SavedRun) -> str:
    return repr(sorted(_settings_of(run).items(), key=lambda item: item[0]))


def _when(run: SavedRun) -> datetime:
    """When its results were written; what cannot be read was long ago."""
    try:
        found = datetime.fromisoformat("" if run.record is None else run.record.timestamp)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _names(runs: Sequence[SavedRun]) -> str:
    more = f" and {len(runs) - _NAMES_SHOWN} more" if len(runs) > _NAMES_SHOWN else ""
    return ", ".join(run.label for run in runs[:_NAMES_SHOWN]) + more


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
