"""Where nanochat puts its files, and where people put them when they pass them on. Nothing is read here.

A checkpoint folder holds ``model_<N>.pt`` and ``meta_<N>.json`` for each step N that was saved. nanochat's own base
directory keeps such folders by kind and tag (``base_checkpoints/d20``), a branch of it by experiment, tag and kind
(``experiments/<name>/d20/base``); one tokenizer serves them all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ferrobench.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TOKENIZER_FILE = "tokenizer.pkl"
NAMED_AT_MOST = 12
_FILE = re.compile(r"model_(\d{1,18})\.pt|meta_(\d{1,18})\.json", re.ASCII)
_TAG = re.compile(r"d(\d{1,18})", re.ASCII)


class Stage(StrEnum):
    """How far a model's training had come."""

    BASE = "base"
    MID = "mid"
    SFT = "sft"
    RL = "rl"


STAGE_FOLDERS = {
    "base_checkpoints": Stage.BASE,
    "mid_checkpoints": Stage.MID,
    "chatsft_checkpoints": Stage.SFT,
    "chatrl_checkpoints": Stage.RL,
}
EXPERIMENT_FOLDERS = {stage.value: stage for stage in Stage}


@dataclass(frozen=True, slots=True, kw_only=True)
class NanochatFiles:
    """The files of one checkpoint."""

    step: int
    weights: Path
    meta: Path
    stage: Stage | None
    """None where the folders' names do not tell."""


def step_of(name: str) -> int | None:
    """The step in the name of a checkpoint's file, or None for any other name."""
    match = _FILE.fullmatch(name)
    return int(match[1] or match[2]) if match else None


def has_steps(folder: Path) -> bool:
    """Whether a folder holds weights of nanochat."""
    return any(_is_weights(entry) for entry in _entries(folder))


def descend(folder: Path) -> Path | None:
    """The checkpoint folder that is meant by a folder at or above it, or None where there is none.

    Of several tags the largest is meant, as in nanochat.

    Raises:
        CheckpointError: If several kinds of checkpoint or several experiments lie there: nothing says which is meant.
    """
    while not has_steps(folder):
        named = [folder / name for name in STAGE_FOLDERS]
        stages = [place for place in named if has_steps(place) or _tags(place)]
        stages += [folder / name for name in EXPERIMENT_FOLDERS if has_steps(folder / name)]
        if stages:
            folder = _only(folder, stages, "kinds of checkpoint")
            continue
        tags = _tags(folder)
        if tags:
            folder = max(tags, key=_rank)
            continue
        above = folder / "experiments" if (folder / "experiments").is_dir() else folder
        experiments = [place for place in _subfolders(above) if _tags(place)]
        if not experiments:
            return None
        folder = _only(above, experiments, "experiments")
    return folder


def choose_step(folder: Path, step: int | None) -> NanochatFiles:
    """The files of one step in a checkpoint folder; of the last one where none is named.

    Raises:
        CheckpointError: If that step is not there, naming those that are; or if its meta file is missing.
    """
    steps = {
        number: entry
        for entry in _entries(folder)
        if _is_weights(entry) and (number := step_of(entry.name)) is not None
    }
    if step is not None and step not in steps:
        raise CheckpointError(f"{folder}: has no step {step}; it has {some(map(str, sorted(steps)))}")
    chosen = max(steps) if step is None else step
    weights = steps[chosen]
    meta = folder / f"meta_{weights.stem.removeprefix('model_')}.json"
    if not meta.is_file():
        raise CheckpointError(f"{meta}: file is missing (a nanochat checkpoint has it beside {weights.name})")
    return NanochatFiles(step=chosen, weights=weights, meta=meta, stage=stage_of(folder))


def list_steps(folder: Path) -> list[NanochatFiles]:
    """The files of all steps in a checkpoint folder, in order, whether both of a step are there yet or not."""
    stage = stage_of(folder)
    found: dict[int, NanochatFiles] = {}
    for entry in _entries(folder):
        match = _FILE.fullmatch(entry.name)
        if match:
            digits = match[1] or match[2]
            found.setdefault(
                int(digits),
                NanochatFiles(
                    step=int(digits),
                    weights=folder / f"model_{digits}.pt",
                    meta=folder / f"meta_{digits}.json",
                    stage=stage,
                ),
            )
    return [found[step] for step in sorted(found)]


def stage_of(folder: Path) -> Stage | None:
    """Tell from the folders' names what kind of model lies in *folder*."""
    here = folder.resolve()
    for name in (here.name, here.parent.name):
        if name in STAGE_FOLDERS:
            return STAGE_FOLDERS[name]
    return EXPERIMENT_FOLDERS.get(here.name)


def tokenizer_places(folder: Path) -> tuple[Path, ...]:
    """Where the tokenizer of a checkpoint folder may lie, the likeliest first."""
    here = folder.resolve()
    above = (here, here.parent, here.parent.parent)
    shared = [place / "tokenizer" / TOKENIZER_FILE for place in above]
    return (shared[0], here / TOKENIZER_FILE, *shared[1:])


def some(names: Iterable[str]) -> str:
    """The first few of many names."""
    names = list(names)
    more = f" and {len(names) - NAMED_AT_MOST} more" if len(names) > NAMED_AT_MOST else ""
    return f"{', '.join(names[:NAMED_AT_MOST])}{more}"


def _is_weights(entry: Path) -> bool:
    return entry.suffix == ".pt" and step_of(entry.name) is not None


def _subfolders(folder: Path) -> list[Path]:
    return [entry for entry in _entries(folder) if entry.is_dir()]


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder; nothing where it is none, or somebody else's."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _tags(folder: Path) -> list[Path]:
    """The folders in *folder* that hold one model each."""
    return [
        place
        for place in _subfolders(folder)
        if has_steps(place) or any(has_steps(place / name) for name in EXPERIMENT_FOLDERS)
    ]


def _rank(tag: Path) -> tuple[int, float, str]:
    match = _TAG.match(tag.name)
    return (int(match[1]) if match else -1, tag.stat().st_mtime, tag.name)


def _only(folder: Path, places: list[Path], what: str) -> Path:
    if len(places) > 1:
        names = some(place.name for place in places)
        raise CheckpointError(f"{folder}: holds several {what} ({names}); name one, such as {places[0]}")
    return places[0]
